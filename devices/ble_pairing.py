"""Pairing with a Bluetooth device at an operator's command, and undoing it; failures explained."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from bleak import BleakClient
from bleak.exc import BleakDBusError, BleakError
from dbus_fast import DBusError

from devices.ble_adapter import Adapter, Sighting
from devices.ble_agent import pairing_agent
from devices.ble_connection import connected
from devices.bluez import ADAPTER, DEVICE, PROPERTIES, Bluez, BluezError, bluez, devices_at, says

# The Security Manager gives a pairing up after 30 s without an answer (Core 5.4, 3.H.3.4).
_PAIR_TIMEOUT = 40.0
_LOOK_PERIOD = 0.5


class PairingFault(StrEnum):
    """Why a pairing failed."""

    NO_BLUETOOTH = "no_bluetooth"
    NOT_IN_RANGE = "not_in_range"
    NOT_REACHED = "not_reached"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELED = "canceled"
    TIMED_OUT = "timed_out"
    UNDER_WAY = "under_way"
    PASSKEY = "passkey"


_WORDS = {
    PairingFault.NO_BLUETOOTH: "the Bluetooth service cannot be used; is bluetoothd running?",
    PairingFault.NOT_IN_RANGE: "not in range: it was not heard. It is too far away, switched off or"
    " asleep: wake it close to the adapter and try again.",
    PairingFault.NOT_REACHED: "heard, but it took no connection. It fell asleep, or a phone holds"
    " it: wake it, switch Bluetooth off on phones it was used with, and try again.",
    PairingFault.REJECTED: "refused: it is not in pairing mode. Put it there as its manual says,"
    " and try again within the minute that it stays there.",
    PairingFault.FAILED: "refused: it is not in pairing mode, or already bonded elsewhere. Delete"
    " it on phones it was used with and its own pairings as its manual says, put it in pairing"
    " mode, and try again.",
    PairingFault.CANCELED: "it ended the link while pairing: its pairing mode was over, or it is"
    " already bonded elsewhere. Delete its own pairings as its manual says, put it in pairing mode,"
    " and try again.",
    PairingFault.TIMED_OUT: "it did not answer: it is not in pairing mode, or it waits for a button"
    " of its own to be pressed. Put it in pairing mode, watch its display, and try again.",
    PairingFault.UNDER_WAY: "another pairing with it was under way, and failed. Put it in pairing"
    " mode and try again.",
    PairingFault.PASSKEY: "it wants a passkey, and this gateway has no keys and no display: it"
    " cannot be paired here.",
}

# What bluetoothd's Pair answers, by the SMP's result (BlueZ doc/org.bluez.Device and src/device.c).
_FAULTS = {
    "AuthenticationRejected": PairingFault.REJECTED,
    "AuthenticationFailed": PairingFault.FAILED,
    "AuthenticationCanceled": PairingFault.CANCELED,
    "AuthenticationTimeout": PairingFault.TIMED_OUT,
    "InProgress": PairingFault.UNDER_WAY,
    "ConnectionAttemptFailed": PairingFault.NOT_REACHED,
}


class PairingFailed(Exception):  # noqa: N818  # it reads as what happened
    """The device is not paired; the text says why and what to do."""

    def __init__(self, fault: PairingFault, detail: str = "") -> None:
        super().__init__(f"{_WORDS[fault]} [{detail}]" if detail else _WORDS[fault])
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Paired:
    """How the device stands: `anew` by us just now; `kept` if the bond outlives the link."""

    anew: bool = True
    kept: bool = True

    def __str__(self) -> str:
        if not self.kept:
            return "paired, but the device keeps no bond: it must be paired at each connection"
        if self.anew:
            return "paired, trusted, bond kept"
        return "paired already, bond kept; if it is not read all the same, `unpair` it first"


async def pair_address(adapters: Sequence[Adapter], address: str, seconds: float = 20.0) -> Paired:
    """Find the device through one of the adapters, listening to each so long, and pair with it.

    A device that is paired already need not be there. Raises PairingFailed.
    """
    if any(adapter.is_real for adapter in adapters) and await _is_paired(address):
        return Paired(anew=False)
    for adapter in adapters:
        try:
            sighting = await adapter.find(address, seconds)
        except (BleakError, OSError) as error:
            raise PairingFailed(PairingFault.NO_BLUETOOTH, _said(error)) from error
        if sighting is not None:
            return await pair(sighting)
    raise PairingFailed(PairingFault.NOT_IN_RANGE)


async def pair(sighting: Sighting) -> Paired:
    """Connect to the device heard, pair, and leave it to whoever reads it. Raises PairingFailed."""
    try:
        async with connected(sighting, sighting.device.address, _ignore) as client:
            return await pair_connected(sighting, client)
    except (BleakError, TimeoutError, OSError) as error:
        raise PairingFailed(PairingFault.NOT_REACHED, _said(error)) from error


async def pair_connected(sighting: Sighting, client: BleakClient) -> Paired:
    """Pair over a link that stands. Raises PairingFailed."""
    if not sighting.adapter.is_real:
        await _pair(client)
        return Paired()
    path = cast("str", sighting.device.details["path"])
    async with _bluetooth() as service, pairing_agent(service, path) as agent:
        try:
            await _pair(client)
        except PairingFailed as failed:
            if agent.refused:
                raise PairingFailed(PairingFault.PASSKEY, agent.refused) from failed
            if failed.fault is not PairingFault.UNDER_WAY or not await _becomes_paired(
                service, path
            ):
                raise
        await service.trust(path)
        (properties,) = await service.call(path, PROPERTIES, "GetAll", "s", DEVICE)
        return Paired(kept=says(properties, "Bonded", otherwise=True))  # unknown before BlueZ 5.63


async def unpair_address(address: str) -> bool:
    """Forget the device and its bond, whichever adapter holds it; False where there was none.

    Raises PairingFailed where bluetoothd cannot be asked.
    """
    async with _bluetooth() as service:
        found = devices_at(await service.objects(), address)
        for path in found:
            await service.call(path.rpartition("/")[0], ADAPTER, "RemoveDevice", "o", path)
    return any(says(device, "Paired", otherwise=False) for device in found.values())


async def _pair(client: BleakClient) -> None:
    try:
        async with asyncio.timeout(_PAIR_TIMEOUT):
            await client.pair()
    except BleakDBusError as error:
        name = error.dbus_error.removeprefix("org.bluez.Error.")
        raise PairingFailed(_FAULTS.get(name, PairingFault.FAILED), str(error)) from error
    except TimeoutError as error:
        raise PairingFailed(PairingFault.TIMED_OUT) from error
    except (BleakError, OSError, EOFError) as error:
        raise PairingFailed(PairingFault.FAILED, _said(error)) from error


async def _becomes_paired(service: Bluez, path: str) -> bool:
    """The device asked for a pairing before we did: wait for what comes of that one."""
    for _ in range(round(_PAIR_TIMEOUT / _LOOK_PERIOD)):
        (properties,) = await service.call(path, PROPERTIES, "GetAll", "s", DEVICE)
        if says(properties, "Paired", otherwise=False):
            return True
        if not says(properties, "Connected", otherwise=False):
            return False
        await asyncio.sleep(_LOOK_PERIOD)
    return False


async def _is_paired(address: str) -> bool:
    """Whether it is, by any adapter; what is paired is trusted as well from now on."""
    async with _bluetooth() as service:
        found = devices_at(await service.objects(), address)
        paired = [path for path, device in found.items() if says(device, "Paired", otherwise=False)]
        for path in paired:
            await service.trust(path)
    return bool(paired)


@asynccontextmanager
async def _bluetooth() -> AsyncGenerator[Bluez]:
    """bluetoothd, for the time of a command."""
    try:
        async with bluez() as service:
            yield service
    except (BluezError, DBusError, TimeoutError, OSError, EOFError) as error:
        raise PairingFailed(PairingFault.NO_BLUETOOTH, _said(error)) from error


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _ignore(_client: BleakClient) -> None:
    """The end of the link shows in what pairing answers."""
