"""A virtual radio whose adapter belongs to the Linux kernel: bluetoothd drives it as hci0."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bumble import hci
from bumble.transport import open_transport
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from simulators.radio import VirtualRadio, _Air, _Controller

ADAPTER = "/org/bluez/hci0"
ADDRESS = "00:AA:01:00:00:01"


class _KernelController(_Controller):
    """An adapter with a public address, as dongles have.

    The kernel scans under passing random addresses; bumble's link would send a connection's data
    from the last of them, so it is told of none.
    """

    def __init__(self, air: _Air) -> None:
        super().__init__("hci0", air)
        self.public_address = hci.Address(ADDRESS, hci.Address.PUBLIC_DEVICE_ADDRESS)
        air.on_address_changed(self)

    @property
    def random_address(self) -> hci.Address:
        return self.public_address

    @random_address.setter
    def random_address(self, address: hci.Address | str) -> None:
        del address


@asynccontextmanager
async def kernel_radio() -> AsyncGenerator[VirtualRadio, None]:
    """The air, with the kernel's adapter on it and powered by bluetoothd."""
    radio = VirtualRadio()
    transport = await open_transport("vhci")
    try:
        controller = _KernelController(radio._air)
        transport.source.set_packet_sink(controller)
        controller.set_packet_sink(transport.sink)
        while not (await told(ADAPTER, "org.bluez.Adapter1")).get("Powered"):  # noqa: ASYNC110  # only D-Bus says
            await asyncio.sleep(0.1)
        yield radio
        await _power_off()
    finally:
        await transport.close()


async def _power_off() -> None:
    """Let bluetoothd close what it has open; Linux 6.1 falls over channels of an adapter gone."""
    off = ("org.bluez.Adapter1", "Powered", Variant("b", value=False))
    await call(ADAPTER, "org.freedesktop.DBus.Properties", "Set", "ssv", *off)
    while (await told(ADAPTER, "org.bluez.Adapter1")).get("Powered"):  # noqa: ASYNC110  # as above
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)


async def told(path: str, interface: str) -> dict[str, object]:
    """What bluetoothd says of an object; nothing where it has none."""
    reply = await call(path, "org.freedesktop.DBus.Properties", "GetAll", "s", interface)
    if reply.message_type is not MessageType.METHOD_RETURN:
        return {}
    properties: dict[str, Variant] = reply.body[0]
    return {name: variant.value for name, variant in properties.items()}


async def call(
    path: str, interface: str, member: str, signature: str = "", *body: object
) -> Message:
    """Call bluetoothd over a connection of our own."""
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        message = Message("org.bluez", path, interface, member, signature=signature, body=[*body])
        reply = await bus.call(message)
    finally:
        bus.disconnect()
    assert reply is not None
    return reply
