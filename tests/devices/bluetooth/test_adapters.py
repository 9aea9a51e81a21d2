"""Several adapters: a device is read through one that hears it and can connect to it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bleak.exc import BleakError

from devices.ble import AdapterRow, BleDriver
from devices.reading import Sample
from simulators.bleak_client import RadioClient
from simulators.oximeter import VirtualOximeter
from simulators.radio import VirtualRadio
from tests.devices.bluetooth.ward import OXIMETER
from tests.support.no_adapter import NoAdapter
from tests.support.recorder import Recorder
from tests.support.virtual_adapter import virtual

FIRST, SECOND = "F0:00:00:00:00:01", "F0:00:00:00:00:02"


class Dud(RadioClient):
    """An adapter that hears and never gets a link."""

    async def connect(self, pair: bool, **options: Any) -> None:
        del pair, options
        raise BleakError("br-connection-unknown")


@asynccontextmanager
async def read(
    radio: VirtualRadio, adapters: Sequence[AdapterRow]
) -> AsyncGenerator[tuple[Recorder, VirtualOximeter]]:
    """An oximeter on that radio and what is read of it."""
    oximeter, intake = VirtualOximeter(radio, OXIMETER.address), Recorder()
    await oximeter.switch_on()
    async with asyncio.TaskGroup() as tasks:
        driver = BleDriver((OXIMETER,), intake, adapters)
        running = tasks.create_task(driver.run(), name="driver")
        try:
            yield intake, oximeter
        finally:
            running.cancel()
    await oximeter.switch_off()


async def reads(intake: Recorder, oximeter: VirtualOximeter, spo2: float) -> None:
    """It is connected, and what it sends arrives."""
    await oximeter.wait_subscribed()
    await oximeter.notify(spo2, 64)
    await intake.until(lambda: spo2 in {sample.value for sample in intake.of(Sample)})


async def test_a_device_that_leaves_the_reach_of_one_adapter_is_read_through_the_other() -> None:
    radio = VirtualRadio()
    rows = [virtual(await radio.adapter(address)) for address in (FIRST, SECOND)]
    radio.fade(SECOND)
    async with read(radio, rows) as (intake, oximeter):
        await reads(intake, oximeter, 97)
        radio.approach(SECOND)
        radio.fade(FIRST)
        await intake.until(lambda: len(intake.links("ox1")) == 2)
        await reads(intake, oximeter, 96)
        assert intake.links("ox1") == [
            (True, "connected"),
            (False, "disconnected"),
            (True, "connected"),
        ]


async def test_while_one_adapter_works_a_dead_one_takes_no_device_away() -> None:
    radio = VirtualRadio()
    dead = AdapterRow("hci7", scanner_backend=NoAdapter)
    async with read(radio, (dead, virtual(await radio.adapter()))) as (intake, oximeter):
        await reads(intake, oximeter, 97)
        await asyncio.sleep(60)
        reasons = {reason for _, reason in intake.links("ox1")}
        assert "adapter_unavailable" not in reasons


async def test_where_one_adapter_gets_no_link_another_is_tried() -> None:
    radio = VirtualRadio()
    first, second = await radio.adapter(FIRST), await radio.adapter(SECOND)
    dud = AdapterRow("hci0", client_backend=Dud, scanner_backend=first.scanner_backend)
    async with read(radio, (dud, virtual(second))) as (intake, oximeter):
        await reads(intake, oximeter, 97)
        assert [up for up, _ in intake.links("ox1")][-1]
