"""One Bluetooth device: find it, connect, subscribe, watch over its silence, and begin again."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import msgspec
from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError
from bleak_retry_connector import establish_connection

from devices.ble_frames import FrameIntake
from devices.catalog import DeviceModel
from devices.link import Backoff, LinkState
from devices.reading import Header, Intake, Link, LinkReason, Origin

_LOG = logging.getLogger(__name__)

# Not heard for this long, a device is out of range or switched off.
_NOT_SEEN_DELAY = 10.0
_CONNECT_TIMEOUT = 20.0
_SUBSCRIBE_TIMEOUT = 10.0
_DISCONNECT_TIMEOUT = 5.0
_CONNECT_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class BleDevice:
    """One configured device: which bed it belongs to, where it is, what it is."""

    bed: str
    id: str
    address: str
    model: DeviceModel
    origin: Origin = Origin.REAL


class DeviceLink:
    """Keeps one device read, for ever. Sightings come from the gateway's scanner."""

    def __init__(
        self,
        row: BleDevice,
        intake: Intake,
        connecting: asyncio.Lock,
        client_options: dict[str, Any],
    ) -> None:
        self.row = row
        self._intake = intake
        self._connecting = connecting
        self._client_options = client_options
        self._state = LinkState()
        self._backoff = Backoff()
        self._seen = asyncio.Event()
        self._sighting: BLEDevice | None = None
        self._connected = False
        self._frames = FrameIntake(row.model, self._header, intake)

    @property
    def missing(self) -> bool:
        """Whether it is not connected."""
        return not self._connected

    def sighted(self, device: BLEDevice) -> None:
        """It advertises, so it can be connected to now."""
        self._sighting = device
        self._seen.set()

    def adapter_lost(self) -> None:
        """There is no scanner to find it with."""
        if self.missing:
            self._tell(up=False, reason=LinkReason.ADAPTER_UNAVAILABLE)

    async def keep(self) -> None:
        """Find, read, lose and find it again until cancelled."""
        while True:
            device = await self._find()
            try:
                reason = await self._read(device)
            except Exception as error:  # noqa: BLE001  # no device may end the service
                reason = LinkReason.CONNECT_FAILED
                _LOG.info("%s: cannot read: %s", self._name, error or type(error).__name__)
            finally:
                self._connected = False
            if self.row.model.streams or reason is LinkReason.CONNECT_FAILED:
                self._tell(up=False, reason=reason)
            await asyncio.sleep(self._backoff.next_delay())

    @property
    def _name(self) -> str:
        return f"{self.row.bed} {self.row.id} ({self.row.address})"

    async def _find(self) -> BLEDevice:
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
        return self._sighting

    async def _read(self, device: BLEDevice) -> LinkReason:
        """One connection, from connecting to its end; the reason of the end."""
        session = _Session(self.row.model.silence)
        async with self._connecting, asyncio.timeout(_CONNECT_TIMEOUT):
            client = await establish_connection(
                BleakClient,
                device,
                self._name,
                disconnected_callback=session.disconnected,
                max_attempts=_CONNECT_ATTEMPTS,
                **self._client_options,
            )
        self._connected = True
        try:
            session.heard()
            await self._subscribe(client, session)
            if not self.row.model.streams:
                self._works()
            return await session.end
        finally:
            session.close()
            self._frames.connection_over()
            await _disconnect(client)

    async def _subscribe(self, client: BleakClient, session: "_Session") -> None:
        def on_frame(characteristic: BleakGATTCharacteristic, data: bytearray) -> None:
            session.heard()
            self._works()  # a stream that is connected but sends nothing does not work
            self._frames.receive(_short(characteristic), bytes(data))

        offered = {_short(found): found for found in client.services.characteristics.values()}
        wanted = [offered[name] for name in self.row.model.measurements if name in offered]
        if not wanted:
            names = " or ".join(self.row.model.measurements)
            raise BleakError(f"a {self.row.model.name} offers {names}, this device does not")
        async with asyncio.timeout(_SUBSCRIBE_TIMEOUT):
            for characteristic in wanted:
                await client.start_notify(characteristic, on_frame)

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


class _Session:
    """How long one connection lives: until the link is lost or, for a stream, silent too long."""

    def __init__(self, silence: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._silence = silence
        self._watch: asyncio.TimerHandle | None = None
        self.end: asyncio.Future[LinkReason] = self._loop.create_future()

    def heard(self) -> None:
        """The link stands, or data came: the silence begins again."""
        self.close()
        if self._silence is not None and not self.end.done():
            self._watch = self._loop.call_later(self._silence, self._finish, LinkReason.SILENT)

    def disconnected(self, _client: BleakClient) -> None:
        """The link is lost."""
        self._finish(LinkReason.DISCONNECTED)

    def close(self) -> None:
        """Watch no longer."""
        if self._watch is not None:
            self._watch.cancel()

    def _finish(self, reason: LinkReason) -> None:
        if not self.end.done():
            self.end.set_result(reason)


def _short(characteristic: BleakGATTCharacteristic) -> str:
    """The four digits of an assigned UUID: "2A35"."""
    return characteristic.uuid[4:8].upper()


async def _disconnect(client: BleakClient) -> None:
    try:
        async with asyncio.timeout(_DISCONNECT_TIMEOUT):
            await client.disconnect()
    except Exception as error:  # noqa: BLE001  # the link is given up in any case
        _LOG.info("%s did not disconnect cleanly: %s", client.address, error)
