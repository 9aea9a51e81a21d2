"""Ten minutes without us at six beds: nothing old is live or alarms, and nothing is missing."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from monitor.broker import EmbeddedBroker
from monitor.store.reader import Reader
from tests.monitor.web.ward import Ward
from tests.support.broker_habits import Broker
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt_peer import Peer, peer
from tests.support.outage import (
    BEDS,
    HIGH,
    LOW,
    OUTAGE_S,
    SITE,
    history_of,
    iso_of,
    let_pass,
    outage,
    publish,
    saturations,
    serving,
    until_broker,
)

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]


@pytest.fixture(params=["mosquitto", "nats-server"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    plain = request.param == "mosquitto"
    server = Mosquitto(folder, saves_at_once=False) if plain else EmbeddedBroker(folder)
    async with server:
        yield server


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
async def test_a_backlog_of_ten_minutes_is_history_and_alarms_only_of_nausea(
    broker: Broker, tmp_path: Path, dated: bool
) -> None:
    async with peer(broker.port, "bedside") as bedside:
        async with serving(tmp_path, broker.port) as ward:
            await begin_sessions(ward, bedside)
            left_at = ward.service.clock.now()
        await asyncio.to_thread(let_pass, tmp_path, OUTAGE_S)
        said = outage()
        await publish(bedside, said, left_at + 1 if dated else None)
        async with serving(tmp_path, broker.port) as ward:
            await nothing_old_is_live(ward)
            await arrived(tmp_path)
            await nothing_old_is_live(ward)
            await nothing_old_alarms(ward, tmp_path, left_at, dated=dated)
            if dated:
                await everything_is_drawn_at_its_time(ward, left_at + 1)
            await live_data_counts_as_ever(ward, bedside)
    for bed in BEDS:
        await asyncio.to_thread(everything_is_in_the_record, tmp_path, bed, left_at, dated=dated)


async def test_what_gateways_kept_while_the_broker_was_away_is_history_too(
    broker: Broker, tmp_path: Path
) -> None:
    async with peer(broker.port, "bedside") as bedside, serving(tmp_path, broker.port) as ward:
        await begin_sessions(ward, bedside)
        left_at = ward.service.clock.now()
    await asyncio.to_thread(let_pass, tmp_path, OUTAGE_S)
    async with serving(tmp_path, broker.port) as ward:  # it knows no device's clock any more
        await broker.kill()
        await until_broker(ward, up=False)
        await broker.start()
        await until_broker(ward, up=True)
        async with peer(broker.port, "gateway") as gateway:
            await publish(gateway, outage(), left_at + 1)
            await arrived(tmp_path)
            await nothing_old_is_live(ward)
            await nothing_old_alarms(ward, tmp_path, left_at, dated=True)
            await live_data_counts_as_ever(ward, gateway)
    for bed in BEDS:
        await asyncio.to_thread(everything_is_in_the_record, tmp_path, bed, left_at, dated=True)


async def begin_sessions(ward: Ward, bedside: Peer) -> None:
    """A session at each bed, with live data that are all well."""
    for bed in BEDS:
        await ward.begin(bed)
        await well(ward, bedside, bed)
        pressures = {"systolic": 121.0, "diastolic": 74.0, **now(ward)}
        await bedside.publish(f"kat/{SITE}/{bed}/cuff/reading", json.dumps(pressures).encode())
    for bed in BEDS:
        await shown(ward, bed, lambda view: value(view, "systolic") == 121.0)
        await shown(ward, bed, lambda view: value(view, "spo2") == 97.0)


async def well(ward: Ward, bedside: Peer, bed: str, spo2: float = 97.0) -> None:
    reading = {"spo2": spo2, "pulse_rate": 72.0, **now(ward)}
    await bedside.publish(f"kat/{SITE}/{bed}/ox/reading", json.dumps(reading).encode())


def now(ward: Ward) -> dict[str, str]:
    return {"device_time": iso_of(ward.service.clock.now())}


async def nothing_old_is_live(ward: Ward) -> None:
    """By the API, and by the snapshot that a screen gets."""
    async with connect(ward.url.replace("http", "ws") + "/ws", max_size=None) as screen:
        snapshot = json.loads(await screen.recv())
    for views in ((await ward.http.get("/api/beds")).json(), snapshot["beds"]):
        for view in views:
            for metric in ("spo2", "pulse_rate", "systolic", "diastolic"):
                reading = view["readings"][metric]
                assert reading["history"] or reading["age"] >= OUTAGE_S, (view["bed"], metric)
            drawn = {v for points in view.get("trend", {}).values() for _, v in points}
            assert drawn.isdisjoint({LOW, HIGH})
            assert not any(device["up"] for device in view["devices"] if device["device"] == "ox")


async def nothing_old_alarms(ward: Ward, folder: Path, since: float, *, dated: bool) -> None:
    """But nausea, with its age where the device knows it."""
    await ward.service.store.flush()

    def events() -> list[Any]:
        with Reader(folder) as reader:
            return [e for e in reader.events(10_000) if e.at > since]

    told = [e for e in await asyncio.to_thread(events) if e.kind.value == "physiological"]
    assert {e.condition for e in told} == {"NAU-SEV"}
    ages = {e.bed: e.text for e in told}
    assert set(ages) == {"B1", "B2", "B3"}
    for bed, minutes in (("B1", 9), ("B2", 5), ("B3", 1)):
        assert (f"{minutes} min ago" in ages[bed]) is dated, ages[bed]


async def everything_is_drawn_at_its_time(ward: Ward, began_at: float) -> None:
    for bed in BEDS:
        query = f"/api/beds/{bed}/trend?metric=spo2&seconds=1200&points=5000"
        points = (await ward.http.get(query)).json()["points"]
        low = [round(at - began_at, 1) for at, *values in points if LOW in values]
        expected = [one.after_s for one in outage() if at_ox(one.topic, bed)]
        assert low == [pytest.approx(after, abs=0.3) for after in expected], bed


async def live_data_counts_as_ever(ward: Ward, bedside: Peer) -> None:
    for bed in BEDS:
        await well(ward, bedside, bed)
        view = await shown(ward, bed, lambda view: value(view, "spo2") == 97.0)
        assert not view["readings"]["spo2"]["history"]
        assert view["readings"]["spo2"]["age"] < OUTAGE_S / 2
    for _ in range(3):
        await well(ward, bedside, "B6", spo2=60.0)
    await shown(ward, "B6", lambda view: "O2-CRIT" in conditions(view))


def everything_is_in_the_record(folder: Path, bed: str, left_at: float, *, dated: bool) -> None:
    """Once each, at its own time where the device told one, else at its receipt."""
    expected = [one for one in outage() if at_ox(one.topic, bed)]
    kept = saturations(history_of(folder, bed))
    assert [sample.value for sample in kept] == [LOW] * len(expected)
    if dated:
        times = sorted((sample.device_time or 0.0) - left_at - 1 for sample in kept)
        assert times == [pytest.approx(one.after_s, abs=0.1) for one in expected]
    else:
        assert all(sample.at >= left_at + OUTAGE_S for sample in kept)


def at_ox(topic: str, bed: str) -> bool:
    return topic == f"kat/{SITE}/{bed}/ox/reading"


def value(view: dict[str, Any], metric: str) -> Any:
    return view["readings"].get(metric, {}).get("value")


def conditions(view: dict[str, Any]) -> set[str]:
    return {alarm["event"]["condition"] for alarm in view["alarms"]}


async def shown(
    ward: Ward, bed: str, condition: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The bed, once it shows what is waited for."""
    async with asyncio.timeout(60):
        while True:
            views = (await ward.http.get("/api/beds")).json()
            view = next(view for view in views if view["bed"] == bed)
            if condition(view):
                return view
            await asyncio.sleep(0.05)


async def arrived(folder: Path) -> None:
    """Wait until the record holds all that was sent: nats-server holds some back for seconds."""

    def stored() -> int:
        return sum(len(saturations(history_of(folder, bed))) for bed in BEDS)

    sent = sum(at_ox(one.topic, bed) for one in outage() for bed in BEDS)
    async with asyncio.timeout(60):
        while await asyncio.to_thread(stored) < sent:  # noqa: ASYNC110 - another thread commits
            await asyncio.sleep(0.2)
