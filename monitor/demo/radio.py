"""The demo's Bluetooth: virtual devices on a virtual radio, read by the real driver."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from devices.ble import AdapterRow, BleDevice
from devices.catalog import GENERIC, DeviceKind
from monitor.parts import radio_part
from monitor.plan import PlannedPart
from simulators.live import play
from simulators.on_air import OnAir, switched_on, transmitters
from simulators.radio import VirtualRadio
from simulators.ward import Ward

if TYPE_CHECKING:
    from monitor.service import Service


def radio_beds(ward: Callable[[], Ward]) -> PlannedPart:
    """All Bluetooth devices of the ward, and the driver that reads them.

    Until the driver has found a device, what it says is told as the end of its past.
    """

    async def run(service: "Service") -> None:
        radio = VirtualRadio()
        adapter = await radio.adapter()
        on_air = transmitters(radio, ward().instruments)
        through = AdapterRow(
            client_backend=adapter.client_backend, scanner_backend=adapter.scanner_backend
        )
        driver = radio_part(ble_devices(on_air), (through,))
        async with asyncio.TaskGroup() as group:
            for device, _, voice in on_air:
                group.create_task(
                    play(device, voice, service.clock, service.intake.receive),
                    name=f"simulated {device.badge.device}",
                )
            async with switched_on(on_air):
                await driver.run(service)

    return PlannedPart(name="virtual bluetooth", run=run)


def ble_devices(on_air: Iterable[OnAir]) -> tuple[BleDevice, ...]:
    """Devices on the air as the driver must know them."""
    return tuple(
        BleDevice(
            device.badge.bed,
            device.badge.device,
            peripheral.address,
            GENERIC[DeviceKind(device.badge.kind)],
            device.badge.origin,
        )
        for device, peripheral, _ in on_air
    )
