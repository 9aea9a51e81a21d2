"""The MQTT driver against real brokers: nothing is lost, nothing old passes for live."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from devices.reading import Malformed, Metric, Report, ReportKind, ReportSource, Sample
from devices.wire.bedside_json import encode_nausea, encode_reading
from monitor.broker import EmbeddedBroker
from tests.support.desk import Desk
from tests.support.mosquitto import Mosquitto

READING = "kat/clinic/B1/ox/reading"
DEVICES = (
    MqttDevice(bed="B1", device="ox", silent_after=30.0),
    MqttDevice(bed="B1", device="button", streams=False, silent_after=None),
)
pytestmark = pytest.mark.system


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncGenerator[Mosquitto]:
    async with Mosquitto(tmp_path) as broker:
        yield broker


@contextlib.asynccontextmanager
async def driving(
    desk: Desk, port: int, devices: tuple[MqttDevice, ...] = DEVICES, **more: Any
) -> AsyncGenerator[MqttDriver]:
    """A driver at work from its first connection on; stopped at the end."""
    settings = MqttSettings(site="clinic", port=port, **more)
    driver = MqttDriver(settings, devices, desk, desk.on_broker)
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


async def test_a_reading_arrives_and_brings_the_link_up(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])
    (sample,) = desk.of(Sample)
    assert (sample.bed, sample.device, sample.history) == ("B1", "ox", False)
    assert desk.links == [("ox", "connected")]


async def test_a_message_that_was_not_stored_comes_again_after_a_crash(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk(keep=False)
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97, seq=1), qos=1)
        await desk.until(lambda: desk.values == [97])
    # the readings were never stored: a new process must get them, as history
    second = Desk()
    async with driving(second, mosquitto.port):
        await second.until(lambda: second.values == [97])
    assert [sample.history for sample in second.of(Sample)] == [True]
    third = Desk()
    async with driving(third, mosquitto.port):
        pass
    assert third.values == []


async def test_a_message_received_but_unstored_is_recognised_when_it_comes_again(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk(keep=False)
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])
        await take_over(mosquitto.port)
        await desk.until(lambda: [up for up, _ in desk.broker] == [True, False, True])
        assert desk.values == [97]
        desk.keep = True
        desk.store()
        async with device(mosquitto.port) as other:
            await other.publish(READING, spo2(96), qos=1)
        await desk.until(lambda: desk.values == [97, 96])
    again = Desk()
    async with driving(again, mosquitto.port):
        pass
    assert again.values == []


async def take_over(port: int) -> None:
    """Connect under the driver's own client id: the broker ends the driver's connection."""
    async with device(port, identifier="kat-monitor", clean_session=False):
        pass


@pytest.mark.parametrize("broker", ["mosquitto", "nats"])
async def test_a_backlog_is_history_and_what_follows_is_live(broker: str, tmp_path: Path) -> None:
    server = Mosquitto(tmp_path) if broker == "mosquitto" else EmbeddedBroker(tmp_path)
    desk = Desk()
    async with server:
        async with driving(desk, server.port):
            pass
        async with device(server.port) as ox:
            for number in range(200):
                await ox.publish(READING, spo2(80, seq=number), qos=1)
        async with driving(desk, server.port), device(server.port) as ox:
            assert len(desk.values) == 200
            await ox.publish(READING, spo2(97, seq=200), qos=1)
            await desk.until(lambda: 97 in desk.values)
    assert [sample.history for sample in desk.of(Sample)] == [True] * 200 + [False]


async def test_a_retained_reading_is_history(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(82), qos=1, retain=True)
    async with driving(desk, mosquitto.port):
        await desk.until(lambda: desk.values == [82])
    assert [sample.history for sample in desk.of(Sample)] == [True]
    assert desk.links == []


async def test_equal_values_are_two_readings_and_a_copy_is_none(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        for payload in (spo2(97), spo2(97), spo2(96, seq=5), spo2(96, seq=5), spo2(95)):
            await ox.publish(READING, payload, qos=1)
        await desk.until(lambda: 95 in desk.values)
    assert desk.values == [97, 97, 96, 95]


async def test_a_killed_broker_is_told_once_and_its_return_once(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port):
        async with device(mosquitto.port) as ox:
            await ox.publish(READING, spo2(97), qos=1)
            await desk.until(lambda: desk.values == [97])
        await mosquitto.kill()
        await desk.until(lambda: ("button", "broker_lost") in desk.links)
        await mosquitto.start()
        await desk.until(lambda: [up for up, _ in desk.broker] == [True, False, True])
        async with device(mosquitto.port) as ox:
            await ox.publish(READING, spo2(96), qos=1)
            await desk.until(lambda: desk.values == [97, 96])
    assert desk.links == [
        ("ox", "connected"),
        ("ox", "broker_lost"),
        ("button", "broker_lost"),
        ("ox", "connected"),
    ]


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (READING, b'{"spo2": 97', "bad JSON"),
        (READING, b'{"spo2": 250}', "out of the possible: spo2 250.0"),
        ("kat/clinic/B9/ox/reading", b'{"spo2": 97}', "no bed 'B9'"),
        ("kat/clinic/B1/oy/reading", b'{"spo2": 97}', "no device 'oy' at bed 'B1'"),
        ("kat/clinic/B1/ox/weather", b"{}", "reading|status|nausea"),
        ("kat/clinic/B1/ox/status", b"asleep", "neither online nor offline"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_kept_with_its_reason_and_acknowledged(
    topic: str, payload: bytes, reason: str, mosquitto: Mosquitto
) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(topic, payload, qos=1)
        await desk.until(lambda: bool(desk.rejected))
    (letter,) = desk.rejected
    assert reason in letter.reason
    assert (letter.where, letter.payload) == (topic, payload)
    again = Desk()
    async with driving(again, mosquitto.port):
        pass
    assert again.rejected == []


async def test_a_known_devices_bad_frame_is_told_to_its_bed(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, b"\xff\xfe", qos=1)
        await desk.until(lambda: bool(desk.rejected))
    (frame,) = desk.of(Malformed)
    assert (frame.bed, frame.device, frame.where) == ("B1", "ox", READING)


async def test_a_press_from_a_backlog_flows_with_its_time(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port):
        pass
    press = encode_nausea("p1", ReportSource.BUTTON, ReportKind.PRESS, device_time=1000.5)
    async with device(mosquitto.port) as button:
        await button.publish("kat/clinic/B1/button/nausea", press, qos=1)
        await button.publish("kat/clinic/B1/button/nausea", press, qos=1)
    async with driving(desk, mosquitto.port):
        await desk.until(lambda: bool(desk.of(Report)))
    (report,) = desk.of(Report)
    assert (report.id, report.device_time, report.history) == ("p1", 1000.5, True)


async def test_a_device_says_online_and_its_last_will_offline(mosquitto: Mosquitto) -> None:
    desk = Desk()
    status = "kat/clinic/B1/button/status"
    async with driving(desk, mosquitto.port):
        will = aiomqtt.Will(status, b"offline", 1, retain=True)
        async with device(mosquitto.port, identifier="b", will=will) as button:
            await button.publish(status, b"online", qos=1, retain=True)
            await desk.until(lambda: desk.links == [("button", "connected")])
            async with device(mosquitto.port, identifier="b"):
                await desk.until(lambda: desk.links[1:] == [("button", "device_offline")])


async def test_a_silent_device_is_told_once(mosquitto: Mosquitto) -> None:
    desk = Desk()
    devices = (
        MqttDevice(bed="B1", device="ox", silent_after=0.1),
        MqttDevice(bed="B1", device="never", silent_after=0.1),
        MqttDevice(bed="B1", device="cuff", streams=False, silent_after=None),
    )
    async with driving(desk, mosquitto.port, devices), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: len(desk.links) == 3)
        await ox.publish(READING, spo2(96), qos=1)
        await desk.until(lambda: len(desk.links) == 5)
    assert [reason for name, reason in desk.links if name == "ox"] == [
        "connected", "silent", "connected", "silent",
    ]  # fmt: skip
    assert ("never", "not_seen") in desk.links


async def test_we_publish_states_retained_and_say_good_bye(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with device(mosquitto.port) as light:
        messages = aiter(light.messages)
        async with driving(desk, mosquitto.port) as driver:
            await light.subscribe([("kat/clinic/monitor/status", 1), ("kat/clinic/+/alarm/#", 1)])
            assert (await anext(messages)).payload == b"online"
            driver.publish("kat/clinic/B1/alarm", b"[1]", retain=True)
            driver.publish("kat/clinic/B1/alarm/event", b"{}")
            heard = [await anext(messages), await anext(messages)]
            assert [(str(m.topic), m.payload) for m in heard] == [
                ("kat/clinic/B1/alarm", b"[1]"),
                ("kat/clinic/B1/alarm/event", b"{}"),
            ]
        assert (await anext(messages)).payload == b"offline"
    assert desk.rejected == []


async def test_a_broker_that_is_not_there_is_told_once_and_looked_for(tmp_path: Path) -> None:
    desk = Desk()
    broker = Mosquitto(tmp_path)
    settings = MqttSettings(site="clinic", port=broker.port)
    driver = MqttDriver(settings, DEVICES, desk, desk.on_broker)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(driver.run(), name="driver under test")
        await desk.until(lambda: bool(desk.broker))
        assert not desk.broker[0][0]
        assert f"127.0.0.1:{broker.port}" in desk.broker[0][1]
        async with broker:
            await desk.until(lambda: desk.broker[-1][0])
            task.cancel()
    assert [up for up, _ in desk.broker] == [False, True]


async def test_a_user_with_a_password_is_let_in(tmp_path: Path) -> None:
    passwords, secret = tmp_path / "passwords", tmp_path / "secret"
    maker = await asyncio.create_subprocess_exec(
        "mosquitto_passwd", "-b", "-c", str(passwords), "kat", "secret"
    )
    assert await maker.wait() == 0
    secret.write_text("secret\n")
    async with Mosquitto(tmp_path, f"password_file {passwords}") as broker:
        desk = Desk()
        async with driving(desk, broker.port, username="kat", password_file=secret):
            assert desk.broker[0][0]


async def test_a_driver_can_be_stopped_at_any_moment_of_connecting(mosquitto: Mosquitto) -> None:
    for turns in range(12):
        desk = Desk()
        settings = MqttSettings(site="clinic", port=mosquitto.port)
        driver = MqttDriver(settings, DEVICES, desk, desk.on_broker)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(driver.run(), name="driver under test")
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
        assert task.cancelled()
