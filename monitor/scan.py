"""`kat-monitor scan`: Bluetooth devices in range, and the config.toml lines that add them."""

import asyncio
import json
import re
import sys
from dataclasses import dataclass
from typing import Any

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakError

from devices.ble_adapter import why_unusable
from devices.catalog import GENERIC, DeviceModel, recognise

DONE, FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Found:
    """One device in range; `services` are assigned numbers ("1810") or whole UUIDs."""

    address: str
    name: str
    services: tuple[str, ...]
    rssi: int
    model: DeviceModel | None

    def config_lines(self) -> str:
        """The table to paste under a `[[bed]]`; empty for a device we cannot read."""
        if self.model is None:
            return ""
        lines = [
            "[[bed.device]]",
            f'id = "{_identifier(self)}"',
            f'kind = "{self.model.kind}"',
            f'address = "{self.address}"',
        ]
        if self.model is not GENERIC[self.model.kind]:
            lines.append(f"model = {json.dumps(self.model.name, ensure_ascii=False)}")
        return "\n".join(lines)


async def scan(
    seconds: float,
    *,
    adapter: str | None = None,
    scanner_backend: type[BaseBleakScanner] | None = None,
) -> list[Found]:
    """Listen for that long; nearest first. Raises what bleak raises where there is no adapter."""
    options: dict[str, Any] = {}
    if adapter is not None:
        options["bluez"] = {"adapter": adapter}
    if scanner_backend is not None:
        options["backend"] = scanner_backend
    async with BleakScanner(**options) as scanner:
        await asyncio.sleep(seconds)
    heard = scanner.discovered_devices_and_advertisement_data.values()
    return sorted((_found(device, told) for device, told in heard), key=lambda one: -one.rssi)


async def print_scan(
    seconds: float, *, scanner_backend: type[BaseBleakScanner] | None = None
) -> int:
    """Scan and print a paragraph a device; 0 if it could listen, else 1 and one line why not."""
    try:
        devices = await scan(seconds, scanner_backend=scanner_backend)
    except (BleakError, OSError) as error:
        print(f"no Bluetooth adapter can be used: {why_unusable(error)}", file=sys.stderr)
        return FAILED
    if not devices:
        print(f"nothing heard within {seconds:g} s", file=sys.stderr)
    for device in devices:
        print(describe(device))
    return DONE


def describe(device: Found) -> str:
    """One device as a person reads it."""
    model = "not in the catalogue" if device.model is None else device.model.name
    services = ", ".join(device.services) or "no services advertised"
    head = f"{device.address}  {device.name or '(no name)'}  {services}  {model}  {device.rssi} dBm"
    lines = device.config_lines()
    return f"{head}\n\n{lines}\n" if lines else f"{head}\n"


def _found(device: BLEDevice, told: AdvertisementData) -> Found:
    name = told.local_name or device.name or ""
    services = tuple(sorted(_short(uuid) for uuid in told.service_uuids))
    return Found(
        address=device.address,
        name=name,
        services=services,
        rssi=told.rssi,
        model=recognise(name, frozenset(services)),
    )


def _short(uuid: str) -> str:
    """An assigned UUID by its four digits; any other whole."""
    assigned = re.fullmatch(r"0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb", uuid.lower())
    return assigned[1].upper() if assigned else uuid


def _identifier(device: Found) -> str:
    """An id that config.toml allows, unlike that of the same model beside it."""
    kind = device.model.kind if device.model else "device"
    return f"{kind}-{device.address[-5:].replace(':', '').lower()}"
