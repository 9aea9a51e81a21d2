"""What a bonded cuff indicates before bleak has subscribed, through the face of BlueZ."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from devices.ble import AdapterRow, BleDevice, BleDriver
from devices.ble_adapter import Adapter
from devices.ble_device import DeviceLink
from devices.ble_early import EarlyIndications, Listener
from devices.ble_pairing import pair_address
from devices.catalog import GENERIC, DeviceKind, find_model
from devices.reading import Cuff, Malformed
from devices.wire.blood_pressure import BloodPressure
from simulators.radio import VirtualRadio
from tests.support.bluez import BluezFace, bluez
from tests.support.eager_cuff import MEASUREMENT, EagerCuff
from tests.support.own_bus import bus, run
from tests.support.recorder import Recorder

__all__ = ["bus"]  # a fixture

CUFF = BleDevice("B1", "cuff1", "F1:00:00:00:00:02", find_model("A&D UA-651BLE"))
OXIMETER = BleDevice("B1", "ox1", "F1:00:00:00:00:01", GENERIC[DeviceKind.OXIMETER])


@asynccontextmanager
async def bonded_cuff(bus: str) -> AsyncGenerator[tuple[EagerCuff, BluezFace]]:
    """A cuff that is paired with the adapter of BlueZ and connected to nobody."""
    radio = VirtualRadio()
    cuff = EagerCuff(radio, CUFF.address)
    await cuff.switch_on()
    async with bluez(bus, await radio.adapter()) as face:
        await pair_address([Adapter(AdapterRow("hci0"), lambda _: None)], CUFF.address, 5.0)
        yield cuff, face
    await cuff.switch_off()


def frame(systolic: int, at: float) -> bytes:
    when = datetime.fromtimestamp(at)  # noqa: DTZ006  # a cuff's clock is local
    return bytes(BloodPressure(systolic, 80, 93, timestamp=when, pulse=70))


@pytest.mark.parametrize("leaves", [False, True], ids=["stays", "leaves at once"])
def test_what_a_bonded_cuff_indicates_at_once_arrives_exactly_once(bus: str, leaves: bool) -> None:
    async def main() -> None:
        intake = Recorder()
        async with bonded_cuff(bus) as (cuff, face), asyncio.TaskGroup() as tasks:
            cuff.fade()
            running = tasks.create_task(
                BleDriver((CUFF,), intake, (AdapterRow("hci0"),)).run(), name="driver"
            )
            await face.notifying.held_by(1)
            cuff.leaves = leaves
            cuff.frames = [frame(150 + n, intake.now() - 600 + 60 * n) for n in range(3)]
            cuff.frames.append(frame(205, intake.now()))
            cuff.approach()
            await intake.until(lambda: len(intake.of(Cuff)) >= 4)
            if not leaves:
                await cuff.wait_subscribed()
            await asyncio.sleep(1)
            told = [(reading.systolic, reading.history) for reading in intake.of(Cuff)]
            assert told == [(150, True), (151, True), (152, True), (205, False)]
            assert intake.links("cuff1") == [(True, "connected")]
            running.cancel()

    run(main)


def test_what_is_heard_by_both_ways_is_told_once_nonsense_too(bus: str) -> None:
    async def main() -> None:
        intake = Recorder()
        async with bonded_cuff(bus) as (cuff, face), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(
                BleDriver((CUFF,), intake, (AdapterRow("hci0"),)).run(), name="driver"
            )
            await face.notifying.held_by(1)
            await cuff.wait_subscribed()
            await face.notifying.held_by(2)
            await cuff.send(b"\x1e\xff")
            await cuff.send(frame(205, intake.now()))
            await intake.until(lambda: bool(intake.of(Cuff)))
            await asyncio.sleep(1)
            assert [reading.systolic for reading in intake.of(Cuff)] == [205]
            assert len(intake.of(Malformed)) == 1
            assert face.notifying.told >= 4  # each frame, for each who holds it
            running.cancel()

    run(main)


def test_after_a_restart_of_bluetoothd_they_are_held_again(
    bus: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        heard: list[bytes] = []
        listener = Listener(
            CUFF.address, frozenset({MEASUREMENT}), lambda _, data: heard.append(data)
        )
        async with bonded_cuff(bus) as (_, face), asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(EarlyIndications(lambda: [listener]).keep(), name="early")
            await face.notifying.held_by(1)
            await face.restart()
            assert not face.notifying.held
            await face.notifying.held_by(1)
            keeping.cancel()

    run(main)
    assert caplog.text.count("before we are connected is not heard: there is no D-Bus") <= 1


def test_a_stream_is_never_listened_to_twice() -> None:
    async def main() -> None:
        intake = Recorder()
        assert DeviceLink(OXIMETER, intake, {}).early_listener() is None
        listener = DeviceLink(CUFF, intake, {}).early_listener()
        assert listener is not None
        assert listener.characteristics == {MEASUREMENT}

    run(main)


def test_without_a_bus_it_says_so_once_and_goes_on_trying(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus")

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(EarlyIndications(list).keep(), name="early")
            await asyncio.sleep(2)
            keeping.cancel()

    run(main)
    assert caplog.text.count("before we are connected is not heard: there is no D-Bus") == 1
