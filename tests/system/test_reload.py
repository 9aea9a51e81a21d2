"""Beds that come and go while `kat-monitor run` watches another one, on a real mosquitto."""

import asyncio
import itertools
import json
import re
import signal
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from monitor.store.reader import Reader
from tests.support.clinic import BED, SITE, write_config
from tests.support.mosquitto import Mosquitto
from tests.support.process import ServiceProcess
from tests.support.subscriber import Subscriber

pytestmark = pytest.mark.system
OTHER = """
[[bed]]
id = "room-2"
label = "Room 2"
ward = "West"

[[bed.device]]
id = "monitor-2"
kind = "monitor"
"""
FOREIGN = """
[[mqtt.mapping]]
topic = "west/{bed}/ox"
device = "monitor-2"
metric = "spo2"
pointer = "/SpO2"
"""


class Clinic:
    """A service, its configuration file, and a light that follows it."""

    def __init__(self, process: ServiceProcess, config: Path, light: Subscriber) -> None:
        self.process, self.config, self.light = process, config, light
        self.first = config.read_text()
        self.sent: list[float] = []

    async def get(self, path: str) -> Any:
        return await asyncio.to_thread(self.process.get, path)

    async def bed(self, name: str) -> dict[str, Any]:
        beds: list[dict[str, Any]] = await self.get("/api/beds")
        nobody: dict[str, Any] = {}
        return next((bed for bed in beds if bed["bed"] == name), nobody)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        url = self.process.url + path
        return await asyncio.to_thread(lambda: httpx.post(url, json=body, timeout=30))

    async def begin(self, bed: str) -> str:
        body = {"protocol": "iv", "visit": "K7", "by": "nurse A"}
        return (await self.post(f"/api/beds/{bed}/session", **body)).json()["session"]

    async def reload(self, text: str) -> httpx.Response:
        await asyncio.to_thread(self.config.write_text, text)
        return await self.post("/api/reload", by="tester")

    async def hang_up(self, text: str, said: str) -> None:
        """SIGHUP with this file, and wait for what the log says of it."""
        before = len(self.process.errors)
        await asyncio.to_thread(self.config.write_text, text)
        self.process.process.send_signal(signal.SIGHUP)
        await until(lambda: any(re.search(said, line) for line in self.process.errors[before:]))

    async def say(self, bed: str, monitor: str, **values: float) -> None:
        topic = f"kat/{SITE}/{bed}/{monitor}/reading"
        await self.light.publish(topic, json.dumps({**values, "origin": "real"}))

    async def until_shown(self, bed: str, metric: str, value: float) -> None:
        async with asyncio.timeout(60):
            while True:
                shown = (await self.bed(bed))["readings"].get(metric, {})
                if shown.get("value") == value:
                    return
                await asyncio.sleep(0.05)

    async def stream(self) -> None:
        """The first bed's monitor measures, each time another value, until cancelled."""
        for number in itertools.count():
            value = round(95 + (number % 400) / 100, 2)
            await self.say(BED, "monitor-1", spo2=value)
            self.sent.append(value)
            await asyncio.sleep(0.02)


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not met():  # noqa: ASYNC110 - a process gives us no event
            await asyncio.sleep(0.05)


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncGenerator[Clinic]:
    async with Mosquitto(tmp_path) as broker, Subscriber(broker.port, SITE) as light:
        config = write_config(tmp_path, broker.port)
        process = ServiceProcess(["-m", "monitor", "run", "--config", str(config)])
        await asyncio.to_thread(process.__enter__)
        try:
            await light.until(lambda: f"kat/{SITE}/{BED}/alarm" in light.kept)
            yield Clinic(process, config, light)
        finally:
            await asyncio.to_thread(process.__exit__, None, None, None)


async def test_beds_come_and_go_while_another_one_measures_and_alarms(clinic: Clinic) -> None:
    light = clinic.light
    session = await clinic.begin(BED)
    await clinic.say(BED, "monitor-1", systolic=205.0, diastolic=122.0)
    await light.until(lambda: "BP-CRIT" in light.standing(BED))
    before = light.standing(BED)["BP-CRIT"]
    url = clinic.process.url.replace("http", "ws") + "/ws"
    async with connect(url) as screen, asyncio.TaskGroup() as group:
        first = json.loads(await screen.recv())
        streaming = group.create_task(clinic.stream())
        await until(lambda: len(clinic.sent) > 20)

        await light.publish(f"kat/{SITE}/room-2/monitor-2/status", "online")
        answer = await clinic.reload(clinic.first + OTHER)
        assert (answer.status_code, answer.json()) == (
            200,
            {"added": ["room-2"], "removed": [], "changed": []},
        ), answer.text
        snapshot = await next_snapshot(screen, first["seq"])
        assert [bed["bed"] for bed in snapshot["beds"]] == [BED, "room-2"]
        assert (await clinic.bed("room-2"))["phase"] == "EMPTY"
        assert (await clinic.bed("room-2"))["ward"] == "West"
        await light.until(lambda: light.kept.get(f"kat/{SITE}/room-2/alarm") == b"[]")
        await clinic.say("room-2", "monitor-2", spo2=97.0)
        await clinic.until_shown("room-2", "spo2", 97.0)

        await clinic.hang_up(clinic.first + FOREIGN + OTHER, "changed mqtt.mapping")
        await light.publish("west/room-2/ox", json.dumps({"SpO2": 91}))
        await clinic.until_shown("room-2", "spo2", 91.0)
        other = await clinic.begin("room-2")
        await clinic.hang_up(clinic.first, f"room-2 cannot be removed: session {other} is open")
        assert await clinic.bed("room-2")
        closed = await clinic.post(
            f"/api/sessions/{other}/close", outcome="aborted", by="Dr. Ames", reason="test"
        )
        assert closed.is_success, closed.text
        await until_quiet(clinic)
        await clinic.hang_up(clinic.first, "removed room-2; changed mqtt.mapping")
        assert not await clinic.bed("room-2")
        await light.until(lambda: light.kept[f"kat/{SITE}/room-2/alarm"] == b"")
        sent = len(clinic.sent)
        await until(lambda: len(clinic.sent) > sent + 20)
        streaming.cancel()

    await clinic.say(BED, "monitor-1", spo2=90.5)
    await clinic.until_shown(BED, "spo2", 90.5)
    after = light.standing(BED)["BP-CRIT"]
    assert after["occurrence"] == before["occurrence"]
    told = [e["change"] for e in light.events(BED) if e["occurrence"] == before["occurrence"]]
    assert told[0] == "start"
    assert "end" not in told
    assert light.statuses == [(b"online", False)]  # no connection was dropped
    assert (await clinic.bed(BED))["session"]["id"] == session
    stored = await asyncio.to_thread(stored_spo2, clinic.config.parent / "data")
    assert stored[: len(clinic.sent)] == clinic.sent


