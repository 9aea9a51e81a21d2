"""One Bluetooth adapter: its scanner, kept alive, and the turn-taking of its connections."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from bleak import BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from devices.link import Backoff

_LOG = logging.getLogger(__name__)

# With a device missing and nothing heard for this long, the scanner may have died unnoticed.
_DEAF_DELAY = 30.0
_STOP_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class AdapterRow:
    """An adapter by its name ("hci0"; None: the system's default).

    The backends are bleak's `backend=`: a virtual radio passes its own.
    """

    name: str | None = None
    client_backend: type[BaseBleakClient] | None = None
    scanner_backend: type[BaseBleakScanner] | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device heard through an adapter."""

    device: BLEDevice
    adapter: "Adapter"
    paired: bool | None = None  # None: the radio stack does not say


class Adapter:
    """Listens for as long as `scan` runs, whatever the radio stack does.

    It makes one connection at a time: `connecting` is held meanwhile.
    """

    def __init__(self, row: AdapterRow, hear: Callable[[Sighting], None]) -> None:
        self.row = row
        self.name = f"Bluetooth adapter {row.name or ''}".rstrip()
        self.connecting = asyncio.Lock()
        self.client_options = _options(row.client_backend, row.name)
        self.down: str | None = None  # why there is no scanner
        self._hear = hear
        self._heard = False
        self._scanner_options = _options(row.scanner_backend, row.name)
        if row.scanner_backend is None:
            # Else BlueZ tells of an advertisement only when its signal strength changes.
            self._scanner_options.setdefault("bluez", {})["filters"] = {"DuplicateData": True}

    @property
    def is_real(self) -> bool:
        """Whether it is the machine's own Bluetooth service, not a virtual radio."""
        return self.row.scanner_backend is None

    async def scan(
        self,
        *,
        missing: Callable[[], bool],
        starting: Callable[[], Awaitable[None]],
        works: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        """Keep a scanner running until cancelled.

        `missing`: whether a device is to be found; `starting` and then `works` are called whenever
        a scanner has started, `lost` whenever there is none.
        """
        backoff = Backoff()
        while True:
            try:
                scanner = BleakScanner(self._on_advertisement, **self._scanner_options)
                await scanner.start()
                try:
                    await starting()
                    backoff.reset()
                    self._works()
                    works()
                    await self._until_deaf(missing)
                finally:
                    await _stop(scanner)
            except Exception as error:  # noqa: BLE001  # whatever the radio stack does, we go on
                self._failed(why_unusable(error))
                lost()
                await asyncio.sleep(backoff.next_delay())

    async def find(self, address: str, seconds: float) -> Sighting | None:
        """Listen for one device, while no `scan` runs. Raises what bleak does without a radio."""
        found = await BleakScanner.find_device_by_address(address, seconds, **self._scanner_options)
        return None if found is None else Sighting(found, self)

    def _failed(self, why: str) -> None:
        """A reason is told once, however often it is met again."""
        level = logging.DEBUG if why == self.down else logging.WARNING
        _LOG.log(level, "%s unavailable: %s", self.name, why)
        self.down = why

    def _works(self) -> None:
        if self.down is not None:
            _LOG.info("%s available again", self.name)
            self.down = None

    async def _until_deaf(self, missing: Callable[[], bool]) -> None:
        """Return once nothing at all has been heard for a while although a device is missing."""
        while True:
            self._heard = False
            await asyncio.sleep(_DEAF_DELAY)
            if not self._heard and missing():
                return

    def _on_advertisement(self, device: BLEDevice, told: AdvertisementData) -> None:
        self._heard = True
        self._hear(Sighting(device, self, _is_paired(told)))


def _options(backend: type[Any] | None, adapter: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if backend is not None:
        options["backend"] = backend
    if adapter is not None:
        options["bluez"] = {"adapter": adapter}
    return options


def _is_paired(told: AdvertisementData) -> bool | None:
    """BlueZ tells all of its Device1 beside an advertisement (BLEDevice.details grows old)."""
    if len(told.platform_data) != 2 or not isinstance(told.platform_data[1], dict):
        return None
    properties = cast("dict[str, Any]", told.platform_data[1])
    return bool(properties.get("Paired", False))


async def _stop(scanner: BleakScanner) -> None:
    try:
        async with asyncio.timeout(_STOP_TIMEOUT):
            await scanner.stop()
    except Exception as error:  # noqa: BLE001  # it is being thrown away in any case
        _LOG.info("the scanner did not stop cleanly: %s", str(error) or type(error).__name__)


def why_unusable(error: Exception) -> str:
    """Why bleak cannot listen; of a machine without BlueZ it knows only that a file is missing."""
    if isinstance(error, FileNotFoundError):
        return "there is no D-Bus system bus; are dbus and bluetoothd running?"
    return str(error) or type(error).__name__
