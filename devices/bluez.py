"""BlueZ over a D-Bus connection of our own: what bleak does not offer of it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

SERVICE = "org.bluez"
ADAPTER = "org.bluez.Adapter1"
DEVICE = "org.bluez.Device1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"

Properties = dict[str, Variant]
Objects = dict[str, dict[str, Properties]]
"""Properties by interface by object path."""

_CALL_TIMEOUT = 10.0


class BluezError(Exception):
    """bluetoothd, or the bus on its behalf, answered with an error; `name` as D-Bus calls it."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name.removeprefix('org.bluez.Error.')}: {text}" if text else name)
        self.name = name


class Bluez:
    """Calls to bluetoothd over one connection. Each raises BluezError or TimeoutError."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus

    async def call(
        self, path: str, interface: str, member: str, signature: str = "", *body: Any
    ) -> list[Any]:
        """What the method answers, within 10 s."""
        call = Message(SERVICE, path, interface, member, signature=signature, body=list(body))
        async with asyncio.timeout(_CALL_TIMEOUT):
            answer = await self.bus.call(call)
        if answer.message_type is MessageType.ERROR:
            text = str(answer.body[0]) if answer.body else ""
            raise BluezError(answer.error_name or "no error name", text)
        return answer.body

    async def objects(self) -> Objects:
        """Everything bluetoothd knows now."""
        (objects,) = await self.call("/", OBJECTS, "GetManagedObjects")
        return objects

    async def trust(self, device: str) -> None:
        """Let the device connect without anybody being asked."""
        trusted = Variant("b", value=True)
        await self.call(device, PROPERTIES, "Set", "ssv", DEVICE, "Trusted", trusted)


@asynccontextmanager
async def bluez() -> AsyncGenerator[Bluez]:
    """A connection of our own to the system bus; OSError and the like where there is none."""
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        yield Bluez(bus)
    finally:
        bus.disconnect()


def devices_at(objects: Objects, address: str) -> dict[str, Properties]:
    """The device of that address by object path: once for each adapter that knows it."""
    return {
        path: faces[DEVICE]
        for path, faces in objects.items()
        if DEVICE in faces and says(faces[DEVICE], "Address", "").upper() == address.upper()
    }


def says(properties: Properties, name: str, otherwise: Any) -> Any:
    """The plain value of a property, `otherwise` where the object has none."""
    return properties[name].value if name in properties else otherwise