async def test_a_wrong_file_changes_nothing_and_the_error_names_the_key(clinic: Clinic) -> None:
    beds = await clinic.get("/api/beds")
    wrong = clinic.first.replace('kind = "button"', 'kind = "knob"') + "labl = 1\n"
    answer = await clinic.reload(wrong)
    assert answer.status_code == 422
    keys = {mistake["key"] for mistake in answer.json()["errors"]}
    assert keys == {"bed[1].device[2].kind", "bed[1].device[2].labl"}
    assert str(clinic.config) in answer.json()["detail"]
    await clinic.hang_up(wrong, r"bed\[1\].device\[2\].kind")
    answer = await clinic.reload(clinic.first.replace("influx]\n", "influx]\norg = 'x'\n") + OTHER)
    assert answer.status_code == 409
    (reason,) = answer.json()["reasons"]
    assert reason.startswith("influx.org")
    assert [bed["bed"] for bed in await clinic.get("/api/beds")] == [bed["bed"] for bed in beds]
    part = (await clinic.get("/readyz"))["parts"]["configuration"]
    assert (part["up"], "influx.org" in part["detail"]) == (False, True)
    assert (await clinic.reload(clinic.first)).json()["added"] == []
    assert (await clinic.get("/readyz"))["parts"]["configuration"]["up"]


async def test_a_kill_right_after_a_reload_leaves_the_beds_of_the_file(clinic: Clinic) -> None:
    session = await clinic.begin(BED)
    await clinic.say(BED, "monitor-1", systolic=205.0, diastolic=122.0)
    await clinic.light.until(lambda: "BP-CRIT" in clinic.light.standing(BED))
    before = clinic.light.standing(BED)["BP-CRIT"]["occurrence"]
    more = clinic.first + OTHER
    assert (await clinic.reload(more)).json()["added"] == ["room-2"]
    await asyncio.to_thread(clinic.process.kill)
    with ServiceProcess(["-m", "monitor", "run", "--config", str(clinic.config)]) as again:
        beds = await asyncio.to_thread(again.get, "/api/beds")
        assert [bed["bed"] for bed in beds] == [BED, "room-2"]
        assert beds[0]["session"]["id"] == session
        assert before in occurrences(beds[0])
        assert "is replayed instead of thawed" not in again.log
        await asyncio.to_thread(again.kill)
    alone = clinic.first.replace(f'"{BED}"', '"room-9"')
    await asyncio.to_thread(clinic.config.write_text, alone)
    with ServiceProcess(["-m", "monitor", "run", "--config", str(clinic.config)]) as other:
        await until(lambda: f"session {session} is open at {BED}, which is not" in other.log)
        body = {"by": "tester"}
        await asyncio.to_thread(clinic.config.write_text, clinic.first)
        await clinic.light.until(lambda: clinic.light.kept[f"kat/{SITE}/{BED}/alarm"] == b"")
        await asyncio.to_thread(lambda: other.post("/api/reload", **body))
        (bed,) = await asyncio.to_thread(other.get, "/api/beds")
        assert bed["session"]["id"] == session  # the bed is back, and with it what stood there
        assert before in occurrences(bed)
        stands = {alarm["event"]["condition"] for alarm in bed["alarms"]}
        await clinic.light.until(lambda: stands <= clinic.light.standing(BED).keys())


def occurrences(bed: dict[str, Any]) -> list[str]:
    """What stands at a bed."""
    return [alarm["event"]["occurrence"] for alarm in bed["alarms"]]


async def until_quiet(clinic: Clinic) -> None:
    """Nobody is measured at the other bed any more."""
    async with asyncio.timeout(60):
        while True:
            if not (await clinic.bed("room-2"))["note"]:
                return
            await asyncio.sleep(0.2)


async def next_snapshot(screen: Any, after: int) -> dict[str, Any]:
    """The next snapshot on a screen that answers."""
    async with asyncio.timeout(60):
        async for message in screen:
            said = json.loads(message)
            await screen.send(json.dumps({"ack": said["seq"]}))
            if said["kind"] == "snapshot" and said["seq"] > after:
                return said
    raise AssertionError("the stream ended")


def stored_spo2(folder: Path) -> list[float]:
    """Every SpO2 of the first bed's monitor in the record, in order."""
    reader = Reader(folder)
    try:
        rows = reader.inputs_after(0, BED)
        said = [json.loads(row.body) for row in rows if row.kind == "sample"]
    finally:
        reader.close()
    return [one["value"] for one in said if one["metric"] == "spo2"]
