"""A cuff that answers only to whom it is paired with, and speaks before it is asked."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic

from devices.ble import AdapterRow, BleDevice, BleDriver
from devices.catalog import find_model
from devices.reading import Cuff
from devices.wire.blood_pressure import BloodPressure
from tests.support.eager_cuff import EagerCuff
from tests.support.recorder import Recorder
from tests.system.bluez_vm.inside.kernel_adapter import kernel_radio

CUFF = BleDevice("B1", "cuff1", "F1:00:00:00:00:07", find_model("A&D UA-651BLE"))
# Each test has a cuff of its own: Linux 6.1 falls (hci_chan_del) over one that has lost its bond.
SECOND = replace(CUFF, address="F1:00:00:00:00:08")
THIRD = replace(CUFF, address="F1:00:00:00:00:09")


@asynccontextmanager
async def cuff_near(row: BleDevice) -> AsyncGenerator[EagerCuff, None]:
    async with kernel_radio() as radio:
        cuff = EagerCuff(radio, row.address)
        await cuff.switch_on()
        yield cuff
        await cuff.switch_off()


@asynccontextmanager
async def reading(row: BleDevice) -> AsyncGenerator[tuple[Recorder, BleDriver], None]:
    intake = Recorder()
    driver = BleDriver((row,), intake, (AdapterRow("hci0"),))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(driver.run(), name="driver")
        yield intake, driver
        running.cancel()


def frame(systolic: int) -> bytes:
    return bytes(BloodPressure(systolic, 80, 93))


async def arrived(intake: Recorder, systolic: int) -> None:
    await intake.until(lambda: systolic in pressures(intake))


def pressures(intake: Recorder) -> list[float | None]:
    return [cuff.systolic for cuff in intake.of(Cuff)]


async def test_a_cuff_is_told_as_not_paired_then_paired_and_read_over_two_links() -> None:
    async with cuff_near(CUFF) as cuff, reading(CUFF) as (intake, driver):
        await intake.until(lambda: bool(intake.links("cuff1")))
        assert intake.links("cuff1") == [(False, "not_paired")]
        assert str(await driver.pair("B1", "cuff1")) == "paired, trusted, bond kept"
        for systolic in (120, 130):
            await cuff.wait_subscribed()
            assert await cuff.send(frame(systolic))
            await arrived(intake, systolic)
            await cuff.drop()
        assert intake.links("cuff1")[1:] == [(True, "connected")]


async def test_an_indication_before_the_subscription_arrives_once() -> None:
    async with cuff_near(SECOND) as cuff, reading(SECOND) as (intake, driver):
        await driver.pair("B1", "cuff1")
        await cuff.wait_subscribed()
        await asyncio.sleep(20)  # until the driver has looked for bonded devices again
        cuff.frames = [frame(120)]
        await cuff.drop()
        await arrived(intake, 120)
        await cuff.wait_subscribed()
        assert await cuff.send(frame(130))
        await arrived(intake, 130)
        assert pressures(intake) == [120, 130]


async def test_bluetoothd_alone_confirms_that_indication_and_drops_it() -> None:
    """Why the driver listens a second time: the cuff believes its measurement delivered."""
    heard: list[bytes] = []

    def hear(_: BleakGATTCharacteristic, data: bytearray) -> None:
        heard.append(bytes(data))

    async with cuff_near(THIRD) as cuff:
        async with reading(THIRD) as (_, driver):
            await driver.pair("B1", "cuff1")
            await cuff.wait_subscribed()
        cuff.frames = [frame(120)]
        device = await BleakScanner.find_device_by_address(THIRD.address)
        assert device is not None
        async with BleakClient(device) as client:
            await client.start_notify("2A35", hear)
            assert await cuff.send(frame(130))  # not before the first was confirmed
        assert not cuff.frames
        assert heard == [frame(130)]
