"""A virtual Bluetooth radio: hosts that hear each other through bumble, without any hardware.

Everything above the antenna is real: advertising, ATT and GATT bytes, bleak's own API on top (see
`bleak_client` and `bleak_scanner`). Physics is what this file adds: a host that goes out of range.
"""

import asyncio
from typing import Any

from bumble import hci, ll
from bumble.controller import Controller
from bumble.device import Device
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from simulators.bleak_client import RadioClient
from simulators.bleak_scanner import RadioScanner, scanner_of

ADAPTER_ADDRESS = "F0:00:00:00:00:01"
"""The address of a radio's own adapter, the one that bleak looks through."""

_RANDOM_STATIC_FIRST = 0xC0
# Seconds between two reports of one advertiser to the host, as scan windows leave it.
_SCAN_PERIOD = 0.25


class VirtualAdapter:
    """A Bluetooth adapter of the gateway: hand its two backends to bleak."""

    def __init__(self, host: Device) -> None:
        self.host = host
        self.client_backend: type[RadioClient] = RadioClient
        self.scanner_backend: type[RadioScanner] = scanner_of(host)


class VirtualRadio:
    """The air that virtual hosts share. Make it on a running loop; it holds no task of its own."""

    def __init__(self) -> None:
        self._air = _Air()
        self._controllers: dict[str, _Controller] = {}

    async def adapter(self, address: str = ADAPTER_ADDRESS) -> VirtualAdapter:
        """Power an adapter on; one carries all devices of a ward, more may share the air."""
        return VirtualAdapter(await self.power_on(address, "adapter"))

    async def power_on(self, address: str, name: str) -> Device:
        """A powered host with that random static address (its two highest bits are 1)."""
        address = address.upper()
        if int(address[:2], 16) < _RANDOM_STATIC_FIRST:
            raise ValueError(f"{address} is no random static address; it begins with C0 to FF")
        if address in self._controllers:
            raise ValueError(f"{address} is on the air already; give each device its own")
        controller = _Controller(name, self._air)
        self._controllers[address] = controller
        pipe = AsyncPipeSink(controller)
        host = Device(name=name, address=hci.Address(address), host=Host(controller, pipe))
        await host.power_on()
        return host

    async def power_off(self, host: Device) -> None:
        """Take a host off the air: its links time out and nobody hears it any more."""
        address = host.random_address.to_string(with_type_qualifier=False)
        self.fade(address)
        controller = self._controllers.pop(address)
        controller.le_legacy_advertiser.stop()
        self._air.remove_controller(controller)
        await host.power_off()
        await asyncio.sleep(0)  # bumble's own cancelled tasks end here

    def fade(self, address: str) -> None:
        """Carry a host out of range: both ends of its links time out, and nobody hears it."""
        faded = self._controllers[address.upper()]
        faded.in_range = False
        for controller in (faded, *self._controllers.values()):
            for link in list(controller.le_connections.values()):
                if faded.random_address in {link.self_address, link.peer_address}:
                    reason = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
                    controller.on_le_disconnected(link, reason)

    def approach(self, address: str) -> None:
        """Bring a host back into range; it is heard at its next advertisement."""
        self._controllers[address.upper()].in_range = True


class _Air(LocalLink):
    """bumble's link, quick enough for a hundred hosts: each packet goes to its addressee."""

    def __init__(self) -> None:
        super().__init__()
        self._by_address: dict[hci.Address, Controller] = {}

    def on_address_changed(self, controller: Controller) -> None:
        self._by_address[controller.random_address] = controller

    def find_le_controller(self, address: hci.Address) -> Controller | None:
        found = self._by_address.get(address)
        return found if found in self.controllers else None

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        loop = asyncio.get_running_loop()
        for controller in self.controllers:
            if controller is not sender_controller and _concerns(packet, controller):
                loop.call_soon(controller.on_ll_advertising_pdu, packet)


class _Controller(Controller):
    """bumble's controller with a range, and a Create Connection Cancel that completes.

    Legacy advertising only: one advertiser a host is all a bedside device has.
    """

    le_features = Controller.le_features & ~(
        hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    )
    in_range = True

    def __init__(self, name: str, air: _Air) -> None:
        super().__init__(name, link=air)
        self._heard: dict[hci.Address, float] = {}

    def send_advertising_pdu(self, packet: ll.AdvertisingPdu) -> None:
        if self.in_range:
            super().send_advertising_pdu(packet)

    def on_ll_advertising_pdu(self, packet: ll.AdvertisingPdu) -> None:
        if not self.in_range:
            return
        if not isinstance(packet, ll.AdvInd) or self._hears(packet.advertiser_address):
            super().on_ll_advertising_pdu(packet)

    def _hears(self, address: hci.Address) -> bool:
        """Whether the scan window is open; it always is for the device to be connected to."""
        pending = self.pending_le_connection
        if pending is not None and pending.peer_address == address:
            return True
        now = asyncio.get_running_loop().time()
        if now - self._heard.get(address, -_SCAN_PERIOD) < _SCAN_PERIOD:
            return False
        self._heard[address] = now
        return True

    def on_hci_le_create_connection_cancel_command(
        self,
        _command: hci.HCI_SyncCommand[Any],  # the cancel itself says nothing more
    ) -> hci.HCI_StatusReturnParameters:
        """Answer, then complete the pending connection with an error (Core 5.4, 4.E.7.8.13)."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address.address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)


def _concerns(packet: ll.AdvertisingPdu, controller: Controller) -> bool:
    """A request for a link concerns its addressee, an advertisement whoever listens."""
    if isinstance(packet, ll.ConnectInd):
        return controller.random_address == packet.advertiser_address
    return controller.le_scan_enable or controller.pending_le_connection is not None
