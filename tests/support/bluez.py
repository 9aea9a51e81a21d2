"""The face of BlueZ on D-Bus, over the virtual radio: bleak's own Linux backend reads it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from simulators.radio import VirtualAdapter

ADAPTER = "/org/bluez/hci0"
_DEVICE = "org.bluez.Device1"
_SERVICE = "org.bluez.GattService1"
_CHARACTERISTIC = "org.bluez.GattCharacteristic1"

_Properties = dict[str, Variant]
_Answer = Callable[[Message], Awaitable[Message]]


@asynccontextmanager
async def bluez(address: str, adapter: VirtualAdapter) -> AsyncGenerator["BluezFace", None]:
    """Answer as org.bluez on the bus at `address`."""
    bus = await MessageBus(bus_address=address).connect()
    async with asyncio.TaskGroup() as tasks:
        face = BluezFace(bus, adapter, tasks)
        bus.add_message_handler(face.handle)
        await bus.request_name("org.bluez")
        try:
            yield face
        finally:
            await face.close()
            bus.disconnect()


class BluezFace:
    """One adapter, its devices and their GATT objects, as far as bleak asks for them."""

    def __init__(self, bus: MessageBus, adapter: VirtualAdapter, tasks: asyncio.TaskGroup) -> None:
        self._bus = bus
        self._adapter = adapter
        self._tasks = tasks
        self._scanner = BleakScanner(self._heard, backend=adapter.scanner_backend)
        self._scanning = False
        self.heard = asyncio.Event()
        self._near: dict[str, BLEDevice] = {}
        self._clients: dict[str, BleakClient] = {}
        self._found: dict[str, tuple[BleakClient, BleakGATTCharacteristic]] = {}
        self.objects: dict[str, dict[str, _Properties]] = {ADAPTER: {"org.bluez.Adapter1": {
            "Address": Variant("s", "F0:00:00:00:00:01"),
            "Powered": Variant("b", True),
            "Roles": Variant("as", ["central"]),
        }}}  # fmt: skip
        self._answers: dict[str, _Answer] = {
            "GetManagedObjects": self._managed_objects,
            "SetDiscoveryFilter": self._nothing,
            "StartDiscovery": self._start_discovery,
            "StopDiscovery": self._stop_discovery,
            "Connect": self._connect,
            "Disconnect": self._disconnect,
            "StartNotify": self._start_notify,
            "StopNotify": self._nothing,
        }

    def handle(self, message: Message) -> bool:
        """Take a method call; its answer comes from a task."""
        answer = self._answers.get(message.member or "")
        if message.message_type is not MessageType.METHOD_CALL or answer is None:
            return False
        self._tasks.create_task(self._reply(answer, message), name=f"bluez {message.member}")
        return True

    async def close(self) -> None:
        """End links and scanning."""
        for client in self._clients.values():
            await client.disconnect()
        if self._scanning:
            await self._scanner.stop()

    async def _reply(self, answer: _Answer, message: Message) -> None:
        try:
            reply = await answer(message)
        except Exception as error:  # noqa: BLE001  # bluetoothd answers every failure like this
            reply = Message.new_error(message, "org.bluez.Error.Failed", str(error))
        await self._bus.send(reply)

    async def _managed_objects(self, message: Message) -> Message:
        return Message.new_method_return(message, "a{oa{sa{sv}}}", [self.objects])

    async def _nothing(self, message: Message) -> Message:
        return Message.new_method_return(message)

    async def _start_discovery(self, message: Message) -> Message:
        await self._scanner.start()
        self._scanning = True
        return Message.new_method_return(message)

    async def _stop_discovery(self, message: Message) -> Message:
        await self._scanner.stop()
        self._scanning = False
        return Message.new_method_return(message)

    async def _connect(self, message: Message) -> Message:
        path = message.path or ""

        def lost(_: BleakClient) -> None:
            self._change(path, _DEVICE, Connected=False, ServicesResolved=False)

        client = BleakClient(self._near[path], lost, backend=self._adapter.client_backend)
        await client.connect()
        self._clients[path] = client
        self._change(path, _DEVICE, Connected=True)
        self._export_services(path, client)
        self._change(path, _DEVICE, ServicesResolved=True)
        return Message.new_method_return(message)

    async def _disconnect(self, message: Message) -> Message:
        await self._clients[message.path or ""].disconnect()
        return Message.new_method_return(message)

    async def _start_notify(self, message: Message) -> Message:
        path = message.path or ""
        client, characteristic = self._found[path]

        def value(_: BleakGATTCharacteristic, data: bytearray) -> None:
            self._signal_change(path, _CHARACTERISTIC, {"Value": Variant("ay", bytes(data))})

        await client.start_notify(characteristic, value)
        return Message.new_method_return(message)

    def _heard(self, device: BLEDevice, told: AdvertisementData) -> None:
        path = f"{ADAPTER}/dev_{device.address.replace(':', '_')}"
        self._near[path] = device
        self.heard.set()
        if path in self.objects:
            self._change(path, _DEVICE, RSSI=told.rssi)
            return
        name = told.local_name or device.address.replace(":", "-")
        flags = ("Paired", "Bonded", "Trusted", "Blocked", "Connected", "ServicesResolved")
        self._export(path, _DEVICE, {
            "Address": Variant("s", device.address),
            "AddressType": Variant("s", "random"),
            "Alias": Variant("s", name),
            "Name": Variant("s", name),
            "Adapter": Variant("o", ADAPTER),
            "UUIDs": Variant("as", told.service_uuids),
            "RSSI": Variant("n", told.rssi),
            **{flag: Variant("b", False) for flag in flags},
        })  # fmt: skip

    def _export_services(self, path: str, client: BleakClient) -> None:
        for service in client.services:
            service_path = f"{path}/service{service.handle:04x}"
            self._export(service_path, _SERVICE, {
                "UUID": Variant("s", service.uuid),
                "Device": Variant("o", path),
                "Primary": Variant("b", True),
            })  # fmt: skip
            for found in service.characteristics:
                found_path = f"{service_path}/char{found.handle:04x}"
                self._found[found_path] = (client, found)
                self._export(found_path, _CHARACTERISTIC, {
                    "UUID": Variant("s", found.uuid),
                    "Service": Variant("o", service_path),
                    "Flags": Variant("as", [str(flag) for flag in found.properties]),
                })  # fmt: skip

    def _export(self, path: str, interface: str, properties: _Properties) -> None:
        if path not in self.objects:
            self.objects[path] = {interface: properties}
            body = [path, self.objects[path]]
            manager = "org.freedesktop.DBus.ObjectManager"
            self._signal("/", manager, "InterfacesAdded", "oa{sa{sv}}", body)

    def _change(self, path: str, interface: str, **values: bool | int) -> None:
        known = self.objects[path][interface]
        changed = {name: Variant(known[name].signature, value) for name, value in values.items()}
        known.update(changed)
        self._signal_change(path, interface, changed)

    def _signal_change(self, path: str, interface: str, changed: _Properties) -> None:
        properties = "org.freedesktop.DBus.Properties"
        body: list[Any] = [interface, changed, []]
        self._signal(path, properties, "PropertiesChanged", "sa{sv}as", body)

    def _signal(
        self, path: str, interface: str, member: str, signature: str, body: list[Any]
    ) -> None:
        signal = Message.new_signal(path, interface, member, signature, body)
        if self._bus.connected:
            self._bus.send(signal)
