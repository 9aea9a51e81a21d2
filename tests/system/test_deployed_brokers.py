"""The broker files of deploy/: each user may say and hear what is its own, and nothing else.

Who publishes what it may not gets no word of it (MQTT 3.1.1 has none): the message is dropped. So
each test sends something allowed behind it and waits for that.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from monitor.check_broker import reach_broker
from tests.support.deployed import Deployed, deployed
from tests.support.desk import Desk
from tests.support.driving import driving, spo2

pytestmark = pytest.mark.system
DEVICES = (
    MqttDevice(bed="room-1", device="button-1", streams=False, silent_after=None),
    MqttDevice(bed="room-2", device="monitor-2", silent_after=60.0),
    MqttDevice(bed="room-2", device="button-2", streams=False, silent_after=None),
)
OWN = "kat/clinic/room-2/monitor-2/"
NOT_ITS_OWN = (
    "kat/clinic/room-1/monitor-2/reading",
    "kat/clinic/room-1/button-1/nausea",
    "kat/clinic/room-2/button-2/status",
    "kat/clinic/room-2/alarm",
    "kat/clinic/room-2/alarm/event",
    "kat/clinic/alarm",
    "kat/clinic/monitor/status",
    "kat/clinic/monitor/marker/kat-monitor",
    "kat/other/room-2/monitor-2/reading",
)


@pytest.fixture(params=["mosquitto", "nats"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Deployed]:
    async with deployed(request.param, tmp_path) as running:
        yield running


def client(broker: Deployed, user: str, **more: Any) -> aiomqtt.Client:
    """A client that is not ours, let in as this user."""
    return aiomqtt.Client(
        "127.0.0.1",
        broker.port,
        username=user,
        password=broker.password(user),
        tls_context=ssl.create_default_context(cafile=str(broker.ca)),
        **more,
    )


def monitor_of(broker: Deployed) -> dict[str, Any]:
    """How our driver and `check` come in."""
    return {
        "username": "kat-monitor",
        "password_file": broker.password_file("kat-monitor"),
        "ca_file": broker.ca,
    }


@contextlib.asynccontextmanager
async def monitoring(desk: Desk, broker: Deployed) -> AsyncGenerator[MqttDriver]:
    async with driving(desk, broker.port, DEVICES, **monitor_of(broker)) as driver:
        yield driver


async def test_check_finds_nothing_to_say_of_our_files(broker: Deployed) -> None:
    warnings: list[str] = []
    settings = MqttSettings(site="clinic", port=broker.port, **monitor_of(broker))
    assert await reach_broker(settings, warnings.append) == "lets us in by TLS, listen and publish"
    assert warnings == []


async def test_a_device_is_heard_on_its_own_topics_and_on_no_other(broker: Deployed) -> None:
    desk = Desk()
    async with monitoring(desk, broker), client(broker, "room-2/monitor-2") as device:
        await device.publish(f"{OWN}status", b"online", qos=1, retain=True)
        await device.publish(f"{OWN}reading", spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])
        for topic in NOT_ITS_OWN:
            await device.publish(topic, spo2(50), qos=1)
        await device.publish(f"{OWN}reading", spo2(96), qos=1)
        await desk.until(lambda: desk.values == [97, 96])
    assert desk.rejected == []
    assert [up for up, _ in desk.broker] == [True]  # nor did its marker disturb ours


async def test_beds_are_watched_on_while_our_disk_confirms_nothing(broker: Deployed) -> None:
    desk = Desk(keep=False)
    many = 1_200  # in steps, as a client has 20 messages on their way at most
    async with monitoring(desk, broker), client(broker, "room-2/monitor-2") as device:
        for first in range(0, many, 100):
            async with asyncio.TaskGroup() as group:
                for seq in range(first, first + 100):
                    sent = device.publish(f"{OWN}reading", spo2(97, seq=seq), qos=1)
                    group.create_task(sent, name="reading")
        await desk.until(lambda: len(desk.values) == many)
    assert len(desk.unstored) >= many


async def test_a_will_speaks_for_its_own_device_only(broker: Deployed) -> None:
    desk = Desk()
    async with monitoring(desk, broker):
        for user, topic in (
            ("room-2/button-2", "kat/clinic/room-1/button-1/status"),
            ("room-2/monitor-2", f"{OWN}status"),
        ):
            will = aiomqtt.Will(topic, b"offline", 1, retain=True)
            with contextlib.suppress(aiomqtt.MqttError):
                async with client(broker, user, will=will) as device:
                    wire = device._client.socket()
                    assert isinstance(wire, ssl.SSLSocket)
                    wire.shutdown(socket.SHUT_RDWR)
        await desk.until(lambda: ("monitor-2", "device_offline") in desk.links)
    assert [name for name, _ in desk.links] == ["monitor-2"]


async def test_what_a_device_says_while_we_are_away_waits_for_us(broker: Deployed) -> None:
    desk = Desk()
    async with monitoring(desk, broker):
        pass
    async with client(broker, "room-2/monitor-2") as device:
        for value in (91, 92, 93):
            await device.publish(f"{OWN}reading", spo2(value), qos=1)
    async with monitoring(desk, broker):
        assert desk.values == [91, 92, 93]
    assert all(reading.history for reading in desk.readings)


async def test_a_light_hears_of_alarms_and_can_say_nothing(broker: Deployed) -> None:
    desk = Desk()
    async with monitoring(desk, broker) as driver, client(broker, "light-corridor") as light:
        heard = Heard(light)
        await light.subscribe([("kat/clinic/monitor/status", 1), ("kat/clinic/alarm", 1)])
        await light.subscribe([("kat/clinic/+/alarm", 1), ("kat/clinic/+/alarm/event", 1)])
        await heard.until("kat/clinic/monitor/status", b"online")
        driver.publish("kat/clinic/room-2/alarm", b"[1]", retain=True)
        driver.publish("kat/clinic/alarm", b"[2]", retain=True)
        driver.publish("kat/clinic/room-2/alarm/event", b"{}")
        await heard.until("kat/clinic/room-2/alarm", b"[1]")
        await heard.until("kat/clinic/alarm", b"[2]")
        await heard.until("kat/clinic/room-2/alarm/event", b"{}")
        for topic in (f"{OWN}reading", *NOT_ITS_OWN):
            await light.publish(topic, spo2(50), qos=1, retain=True)
        driver.publish("kat/clinic/room-2/alarm", b"[]", retain=True)
        await heard.until("kat/clinic/room-2/alarm", b"[]")
    assert (desk.values, desk.rejected) == ([], [])
    assert not [said for said in heard.said if b"50" in said[1]]


@pytest.mark.parametrize("user", ["light-corridor", "room-2/button-2"])
async def test_nobody_but_the_monitor_hears_a_patient(broker: Deployed, user: str) -> None:
    desk = Desk()
    async with monitoring(desk, broker), client(broker, user) as curious:
        heard = Heard(curious)
        for name in ("kat/clinic/#", "#", "kat/clinic/+/+/+", f"{OWN}reading", "$MQTT/sub/#"):
            with contextlib.suppress(aiomqtt.MqttError):
                await curious.subscribe(name, 1)
        async with client(broker, "room-2/monitor-2") as device:
            await device.publish(f"{OWN}reading", spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])
    assert not [topic for topic, _ in heard.said if topic.endswith("/reading")]


async def test_who_takes_our_client_id_gets_no_readings_by_it(broker: Deployed) -> None:
    desk = Desk()
    async with monitoring(desk, broker):
        pass
    async with client(broker, "room-2/monitor-2") as device:
        await device.publish(f"{OWN}reading", spo2(97), qos=1)
    thief = client(
        broker, "room-2/button-2", identifier="kat-monitor", clean_session=False, timeout=2
    )
    heard = Heard(thief)
    with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
        async with thief:
            await thief.publish("kat/clinic/room-2/button-2/status", b"online", qos=1)
            await thief.subscribe("kat/clinic/#", 1)
            await heard.until("never", b"", within_s=2)
    assert heard.said == []


@pytest.mark.parametrize("user", [None, "kat-monitor"])
async def test_nobody_comes_in_without_the_right_password(
    broker: Deployed, user: str | None
) -> None:
    context = ssl.create_default_context(cafile=str(broker.ca))
    stranger = aiomqtt.Client(
        "127.0.0.1", broker.port, username=user, password=broker.ca.name, tls_context=context
    )
    with pytest.raises(aiomqtt.MqttError, match=r"[Nn]ot [Aa]uthori"):
        await stranger.__aenter__()


class Heard:
    """What a plain client has heard, in order."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.said: list[tuple[str, bytes]] = []
        self._messages = client.messages

    async def until(self, topic: str, payload: bytes, within_s: float = 20) -> None:
        """Read until this is heard."""
        async with asyncio.timeout(within_s):
            while (topic, payload) not in self.said:
                message = await anext(self._messages)
                assert isinstance(message.payload, bytes)
                self.said.append((str(message.topic), message.payload))
