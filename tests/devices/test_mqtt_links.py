"""The MQTT driver against real brokers: who is there, and what we say ourselves."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import aiomqtt
import pytest

from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from monitor.broker import EmbeddedBroker
from tests.support.desk import Desk
from tests.support.driving import DEVICES, READING, device, driving, spo2
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.system


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncGenerator[Mosquitto]:
    async with Mosquitto(tmp_path) as broker:
        yield broker


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


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_broker_that_has_forgotten_our_session_is_told(
    mosquitto: Mosquitto, tmp_path: Path, keeps: bool
) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port):
        await mosquitto.kill()
        if not keeps:
            (tmp_path / "mosquitto.db").unlink()
        await desk.until(lambda: not desk.broker[-1][0])
        await mosquitto.start()
        await desk.until(lambda: desk.broker[-1][0])
    later = Desk()
    async with driving(later, mosquitto.port, known={b"mark": 0.0}):
        pass
    said = [detail for up, detail in desk.broker if up]
    assert ["no longer knew our session" in detail for detail in said] == [False, not keeps]
    assert "persistent_client_expiration" in said[1] or keeps
    assert "session" not in later.broker[0][1]


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


async def test_a_broker_that_comes_back_and_refuses_us_is_logged_for_that(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    broker = Mosquitto(tmp_path, "allow_anonymous false")
    driver = MqttDriver(
        MqttSettings(site="clinic", port=broker.port), DEVICES, desk, desk.on_broker
    )
    async with asyncio.TaskGroup() as group:
        task = group.create_task(driver.run(), name="driver under test")
        await desk.until(lambda: bool(desk.broker))
        assert "refused" in desk.broker[0][1]
        async with broker, asyncio.timeout(20):
            while "ot authori" not in caplog.text:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.05)
        task.cancel()
    assert [up for up, _ in desk.broker] == [False]


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


@pytest.fixture(params=[Mosquitto, EmbeddedBroker])
async def broker(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncGenerator[Mosquitto | EmbeddedBroker]:
    async with request.param(tmp_path) as running:
        yield running


async def test_alarms_retained_for_a_bed_that_is_gone_are_cleared_and_no_others(
    broker: Mosquitto | EmbeddedBroker,
) -> None:
    desk = Desk()
    old, ours, foreign = "kat/clinic/B9/alarm", "kat/clinic/B1/alarm", "kat/other/B9/alarm"
    async with device(broker.port) as earlier:
        for topic in (old, ours, foreign):
            await earlier.publish(topic, b"[1]", qos=1, retain=True)
    settings = MqttSettings(site="clinic", port=broker.port)
    driver = MqttDriver(settings, DEVICES, desk, desk.on_broker)
    driver.publish(ours, b"[2]", retain=True)
    async with device(broker.port) as light, asyncio.TaskGroup() as group:
        await light.subscribe([("kat/+/+/alarm", 1)])
        task = group.create_task(driver.run(), name="driver under test")
        said: dict[str, bytes] = {}
        async with asyncio.timeout(20):
            while said != {old: b"", ours: b"[2]", foreign: b"[1]"}:
                message = await anext(light.messages)
                said[str(message.topic)] = bytes(message.payload)
        task.cancel()
    async with device(broker.port) as later:
        await later.subscribe([("kat/+/+/alarm", 1)])
        kept = {str((await anext(later.messages)).topic) for _ in range(2)}
    assert kept == {ours, foreign}


async def test_a_device_that_speaks_for_another_bed_is_rejected_with_its_reason(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk()
    devices = (*DEVICES, MqttDevice(bed="B2", device="ox-2", silent_after=None))
    async with driving(desk, mosquitto.port, devices), device(mosquitto.port) as ox:
        for kind, payload in (("reading", spo2(50)), ("status", b"online")):
            await ox.publish(f"kat/clinic/B1/ox-2/{kind}", payload, qos=1)
        await ox.publish("kat/clinic/B1/ox-2/nausea", b"{}", qos=1)
        await desk.until(lambda: len(desk.rejected) == 3)
    assert (desk.readings, desk.unstored) == ([], [])
    assert {letter.reason for letter in desk.rejected} == {
        "no device 'ox-2' at bed 'B1'; it has button, ox"
    }
