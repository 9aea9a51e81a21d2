"""Who is there, on real brokers: wills and status are heard, our own silence timer decides."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from devices.mqtt import MqttDevice
from monitor.broker import EmbeddedBroker
from tests.support.broker_habits import Broker
from tests.support.desk import Desk
from tests.support.driving import READING, driving, spo2
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt_peer import Will, peer

pytestmark = pytest.mark.system
STATUS = "kat/clinic/B1/ox/status"
SOON = (MqttDevice(bed="B1", device="ox", silent_after=1.0),)
LATE = (MqttDevice(bed="B1", device="ox", silent_after=600.0),)
OFFLINE = Will(STATUS, b"offline", retain=True)


@pytest.fixture(params=["mosquitto", "nats-server"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Broker]:
    server = Mosquitto(tmp_path) if request.param == "mosquitto" else EmbeddedBroker(tmp_path)
    async with server:
        yield server


async def test_the_will_of_a_killed_device_is_told_before_its_silence(broker: Broker) -> None:
    desk = Desk()
    async with driving(desk, broker.port, LATE), peer(broker.port, "ox", will=OFFLINE) as ox:
        await ox.publish(READING, spo2(97))
        await desk.until(lambda: desk.links == [("ox", "connected")])
        ox.die()
        await desk.until(lambda: desk.links[1:] == [("ox", "device_offline")])


async def test_a_device_killed_without_a_will_is_silent(broker: Broker) -> None:
    desk = Desk()
    async with driving(desk, broker.port, SOON), peer(broker.port, "ox") as ox:
        await ox.publish(READING, spo2(97))
        await desk.until(lambda: desk.links == [("ox", "connected")])
        ox.die()
        await desk.until(lambda: desk.links[1:] == [("ox", "silent")])


async def test_a_device_that_says_goodbye_to_the_broker_alone_is_silent(broker: Broker) -> None:
    desk = Desk()
    async with driving(desk, broker.port, SOON), peer(broker.port, "ox", will=OFFLINE) as ox:
        await ox.publish(READING, spo2(97))
        await desk.until(lambda: desk.links == [("ox", "connected")])
        ox.disconnect()
        await desk.until(lambda: desk.links[1:] == [("ox", "silent")])


async def test_a_device_that_says_online_and_sends_nothing_is_not_seen(broker: Broker) -> None:
    desk = Desk()
    async with peer(broker.port, "ox", will=OFFLINE) as ox:
        await ox.publish(STATUS, b"online", retain=True)
        async with driving(desk, broker.port, SOON):
            await ox.publish(STATUS, b"online", retain=True)
            await desk.until(lambda: desk.links == [("ox", "not_seen")])


async def test_a_stale_offline_does_not_hold_against_a_device_that_sends(broker: Broker) -> None:
    desk = Desk()
    async with peer(broker.port, "ox") as ox:
        await ox.publish(STATUS, b"offline", retain=True)
        async with driving(desk, broker.port, LATE):
            await desk.until(lambda: desk.links == [("ox", "device_offline")])
            await ox.publish(READING, spo2(97))
            await desk.until(lambda: desk.links[1:] == [("ox", "connected")])


async def test_a_will_that_comes_late_is_outweighed_by_the_next_reading(broker: Broker) -> None:
    """A device that came back under another client id is followed by the will of its old self."""
    desk = Desk()
    async with driving(desk, broker.port, LATE), peer(broker.port, "old", will=OFFLINE) as old:
        await old.publish(READING, spo2(97))
        async with peer(broker.port, "new", will=OFFLINE) as new:
            await new.publish(STATUS, b"online", retain=True)
            await new.publish(READING, spo2(96))
            await desk.until(lambda: 96 in desk.values)
            old.die()
            await desk.until(lambda: ("ox", "device_offline") in desk.links)
            await new.publish(READING, spo2(95))
            await desk.until(lambda: desk.links[-1] == ("ox", "connected"))


async def test_of_statuses_that_wait_in_a_queue_the_last_counts(broker: Broker) -> None:
    desk = Desk()
    button = (MqttDevice(bed="B1", device="ox", streams=False, silent_after=None),)
    async with driving(desk, broker.port, button):
        pass
    async with peer(broker.port, "ox") as ox:
        for word in (b"online", b"offline", b"online"):
            await ox.publish(STATUS, word, retain=True)
        async with driving(desk, broker.port, button):
            await desk.until(lambda: bool(desk.links))
            await ox.publish(READING, spo2(97))
            await desk.until(lambda: bool(desk.values))
    assert desk.links[-1] == ("ox", "connected")
