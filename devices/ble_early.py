"""Early indications: what a bonded device says before bleak has subscribed is heard too (BlueZ).

A bonded device remembers who was subscribed and indicates as soon as it is linked. bluetoothd
confirms that, so the device forgets it, but hands it on only to programs that hold StartNotify by
then: it registers them before it does anything else. bleak begins anew with each connection and
comes too late, so we hold it ourselves, over all connections.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from dbus_fast import Message, MessageType

from devices.ble_adapter import why_unusable
from devices.ble_connection import short_uuid
from devices.bluez import (
    CHARACTERISTIC,
    SERVICE,
    Bluez,
    BluezError,
    Objects,
    bluez,
    devices_at,
    says,
)
from devices.link import Backoff

_LOG = logging.getLogger(__name__)

_LOOK_PERIOD = 15.0
"""Seconds after which a device that was paired, added or removed meanwhile is noticed."""

_BUS = "org.freedesktop.DBus"
_VALUES = (
    f"type='signal',sender='{SERVICE}',interface='{_BUS}.Properties',"
    f"member='PropertiesChanged',arg0='{CHARACTERISTIC}'"
)
_RESTARTS = f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{SERVICE}'"


@dataclass(frozen=True, slots=True)
class Listener:
    """A device by its address, the characteristics to hold ("2A35"), and who hears their frames."""

    address: str
    characteristics: frozenset[str]
    hear: Callable[[str, bytes], None]


class _Held(NamedTuple):
    characteristic: str
    hear: Callable[[str, bytes], None]


class EarlyIndications:
    """Holds the notifications of bonded devices, whatever becomes of bluetoothd and the bus.

    Each frame comes here and by bleak, so only frames that are known again may be listened to.
    `listeners` is asked every 15 s; those not bonded are passed over.
    """

    def __init__(self, listeners: Callable[[], Iterable[Listener]]) -> None:
        self._listeners = listeners
        self._held: dict[str, _Held] = {}  # by object path of the characteristic
        self._look = asyncio.Event()
        self._down = ""  # why there is none

    @property
    def held(self) -> frozenset[str]:
        """The object paths of the characteristics that are held."""
        return frozenset(self._held)

    def look(self) -> None:
        """Something may have been paired: look now."""
        self._look.set()

    async def keep(self) -> None:
        """Hold them until cancelled; where it fails, devices are read as without it."""
        backoff = Backoff()
        while True:
            try:
                async with bluez() as service:
                    service.bus.add_message_handler(self._on_message)
                    await _match(service, _VALUES)
                    await _match(service, _RESTARTS)
                    while service.bus.connected:
                        await self._hold_all(service)
                        backoff.reset()
                        self._works()
                        await self._until_look()
                self._failed("the bus closed")
            except Exception as error:  # noqa: BLE001  # without it devices are read all the same
                self._failed(why_unusable(error))
            self._held.clear()
            await asyncio.sleep(backoff.next_delay())

    async def _hold_all(self, service: Bluez) -> None:
        objects = await service.objects()
        wanted = dict(_wanted(objects, self._listeners()))
        for path in self._held.keys() - wanted.keys():
            del self._held[path]
            await _tried(service, path, "StopNotify")
        for path, held in wanted.items():
            # Where nobody is notified, bluetoothd has forgotten us: the device was paired anew.
            forgotten = not says(objects[path][CHARACTERISTIC], "Notifying", otherwise=True)
            if path in self._held and not forgotten:
                self._held[path] = held
                continue
            self._held[path] = held  # a frame may come before the answer
            if not await _tried(service, path, "StartNotify"):
                del self._held[path]

    async def _until_look(self) -> None:
        self._look.clear()
        try:
            async with asyncio.timeout(_LOOK_PERIOD):
                await self._look.wait()
        except TimeoutError:
            return

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.member == "NameOwnerChanged":
            self._held.clear()  # bluetoothd knows nothing of us after a restart
            self._look.set()
        elif message.member == "PropertiesChanged" and message.path in self._held:
            changed = message.body[1]
            if "Value" in changed:
                held = self._held[message.path]
                held.hear(held.characteristic, bytes(changed["Value"].value))

    def _failed(self, why: str) -> None:
        """A reason is told once, however often it is met again."""
        level = logging.DEBUG if why == self._down else logging.WARNING
        _LOG.log(level, "what a paired device says before we are connected is not heard: %s", why)
        self._down = why

    def _works(self) -> None:
        if self._down:
            _LOG.info("what paired devices say before we are connected is heard again")
            self._down = ""


def _wanted(objects: Objects, listeners: Iterable[Listener]) -> Iterable[tuple[str, _Held]]:
    for listener in listeners:
        for device, properties in devices_at(objects, listener.address).items():
            if not says(properties, "Paired", otherwise=False):
                continue
            for path, faces in objects.items():
                if not path.startswith(f"{device}/") or CHARACTERISTIC not in faces:
                    continue
                name = short_uuid(says(faces[CHARACTERISTIC], "UUID", otherwise=""))
                if name in listener.characteristics:
                    yield path, _Held(name, listener.hear)


async def _tried(service: Bluez, path: str, member: str) -> bool:
    """Whether it worked; of a device that does not let us, bleak and the driver tell."""
    try:
        await service.call(path, CHARACTERISTIC, member)
    except BluezError as error:
        _LOG.debug("%s %s: %s", path, member, error)
        return error.name == f"{SERVICE}.Error.InProgress"  # we hold it already
    return True


async def _match(service: Bluez, rule: str) -> None:
    call = Message(_BUS, "/org/freedesktop/DBus", _BUS, "AddMatch", signature="s", body=[rule])
    answer = await service.bus.call(call)
    if answer.message_type is MessageType.ERROR:
        raise BluezError(answer.error_name or "", f"no signals: {answer.body}")
