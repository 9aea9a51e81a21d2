"""The Bluetooth LE driver: one scanner for the gateway, one task a device, all through bleak.

No failure of a device, of the adapter or of the Bluetooth service ends it: each is told once as a
Link reading and tried again for ever.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from bleak import BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak_retry_connector import close_stale_connections_by_address

from devices.ble_device import BleDevice, DeviceLink
from devices.link import Backoff
from devices.reading import Intake

__all__ = ["BleDevice", "BleDriver"]

_LOG = logging.getLogger(__name__)

# With a device missing and nothing heard for this long, the scanner may have died unnoticed.
_DEAF_DELAY = 30.0
_STOP_TIMEOUT = 5.0


class BleDriver:
    """Reads all `rows` through one adapter (`adapter` "hci0"; None: the system's default).

    Raises ValueError where two rows have one address: only one of them could ever be read. The
    backends are bleak's `backend=`: a virtual radio passes its own.
    """

    def __init__(
        self,
        rows: Sequence[BleDevice],
        intake: Intake,
        *,
        client_backend: type[BaseBleakClient] | None = None,
        scanner_backend: type[BaseBleakScanner] | None = None,
        adapter: str | None = None,
    ) -> None:
        self._options = _options(scanner_backend, adapter)
        if scanner_backend is None:
            # Else BlueZ tells of an advertisement only when its signal strength changes.
            self._options.setdefault("bluez", {})["filters"] = {"DuplicateData": True}
        connecting = asyncio.Lock()  # an adapter makes one connection at a time
        client_options = _options(client_backend, adapter)
        self._links = [DeviceLink(row, intake, connecting, client_options) for row in rows]
        self._by_address = _by_address(self._links)
        self._heard = False
        self._adapter_down: str | None = None  # why there is no scanner

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._scan(), name="ble scanner")
            for link in self._links:
                tasks.create_task(link.keep(), name=f"ble {link.row.bed} {link.row.id}")

    async def _scan(self) -> None:
        """Keep a scanner running; while there is none, every device is down for that reason."""
        backoff = Backoff()
        while True:
            try:
                await self._listen(backoff)
            except Exception as error:  # noqa: BLE001  # whatever the radio stack does, we go on
                self._adapter_lost(str(error) or type(error).__name__)
                await asyncio.sleep(backoff.next_delay())

    async def _listen(self, backoff: Backoff) -> None:
        scanner = BleakScanner(self._on_advertisement, **self._options)
        await scanner.start()
        try:
            await self._free_stale_links()
            backoff.reset()
            self._adapter_works()
            await self._until_deaf()
        finally:
            await _stop(scanner)

    def _adapter_lost(self, why: str) -> None:
        """A reason is told once, however often it is met again."""
        level = logging.DEBUG if why == self._adapter_down else logging.WARNING
        _LOG.log(level, "Bluetooth adapter unavailable: %s", why)
        self._adapter_down = why
        for link in self._links:
            link.adapter_lost()

    def _adapter_works(self) -> None:
        if self._adapter_down is not None:
            _LOG.info("Bluetooth adapter available again")
            self._adapter_down = None

    async def _free_stale_links(self) -> None:
        """BlueZ keeps the links of a process that was killed, and a linked device is not heard."""
        if "backend" not in self._options:
            for link in self._links:
                if link.missing:
                    await close_stale_connections_by_address(link.row.address)

    async def _until_deaf(self) -> None:
        """Return once nothing at all has been heard for a while although a device is missing."""
        while True:
            self._heard = False
            await asyncio.sleep(_DEAF_DELAY)
            if not self._heard and any(link.missing for link in self._links):
                return

    def _on_advertisement(self, device: BLEDevice, _told: AdvertisementData) -> None:
        self._heard = True
        link = self._by_address.get(device.address.upper())
        if link is not None:
            link.sighted(device)


def _options(backend: type[Any] | None, adapter: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if backend is not None:
        options["backend"] = backend
    if adapter is not None:
        options["bluez"] = {"adapter": adapter}
    return options


def _by_address(links: Sequence[DeviceLink]) -> dict[str, DeviceLink]:
    found: dict[str, DeviceLink] = {}
    for link in links:
        row, other = link.row, found.setdefault(link.row.address.upper(), link).row
        if other is not row:
            raise ValueError(
                f"{other.bed} {other.id} and {row.bed} {row.id} have one address, {row.address}"
            )
    return found


async def _stop(scanner: BleakScanner) -> None:
    try:
        async with asyncio.timeout(_STOP_TIMEOUT):
            await scanner.stop()
    except Exception as error:  # noqa: BLE001  # it is being thrown away in any case
        _LOG.info("the scanner did not stop cleanly: %s", error or type(error).__name__)
