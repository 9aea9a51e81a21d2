"""Devices that answer only to whom they are paired with, on a radio that keeps bonds."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from devices.ble import BleDevice, BleDriver
from devices.ble_pairing import PairingFailed, PairingFault
from devices.catalog import GENERIC, DeviceKind, DeviceModel, find_model
from devices.reading import Sample
from simulators.gatt import Offer, VirtualService
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio
from tests.support.recorder import Recorder
from tests.support.virtual_adapter import virtual

ADDRESS = "F1:00:00:00:00:07"
OXIMETER = GENERIC[DeviceKind.OXIMETER]
PACKET = bytes.fromhex("0061004800")
PROTECTED = VirtualService("1822", (Offer("2A5F", notifies=True, protected=True),))


@asynccontextmanager
async def reading(
    model: DeviceModel, service: VirtualService
) -> AsyncGenerator[tuple[Peripheral, Recorder, BleDriver]]:
    radio = VirtualRadio()
    device = Peripheral(radio, ADDRESS, "Shy", service)
    await device.switch_on()
    intake = Recorder()
    adapter = virtual(await radio.adapter())
    driver = BleDriver((BleDevice("B1", "d1", ADDRESS, model),), intake, (adapter,))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(driver.run(), name="driver")
        yield device, intake, driver
        running.cancel()
    await device.switch_off()


async def test_any_device_that_refuses_to_be_read_unpaired_is_told_as_such_once() -> None:
    async with reading(OXIMETER, PROTECTED) as (_, intake, _):
        await asyncio.sleep(120)
        assert intake.links("d1") == [(False, "not_paired")]


async def test_a_cuff_that_bonds_is_told_as_not_paired_once() -> None:
    cuff = VirtualService("1810", (Offer("2A35", indicates=True, protected=True),))
    async with reading(find_model("A&D UA-651BLE"), cuff) as (_, intake, _):
        await asyncio.sleep(120)
        assert intake.links("d1") == [(False, "not_paired")]


async def test_once_paired_it_is_read_and_the_bond_outlives_its_links() -> None:
    async with reading(OXIMETER, PROTECTED) as (device, intake, driver):
        await intake.until(lambda: bool(intake.links("d1")))
        await driver.pair("B1", "d1")
        for _ in range(2):
            await device.wait_subscribed()
            await device.send(PACKET)
            await asyncio.sleep(1)
            await device.drop()
            await asyncio.sleep(5)
        assert len({sample.at for sample in intake.of(Sample)}) == 2
        assert intake.links("d1")[:2] == [(False, "not_paired"), (True, "connected")]


async def test_a_device_that_lost_its_bond_is_told_as_not_paired_or_failed_never_silently() -> None:
    async with reading(OXIMETER, PROTECTED) as (device, intake, driver):
        await driver.pair("B1", "d1")
        await device.forget_bonds()
        await asyncio.sleep(60)
        assert [up for up, _ in intake.links("d1")] == [False]


async def test_a_refused_pairing_is_explained() -> None:
    async with reading(OXIMETER, PROTECTED) as (device, _, driver):
        device.faults.refuses_bond = True
        with pytest.raises(PairingFailed, match="not in pairing mode") as failed:
            await driver.pair("B1", "d1")
        assert failed.value.fault is PairingFault.FAILED


async def test_a_connected_device_can_be_paired_over_its_link() -> None:
    open_service = VirtualService("1822", (Offer("2A5F", notifies=True),))
    async with reading(OXIMETER, open_service) as (device, intake, driver):
        await device.wait_subscribed()
        await driver.pair("B1", "d1")
        await device.send(PACKET)
        await intake.until(lambda: bool(intake.of(Sample)))
        assert intake.links("d1") == [(True, "connected")]


async def test_a_device_that_is_not_there_cannot_be_paired() -> None:
    async with reading(OXIMETER, PROTECTED) as (device, _, driver):
        device.fade()
        with pytest.raises(PairingFailed) as failed:
            await driver.pair("B1", "d1")
        assert failed.value.fault in {PairingFault.NOT_IN_RANGE, PairingFault.NOT_REACHED}
        with pytest.raises(KeyError):
            await driver.pair("B1", "d9")
