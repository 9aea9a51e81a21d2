"""What a broker keeps for an absent session, measured on real brokers beside our real session."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from devices.mqtt_handshake import paho_of
from devices.mqtt_probe import Kept, ProbeFailed, measure_keeping
from devices.mqtt_settings import MqttSettings
from monitor.broker import EmbeddedBroker
from tests.support.desk import Desk
from tests.support.driving import device, driving
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.system
SITE = "clinic"


async def test_a_mosquitto_that_keeps_100_is_found_out_and_one_that_keeps_more_is_not(
    tmp_path: Path,
) -> None:
    for most_queued, kept in ((100, 100), (100_000, 300)):
        async with Mosquitto(tmp_path, saves_at_once=False, most_queued=most_queued) as broker:
            settings = MqttSettings(site=SITE, port=broker.port)
            assert await measure_keeping(settings, 300) == Kept(300, kept)


async def test_nats_server_keeps_all(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        settings = MqttSettings(site=SITE, port=broker.port)
        assert await measure_keeping(settings, 3_000) == Kept(3_000, 3_000)


async def test_a_nats_server_whose_store_is_too_small_is_found_out(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path, most_stored="256KB") as broker:
        kept = await measure_keeping(MqttSettings(site=SITE, port=broker.port), 4_000)
    assert 100 < kept.came < kept.sent


async def test_the_real_session_hears_nothing_of_it_and_none_is_left_behind(
    tmp_path: Path,
) -> None:
    desk = Desk()
    async with (
        Mosquitto(tmp_path, saves_at_once=False) as broker,
        driving(desk, broker.port) as driver,
    ):
        await measure_keeping(MqttSettings(site=SITE, port=broker.port), 50)
        assert await session_of(broker.port, "kat-monitor-probe") is False
        assert driver.site == SITE
        assert (desk.readings, desk.rejected, len(desk.broker)) == ([], [], 1)


async def test_a_probe_that_is_cancelled_leaves_no_session(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path, saves_at_once=False) as broker:
        settings = MqttSettings(site=SITE, port=broker.port)
        probing = asyncio.create_task(measure_keeping(settings, 10_000, rests=1.0))
        while not await session_exists(tmp_path):  # noqa: ASYNC110 - a process gives us no event
            await asyncio.sleep(0.01)
        probing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await probing
        assert await session_of(broker.port, "kat-monitor-probe") is False


async def test_a_broker_that_does_not_let_us_publish_there_is_told_so(tmp_path: Path) -> None:
    acl = tmp_path / "acl"
    acl.write_text(f"topic read kat/{SITE}/#\n")
    acl.chmod(0o600)
    access = f"allow_anonymous true\nacl_file {acl}"
    async with Mosquitto(tmp_path, access, saves_at_once=False) as broker:
        with pytest.raises(ProbeFailed, match=f"may we publish and read kat/{SITE}/monitor/#"):
            await measure_keeping(MqttSettings(site=SITE, port=broker.port), 10)


async def session_of(port: int, identifier: str) -> bool:
    """Whether the broker has a session of this client."""
    present: list[bool] = []
    client = device(port, identifier=identifier, clean_session=False)
    answered = paho_of(client).on_connect
    assert answered is not None

    def on_connect(*said: Any) -> None:
        present.append(said[2].session_present)
        answered(*said)  # pyright: ignore[reportCallIssue] - paho's overloads

    paho_of(client).on_connect = on_connect
    async with client:
        pass
    return present[0]


async def session_exists(folder: Path) -> bool:
    log = await asyncio.to_thread((folder / "mosquitto.log").read_text)
    return "as kat-monitor-probe-out" in log
