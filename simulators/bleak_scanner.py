"""bleak's scanner backend over a bumble host: the real BleakScanner hears virtual devices."""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, cast

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.uuids import normalize_uuid_str
from bumble import core, hci
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Device

_SERVICE_LISTS = (
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)


class Target(NamedTuple):
    """What a BLEDevice of this backend carries in `details`: who heard it, and where it is."""

    host: Device
    address: hci.Address


def scanner_of(host: Device) -> type["RadioScanner"]:
    """The scanner class that listens through `host`, for `BleakScanner(backend=…)`."""
    return cast("type[RadioScanner]", type("HostScanner", (RadioScanner,), {"host": host}))


class RadioScanner(BaseBleakScanner):
    """Hears every advertisement of the air; `scanner_of` makes the class for one host."""

    host: ClassVar[Device]

    def __init__(
        self,
        detection_callback: Callable[[BLEDevice, AdvertisementData], None] | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **_options: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode == "active"

    async def start(self) -> None:
        """Start scanning."""
        self.seen_devices = {}
        self.host.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self.host.start_scanning(active=self._active)
        _heed_cancellation()

    async def stop(self) -> None:
        """Stop scanning."""
        self.host.remove_listener(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self.host.stop_scanning()
        _heed_cancellation()

    def _on_advertisement(self, heard: Advertisement) -> None:
        address = heard.address.to_string(with_type_qualifier=False)
        name = heard.data.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME)
        services = [uuid for kind in _SERVICE_LISTS for uuid in heard.data.get(kind) or ()]
        told = AdvertisementData(
            local_name=name if isinstance(name, str) else None,
            manufacturer_data={},
            service_data={},
            service_uuids=[full_uuid(uuid) for uuid in services],
            tx_power=None,
            rssi=heard.rssi,
            platform_data=(),
        )
        target = Target(self.host, heard.address)
        device = self.create_or_update_device(address, address, told.local_name, target, told)
        if self.is_allowed_uuid(told.service_uuids):
            self.call_detection_callbacks(device, told)


def full_uuid(uuid: core.UUID) -> str:
    """The UUID as bleak writes it, assigned numbers at full length."""
    return normalize_uuid_str(uuid.to_hex_str(separator="-"))


def _heed_cancellation() -> None:
    """Bumble waits by asyncio.wait_for, which in Python 3.11 loses one that comes with its end."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
