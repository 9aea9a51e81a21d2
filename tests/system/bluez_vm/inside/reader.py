"""A process of its own that reads the oximeter and says so; to be killed."""

import asyncio

from devices.ble import AdapterRow, BleDevice, BleDriver
from devices.catalog import GENERIC, DeviceKind
from devices.reading import Sample
from tests.support.recorder import Recorder

OXIMETER = BleDevice("B1", "ox1", "F1:00:00:00:00:01", GENERIC[DeviceKind.OXIMETER])


async def main() -> None:
    intake = Recorder()
    async with asyncio.TaskGroup() as tasks:
        driver = BleDriver((OXIMETER,), intake, (AdapterRow("hci0"),))
        tasks.create_task(driver.run(), name="driver")
        await intake.until(lambda: bool(intake.of(Sample)))
        print("read", flush=True)  # noqa: T201  # whoever started it waits for the word


if __name__ == "__main__":
    asyncio.run(main())
