"""One connection to a Bluetooth device: subscribe, converse, and know when it is over."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import (
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from bleak_retry_connector import establish_connection

from devices.ble_adapter import Sighting
from devices.ble_frames import FrameIntake
from devices.catalog import DeviceModel
from devices.reading import LinkReason
from devices.speech.talk import Ask

BATTERY_LEVEL = "2A19"
IDENTITY = ("2A29", "2A24", "2A26")
"""Manufacturer, model number and firmware revision of the Device Information Service."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device says of itself; None where it says nothing."""

    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.manufacturer, self.model, self.firmware)))


_WANTS_PAIRING = frozenset(
    {
        BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION_KEY_SIZE,
        BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
    }
)
_LOG = logging.getLogger(__name__)

_CONNECT_TIMEOUT = 20.0
_SUBSCRIBE_TIMEOUT = 10.0
_ANSWER_TIMEOUT = 5.0
_DISCONNECT_TIMEOUT = 5.0
_CONNECT_ATTEMPTS = 2
_ASSIGNED = re.compile(r"0000([0-9a-f]{4})-0000-1000-8000-00805f9b34fb")


class Connection:
    """A link that stands, from the moment it was made until its `end`.

    `vital` is called for each frame of what the device is there to measure, `known` once the device
    has said what it is.
    """

    def __init__(
        self,
        name: str,
        model: DeviceModel,
        frames: FrameIntake,
        vital: Callable[[], None],
        known: Callable[[Identity], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._name = name
        self._model = model
        self._frames = frames
        self._vital = vital
        self._known = known
        self._watch: asyncio.TimerHandle | None = None
        self._asks: asyncio.Queue[Ask] = asyncio.Queue()
        self._offered: dict[str, BleakGATTCharacteristic] = {}
        self.end: asyncio.Future[LinkReason] = self._loop.create_future()
        self.heard = False  # whether it measured anything

    async def subscribe(self, client: BleakClient) -> None:
        """Listen to what the device measures. Raises BleakError where it offers none of that."""
        self._restart_silence()
        self._offered = {
            short_uuid(found.uuid): found for found in client.services.characteristics.values()
        }
        wanted = [name for name in self._model.measurements if name in self._offered]
        if not wanted:
            names = " or ".join(self._model.measurements)
            raise BleakError(f"a {self._model.name} offers {names}, this device does not")
        # What a device says first must find its conversation begun.
        asks = self._frames.connection_began(self._offered.keys())
        await self._listen(client, wanted)
        for ask in asks:
            self._asks.put_nowait(ask)

    async def _listen(self, client: BleakClient, wanted: list[str]) -> None:
        """Subscribe to what can be. Raises BleakError where nothing can, or the link is lost."""
        refused: list[BleakError] = []
        for name in wanted:
            try:
                async with asyncio.timeout(_SUBSCRIBE_TIMEOUT):
                    await client.start_notify(self._offered[name], self._on_frame)
            except BleakError as error:
                if self.end.done():
                    raise
                refused.append(error)
                _LOG.info("%s does not let us hear its %s: %s", self._name, name, _words(error))
        if len(refused) == len(wanted):
            raise refused[0]

    async def converse(self, client: BleakClient) -> LinkReason:
        """Ask what is to be asked until the connection is over; the reason of its end."""
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(self._ask_all(client), name=f"ask {self._name}")
            try:
                return await self.end
            finally:
                asking.cancel()

    def disconnected(self, _client: BleakClient) -> None:
        """The link is lost."""
        self._finish(LinkReason.DISCONNECTED)

    def close(self) -> None:
        """No further frame can come."""
        self._rest()
        self._frames.connection_over()

    def _on_frame(self, characteristic: BleakGATTCharacteristic, data: bytearray) -> None:
        asks, vital = self._frames.receive(short_uuid(characteristic.uuid), bytes(data))
        for ask in asks:
            self._asks.put_nowait(ask)
        if vital:
            self.heard = True
            self._restart_silence()
            self._vital()

    async def _ask_all(self, client: BleakClient) -> None:
        await self._befriend(client)
        while True:
            try:
                async with asyncio.timeout(self._frames.repeat_period):
                    asks = (await self._asks.get(),)
            except TimeoutError:
                asks = self._frames.repeat()
            for ask in asks:
                await self._ask(client, ask)

    async def _befriend(self, client: BleakClient) -> None:
        """Battery and identity: worth knowing, never worth losing the connection for."""
        battery = self._offered.get(BATTERY_LEVEL)
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT):
                if battery is not None:
                    if "notify" in battery.properties:
                        await client.start_notify(battery, self._on_frame)
                    self._on_frame(battery, await client.read_gatt_char(battery))
                told = [await self._text(client, name) for name in IDENTITY]
        except (BleakError, TimeoutError, OSError) as error:
            _LOG.info("%s tells no battery or identity: %s", self._name, _words(error))
        else:
            if any(told):
                identity = Identity(*told)
                _LOG.info("%s is a %s", self._name, identity)
                self._known(identity)

    async def _text(self, client: BleakClient, characteristic: str) -> str | None:
        """What stands there; None where the device has no such characteristic or left it empty."""
        found = self._offered.get(characteristic)
        if found is None:
            return None
        said = bytes(await client.read_gatt_char(found)).decode(errors="replace")
        return "".join(filter(str.isprintable, said)).strip() or None

    async def _ask(self, client: BleakClient, ask: Ask) -> None:
        """Write it; of a device that cannot be asked, the silence decides."""
        characteristic = self._offered.get(ask.characteristic)
        if characteristic is None:
            _LOG.warning("%s offers no %s to be asked by", self._name, ask.characteristic)
            self._frames.refused(ask)
            return
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT):
                await client.write_gatt_char(
                    characteristic, ask.data, response=_confirmed(ask, characteristic)
                )
        except (BleakError, TimeoutError, OSError) as error:
            _LOG.info("%s cannot be asked by %s: %s", self._name, ask.characteristic, _words(error))
            self._frames.refused(ask)

    def _restart_silence(self) -> None:
        self._rest()
        if self._model.silence is not None and not self.end.done():
            silent = LinkReason.SILENT
            self._watch = self._loop.call_later(self._model.silence, self._finish, silent)

    def _rest(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    def _finish(self, reason: LinkReason) -> None:
        if not self.end.done():
            self.end.set_result(reason)


def _confirmed(ask: Ask, characteristic: BleakGATTCharacteristic) -> bool:
    """As asked, unless the characteristic takes only the other way."""
    ways = {"write", "write-without-response"}.intersection(characteristic.properties)
    return ask.confirmed if len(ways) != 1 else "write" in ways


@asynccontextmanager
async def connected(
    sighting: Sighting, name: str, disconnected: Callable[[BleakClient], None]
) -> AsyncGenerator[BleakClient]:
    """A link to the device heard, made when its adapter is free; given up at the end, within 5 s.

    Nothing is unsubscribed: the end of the link does that, and a device must not think we left.
    """
    made: BleakClient | None = None

    def lost(client: BleakClient) -> None:
        if client is made:  # not the client of an attempt that failed
            disconnected(client)

    async with sighting.adapter.connecting, asyncio.timeout(_CONNECT_TIMEOUT):
        made = client = await _link(sighting, name, lost)
    try:
        yield client
    finally:
        try:
            async with asyncio.timeout(_DISCONNECT_TIMEOUT):
                await client.disconnect()
        except Exception as error:  # noqa: BLE001  # the link is given up in any case
            _LOG.info("%s did not disconnect cleanly: %s", name, _words(error))


async def _link(sighting: Sighting, name: str, lost: Callable[[BleakClient], None]) -> BleakClient:
    """A client with a link, a new one for each attempt.

    BlueZ at times does not tell that a link stands, and bleak then gives it up. The client of such
    an attempt takes itself for connected ever after (bleak 3.1): a second one with it fails.
    """
    for attempt in range(_CONNECT_ATTEMPTS):
        try:
            return await establish_connection(
                BleakClient,
                sighting.device,
                name,
                disconnected_callback=lost,
                max_attempts=1,
                **sighting.adapter.client_options,
            )
        except BleakError as error:
            if attempt == _CONNECT_ATTEMPTS - 1:
                raise
            _LOG.info("%s: no link yet: %s", name, _words(error))
    raise AssertionError("unreachable")


def wants_pairing(error: Exception) -> bool:
    """Whether the device answered that it talks only to whom it is paired with."""
    if isinstance(error, BleakGATTProtocolError):
        return error.code in _WANTS_PAIRING
    # How bluetoothd tells of the same three ATT errors (BlueZ src/gatt-client.c).
    return (
        isinstance(error, BleakDBusError)
        and error.dbus_error == "org.bluez.Error.NotPermitted"
        and "Not paired" in str(error)
    )


def short_uuid(uuid: str) -> str:
    """The four digits of an assigned UUID, "2A35"; any other whole, in lower case."""
    assigned = _ASSIGNED.fullmatch(uuid.lower())
    return assigned[1].upper() if assigned else uuid.lower()


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
