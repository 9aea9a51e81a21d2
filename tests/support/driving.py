"""An MQTT driver at work for a test, and the devices that it hears."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import aiomqtt

from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from devices.mqtt_duplicates import Known
from devices.reading import Metric
from devices.wire.bedside_json import encode_reading
from tests.support.desk import Desk

READING = "kat/clinic/B1/ox/reading"
DEVICES = (
    MqttDevice(bed="B1", device="ox", silent_after=30.0),
    MqttDevice(bed="B1", device="button", streams=False, silent_after=None),
)


@contextlib.asynccontextmanager
async def driving(
    desk: Desk,
    port: int,
    devices: tuple[MqttDevice, ...] = DEVICES,
    known: Known | None = None,
    **more: Any,
) -> AsyncGenerator[MqttDriver]:
    """A driver at work from its first connection on; stopped at the end."""
    settings = MqttSettings(site="clinic", port=port, **more)
    driver = MqttDriver(settings, devices, desk, desk.on_broker, known)
    came = len(desk.broker)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(driver.run(), name="driver under test")
        try:
            await desk.until(lambda: any(up for up, _ in desk.broker[came:]))
            yield driver
        finally:
            task.cancel()


def device(port: int, **more: Any) -> aiomqtt.Client:
    return aiomqtt.Client("127.0.0.1", port, **more)


def spo2(value: float, **more: Any) -> bytes:
    return encode_reading({Metric.SPO2: value}, **more)
