"""deploy/corridor_light.py, the example: run as it is, against real brokers and our own driver."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from tests.support.deployed import deployed
from tests.support.desk import Desk
from tests.support.driving import DEVICES, device, driving
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.system
ROOT = Path(__file__).parents[2]
LIGHT = ROOT / "deploy" / "corridor_light.py"
STATE = "kat/clinic/B1/alarm"


class Lines:
    """What a program prints, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        self._out = process.stdout

    async def next(self) -> str:
        async with asyncio.timeout(60):
            return (await self._out.readline()).decode().rstrip("\n")


@asynccontextmanager
async def running(*line: str) -> AsyncGenerator[Lines]:
    process = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)
    try:
        yield Lines(process)
    finally:
        process.kill()
        await process.wait()


def light(*more: str) -> Any:
    return running(sys.executable, str(LIGHT), "--site", "clinic", *more)


def alarm(**more: Any) -> dict[str, Any]:
    return {
        "priority": "high",
        "signal": "on",
        "origin": "real",
        "covered_by": None,
        "text": "SYS 205 > 200",
        **more,
    }


def state(driver: MqttDriver, *alarms: dict[str, Any]) -> None:
    driver.publish(STATE, json.dumps(alarms).encode(), retain=True)


async def test_it_shows_the_gravest_alarm_that_calls(tmp_path: Path) -> None:
    desk = Desk()
    low = alarm(priority="low", text="T-BATT 12 %")
    medium = alarm(priority="medium", text="SpO2 88 < 90")
    async with Mosquitto(tmp_path) as broker, light("--port", str(broker.port)) as shown:
        assert await shown.next() == "NOT LIVE: nothing heard yet"
        async with driving(desk, broker.port) as driver:
            state(driver)
            assert sorted([await shown.next(), await shown.next()]) == ["B1: dark", "LIVE"]
            state(driver, low)
            assert await shown.next() == "B1: cyan steady: T-BATT 12 %"
            state(driver, low, medium)
            assert await shown.next() == "B1: yellow flashing: SpO2 88 < 90"
            state(driver, low, medium, alarm(signal="acknowledged"))
            state(driver, low, medium, alarm())
            assert await shown.next() == "B1: red flashing: SYS 205 > 200"
            state(driver, alarm(signal="acknowledged"))
            assert await shown.next() == "B1: red steady: SYS 205 > 200"
            state(driver, alarm(origin="test"), alarm(origin="demo"))  # nobody's patient
            assert await shown.next() == "B1: dark"
            state(driver, medium | {"covered_by": "T-NET"}, alarm(signal="latched"))
            assert await shown.next() == "B1: red flashing: SYS 205 > 200"
            driver.publish(STATE, b"", retain=True)
            assert await shown.next() == "B1: gone"
        assert await shown.next() == "NOT LIVE: the monitor says that it is offline"


async def test_it_says_when_it_hears_nothing_and_an_old_online_does_not_deceive_it(
    tmp_path: Path,
) -> None:
    async with Mosquitto(tmp_path) as broker, driving(Desk(), broker.port) as driver:
        state(driver, alarm())
        async with light("--port", str(broker.port)) as shown:
            assert await shown.next() == "NOT LIVE: nothing heard yet"
            assert await shown.next() == "LIVE"  # by the next heartbeat, not the retained one
            assert await shown.next() == "B1: red flashing: SYS 205 > 200"
            await broker.kill()
            assert await shown.next() == "NOT LIVE: the broker is lost"
            await broker.start()
            assert await shown.next() == "LIVE"
            assert await shown.next() == "B1: red flashing: SYS 205 > 200"


@pytest.mark.parametrize("cleared", [True, False])
async def test_no_lamp_burns_on_for_a_room_that_went_while_it_heard_nothing(
    tmp_path: Path, cleared: bool
) -> None:
    async with Mosquitto(tmp_path) as broker, light("--port", str(broker.port)) as shown:
        assert await shown.next() == "NOT LIVE: nothing heard yet"
        async with driving(Desk(), broker.port) as driver:
            state(driver, alarm())
            assert min([await shown.next(), await shown.next()]).startswith("B1: red")
        assert await shown.next() == "NOT LIVE: the monitor says that it is offline"
        if not cleared:
            await broker.kill()
            await broker.start()
        async with device(broker.port) as other:
            await other.publish(STATE, b"", 1, retain=True)
        async with driving(Desk(), broker.port):
            assert await shown.next() == "LIVE"
            assert await shown.next() == "B1: unknown"


async def test_it_works_with_the_rights_that_our_broker_files_give_a_light(tmp_path: Path) -> None:
    devices = (MqttDevice(bed="room-1", device="button-1", streams=False, silent_after=None),)
    async with deployed("mosquitto", tmp_path) as broker:
        secret = broker.password_file
        monitor: dict[str, Any] = {
            "username": "kat-monitor",
            "password_file": secret("kat-monitor"),
            "ca_file": broker.ca,
        }
        user = ("--user", "light-corridor", "--password-file", str(secret("light-corridor")))
        async with (
            driving(Desk(), broker.port, devices, **monitor),
            light("--port", str(broker.port), "--ca", str(broker.ca), *user) as shown,
        ):
            assert await shown.next() == "NOT LIVE: nothing heard yet"
            assert await shown.next() == "LIVE"


async def test_the_line_for_mosquitto_sub_in_the_docs_shows_an_alarm(tmp_path: Path) -> None:
    if shutil.which("mosquitto_sub") is None:
        pytest.skip("mosquitto_sub is absent (Debian package mosquitto-clients)")
    text = await asyncio.to_thread((ROOT / "docs" / "messages.md").read_text, encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("mosquitto_sub"))
    async with Mosquitto(tmp_path) as broker:
        line = line.replace("-h BROKER", f"-h 127.0.0.1 -p {broker.port}")
        settings = MqttSettings(site="clinic", port=broker.port)
        assert settings.status_topic in line
        async with (
            driving(Desk(), broker.port, DEVICES) as driver,
            running("sh", "-c", f"exec {line}") as shown,
        ):
            driver.publish("kat/clinic/alarm", b"[]", retain=True)
            state(driver, alarm())
            seen = {(await shown.next()).split(" ")[0] for _ in range(3)}
    assert seen == {"kat/clinic/monitor/status", "kat/clinic/alarm", STATE}
