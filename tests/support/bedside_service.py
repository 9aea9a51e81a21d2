"""A service as a process of its own: one bed on a virtual radio, told by lines what to measure.

`python -m tests.support.bedside_service FOLDER PORT` reads JSON lines on stdin and answers each
with "done" on stdout: {"cuff": [205, 122, 150, 80]} makes the cuff measure and deliver,
{"spo2": 84, "pulse": 72} sets what the oximeter streams, {"probe_off": true} takes the probe off,
{"fade": "oximeter"} carries a device out of range and {"approach": "oximeter"} back.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from alerts.setup import BedSetup, DeviceRow
from devices.ble import BleDevice
from devices.catalog import GENERIC, DeviceKind
from devices.reading import Metric, Origin
from monitor.parts import radio_part
from monitor.plan import Plan, PlannedPart
from monitor.profile import load_profile
from monitor.run import serve_plan
from monitor.service import Service
from simulators.cuff import VirtualCuff
from simulators.oximeter import VirtualOximeter
from simulators.radio import VirtualRadio
from tests.support.virtual_adapter import virtual

OXIMETER, CUFF = "C0:00:00:00:00:01", "C0:00:00:00:00:02"
_ADDRESSES = {"oximeter": OXIMETER, "cuff": CUFF}


class Bedside:
    """The devices of the bed, moved by lines on stdin."""

    def __init__(self, radio: VirtualRadio) -> None:
        self._radio = radio
        self._oximeter = VirtualOximeter(radio, OXIMETER)
        self._cuff = VirtualCuff(radio, CUFF)
        self._spo2, self._pulse = 97.0, 72.0
        self._probe_off = False

    async def run(self) -> None:
        """Stream and obey until stdin ends or the task is cancelled."""
        await self._oximeter.switch_on()
        await self._cuff.switch_on()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._stream(), name="oximeter stream")
                group.create_task(self._obey(), name="orders")
        finally:
            await self._oximeter.switch_off()
            await self._cuff.switch_off()

    async def _stream(self) -> None:
        while True:
            if self._probe_off:
                await self._oximeter.notify_probe_off()
            else:
                await self._oximeter.notify(self._spo2, self._pulse, perfusion=3.0)
            await asyncio.sleep(1.0)

    async def _obey(self) -> None:
        lines = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(lines)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while line := await lines.readline():
            await self._do(json.loads(line))
            print("done", flush=True)
        await asyncio.Event().wait()

    async def _do(self, order: dict[str, Any]) -> None:
        self._spo2 = order.get("spo2", self._spo2)
        self._pulse = order.get("pulse", self._pulse)
        self._probe_off = order.get("probe_off", self._probe_off)
        if "cuff" in order:
            await self._cuff.indicate(*order["cuff"], when=time.time())
        if "fade" in order:
            self._radio.fade(_ADDRESSES[order["fade"]])
        if "approach" in order:
            self._radio.approach(_ADDRESSES[order["approach"]])


async def _run_all(service: Service) -> None:
    """The radio and the devices on it, and the driver that reads them through bleak."""
    radio = VirtualRadio()
    adapter = await radio.adapter()
    driver = radio_part(
        [
            BleDevice("room-1", "ox-1", OXIMETER, GENERIC[DeviceKind.OXIMETER], Origin.TEST),
            BleDevice("room-1", "cuff-1", CUFF, GENERIC[DeviceKind.CUFF], Origin.TEST),
        ],
        (virtual(adapter),),
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(Bedside(radio).run(), name="bedside")
        group.create_task(_drive(driver, service), name="driver")


async def _drive(part: PlannedPart, service: Service) -> None:
    await part.run(service)


def plan(folder: Path, port: int) -> Plan:
    """One bed with an oximeter and a cuff; every reading is a test."""
    devices = (
        DeviceRow(id="ox-1", metrics=(Metric.SPO2, Metric.PULSE_RATE), required=True),
        DeviceRow(
            id="cuff-1", metrics=(Metric.SYSTOLIC, Metric.DIASTOLIC), streams=False, required=True
        ),
    )
    return Plan(
        site="test",
        label="Test clinic",
        station="Test station",
        origin=Origin.TEST,
        beds=(BedSetup(bed="room-1", label="Room 1", devices=devices),),
        kinds={"room-1": {"ox-1": "oximeter", "cuff-1": "cuff"}},
        profile=load_profile("default"),
        folder=folder,
        port=port,
        parts=(PlannedPart(name="bedside", run=_run_all),),
    )


if __name__ == "__main__":
    sys.exit(serve_plan(plan(Path(sys.argv[1]), int(sys.argv[2]))))
