"""Simulated devices on the air as rows of the Bluetooth driver."""

from collections.abc import Iterable

from devices.ble import BleDevice
from devices.catalog import GENERIC, DeviceKind
from simulators.on_air import OnAir


def radio_rows(on_air: Iterable[OnAir]) -> list[BleDevice]:
    """The driver's rows for these devices."""
    return [
        BleDevice(
            device.badge.bed,
            device.badge.device,
            peripheral.address,
            GENERIC[DeviceKind(device.badge.kind)],
            device.badge.origin,
        )
        for device, peripheral, _ in on_air
    ]
