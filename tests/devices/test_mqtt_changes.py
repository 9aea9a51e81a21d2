"""Devices and mapping rows that change while the driver works, at a real mosquitto."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from devices.mapping import MappingRow
from devices.mqtt import MqttDevice
from devices.mqtt_connection import SubscriptionRefused
from devices.reading import Metric
from devices.wire.bedside_json import encode_status
from tests.support.deployed import deployed
from tests.support.desk import Desk
from tests.support.driving import DEVICES, READING, device, driving, spo2
from tests.support.mosquitto import Mosquitto
from tests.support.tcp_proxy import TcpProxy

pytestmark = pytest.mark.system
ROW = MappingRow(topic="west/{bed}/ox", device="ox", metric=Metric.SPO2, pointer="/SpO2")
NEW = MqttDevice(bed="B2", device="button", streams=False, silent_after=None)
NEWS = "kat/clinic/B2/button"


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncGenerator[Mosquitto]:
    async with Mosquitto(tmp_path) as broker:
        yield broker


async def test_a_new_device_is_there_by_the_status_it_left_before(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with device(mosquitto.port) as button:
        await button.publish(f"{NEWS}/status", encode_status(online=True), 1, retain=True)
        async with driving(desk, mosquitto.port) as driver:
            await button.publish(READING, spo2(97), qos=1)
            await desk.until(lambda: desk.values == [97] and len(desk.rejected) == 1)
            driver.change((), (*DEVICES, NEW))
            assert desk.links == [("ox", "connected")]
            await driver.settle()
            assert desk.links == [("ox", "connected"), ("button", "connected")]
            driver.change((), DEVICES)
            await driver.settle()
            await button.publish(f"{NEWS}/nausea", b"{}", qos=1)
            await desk.until(lambda: len(desk.rejected) == 2)
            await button.publish(READING, spo2(96), qos=1)
            await desk.until(lambda: desk.values == [97, 96])
    assert "no bed 'B2'" in desk.rejected[1].reason
    assert [up for up, _ in desk.broker] == [True]


async def test_what_a_device_sent_is_known_though_its_row_has_changed(mosquitto: Mosquitto) -> None:
    desk = Desk()
    slow = MqttDevice(bed="B1", device="ox", silent_after=90.0, period_s=30.0)
    async with driving(desk, mosquitto.port) as driver, device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97, seq=1), qos=1)
        await desk.until(lambda: desk.values == [97])
        driver.change((), (slow,))
        await driver.settle()
        await ox.publish(READING, spo2(97, seq=1), qos=1)
        await ox.publish(READING, spo2(96, seq=2), qos=1)
        await desk.until(lambda: 96 in desk.values)
    assert desk.values == [97, 96]


async def test_topics_of_new_rows_are_heard_and_of_old_ones_no_more(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port) as driver, device(mosquitto.port) as ox:
        await driver.prepare((ROW,))
        for value in (91, 92):
            await ox.publish("west/B1/ox", json.dumps({"SpO2": value}), qos=1)
        await ox.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])  # the mapped ones are held, not refused
        driver.change((ROW,), DEVICES)
        await driver.settle()
        await desk.until(lambda: desk.values == [97, 91, 92])
        await driver.prepare(())
        driver.change((), DEVICES)
        await driver.settle()
        await ox.publish("west/B1/ox", json.dumps({"SpO2": 93}), qos=1)
        await ox.publish(READING, spo2(96), qos=1)
        await desk.until(lambda: 96 in desk.values)
    assert (desk.values, desk.rejected) == ([97, 91, 92, 96], [])


async def test_a_topic_that_the_broker_refuses_changes_nothing(tmp_path: Path) -> None:
    desk = Desk()  # mosquitto grants every topic and then keeps still; nats-server says no
    async with deployed("nats", tmp_path) as broker:
        more: dict[str, Any] = {
            "ca_file": broker.ca,
            "username": "kat-monitor",
            "password_file": broker.password_file("kat-monitor"),
        }
        async with driving(desk, broker.port, **more) as driver:
            with pytest.raises(SubscriptionRefused, match=r"west/\+/ox"):
                await driver.prepare((ROW,))
            driver.change((), DEVICES)
            await driver.settle()
    assert [up for up, _ in desk.broker] == [True]


@pytest.mark.parametrize(("before", "after", "heard"), [((), (ROW,), [91]), ((ROW,), (), [])])
async def test_rows_that_change_while_it_connects_are_those_that_it_asks_for(
    mosquitto: Mosquitto,
    before: tuple[MappingRow, ...],
    after: tuple[MappingRow, ...],
    heard: list[float],
) -> None:
    desk = Desk()
    async with (
        TcpProxy(mosquitto.port) as line,
        driving(desk, line.port, mapping=before) as driver,
        device(mosquitto.port) as ox,
    ):
        line.hold()
        line.cut()
        await line.knocked()
        await driver.prepare(after)
        driver.change(after, DEVICES)
        await driver.settle()
        line.release()
        await desk.until(lambda: [up for up, _ in desk.broker] == [True, False, True])
        await ox.publish("west/B1/ox", json.dumps({"SpO2": 91}), qos=1)
        await ox.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: 97 in desk.values)
    assert (desk.values, desk.rejected) == ([*heard, 97], [])


async def test_what_a_check_beside_us_publishes_is_no_message_of_a_device(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as other:
        await other.publish("kat/clinic/monitor/marker/kat-check-1", b"check", qos=1)
        await other.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])
    assert desk.rejected == []
