"""The face of BlueZ on D-Bus, over the virtual radio: bleak's own Linux backend reads it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError, BleakGATTProtocolError
from bumble.device import Connection, Device
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from simulators.radio import VirtualAdapter
from tests.support.bluez_agents import Agents
from tests.support.bluez_notify import NotifyClients, listen_for_leavers

ADAPTER = "/org/bluez/hci0"
_DEVICE = "org.bluez.Device1"
_SERVICE = "org.bluez.GattService1"
_OBJECTS = "org.freedesktop.DBus.ObjectManager"
_CHARACTERISTIC = "org.bluez.GattCharacteristic1"
# ATT: insufficient authentication, encryption key size, encryption (bluetoothd, gatt-client.c)
_NOT_PAIRED = (0x05, 0x0C, 0x0F)

_Properties = dict[str, Variant]
_Answer = Callable[[Message], Awaitable[Message]]


@asynccontextmanager
async def bluez(address: str, adapter: VirtualAdapter) -> AsyncGenerator["BluezFace", None]:
    """Answer as org.bluez on the bus at `address`."""
    bus = await MessageBus(bus_address=address).connect()
    async with asyncio.TaskGroup() as tasks:
        face = BluezFace(bus, adapter, tasks)
        bus.add_message_handler(face.handle)
        await bus.call(listen_for_leavers())
        await bus.request_name("org.bluez")
        try:
            yield face
        finally:
            await face.close()
            bus.disconnect()


class RefusedError(Exception):
    """The last part of the name of an error of org.bluez."""


class BluezFace:
    """One adapter, its devices and their GATT objects, as far as bleak asks for them."""

    def __init__(self, bus: MessageBus, adapter: VirtualAdapter, tasks: asyncio.TaskGroup) -> None:
        self._bus = bus
        self._adapter = adapter
        self._tasks = tasks
        self._scanner = BleakScanner(self._heard, backend=adapter.scanner_backend)
        self._scanning = False
        self.untold_links = 0  # so many more stand without a word, as now and then in BlueZ 5.66
        self.heard = asyncio.Event()
        self._near: dict[str, BLEDevice] = {}
        self._clients: dict[str, BleakClient] = {}
        self.agents = Agents(bus)
        self.notifying = NotifyClients(self._value)
        adapter.host.on(Device.EVENT_CONNECTION, self._linked)
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
            "StopNotify": self._stop_notify,
            "Pair": self._pair,
            "RemoveDevice": self._remove_device,
            "Set": self._set,
            "GetAll": self._get_all,
            "RegisterAgent": self.agents.register,
            "RequestDefaultAgent": self.agents.make_default,
            "UnregisterAgent": self.agents.unregister,
        }

    def handle(self, message: Message) -> bool:
        """Take a method call; its answer comes from a task."""
        if message.member == "NameOwnerChanged":
            name, _, owner = message.body
            if not owner:
                self.notifying.gone(name)
        answer = self._answers.get(message.member or "")
        if message.message_type is not MessageType.METHOD_CALL or answer is None:
            return False
        self._tasks.create_task(self._reply(answer, message), name=f"bluez {message.member}")
        return True

    async def heard_times(self, times: int) -> None:
        """Wait for so many advertisements from now on."""
        for _ in range(times):
            self.heard.clear()
            await self.heard.wait()

    async def restart(self) -> None:
        """Leave the bus and come back knowing only the bonds."""
        await self._bus.release_name("org.bluez")
        self.notifying.forget()
        await self._bus.request_name("org.bluez")

    async def close(self) -> None:
        """End links and scanning."""
        for client in self._clients.values():
            await client.disconnect()
        if self._scanning:
            await self._scanner.stop()

    async def _reply(self, answer: _Answer, message: Message) -> None:
        try:
            reply = await answer(message)
        except RefusedError as error:
            reply = Message.new_error(message, f"org.bluez.Error.{error}", str(error))
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
            told = [it for it in ("Connected", "ServicesResolved") if self.says(path, it)]
            self._change(path, _DEVICE, **dict.fromkeys(told, False))
            if not self.says(path, "Bonded"):
                self._forget(f"{path}/")

        client = BleakClient(self._near[path], lost, backend=self._adapter.client_backend)
        await client.connect()
        self._clients[path] = client
        if not self.untold_links:
            self._change(path, _DEVICE, Connected=True)
        self.untold_links = max(0, self.untold_links - 1)
        self._export_services(path, client)
        self._change(path, _DEVICE, ServicesResolved=True)
        return Message.new_method_return(message)

    async def _disconnect(self, message: Message) -> Message:
        await self._clients[message.path or ""].disconnect()
        return Message.new_method_return(message)

    async def _pair(self, message: Message) -> Message:
        path = message.path or ""
        if self.says(path, "Paired"):
            raise RefusedError("AlreadyExists")
        if not await self.agents.allow(message.sender, path):
            raise RefusedError("AuthenticationFailed")
        try:
            await self._clients[path].pair()
        except BleakError as error:
            raise RefusedError("AuthenticationFailed") from error
        self._change(path, _DEVICE, Paired=True, Bonded=True)
        return Message.new_method_return(message)

    async def _remove_device(self, message: Message) -> Message:
        (path,) = message.body
        await self._clients[path].unpair()
        await self._clients[path].disconnect()
        self._forget(path)
        return Message.new_method_return(message)

    async def _set(self, message: Message) -> Message:
        interface, name, value = message.body
        self._change(message.path or "", interface, **{name: value.value})
        return Message.new_method_return(message)

    async def _get_all(self, message: Message) -> Message:
        (interface,) = message.body
        properties = self.objects[message.path or ""][interface]
        return Message.new_method_return(message, "a{sv}", [properties])

    async def _start_notify(self, message: Message) -> Message:
        path = message.path or ""
        client, characteristic = self._found[path]
        try:
            await self.notifying.start(path, message.sender or "", client, characteristic)
        except BleakGATTProtocolError as error:
            if error.code in _NOT_PAIRED:
                return Message.new_error(message, "org.bluez.Error.NotPermitted", "Not paired")
            text = f"ATT error: 0x{error.code:02x}"
            return Message.new_error(message, "org.bluez.Error.Failed", text)
        self.objects[path][_CHARACTERISTIC]["Notifying"] = Variant("b", True)
        return Message.new_method_return(message)

    async def _stop_notify(self, message: Message) -> Message:
        self.notifying.stop(message.path or "", message.sender or "")
        return Message.new_method_return(message)

    def _linked(self, link: Connection) -> None:
        """As bluetoothd does before it looks at anything else of the device."""
        path = _path(link.peer_address.to_string(with_type_qualifier=False))
        if path in self.objects and self.says(path, "Bonded"):
            self.notifying.linked(path, link)

    def _value(self, path: str, data: bytes) -> None:
        self._signal_change(path, _CHARACTERISTIC, {"Value": Variant("ay", data)})

    def _heard(self, device: BLEDevice, told: AdvertisementData) -> None:
        path = _path(device.address)
        self._near[path] = device
        self.heard.set()
        if path in self.objects:
            self._change(path, _DEVICE, RSSI=told.rssi)
            return
        name = told.local_name or device.address.replace(":", "-")
        flags = ("Paired", "Bonded", "Trusted", "Blocked", "Connected", "ServicesResolved")
        texts = {"Address": device.address, "AddressType": "random", "Alias": name, "Name": name}
        self._export(path, _DEVICE, {
            **{key: Variant("s", text) for key, text in texts.items()},
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
                    "Notifying": Variant("b", False),
                    "Flags": Variant("as", [str(flag) for flag in found.properties]),
                })  # fmt: skip

    def _export(self, path: str, interface: str, properties: _Properties) -> None:
        if path not in self.objects:
            self.objects[path] = {interface: properties}
            body = [path, self.objects[path]]
            self._signal("/", _OBJECTS, "InterfacesAdded", "oa{sa{sv}}", body)

    def _forget(self, prefix: str) -> None:
        """Remove the objects whose path begins like this."""
        for path in [path for path in self.objects if path.startswith(prefix)]:
            body = [path, list(self.objects.pop(path))]
            self._signal("/", _OBJECTS, "InterfacesRemoved", "oas", body)

    def says(self, path: str, flag: str) -> bool:
        """A flag of a device."""
        return self.objects[path][_DEVICE][flag].value

    def _change(self, path: str, interface: str, **values: bool | int) -> None:
        known = self.objects[path][interface]
        changed = {name: Variant(known[name].signature, value) for name, value in values.items()}
        known.update(changed)
        self._signal_change(path, interface, changed)

    def _signal_change(self, path: str, interface: str, changed: _Properties) -> None:
        body: list[Any] = [interface, changed, []]
        properties = "org.freedesktop.DBus.Properties"
        self._signal(path, properties, "PropertiesChanged", "sa{sv}as", body)

    def _signal(
        self, path: str, interface: str, member: str, signature: str, body: list[Any]
    ) -> None:
        signal = Message.new_signal(path, interface, member, signature, body)
        if self._bus.connected:
            self._bus.send(signal)


def _path(address: str) -> str:
    return f"{ADAPTER}/dev_{address.replace(':', '_')}"
