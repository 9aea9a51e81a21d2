"""From a device's indication to the frame on a screen: `python -m tests.bench.bytes_to_screen`.

A whole service in one process: a virtual cuff indicates 205/122, bleak reads it, the engine
decides, a real WebSocket client sees the alarm. Then the path from `intake.receive` on, at rate.
"""

import asyncio
import json
import logging
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from alerts.command import Acknowledge, Begin, Close
from devices.ble import BleDevice
from devices.catalog import GENERIC, DeviceKind
from devices.reading import Metric, Origin, Sample
from monitor.clock import new_event_loop
from monitor.parts import radio_part
from monitor.plan import PlannedPart
from monitor.service import Service
from simulators.cuff import VirtualCuff
from simulators.radio import VirtualRadio
from tests.support.bedside_service import CUFF, plan
from tests.support.virtual_adapter import virtual

ROUNDS = 40
APART_S = 1.05  # a cuff's clock counts whole seconds: two equal readings in one are one
READINGS = 60_000
BED = "room-1"


async def main() -> None:
    """Print the time from indication to frame, and the readings a second of the one path."""
    with tempfile.TemporaryDirectory() as folder:
        radio = VirtualRadio()
        cuff = VirtualCuff(radio, CUFF, sleeps=False)
        await cuff.switch_on()
        part = await driver(radio)
        service = Service(replace(plan(Path(folder), 0), parts=(part,)))
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            group.create_task(service.run(address.set_result), name="service")
            url = (await address).replace("http", "ws") + "/ws"
            async with connect(url) as screen:
                # a station that can be heard: else T-UI comes with each session, and its frame
                # first, and the alarm in the one after it
                await screen.send(json.dumps({"armed": True, "visible": True, "station": "bench"}))
                delays = [await one_alarm(service, cuff, screen, n) for n in range(ROUNDS)]
            report("indication to alarm frame", delays[2:])
            measure_path(service)
            service.stop()
        await cuff.switch_off()


async def driver(radio: VirtualRadio) -> PlannedPart:
    """The real driver on the virtual radio."""
    adapter = await radio.adapter()
    return radio_part(
        [BleDevice(BED, "cuff-1", CUFF, GENERIC[DeviceKind.CUFF], Origin.TEST)],
        (virtual(adapter),),
    )


async def one_alarm(
    service: Service, cuff: VirtualCuff, screen: ClientConnection, number: int
) -> float:
    """A session, an alarm by radio, its end; the seconds from indication to the screen's frame."""
    now = service.clock.now
    service.intake.order(
        BED,
        Begin(
            at=now(),
            by="bench",
            session=f"s{number}",
            protocol="iv",
            visit="K7",
            origin=Origin.TEST,
        ),
    )
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        group.create_task(cuff.indicate(205, 122, 150, 80, when=time.time()), name="indicate")
        event = await alarm_on(screen)
        seen = time.perf_counter()
    service.intake.order(
        BED, Acknowledge(at=now(), by="bench", occurrence=event["occurrence"], seq=event["seq"])
    )
    service.intake.order(BED, Close(at=now(), by="bench", outcome="aborted", reason="bench"))
    await asyncio.sleep(APART_S)
    return seen - started


async def alarm_on(screen: ClientConnection) -> dict[str, Any]:
    """The next start of BP-CRIT that the screen is told; every frame is answered."""
    while True:
        message: dict[str, Any] = json.loads(await screen.recv())
        await screen.send(json.dumps({"ack": message["seq"]}))
        for event in message.get("events", ()):
            if (event["condition"], event["change"]) == ("BP-CRIT", "start"):
                return event


def measure_path(service: Service) -> None:
    """Readings through decide, keep, tell: what one costs the event loop's thread."""
    at = service.clock.now()
    readings = [
        Sample(
            at=at + n / 2,  # each metric once a second, as devices do
            bed=BED,
            device="ox-1",
            origin=Origin.TEST,
            metric=Metric.SPO2 if n % 2 else Metric.PULSE_RATE,
            value=96.0 + n % 3,
        )
        for n in range(READINGS)
    ]
    service.intake.order(
        BED,
        Begin(at=at, by="bench", session="path", protocol="iv", visit="K7", origin=Origin.TEST),
    )
    started, used = time.perf_counter(), time.thread_time()
    for reading in readings:
        service.intake.receive((reading,))
    used = time.thread_time() - used
    wall = time.perf_counter() - started
    print(
        f"intake.receive: {READINGS / wall:,.0f} readings/s; {used / READINGS * 1e6:.1f} us of the "
        "loop's thread each"
    )


def report(what: str, delays: list[float]) -> None:
    """p50 and p99 in ms."""
    cuts = quantiles(delays, n=100)
    print(f"{what}: p50 {cuts[49] * 1e3:.1f} ms, p99 {cuts[98] * 1e3:.1f} ms, n {len(delays)}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(main())
    sys.exit(0)
