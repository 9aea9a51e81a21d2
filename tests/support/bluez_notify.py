"""StartNotify of the face of BlueZ: who holds which characteristic, over all connections."""

import asyncio
from collections.abc import Callable

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bumble.device import Connection
from dbus_fast import Message


class NotifyClients:
    """The programs that hold notifications; each hears every value, by a signal of its own.

    As in bluetoothd, whoever holds a characteristic of a bonded device is registered again as soon
    as the device is linked; for anybody else the value is confirmed and lost.
    """

    def __init__(self, signal: Callable[[str, bytes], None]) -> None:
        self._signal = signal
        self._holders: dict[str, set[str]] = {}
        self._handles: dict[str, int] = {}
        self._news = asyncio.Event()
        self.told = 0  # signals sent

    @property
    def held(self) -> bool:
        """Whether anybody holds anything."""
        return any(self._holders.values())

    async def held_by(self, programs: int) -> None:
        """Wait until so many hold one and the same characteristic."""
        while max(map(len, self._holders.values()), default=0) < programs:
            self._news.clear()
            await self._news.wait()

    def forget(self) -> None:
        """Know of nobody, as after a restart."""
        self._holders.clear()

    async def start(
        self,
        path: str,
        holder: str,
        client: BleakClient,
        characteristic: BleakGATTCharacteristic,
    ) -> None:
        """Hold it; subscribe as well where the device is connected."""
        holders = self._holders.setdefault(path, set())
        if holder in holders:
            return
        self._handles[path] = characteristic.handle
        if client.is_connected:
            await client.start_notify(characteristic, lambda _, data: self._told(path, data))
        holders.add(holder)
        self._news.set()

    def stop(self, path: str, holder: str) -> None:
        """Hold it no more."""
        self._holders.get(path, set()).discard(holder)

    def gone(self, holder: str) -> None:
        """A program left the bus."""
        for path in self._holders:
            self.stop(path, holder)

    def linked(self, device: str, link: Connection) -> None:
        """A bonded device is linked: register everybody who holds one of its characteristics."""
        for path, holders in self._holders.items():
            for _ in holders if path.startswith(f"{device}/") else ():
                told, handle = self._callback(path), self._handles[path]
                link.gatt_client.indication_subscribers.setdefault(handle, set()).add(told)
                link.gatt_client.notification_subscribers.setdefault(handle, set()).add(told)

    def _callback(self, path: str) -> Callable[[bytes], None]:
        return lambda value: self._told(path, value)

    def _told(self, path: str, value: bytes | bytearray) -> None:
        self.told += 1
        self._signal(path, bytes(value))


def listen_for_leavers() -> Message:
    """Ask the bus to tell who leaves it."""
    name = "org.freedesktop.DBus"
    rule = f"type='signal',sender='{name}',member='NameOwnerChanged'"
    return Message(name, "/org/freedesktop/DBus", name, "AddMatch", signature="s", body=[rule])
