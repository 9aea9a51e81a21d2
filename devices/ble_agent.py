"""The pairing agent of a gateway without keys or display: it accepts one device, for one pairing.

BlueZ asks an agent before it pairs; on a machine without a desktop there is none, and every pairing
fails.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import NoReturn

from dbus_fast import DBusError
from dbus_fast.annotations import DBusObjectPath, DBusStr, DBusUInt16, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method

from devices.bluez import Bluez, BluezError

AGENT_PATH = "/org/kat_monitor/agent"
CAPABILITY = "NoInputNoOutput"

_INTERFACE = "org.bluez.Agent1"
_AGENTS = "org.bluez.AgentManager1"
_REJECTED = "org.bluez.Error.Rejected"
_LOG = logging.getLogger(__name__)


class PairingAgent(ServiceInterface):
    """Answers bluetoothd while `device` (its object path) is being paired.

    It accepts what asks for nothing but a yes ("just works"), of that device only. `refused` says
    what it last refused of the device, "" if nothing.
    """

    def __init__(self, device: str) -> None:
        super().__init__(_INTERFACE)
        self._device = device
        self.refused = ""

    @dbus_method("RequestAuthorization")
    def request_authorization(self, device: DBusObjectPath) -> None:
        """Just works: may it pair?"""
        self._only_ours(device)
        _LOG.info("pairing agent: %s may pair", _address(device))

    @dbus_method("AuthorizeService")
    def authorize_service(self, device: DBusObjectPath, uuid: DBusStr) -> None:
        """May it use the service?"""
        del uuid
        self._only_ours(device)

    @dbus_method("RequestConfirmation")
    def request_confirmation(self, device: DBusObjectPath, passkey: DBusUInt32) -> None:
        """Are the numbers on both displays the same? There is nobody to compare them."""
        del passkey
        self._refuse(device, "a number to be compared on two displays")

    @dbus_method("RequestPasskey")
    def request_passkey(self, device: DBusObjectPath) -> DBusUInt32:
        """Which number does its display show?"""
        self._refuse(device, "a passkey to be typed in")

    @dbus_method("RequestPinCode")
    def request_pin_code(self, device: DBusObjectPath) -> DBusStr:
        """Which PIN does it have?"""
        self._refuse(device, "a PIN to be typed in")

    @dbus_method("DisplayPasskey")
    def display_passkey(
        self, device: DBusObjectPath, passkey: DBusUInt32, entered: DBusUInt16
    ) -> None:
        """Show a number, to be typed in at the device."""
        del passkey, entered
        self._refuse(device, "a passkey to be shown")

    @dbus_method("DisplayPinCode")
    def display_pin_code(self, device: DBusObjectPath, pincode: DBusStr) -> None:
        """Show a PIN, to be typed in at the device."""
        del pincode
        self._refuse(device, "a PIN to be shown")

    @dbus_method("Cancel")
    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        _LOG.info("pairing agent: the question was withdrawn")

    @dbus_method("Release")
    def release(self) -> None:
        """Another agent is the default from now on."""
        _LOG.info("pairing agent: released")

    def _only_ours(self, device: str) -> None:
        if device != self._device:
            _LOG.warning(
                "pairing agent: %s wants to pair, refused: only %s is being paired",
                *(_address(device), _address(self._device)),
            )
            raise DBusError(_REJECTED, "another device is being paired")

    def _refuse(self, device: str, wanted: str) -> NoReturn:
        self._only_ours(device)
        self.refused = wanted
        _LOG.warning(
            "pairing agent: %s wants %s, refused: this gateway has no keys and no display",
            *(_address(device), wanted),
        )
        raise DBusError(_REJECTED, "no keys and no display here")


@asynccontextmanager
async def pairing_agent(bluez: Bluez, device: str) -> AsyncGenerator[PairingAgent]:
    """BlueZ's default agent meanwhile, for the device with that object path.

    Raises BluezError where bluetoothd takes none.
    """
    agent = PairingAgent(device)
    bluez.bus.export(AGENT_PATH, agent)
    try:
        await bluez.call("/org/bluez", _AGENTS, "RegisterAgent", "os", AGENT_PATH, CAPABILITY)
        await bluez.call("/org/bluez", _AGENTS, "RequestDefaultAgent", "o", AGENT_PATH)
        yield agent
    finally:
        try:
            await bluez.call("/org/bluez", _AGENTS, "UnregisterAgent", "o", AGENT_PATH)
        except (BluezError, TimeoutError, OSError, EOFError) as error:
            _LOG.info("pairing agent: not unregistered: %s", error)  # it ends with our connection
        bluez.bus.unexport(AGENT_PATH, agent)


def _address(device: str) -> str:
    """The address in a device's object path."""
    return device.rpartition("/dev_")[2].replace("_", ":")
