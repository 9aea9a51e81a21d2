"""What Bluetooth costs: decoding a frame, and from a device's first advertisement to its reading.

The golden frames of each characteristic are decoded again and again; then a virtual oximeter, a
strap and a cuff leave and come back, on the clock of this machine.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from statistics import median, quantiles

from devices.ble import BleDevice, BleDriver
from devices.catalog import GENERIC, DeviceKind
from devices.errors import MalformedFrame
from devices.reading import Link
from devices.wire.blood_pressure import BloodPressure
from devices.wire.heart_rate import HeartRateMeasurement
from devices.wire.pulse_oximeter import Continuous, SpotCheck
from simulators.cuff import VirtualCuff
from simulators.oximeter import VirtualOximeter
from simulators.radio import VirtualRadio
from tests.support.recorder import Recorder
from tests.support.shared import SHARED
from tests.support.virtual_adapter import virtual

_DECODERS: dict[str, Callable[[bytes], object]] = {
    "2A35": BloodPressure.from_bytes,
    "2A37": HeartRateMeasurement.from_bytes,
    "2A5E": SpotCheck.from_bytes,
    "2A5F": Continuous.from_bytes,
}
_ROUNDS = 20_000
_RETURNS = 40


def main() -> None:
    """Both measurements."""
    if SHARED is None:
        print("   no golden frames here (gatt_vectors.json): nothing to decode")
    else:
        decode_all(json.loads((SHARED / "gatt_vectors.json").read_text()))
    logging.disable()  # bumble's, of links that end
    asyncio.run(connect_again_and_again())


def decode_all(vectors: list[dict[str, str]]) -> None:
    """Nanoseconds a frame, codec alone."""
    frames: defaultdict[str, list[bytes]] = defaultdict(list)
    for vector in vectors:
        name, data = vector["characteristic"], bytes.fromhex(vector["hex"])
        if name in _DECODERS:
            with suppress(MalformedFrame):
                _DECODERS[name](data)
                frames[name].append(data)
    for name, good in sorted(frames.items()):
        decode, rounds = _DECODERS[name], _ROUNDS // len(good)
        began = time.process_time_ns()
        for _ in range(rounds):
            for data in good:
                decode(data)
        spent = (time.process_time_ns() - began) / (rounds * len(good))
        print(f"   decode {name}: {spent:6.0f} ns a frame ({len(good)} golden frames)")


async def connect_again_and_again() -> None:
    """Milliseconds from the first advertisement to the first reading, and to that of a cuff."""
    radio, intake = VirtualRadio(), Recorder()
    oximeter = VirtualOximeter(radio, "F1:00:00:00:00:01")
    cuff = VirtualCuff(radio, "F1:00:00:00:00:02")
    rows = [
        BleDevice("B1", "ox1", oximeter.address, GENERIC[DeviceKind.OXIMETER]),
        BleDevice("B1", "cuff1", cuff.address, GENERIC[DeviceKind.CUFF]),
    ]
    async with asyncio.TaskGroup() as group:
        adapter = virtual(await radio.adapter())
        driver = group.create_task(BleDriver(rows, intake, (adapter,)).run(), name="driver")
        await cuff.switch_on()
        streams = [await _streams(oximeter, intake) for _ in range(_RETURNS)]
        cuffs = [await _delivers(cuff, intake) for _ in range(_RETURNS)]
        driver.cancel()
    await cuff.switch_off()
    _tell("an oximeter is switched on, to its first reading", streams)
    _tell("a cuff wakes, to its reading", cuffs)


async def _streams(oximeter: VirtualOximeter, intake: Recorder) -> float:
    before, began = len(intake.of(Link, "ox1")), time.perf_counter()
    await oximeter.switch_on()
    await oximeter.wait_subscribed()
    await oximeter.notify(97, 64)
    await intake.until(lambda: len(intake.of(Link, "ox1")) > before)
    spent = time.perf_counter() - began
    await oximeter.switch_off()
    await intake.until(lambda: len(intake.of(Link, "ox1")) > before + 1)
    await asyncio.sleep(1)  # the pause after a loss is over
    return spent


async def _delivers(cuff: VirtualCuff, intake: Recorder) -> float:
    before, began = len(intake.readings), time.perf_counter()
    await cuff.indicate(120, 80, 93, 64, intake.now())
    await intake.until(lambda: len(intake.readings) > before)
    spent = time.perf_counter() - began
    await asyncio.sleep(1)
    return spent


def _tell(what: str, seconds: list[float]) -> None:
    p50, p99 = median(seconds) * 1000, quantiles(seconds, n=100)[98] * 1000
    print(f"   {what}: p50 {p50:.0f} ms, p99 {p99:.0f} ms ({len(seconds)} times)")


if __name__ == "__main__":
    main()
