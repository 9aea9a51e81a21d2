"""bleak's client backend over a bumble host: the real BleakClient reads virtual devices."""

import asyncio
import functools
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError, BleakGATTProtocolErrorCode
from bumble import core, hci
from bumble.att import ATT_Error
from bumble.device import Connection, Device, Peer
from bumble.gatt_client import CharacteristicProxy, DescriptorProxy

from simulators.bleak_scanner import Target, full_uuid

_CONNECT_TIMEOUT = 10.0


class RadioClient(BaseBleakClient):
    """One GATT connection through the host that heard the device."""

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_options: Any,
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        if isinstance(address_or_ble_device, str):
            raise BleakError("this backend connects to a BLEDevice of its scanner, not an address")
        self._name = address_or_ble_device.name or self.address
        self._target = cast("Target", address_or_ble_device.details)
        self._connection: Connection | None = None

    @property
    def name(self) -> str:
        """The advertised name."""
        return self._name

    @property
    def mtu_size(self) -> int:
        """The MTU of ATT."""
        return 23 if self._connection is None else self._connection.att_mtu

    @property
    def is_connected(self) -> bool:
        """Whether the link stands."""
        return self._connection is not None

    async def connect(self, pair: bool, **options: Any) -> None:
        """Connect and discover all services; `timeout` in seconds may be among the options."""
        host, address = self._target
        async with _bleak_errors():
            try:
                connection = await host.connect(
                    address, timeout=options.get("timeout", _CONNECT_TIMEOUT)
                )
            except asyncio.CancelledError:
                await _abandon(host, address)
                raise
            self._connection = connection
            connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnected)
            if pair:
                await connection.pair()
            elif await _is_bonded(host, connection):
                await connection.encrypt()
            # A request after the link's end would wait for an answer for half a minute.
            discovering = _discover(Peer(connection))
            self.services = await connection.cancel_on_disconnection(discovering)

    async def disconnect(self) -> None:
        """End the link; nothing happens where there is none."""
        if self._connection is not None:
            async with _bleak_errors():
                await self._connection.disconnect()

    async def pair(self, *_args: Any, **_options: Any) -> None:
        """Pair, without any input or output."""
        async with _bleak_errors():
            await self._connected().pair()

    async def unpair(self) -> None:
        """Forget the bond. Raises BleakError where there is none."""
        host, address = self._target
        if host.keystore is not None:
            async with _bleak_errors():
                try:
                    await host.keystore.delete(str(address))
                except KeyError:
                    raise BleakError(f"{self.address} is not paired") from None

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,  # noqa: ARG002  # a virtual radio is quick: nothing is cached
        **_options: Any,
    ) -> bytearray:
        """Read a value over the air."""
        async with _bleak_errors():
            return bytearray(await _proxy(characteristic).read_value())

    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        *,
        use_cached: bool = False,  # noqa: ARG002  # as above
        **_options: Any,
    ) -> bytearray:
        """Read a descriptor over the air."""
        async with _bleak_errors():
            return bytearray(await cast("DescriptorProxy", descriptor.obj).read_value())

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        """Write a value."""
        async with _bleak_errors():
            await _proxy(characteristic).write_value(bytes(data), with_response=response)

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Write a descriptor."""
        async with _bleak_errors():
            proxy = cast("DescriptorProxy", descriptor.obj)
            await proxy.write_value(bytes(data), with_response=True)

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_options: Any
    ) -> None:
        """Subscribe to notifications, or to indications where there are only those."""

        def on_value(value: bytes) -> None:
            callback(bytearray(value))

        async with _bleak_errors():
            await _proxy(characteristic).subscribe(on_value)

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        async with _bleak_errors():
            await _proxy(characteristic).unsubscribe()

    def _on_disconnected(self, _reason: int) -> None:
        self._connection = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    def _connected(self) -> Connection:
        if self._connection is None:
            raise BleakError(f"{self.address} is not connected")
        return self._connection


async def _is_bonded(host: Device, connection: Connection) -> bool:
    keys = host.keystore
    return keys is not None and await keys.get(str(connection.peer_address)) is not None


async def _discover(peer: Peer) -> BleakGATTServiceCollection:
    collection = BleakGATTServiceCollection()
    for service in await peer.discover_services():
        ours = BleakGATTService(service, service.handle, full_uuid(service.uuid))
        collection.add_service(ours)
        for found in await service.discover_characteristics():
            characteristic = BleakGATTCharacteristic(
                found,
                found.handle,
                full_uuid(found.uuid),
                list(gatt_char_props_to_strs(int(found.properties))),
                functools.partial(_room_for_write, peer.connection),
                ours,
            )
            collection.add_characteristic(characteristic)
            for descriptor in await found.discover_descriptors():
                collection.add_descriptor(
                    BleakGATTDescriptor(
                        descriptor, descriptor.handle, full_uuid(descriptor.type), characteristic
                    )
                )
    return collection


async def _abandon(host: Device, address: hci.Address) -> None:
    """Take a cancelled connect back, also one that has just succeeded."""
    try:
        await host.send_sync_command(
            hci.HCI_LE_Create_Connection_Cancel_Command()  # pyright: ignore[reportUnknownArgumentType]  # bumble leaves it open
        )
    except hci.HCI_Error:
        connection = host.find_connection_by_bd_addr(address)
        if connection is not None:
            await connection.disconnect()


@asynccontextmanager
async def _bleak_errors() -> AsyncGenerator[None, None]:
    """Raise bumble's errors as bleak's.

    bumble cancels the future of a request whose link is lost; to the caller that would look as if
    its own task had been cancelled, and a device's task would end without a word.
    """
    try:
        yield
    except ATT_Error as error:
        raise BleakGATTProtocolError(BleakGATTProtocolErrorCode(error.error_code)) from error
    except core.TimeoutError as error:
        raise TimeoutError(str(error) or "the device did not answer") from error
    except core.BaseBumbleError as error:
        raise BleakError(str(error)) from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise BleakError("the link was lost") from error


def _proxy(characteristic: BleakGATTCharacteristic) -> CharacteristicProxy[bytes]:
    return cast("CharacteristicProxy[bytes]", characteristic.obj)


def _room_for_write(connection: Connection) -> int:
    return connection.att_mtu - 3
