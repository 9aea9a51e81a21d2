"""A ward performed: every device plays on its broker or its radio until the last has said all."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from simulators.antenna import Antenna
from simulators.instrument import Instrument
from simulators.live import Timeline, play
from simulators.on_air import RADIO_KINDS, STANDARD, Makers, switched_on, transmitter
from simulators.publisher import BrokerAddress, Publisher
from simulators.voices import Voice
from simulators.ward import Ward

_LOG = logging.getLogger(__name__)

ADDRESS = "C0:5A:00:00:00:{:02X}"  # random static, numbered: all share one air


async def perform(
    ward: Ward,
    timeline: Timeline,
    *,
    site: str,
    broker: BrokerAddress | None,
    radios: Sequence[str] = (),
    makers: Makers = STANDARD,
) -> None:
    """Play until cancelled. Devices for which there is no broker or radio are named and left out.

    `radios` are bumble's transport names, one for each Bluetooth device in order.
    """
    by_radio = [d for d in ward.instruments if d.badge.kind in RADIO_KINDS]
    by_broker = [d for d in ward.instruments if d.badge.kind not in RADIO_KINDS]
    left_out = by_radio[len(radios) :] + (by_broker if broker is None else [])
    if left_out:
        names = ", ".join(device.badge.device for device in left_out)
        _LOG.warning("no broker or radio for %s: left out", names)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        for device, name in zip(by_radio, radios, strict=False):
            address = ADDRESS.format(by_radio.index(device) + 1)
            voice = await stack.enter_async_context(_on_air(device, name, address, makers))
            group.create_task(play(device, voice, timeline), name=device.badge.device)
        if broker is not None:
            for device in by_broker:
                publisher = Publisher(site, device.badge, broker)
                name = f"kat/{site}/{device.badge.bed}/{device.badge.device}"
                _LOG.info("%s publishes to %s/…", device.badge.device, name)
                group.create_task(publisher.run(), name=f"publisher {device.badge.device}")
                group.create_task(play(device, publisher, timeline), name=device.badge.device)


@asynccontextmanager
async def _on_air(
    device: Instrument, transport: str, address: str, makers: Makers
) -> AsyncGenerator[Voice]:
    async with Antenna.open(transport) as antenna:
        one = transmitter(antenna, address, device, makers=makers)
        async with switched_on([one]):
            _LOG.info("%s is on the air as %s", device.badge.device, one.peripheral.address)
            yield one.voice
