"""A cuff and an oximeter read through a real bluetoothd and kernel, and read again after a loss."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from devices.ble import AdapterRow, BleDevice, BleDriver
from devices.catalog import GENERIC, DeviceKind
from devices.reading import Cuff, Sample
from simulators.cuff import VirtualCuff
from simulators.oximeter import VirtualOximeter
from tests.support.recorder import Recorder
from tests.system.bluez_vm.inside.kernel_adapter import kernel_radio
from tests.system.bluez_vm.inside.reader import OXIMETER

CUFF = BleDevice("B1", "cuff1", "F1:00:00:00:00:02", GENERIC[DeviceKind.CUFF])


@asynccontextmanager
async def oximeter_read() -> AsyncGenerator[tuple[VirtualOximeter, Recorder], None]:
    """An oximeter that the driver has read once."""
    async with kernel_radio() as radio, asyncio.TaskGroup() as tasks:
        intake = Recorder()
        oximeter = VirtualOximeter(radio, OXIMETER.address, "Oximeter")
        await oximeter.switch_on()
        driver = BleDriver((OXIMETER,), intake, (AdapterRow("hci0"),))
        running = tasks.create_task(driver.run(), name="driver")
        await notify(oximeter)
        await intake.until(lambda: bool(intake.of(Sample)))
        yield oximeter, intake
        running.cancel()
        await oximeter.switch_off()


async def notify(oximeter: VirtualOximeter) -> None:
    await oximeter.wait_subscribed()
    await oximeter.notify(97, 64)


async def stream(oximeter: VirtualOximeter) -> None:
    while True:
        await notify(oximeter)
        await asyncio.sleep(1)


async def test_an_oximeter_and_a_cuff_are_read() -> None:
    async with kernel_radio() as radio, asyncio.TaskGroup() as tasks:
        intake = Recorder()
        oximeter = VirtualOximeter(radio, OXIMETER.address, "Oximeter")
        cuff = VirtualCuff(radio, CUFF.address, "Cuff")
        await oximeter.switch_on()
        await cuff.switch_on()
        driver = BleDriver((OXIMETER, CUFF), intake, (AdapterRow("hci0"),))
        running = tasks.create_task(driver.run(), name="driver")
        await notify(oximeter)
        await cuff.indicate(205, 122, 150, 88, intake.now())
        await intake.until(lambda: bool(intake.of(Sample)) and bool(intake.of(Cuff)))
        assert intake.of(Cuff)[0].systolic == 205
        running.cancel()
        await oximeter.switch_off()
        await cuff.switch_off()


async def test_a_device_that_dropped_the_link_is_read_again() -> None:
    async with oximeter_read() as (oximeter, intake):
        await oximeter.drop()
        await intake.until(lambda: len(intake.links("ox1")) == 2)
        await notify(oximeter)
        await intake.until(lambda: len(intake.links("ox1")) == 3)
        assert intake.links("ox1") == [
            (True, "connected"),
            (False, "disconnected"),
            (True, "connected"),
        ]


async def test_a_device_that_was_out_of_range_is_read_again() -> None:
    async with oximeter_read() as (oximeter, intake):
        oximeter.fade(12)
        await intake.until(lambda: len(intake.links("ox1")) == 2)
        await notify(oximeter)
        await intake.until(lambda: len(intake.links("ox1")) == 3)
        assert intake.links("ox1")[2] == (True, "connected")


async def test_after_kill_9_a_new_process_frees_the_link_and_reads_the_device() -> None:
    async with kernel_radio() as radio:
        oximeter = VirtualOximeter(radio, OXIMETER.address, "Oximeter")
        await oximeter.switch_on()
        for _ in range(2):
            reader = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.system.bluez_vm.inside.reader"),
                stdout=asyncio.subprocess.PIPE,
            )
            async with asyncio.TaskGroup() as tasks:
                streaming = tasks.create_task(stream(oximeter), name="oximeter")
                assert reader.stdout is not None
                assert await reader.stdout.readline() == b"read\n"
                streaming.cancel()
            reader.kill()
            await reader.wait()
            assert oximeter.connected  # bluetoothd keeps the link of who is gone
        await oximeter.switch_off()
