"""One oximeter of its maker's own protocol on the virtual radio, and the driver that reads it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from devices.ble import BleDevice, BleDriver
from devices.catalog import find_model
from devices.reading import Metric, Reason, Sample, Validity
from simulators.radio import VirtualRadio
from simulators.vendor_oximeter import VendorOximeter
from tests.support.recorder import Recorder
from tests.support.virtual_adapter import virtual

ADDRESS = "F1:00:00:00:00:07"

Told = dict[Metric, tuple[float | None, Validity, Reason | None]]


@dataclass
class Bedside:
    """What a test holds in its hands."""

    device: VendorOximeter
    intake: Recorder

    @property
    def told(self) -> Told:
        """The last that was said of each metric."""
        samples = self.intake.of(Sample)
        return {one.metric: (one.value, one.validity, one.reason) for one in samples}

    async def measure(self, spo2: int | None, pulse: int | None, **shown: object) -> Told:
        """Let the device measure for three seconds; what was said of each metric in the end."""
        await self.device.wait_subscribed()
        for _ in range(3):
            await self.device.notify(spo2, pulse, **shown)
            await asyncio.sleep(1)
        return self.told


@asynccontextmanager
async def oximeter(maker: str) -> AsyncGenerator[Bedside]:
    """It is on the air, and read."""
    radio = VirtualRadio()
    adapter = await radio.adapter()
    here = Bedside(VendorOximeter(radio, ADDRESS, maker), Recorder())
    driver = BleDriver(
        (BleDevice("B1", "ox1", ADDRESS, find_model(maker)),), here.intake, (virtual(adapter),)
    )
    await here.device.switch_on()
    try:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(driver.run(), name="driver")
            try:
                yield here
            finally:
                running.cancel()
    finally:
        await here.device.switch_off()
