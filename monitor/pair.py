"""`kat-monitor pair` and `unpair`: a bond between this gateway and a configured device."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from devices.ble import AdapterRow, BleDevice
from devices.ble_adapter import Adapter
from devices.ble_pairing import PairingFailed, pair_address, unpair_address
from monitor.config import load_config
from monitor.planning import ble_adapters, ble_devices

DONE, FAILED, WRONG = 0, 1, 2


def pair_device(config: Path, wanted: str) -> int:
    """Pair with the device "BED/DEVICE" of the configuration; the exit code. Raises ConfigError."""
    loaded = load_config(config)
    row = _find(ble_devices(loaded), wanted)
    return WRONG if row is None else asyncio.run(print_pair(row, ble_adapters(loaded)))


def unpair_device(config: Path, wanted: str) -> int:
    """Forget the bond with the device "BED/DEVICE"; the exit code. Raises ConfigError."""
    row = _find(ble_devices(load_config(config)), wanted)
    return WRONG if row is None else asyncio.run(print_unpair(row))


async def print_pair(row: BleDevice, adapters: Sequence[AdapterRow]) -> int:
    """Pair and say how it went: 0 and a line, or 1 and a line why not and what to do."""
    listening = [Adapter(adapter, lambda _: None) for adapter in adapters]
    try:
        paired = await pair_address(listening, row.address)
    except PairingFailed as error:
        print(f"{_name(row)}: {error}", file=sys.stderr)
        return FAILED
    print(f"{_name(row)}: {paired}")
    return DONE if paired.kept else FAILED


async def print_unpair(row: BleDevice) -> int:
    """Forget the bond and say so."""
    try:
        forgotten = await unpair_address(row.address)
    except PairingFailed as error:
        print(f"{_name(row)}: {error}", file=sys.stderr)
        return FAILED
    print(f"{_name(row)}: {'bond forgotten' if forgotten else 'it was not paired'}")
    return DONE


def _find(rows: Sequence[BleDevice], wanted: str) -> BleDevice | None:
    for row in rows:
        if wanted == f"{row.bed}/{row.id}":
            return row
    known = ", ".join(f"{row.bed}/{row.id}" for row in rows) or "none"
    print(
        f"no Bluetooth device {wanted!r} in the configuration; there are {known}", file=sys.stderr
    )
    return None


def _name(row: BleDevice) -> str:
    return f"{row.bed}/{row.id} ({row.address}, {row.model.name})"
