"""One Bluetooth device: find it, read it, and begin again, for ever."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from bleak import BleakClient

from devices.ble_adapter import Adapter, Sighting
from devices.ble_connection import Connection, Identity, connected, wants_pairing
from devices.ble_early import Listener
from devices.ble_frames import FrameIntake
from devices.ble_pairing import Paired, PairingFailed, PairingFault, pair_connected
from devices.ble_wish import PairingWish
from devices.catalog import DeviceModel
from devices.link import Backoff, LinkState
from devices.reading import Header, Intake, Link, LinkReason, Origin

EARLY = frozenset({"2A35", "2A5E"})
"""The measurements that the standard services indicate: blood pressure and spot-check."""

_LOG = logging.getLogger(__name__)

# Not heard for this long, a device is out of range or switched off.
_NOT_SEEN_DELAY = 10.0
# The adapter that failed last, or has no bond, lets another one hear it first, for so long.
_SECOND_CHOICE_DELAY = 3.0
# Whoever wants to pair it must have it in hand, awake: so long we wait to hear it.
_PAIR_SEEN_DELAY = 20.0
# Then it is connected to, in its turn, and paired.
_PAIR_TIMEOUT = 90.0
# A device that wakes only to deliver may go, but not like this.
_FAULTS = (LinkReason.CONNECT_FAILED, LinkReason.NOT_PAIRED)


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
        self._client: BleakClient | None = None
        self._wish: PairingWish | None = None  # to be paired
        self._hurry = asyncio.Event()
        self._over = False
        self.identity: Identity | None = None  # as it last told
        self._delivered_early = False  # since it was last found
        echoes = self.early_listener() is not None
        self._frames = FrameIntake(
            row.model, self._header, intake, known, sender=row.address, echoes=echoes
        )

    @property
    def missing(self) -> bool:
        """Whether it is not connected."""
        return not self._connected

    @property
    def delivered(self) -> Mapping[bytes, float]:
        """The marks of the frames that it delivered, and when."""
        return self._frames.delivered

    def end(self) -> None:
        """Say nothing more of the link: whoever keeps it is about to be cancelled."""
        self._over = True

    def sighted(self, sighting: Sighting) -> None:
        """It advertises, so it can be connected to now."""
        if self._sighting is None or self._is_poor(self._sighting):
            self._sighting = sighting
        self._seen.set()

    def adapter_lost(self) -> None:
        """There is no scanner to find it with."""
        if self.missing:
            self._tell(up=False, reason=LinkReason.ADAPTER_UNAVAILABLE)

    def adapter_found(self) -> None:
        """There is one again: if it is not heard soon, that is another reason."""
        if self.missing and self._state.reason is LinkReason.ADAPTER_UNAVAILABLE:
            self._state.forget()

    def early_listener(self) -> Listener | None:
        """Who hears what it indicates before a connection is ours; None: it must not come twice.

        Only what wakes to deliver by the standard services: each such frame is known again.
        """
        early = EARLY.intersection(self.row.model.measurements)
        if self.row.model.streams or not early:
            return None
        return Listener(self.row.address, early, self._hear_early)

    async def pair(self) -> Paired:
        """Pair with it: at once where it is connected, else when it is heard within 20 s.

        It is read over the same connection from then on. Raises PairingFailed.
        """
        if self._client is not None and self._sighting is not None:
            return await pair_connected(self._sighting, self._client)
        if self._wish is not None:
            raise PairingFailed(PairingFault.UNDER_WAY)
        wish = self._wish = PairingWish()
        self._hurry.set()
        try:
            return await wish.wait_outcome(_PAIR_SEEN_DELAY, _PAIR_TIMEOUT)
        finally:
            self._wish = None

    def _hear_early(self, characteristic: str, data: bytes) -> None:
        """A standard frame asks nothing, so there is nothing to answer."""
        if self._over:
            return
        self._delivered_early = True
        if self._frames.receive(characteristic, data).vital:
            self._works()

    async def keep(self) -> None:
        """Find, read, lose and find it again until cancelled."""
        try:
            await self._keep()
        finally:
            self._frames.close()

    async def _keep(self) -> None:
        while not self._is_over():
            sighting = await self._find()
            self._failed = None
            self._delivered_early = False
            try:
                reason = await self._read(sighting)
            except Exception as error:  # noqa: BLE001  # no device may end the service
                reason = self._reason_of(error)
                if reason is LinkReason.CONNECT_FAILED:
                    self._failed = sighting.adapter
                why = str(error) or type(error).__name__
                _LOG.info("%s: cannot read: %s", self._name, why)
                if self._wish is not None:
                    self._wish.fail(PairingFailed(PairingFault.NOT_REACHED, why))
            finally:
                self._connected = False
                self._client = None
            if self.row.model.streams or reason in _FAULTS:
                self._tell(up=False, reason=reason)
            await self._pause()

    def _is_over(self) -> bool:
        """Whether to stop; a library on the way may have swallowed the cancellation."""
        task = asyncio.current_task()
        return self._over or (task is not None and task.cancelling() > 0)

    async def _pause(self) -> None:
        """Let it be for a while, unless somebody wants to pair it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._backoff.next_delay()):
                await self._hurry.wait()
        self._hurry.clear()

    def _reason_of(self, error: Exception) -> LinkReason:
        if wants_pairing(error):
            return LinkReason.NOT_PAIRED
        # It may have delivered and gone to sleep again before we were through.
        return LinkReason.DISCONNECTED if self._delivered_early else LinkReason.CONNECT_FAILED

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
        if self._is_poor(self._sighting) and self._choices > 1:
            with contextlib.suppress(TimeoutError):
                await self._find_another()
        return self._sighting

    def _is_poor(self, sighting: Sighting) -> bool:
        """Whether another adapter would do better: this one failed, or the bond is not with it."""
        unpaired = self.row.model.bonds and sighting.paired is False
        return unpaired or sighting.adapter is self._failed

    async def _find_another(self) -> None:
        """Wait for another adapter to hear it, for a while."""
        async with asyncio.timeout(_SECOND_CHOICE_DELAY):
            while self._sighting is not None and self._is_poor(self._sighting):
                self._seen.clear()
                await self._seen.wait()

    async def _read(self, sighting: Sighting) -> LinkReason:
        """One connection, from connecting to its end; the reason of the end."""
        if self._wish is not None:
            self._wish.taken.set()
        elif self.row.model.bonds and sighting.paired is False:
            return LinkReason.NOT_PAIRED  # BlueZ would keep us waiting for 30 s, to no end
        connection = Connection(self._name, self.row.model, self._frames, self._works, self._know)
        async with connected(sighting, self._name, connection.disconnected) as client:
            if self._over:
                return LinkReason.STOPPED
            self._connected = True
            self._client = client
            if self._wish is not None and not await self._wish.fulfil(sighting, client):
                return LinkReason.NOT_PAIRED if self.row.model.bonds else LinkReason.DISCONNECTED
            try:
                try:
                    await connection.subscribe(client)
                except Exception:  # raised again, unless the device was read all the same:
                    # lost on the way to the last subscription, but it had begun to measure.
                    if connection.heard and connection.end.done():
                        return connection.end.result()
                    raise
                if not self.row.model.streams:
                    self._works()  # a stream that is connected but sends nothing does not work
                return await connection.converse(client)
            finally:
                connection.close()

    def _works(self) -> None:
        """It does what it is there for."""
        self._backoff.reset()
        self._tell(up=True, reason=LinkReason.CONNECTED)

    def _know(self, identity: Identity) -> None:
        self.identity = identity

    def _header(self) -> Header:
        row = self.row
        return Header(at=self._intake.now(), bed=row.bed, device=row.id, origin=row.origin)

    def _tell(self, *, up: bool, reason: LinkReason) -> None:
        if not self._over and self._state.change(up, reason):
            self._advise(reason)
            header = msgspec.structs.asdict(self._header())
            self._intake.receive((Link(**header, up=up, reason=reason),))

    def _advise(self, reason: LinkReason) -> None:
        device = f"{self.row.bed}/{self.row.id}"
        if reason is LinkReason.NOT_PAIRED:
            _LOG.warning(
                "%s answers only to whom it is paired with: put it in pairing mode, then"
                " `kat-monitor pair %s`",
                *(self._name, device),
            )
        elif reason is LinkReason.CONNECT_FAILED and self._sighting and self._sighting.paired:
            # BlueZ says no more of a device that refuses the key: the link just never stands.
            _LOG.warning(
                "%s is heard and paired with, but cannot be connected to: if it was reset or paired"
                " elsewhere it has lost its bond, so `kat-monitor unpair %s`, then pair it anew",
                *(self._name, device),
            )
