"""The demo's MQTT: an embedded broker, devices that publish to it, the driver that reads it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from devices.mqtt import MqttDevice, MqttSettings
from devices.reading import Origin, Reading
from monitor.broker import EmbeddedBroker
from monitor.parts import broker_part
from monitor.plan import PlannedPart
from simulators.instrument import Instrument
from simulators.live import play
from simulators.publisher import BrokerAddress, Publisher
from simulators.ward import Ward

if TYPE_CHECKING:
    from monitor.service import Service

MQTT_KINDS = frozenset({"monitor", "button"})
SILENT_AFTER_S = 10.0


def broker_beds(ward: Callable[[], Ward], folder: Path) -> PlannedPart:
    """All bedside monitors and buttons of the ward, their broker, and the driver that reads it.

    Until the driver listens, what they say is told as the end of their past.
    """

    async def run(service: "Service") -> None:
        voices = [
            _Overheard(device, service)
            for device in ward().instruments
            if device.badge.kind in MQTT_KINDS
        ]
        async with asyncio.TaskGroup() as group:
            for voice in voices:
                group.create_task(
                    play(voice.device, voice, service.clock, service.intake.receive),
                    name=f"simulated {voice.device.badge.device}",
                )
            async with EmbeddedBroker(folder) as broker:
                await _publish_and_drive(service, voices, broker)

    return PlannedPart(name="embedded broker", run=run, fault="broker")


def mqtt_devices(devices: list[Instrument]) -> tuple[MqttDevice, ...]:
    """The devices that publish, as the driver must know them."""
    return tuple(
        MqttDevice(
            bed=device.badge.bed,
            device=device.badge.device,
            streams=device.badge.kind == "monitor",
            silent_after=SILENT_AFTER_S if device.badge.kind == "monitor" else None,
        )
        for device in devices
    )


class _Overheard:
    """A device is heard once the broker has its message and our driver listens there."""

    def __init__(self, device: Instrument, service: "Service") -> None:
        self.device = device
        self.publisher: Publisher | None = None
        self._service = service

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        if self.publisher is None:
            return False
        part = self._service.desk.health().get("broker")
        listens = part is not None and part.up
        return await self.publisher.say(readings) and listens


async def _publish_and_drive(
    service: "Service", voices: list[_Overheard], broker: EmbeddedBroker
) -> None:
    site, port = service.plan.site, broker.port
    driver = broker_part(_settings(site, port), mqtt_devices([one.device for one in voices]))
    async with asyncio.TaskGroup() as group:
        group.create_task(broker.keep(), name="broker watch")
        for voice in voices:
            badge = voice.device.badge
            voice.publisher = Publisher(site, badge, BrokerAddress("127.0.0.1", port))
            group.create_task(voice.publisher.run(), name=f"publisher {badge.device}")
        await driver.run(service)


def _settings(site: str, port: int) -> MqttSettings:
    return MqttSettings(site=site, port=port, client_id=f"kat-monitor-{site}", origin=Origin.DEMO)
