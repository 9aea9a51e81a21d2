"""Simulated devices on the air as rows of the Bluetooth driver."""

from collections.abc import Iterable

from devices.ble import BleDevice
from devices.catalog import GENERIC, DeviceKind, DeviceModel, find_model
from simulators.on_air import OnAir


def radio_rows(on_air: Iterable[OnAir], oximeters: str | None = None) -> list[BleDevice]:
    """The driver's rows for these devices; `oximeters` is the model of those among them."""
    return [
        BleDevice(
            device.badge.bed,
            device.badge.device,
            peripheral.address,
            _model(DeviceKind(device.badge.kind), oximeters),
            device.badge.origin,
        )
        for device, peripheral, _ in on_air
    ]


def _model(kind: DeviceKind, oximeters: str | None) -> DeviceModel:
    if oximeters is not None and kind is DeviceKind.OXIMETER:
        return find_model(oximeters)
    return GENERIC[kind]
