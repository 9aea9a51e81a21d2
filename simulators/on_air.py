"""A ward's Bluetooth devices on a radio: each model with its transmitter."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from simulators.cuff import VirtualCuff
from simulators.instrument import Instrument
from simulators.oximeter import VirtualOximeter
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio
from simulators.strap import VirtualStrap
from simulators.voices import CuffVoice, OximeterVoice, StrapVoice, Voice

RADIO_KINDS = ("cuff", "oximeter", "strap")


class OnAir(NamedTuple):
    """A device of a ward with its transmitter."""

    device: Instrument
    peripheral: Peripheral
    voice: Voice


@asynccontextmanager
async def switched_on(
    radio: VirtualRadio,
    devices: Iterable[Instrument],
    *,
    cuffs_sleep: bool = False,
    prefix: int = 0,
) -> AsyncGenerator[list[OnAir]]:
    """The Bluetooth devices among these on the air, and off it at the end.

    With `cuffs_sleep` a cuff has no link but while it delivers. Wards on one radio need prefixes
    (0 to 255) of their own: it is in their devices' addresses.
    """
    on_air: list[OnAir] = []
    try:
        for device in devices:
            if device.badge.kind in RADIO_KINDS:
                address = f"C0:00:00:00:{prefix:02X}:{len(on_air) + 1:02X}"
                one = transmitter(radio, address, device, cuffs_sleep=cuffs_sleep)
                await one.peripheral.switch_on()
                on_air.append(one)
        yield on_air
    finally:
        for one in on_air:
            await one.peripheral.switch_off()


def transmitter(
    radio: VirtualRadio, address: str, device: Instrument, *, cuffs_sleep: bool = False
) -> OnAir:
    """The virtual peripheral of a device's kind, and how the device speaks through it."""
    name = device.badge.device
    match device.badge.kind:
        case "oximeter":
            oximeter = VirtualOximeter(radio, address, name)
            return OnAir(device, oximeter, OximeterVoice(oximeter))
        case "strap":
            strap = VirtualStrap(radio, address, name)
            return OnAir(device, strap, StrapVoice(strap))
        case "cuff":
            cuff = VirtualCuff(radio, address, name, sleeps=cuffs_sleep)
            return OnAir(device, cuff, CuffVoice(cuff))
        case kind:
            raise ValueError(f"a {kind} has no Bluetooth; {', '.join(RADIO_KINDS)} have")
