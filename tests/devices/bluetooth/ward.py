"""A bed on the virtual radio: its three devices, and the driver that reads them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from devices.ble import BleDevice, BleDriver
from devices.catalog import GENERIC, DeviceKind, DeviceModel, find_model
from simulators.cuff import VirtualCuff
from simulators.oximeter import VirtualOximeter
from simulators.peripheral import Peripheral
from simulators.radio import VirtualAdapter, VirtualRadio
from simulators.strap import VirtualStrap
from tests.support.recorder import Recorder
from tests.support.virtual_adapter import virtual

Device = TypeVar("Device", bound=Peripheral)

OXIMETER = BleDevice("B1", "ox1", "F1:00:00:00:00:01", GENERIC[DeviceKind.OXIMETER])
CUFF = BleDevice("B1", "cuff1", "F1:00:00:00:00:02", GENERIC[DeviceKind.CUFF])
STRAP = BleDevice("B1", "strap1", "F1:00:00:00:00:03", find_model("polar h10"))


@dataclass
class Ward:
    """What a test holds in its hands."""

    radio: VirtualRadio
    adapter: VirtualAdapter
    intake: Recorder
    oximeter: VirtualOximeter
    cuff: VirtualCuff
    strap: VirtualStrap
    driver: BleDriver | None = None  # while it runs


@asynccontextmanager
async def ward(*, read: bool = True) -> AsyncGenerator[Ward, None]:
    """The bed with its devices switched on; with `read`, the driver runs."""
    radio = VirtualRadio()
    adapter = await radio.adapter()
    here = Ward(
        radio,
        adapter,
        Recorder(),
        VirtualOximeter(radio, OXIMETER.address, "Oximeter 1"),
        VirtualCuff(radio, CUFF.address, "Cuff 1"),
        VirtualStrap(radio, STRAP.address, "Polar H10 1"),
    )
    async with AsyncExitStack() as stack:
        for device in (here.oximeter, here.cuff, here.strap):
            await device.switch_on()
            stack.push_async_callback(device.switch_off)
        if read:
            await stack.enter_async_context(reading(here))
        yield here


@asynccontextmanager
async def one_cuff(model: DeviceModel = CUFF.model) -> AsyncGenerator[Ward, None]:
    """The bed with nothing on the air but its cuff, which the driver reads as that model."""
    async with ward(read=False) as here:
        await here.oximeter.switch_off()
        await here.strap.switch_off()
        async with reading(here, replace(CUFF, model=model)):
            yield here


@asynccontextmanager
async def one_device(
    make: Callable[[VirtualRadio], Device], row: BleDevice
) -> AsyncGenerator[tuple[Ward, Device]]:
    """The bed with nothing on the air but such a device, not switched on yet, read by that row."""
    async with ward(read=False) as here:
        for device in (here.oximeter, here.cuff, here.strap):
            await device.switch_off()
        device = make(here.radio)
        async with reading(here, row):
            yield here, device
        await device.switch_off()


@asynccontextmanager
async def reading(here: Ward, *rows: BleDevice) -> AsyncGenerator[None, None]:
    """The driver, running, for the bed's three devices or for those given."""
    driver = BleDriver(
        rows or (OXIMETER, CUFF, STRAP),
        here.intake,
        (virtual(here.adapter),),
    )
    here.driver = driver
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(driver.run(), name="driver")
        try:
            yield
        finally:
            running.cancel()


async def stream(device: Peripheral) -> None:
    """Once the driver listens, send one packet; a second passes."""
    await device.wait_subscribed()
    assert await device.send(PACKETS[device.address])
    await asyncio.sleep(1)


PACKETS = {
    OXIMETER.address: bytes.fromhex("0061004800"),
    STRAP.address: bytes.fromhex("0048"),
}
