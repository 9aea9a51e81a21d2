"""One Bluetooth device: find it, read it, and begin again, for ever."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from devices.ble_adapter import Adapter, Sighting
from devices.ble_connection import Connection, connected
from devices.ble_frames import FrameIntake
from devices.catalog import DeviceModel
from devices.link import Backoff, LinkState
from devices.reading import Header, Intake, Link, LinkReason, Origin

_LOG = logging.getLogger(__name__)

# Not heard for this long, a device is out of range or switched off.
_NOT_SEEN_DELAY = 10.0
# The adapter that failed last lets another one hear the device first, for so long.
_SECOND_CHOICE_DELAY = 3.0


@dataclass(frozen=True, slots=True)
class BleDevice:
    """One configured device: which bed it belongs to, where it is, what it is."""

    bed: str
    id: str
    address: str
    model: DeviceModel
    origin: Origin = Origin.REAL


class DeviceLink:
    """Keeps one device read, for ever. Sightings come from the adapters' scanners."""

    def __init__(
        self, row: BleDevice, intake: Intake, known: Mapping[bytes, float], choices: int = 1
    ) -> None:
        """`choices`: how many adapters may hear it."""
        self.row = row
        self._choices = choices
        self._intake = intake
        self._state = LinkState()
        self._backoff = Backoff()
        self._seen = asyncio.Event()
        self._sighting: Sighting | None = None
        self._failed: Adapter | None = None  # through which the last connection could not be made
        self._connected = False
        self._frames = FrameIntake(row.model, self._header, intake, known)

    @property
    def missing(self) -> bool:
        """Whether it is not connected."""
        return not self._connected

    def sighted(self, sighting: Sighting) -> None:
        """It advertises, so it can be connected to now."""
        if self._sighting is None or self._sighting.adapter is self._failed:
            self._sighting = sighting
        self._seen.set()

    def adapter_lost(self) -> None:
        """There is no scanner to find it with."""
        if self.missing:
            self._tell(up=False, reason=LinkReason.ADAPTER_UNAVAILABLE)

    async def keep(self) -> None:
        """Find, read, lose and find it again until cancelled."""
        while True:
            sighting = await self._find()
            self._failed = None
            try:
                reason = await self._read(sighting)
            except Exception as error:  # noqa: BLE001  # no device may end the service
                reason, self._failed = LinkReason.CONNECT_FAILED, sighting.adapter
                _LOG.info("%s: cannot read: %s", self._name, error or type(error).__name__)
            finally:
                self._connected = False
            if self.row.model.streams or reason is LinkReason.CONNECT_FAILED:
                self._tell(up=False, reason=reason)
            await asyncio.sleep(self._backoff.next_delay())

    @property
    def _name(self) -> str:
        return f"{self.row.bed} {self.row.id} ({self.row.address})"

    async def _find(self) -> Sighting:
        """Wait for an advertisement from now on; an older one may be of a device that has left."""
        self._sighting = None
        while self._sighting is None:
            self._seen.clear()
            try:
                async with asyncio.timeout(_NOT_SEEN_DELAY):
                    await self._seen.wait()
            except TimeoutError:
                if self.row.model.streams or self._state.up is None:
                    self._tell(up=False, reason=LinkReason.NOT_SEEN)
        if self._sighting.adapter is self._failed and self._choices > 1:
            with contextlib.suppress(TimeoutError):
                await self._find_another()
        return self._sighting

    async def _find_another(self) -> None:
        """Wait for another adapter to hear it, for a while."""
        async with asyncio.timeout(_SECOND_CHOICE_DELAY):
            while self._sighting is not None and self._sighting.adapter is self._failed:
                self._seen.clear()
                await self._seen.wait()

    async def _read(self, sighting: Sighting) -> LinkReason:
        """One connection, from connecting to its end; the reason of the end."""
        connection = Connection(self._name, self.row.model, self._frames, self._works)
        async with connected(sighting, self._name, connection.disconnected) as client:
            self._connected = True
            try:
                await connection.subscribe(client)
                if not self.row.model.streams:
                    self._works()  # a stream that is connected but sends nothing does not work
                return await connection.converse(client)
            finally:
                connection.close()

    def _works(self) -> None:
        """It does what it is there for."""
        self._backoff.reset()
        self._tell(up=True, reason=LinkReason.CONNECTED)

    def _header(self) -> Header:
        row = self.row
        return Header(at=self._intake.now(), bed=row.bed, device=row.id, origin=row.origin)

    def _tell(self, *, up: bool, reason: LinkReason) -> None:
        if self._state.change(up, reason):
            header = msgspec.structs.asdict(self._header())
            self._intake.receive((Link(**header, up=up, reason=reason),))
