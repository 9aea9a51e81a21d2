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
        devices = [device for device in ward().instruments if device.badge.kind in MQTT_KINDS]
        async with EmbeddedBroker(folder) as broker, asyncio.TaskGroup() as group:
            driver = broker_part(_settings(service, broker.port), mqtt_devices(devices))
            group.create_task(_drive(driver, service), name="mqtt driver")
            for device in devices:
                address = BrokerAddress("127.0.0.1", broker.port)
                publisher = Publisher(service.plan.site, device.badge, address)
                group.create_task(publisher.run(), name=f"publisher {device.badge.device}")
                group.create_task(
                    play(
                        device,
                        _Overheard(publisher, service),
                        service.clock,
                        service.intake.receive,
                    ),
                    name=f"simulated {device.badge.device}",
                )

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
    """A publisher is heard once the broker has its message and our driver listens there."""

    def __init__(self, publisher: Publisher, service: "Service") -> None:
        self._publisher = publisher
        self._service = service

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        part = self._service.desk.health().get("broker")
        listens = part is not None and part.up
        return await self._publisher.say(readings) and listens


def _settings(service: "Service", port: int) -> MqttSettings:
    site = service.plan.site
    return MqttSettings(site=site, port=port, client_id=f"kat-monitor-{site}", origin=Origin.DEMO)


async def _drive(driver: PlannedPart, service: "Service") -> None:
    await driver.run(service)
