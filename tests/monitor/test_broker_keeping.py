"""Whether the broker keeps enough is told where people look: the log, the API, and `check`."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from devices.mqtt_probe import Kept
from monitor.broker_keeping import backlog_of, is_enough, verdict
from monitor.check import check
from monitor.config import load_config
from monitor.planning import mqtt_devices
from tests.support.mosquitto import Mosquitto
from tests.support.process import ServiceProcess

WITHIN_S = 30.0


def write_config(folder: Path, port: int, *, outage_s: float = 200.0) -> Path:
    path = folder / "config.toml"
    path.write_text(
        f"""
        site = {{ id = "clinic" }}
        web = {{ port = 0 }}
        bluetooth = {{ enabled = false }}
        mqtt = {{ port = {port}, outage_s = {outage_s} }}
        [[bed]]
        id = "a"
        device = [{{ id = "m", kind = "monitor" }}, {{ id = "b", kind = "button" }}]
        """,
        encoding="utf-8",
    )
    return path


def test_a_backlog_is_what_the_configured_devices_send_in_an_outage(tmp_path: Path) -> None:
    config = load_config(write_config(tmp_path, 1883))
    assert backlog_of(mqtt_devices(config), 600.0) == 600 + 10


def test_too_little_is_told_with_the_setting_of_each_broker() -> None:
    said = verdict(Kept(610, 100), 610, 600.0)
    assert "keeps 100 of 610" in said
    assert "mosquitto: max_queued_messages 2000" in said
    assert "nats-server: more max_file_store" in said
    assert not is_enough(Kept(610, 609))


def test_enough_is_told_without_a_setting() -> None:
    assert verdict(Kept(610, 610), 610, 600.0) == "keeps the 610 messages of an outage of 600 s"
    assert verdict(Kept(10_000, 10_000), 60_000, 600.0).endswith("(measured with 10,000 of them)")


@pytest.mark.system
@pytest.mark.parametrize("most_queued", [100, 100_000])
async def test_a_start_and_a_check_tell_whether_the_queue_is_long_enough(
    tmp_path: Path, most_queued: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Mosquitto(tmp_path, saves_at_once=False, most_queued=most_queued) as broker:
        path = write_config(tmp_path, broker.port)
        noted, log = await asyncio.to_thread(keeping_at_start, path)
        code = await asyncio.to_thread(check, path)
    line = next(line for line in capsys.readouterr().out.splitlines() if "broker's queue" in line)
    for said in (noted, log, line):
        assert ("max_queued_messages 500" in said) is (most_queued == 100)
        assert ("keeps the 204 messages of an outage of 200 s" in said) is (most_queued > 100)
    assert code == (1 if most_queued == 100 else 0)


def keeping_at_start(config: Path) -> tuple[str, str]:
    """What a service notes of its broker's queue, and its log."""
    with ServiceProcess(["-m", "monitor", "run", "--config", str(config)]) as service:
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline:
            parts: dict[str, Any] = service.get("/readyz")["parts"]
            noted = parts.get("broker", {"notes": {}})["notes"]
            if "keeping" in noted:
                return str(noted["keeping"]), service.log
            time.sleep(0.1)
        raise AssertionError(service.log)
