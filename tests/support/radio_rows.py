"""Simulated devices on the air as rows of the Bluetooth driver."""

from collections.abc import Iterable

from devices.ble import BleDevice
from devices.catalog import GENERIC, DeviceKind, DeviceModel, find_model
from simulators.on_air import STANDARD, Makers, OnAir


def radio_rows(on_air: Iterable[OnAir], makers: Makers = STANDARD) -> list[BleDevice]:
    """The driver's rows for these devices, of these makers."""
    return [
        BleDevice(
            device.badge.bed,
            device.badge.device,
            peripheral.address,
            _model(DeviceKind(device.badge.kind), makers),
            device.badge.origin,
        )
        for device, peripheral, _ in on_air
    ]


def _model(kind: DeviceKind, makers: Makers) -> DeviceModel:
    name = {DeviceKind.OXIMETER: makers.oximeters, DeviceKind.CUFF: makers.cuffs}.get(kind)
    return GENERIC[kind] if name is None else find_model(name)
