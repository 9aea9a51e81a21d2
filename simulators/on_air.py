"""A ward's Bluetooth devices on a radio: each model with its transmitter."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from simulators.cuff import VirtualCuff
from simulators.cuff_models import CUFFS
from simulators.instrument import Instrument
from simulators.omron import OmronCuff
from simulators.oximeter import VirtualOximeter
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio
from simulators.strap import VirtualStrap
from simulators.vendor_oximeter import VendorOximeter
from simulators.voices import (
    CuffVoice,
    MemoryCuffVoice,
    OximeterVoice,
    StrapVoice,
    VendorOximeterVoice,
    Voice,
)


class Makers(NamedTuple):
    """Whose devices they are, by name of the catalogue; None: the standard service's."""

    oximeters: str | None = None
    cuffs: str | None = None


STANDARD = Makers()
RADIO_KINDS = ("cuff", "oximeter", "strap")


class OnAir(NamedTuple):
    """A device of a ward with its transmitter."""

    device: Instrument
    peripheral: Peripheral
    voice: Voice


def transmitters(
    radio: VirtualRadio,
    devices: Iterable[Instrument],
    *,
    cuffs_sleep: bool = False,
    makers: Makers = STANDARD,
    prefix: int = 0,
) -> list[OnAir]:
    """The Bluetooth devices among these with their transmitters, not switched on yet.

    With `cuffs_sleep` a cuff has no link but while it delivers. Wards on one radio need prefixes
    (0 to 255) of their own: it is in their devices' addresses.
    """
    by_radio = [device for device in devices if device.badge.kind in RADIO_KINDS]
    return [
        transmitter(
            radio,
            f"C0:00:00:00:{prefix:02X}:{number:02X}",
            device,
            cuffs_sleep=cuffs_sleep,
            makers=makers,
        )
        for number, device in enumerate(by_radio, start=1)
    ]


@asynccontextmanager
async def switched_on(on_air: list[OnAir]) -> AsyncGenerator[None]:
    """These devices on the air, and off it at the end."""
    try:
        for one in on_air:
            await one.peripheral.switch_on()
        yield
    finally:
        for one in on_air:
            await one.peripheral.switch_off()


def transmitter(
    radio: VirtualRadio,
    address: str,
    device: Instrument,
    *,
    cuffs_sleep: bool = False,
    makers: Makers = STANDARD,
) -> OnAir:
    """The virtual peripheral of a device's kind and maker, and how the device speaks through it."""
    name = device.badge.device
    match device.badge.kind:
        case "oximeter" if makers.oximeters is not None:
            own = VendorOximeter(radio, address, makers.oximeters)
            return OnAir(device, own, VendorOximeterVoice(own))
        case "oximeter":
            oximeter = VirtualOximeter(radio, address, name)
            return OnAir(device, oximeter, OximeterVoice(oximeter))
        case "strap":
            strap = VirtualStrap(radio, address, name)
            return OnAir(device, strap, StrapVoice(strap))
        case "cuff" if makers.cuffs is not None:
            made = CUFFS[makers.cuffs](radio, address)
            memory = isinstance(made, OmronCuff)
            return OnAir(device, made, MemoryCuffVoice(made) if memory else CuffVoice(made))
        case "cuff":
            cuff = VirtualCuff(radio, address, name, sleeps=cuffs_sleep)
            return OnAir(device, cuff, CuffVoice(cuff))
        case kind:
            raise ValueError(f"a {kind} has no Bluetooth; {', '.join(RADIO_KINDS)} have")
