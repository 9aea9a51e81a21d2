"""The drivers and sinks of a service as planned parts: what `run` and `demo` have in common."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner

from devices.ble import BleDevice, BleDriver
from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from monitor.influx.settings import InfluxSettings
from monitor.influx.sink import InfluxSink
from monitor.plan import PlannedPart

if TYPE_CHECKING:
    from monitor.service import Service


def radio_part(
    devices: Sequence[BleDevice],
    *,
    name: str = "bluetooth",
    adapter: str | None = None,
    client_backend: type[BaseBleakClient] | None = None,
    scanner_backend: type[BaseBleakScanner] | None = None,
) -> PlannedPart:
    """Bluetooth devices read through one adapter."""

    async def run(service: "Service") -> None:
        driver = BleDriver(
            devices,
            service.intake,
            client_backend=client_backend,
            scanner_backend=scanner_backend,
            adapter=adapter,
        )
        await driver.run()

    return PlannedPart(name=name, run=run)


def broker_part(settings: MqttSettings, devices: Sequence[MqttDevice]) -> PlannedPart:
    """MQTT devices read from one broker."""

    async def run(service: "Service") -> None:
        driver = MqttDriver(settings, devices, service.intake, partial(service.report, "broker"))
        await driver.run()

    return PlannedPart(name="mqtt", run=run, fault="broker")


def influx_part(settings: InfluxSettings) -> PlannedPart:
    """A copy of the record in an InfluxDB."""

    async def run(service: "Service") -> None:
        sink = InfluxSink(
            settings,
            folder=service.plan.folder,
            store=service.store,
            now=service.clock.now,
            on_fault=partial(service.report, "influx"),
        )
        await sink.run()

    return PlannedPart(name="influx", run=run, fault="influx")
