"""Bluetooth devices that come and go while the driver runs."""

import asyncio
from dataclasses import replace

import pytest

from devices.ble import AdapterRow, BleDriver
from devices.reading import Cuff, Sample
from simulators.cuff import VirtualCuff
from tests.devices.bluetooth.ward import CUFF, OXIMETER, STRAP, stream, ward
from tests.support.no_adapter import NoAdapter
from tests.support.recorder import Recorder
from tests.support.virtual_adapter import virtual

SPARE = replace(CUFF, id="cuff2", address="F1:00:00:00:00:09")


async def test_a_broken_cuff_is_replaced_and_the_other_links_never_fall() -> None:
    async with ward(read=False) as here, asyncio.TaskGroup() as tasks:
        spare = VirtualCuff(here.radio, SPARE.address, "Cuff 2")
        await spare.switch_on()
        driver = BleDriver((OXIMETER, CUFF, STRAP), here.intake, (virtual(here.adapter),))
        running = tasks.create_task(driver.run(), name="driver")
        await stream(here.oximeter)
        await here.cuff.indicate(120, 80, 93, 70, here.intake.now())
        driver.change((OXIMETER, SPARE, STRAP))
        await stream(here.oximeter)
        await spare.indicate(131, 82, 98, 70, here.intake.now())
        await here.intake.until(lambda: bool(here.intake.of(Cuff, "cuff2")))
        (cuff,) = here.intake.of(Cuff, "cuff2")
        await stream(here.oximeter)
        assert (cuff.device, cuff.systolic, cuff.history) == ("cuff2", 131, False)
        assert not here.cuff.connected
        assert here.intake.links("ox1") == [(True, "connected")]
        assert here.intake.links("cuff1") == [(True, "connected")]  # it ended without a word
        running.cancel()
        await spare.switch_off()


async def test_a_driver_of_no_device_waits_for_the_first() -> None:
    async with ward(read=False) as here, asyncio.TaskGroup() as tasks:
        driver = BleDriver((), here.intake, (virtual(here.adapter),))
        running = tasks.create_task(driver.run(), name="driver")
        await asyncio.sleep(60)
        driver.change((OXIMETER,))
        await stream(here.oximeter)
        assert here.intake.links("ox1") == [(True, "connected")]
        driver.change(())
        await asyncio.sleep(60)
        assert not here.oximeter.connected
        assert here.intake.links("ox1") == [(True, "connected")]
        running.cancel()


async def test_a_device_that_is_configured_at_another_bed_hangs_up_and_is_read_there() -> None:
    async with ward(read=False) as here, asyncio.TaskGroup() as tasks:
        driver = BleDriver((OXIMETER,), here.intake, (virtual(here.adapter),))
        running = tasks.create_task(driver.run(), name="driver")
        await stream(here.oximeter)
        driver.change((replace(OXIMETER, bed="B2"),))
        await asyncio.sleep(5)
        await stream(here.oximeter)
        assert [sample.bed for sample in here.intake.of(Sample)][-1] == "B2"
        running.cancel()


async def test_what_a_cuff_has_delivered_is_known_again_when_it_comes_back() -> None:
    async with ward(read=False) as here, asyncio.TaskGroup() as tasks:
        driver = BleDriver((CUFF,), here.intake, (virtual(here.adapter),))
        running = tasks.create_task(driver.run(), name="driver")
        when = here.intake.now()
        await here.cuff.indicate(131, 82, 98, 70, when)
        await here.intake.until(lambda: bool(here.intake.of(Cuff)))
        driver.change(())
        await asyncio.sleep(30)
        driver.change((replace(CUFF, bed="B2"),))
        await here.cuff.indicate(131, 82, 98, 70, when)
        await here.cuff.indicate(140, 85, 103, 71, here.intake.now())
        await here.intake.until(lambda: len(here.intake.of(Cuff)) > 1)
        assert [(cuff.bed, cuff.systolic) for cuff in here.intake.of(Cuff)] == [
            ("B1", 131),
            ("B2", 140),
        ]
        running.cancel()


async def test_two_devices_of_one_address_change_nothing() -> None:
    async with ward(read=False) as here, asyncio.TaskGroup() as tasks:
        driver = BleDriver((OXIMETER,), here.intake, (virtual(here.adapter),))
        running = tasks.create_task(driver.run(), name="driver")
        await stream(here.oximeter)
        with pytest.raises(ValueError, match="have one address"):
            driver.change((CUFF, replace(OXIMETER, address=CUFF.address)))
        await stream(here.oximeter)
        assert here.intake.links("ox1") == [(True, "connected")]
        running.cancel()


async def test_one_that_comes_while_no_adapter_works_says_so_and_later_why_it_is_missing() -> None:
    class Away(NoAdapter):
        away = True

        async def start(self) -> None:
            if Away.away:
                await super().start()

    told: list[tuple[bool, str]] = []

    def on_radio(up: bool, detail: str) -> None:
        told.append((up, detail))

    intake = Recorder()
    adapters = (AdapterRow("hci0", scanner_backend=Away),)
    async with asyncio.TaskGroup() as tasks:
        driver = BleDriver((OXIMETER,), intake, adapters, on_radio=on_radio)
        running = tasks.create_task(driver.run(), name="driver")
        await asyncio.sleep(60)
        driver.change((OXIMETER, CUFF))
        await asyncio.sleep(5)
        lost = [(False, "adapter_unavailable")]
        assert (intake.links("ox1"), intake.links("cuff1")) == (lost, lost)
        Away.away = False
        await asyncio.sleep(60)
        missing = [*lost, (False, "not_seen")]
        assert (intake.links("ox1"), intake.links("cuff1")) == (missing, missing)
        running.cancel()
    assert told == [(False, "Bluetooth adapter hci0: No Bluetooth adapters found."), (True, "")]
