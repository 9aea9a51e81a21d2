"""Bluetooth devices and beds: assigned, released, swapped, replaced, over the radio and HTTP."""

import asyncio
import json
from pathlib import Path
from typing import Any

from devices.reading import Cuff
from monitor.journal import decode_input
from monitor.store.reader import Reader
from tests.support.radio_ward import CONFIG, SPARE, SPARES, RadioWard, radio_ward, until

BOTH = ["room-1", "room-2"]


async def test_swapped_oximeters_show_no_value_of_one_on_the_other_for_even_one_frame(
    tmp_path: Path,
) -> None:
    async with radio_ward(tmp_path) as ward, asyncio.TaskGroup() as tasks:
        session = await ward.begin("room-1")
        await ward.shows("room-1", "spo2", 91)
        await ward.shows("room-2", "spo2", 97)
        seen: list[tuple[str, float | None]] = []
        watching = tasks.create_task(watch(ward, seen), name="screen")
        order: dict[str, Any] = {
            "kind": "swap",
            "value": "ox",
            "with_bed": "room-2",
            "with_device": "ox",
        }
        await asyncio.sleep(1)
        await ward.post(f"/api/sessions/{session}/events", **order, confirm=BOTH)
        # whose finger it is: 91 belongs to oximeter 1 alone, wherever it is
        await ward.shows("room-1", "spo2", 97)
        await ward.shows("room-2", "spo2", 91)
        await asyncio.sleep(1)
        watching.cancel()
        for bed, before, after in (("room-1", 91, 97), ("room-2", 97, 91)):
            told = [value for of, value in seen if of == bed and value is not None]
            turn = told.index(after)
            assert set(told[:turn]) <= {before}
            assert set(told[turn:]) == {after}


async def watch(ward: RadioWard, seen: list[tuple[str, float | None]]) -> None:
    """Keep every SpO2 that any frame tells, in order."""
    async with ward.screen() as screen:
        async for message in screen:
            said: dict[str, Any] = json.loads(message)
            await screen.send(json.dumps({"ack": said["seq"]}))
            beds: Any = said["beds"]
            if said["kind"] == "snapshot":
                beds = {bed["bed"]: bed for bed in beds}
            for bed, change in beds.items():
                if "spo2" in change.get("readings", {}):
                    seen.append((bed, change["readings"]["spo2"]["value"]))


async def test_a_released_device_is_shown_on_no_bed_and_kept_as_unassigned(tmp_path: Path) -> None:
    async with radio_ward(tmp_path) as ward:
        session = await ward.begin("room-1")
        await ward.shows("room-1", "spo2", 91)
        await ward.post(f"/api/sessions/{session}/events", kind="release", value="ox")
        ward.measured["1"] = 83.0
        await asyncio.sleep(1.5)  # more than seven frames of a screen
        shown = [(await ward.bed(bed))["readings"]["spo2"]["value"] for bed in BOTH]
        assert 83 not in shown
        ward.measured["1"] = 84.0
        await asyncio.sleep(0.5)
        assert (await ward.device("room-1", "ox"))["bed"] is None
        await ward.post(
            "/api/beds/room-2/devices", kind="assign", value="ox", from_bed="room-1", confirm=BOTH
        )
        ward.measured["2"] = 84.0
        await ward.shows("room-2", "spo2", 84)
        assert (await ward.device("room-1", "ox"))["name"] == "room-1-ox"
    kept = stored(tmp_path)
    assert any(bed == "unassigned" and value == 83 for bed, value in kept)
    assert {bed for bed, value in kept if value == 83} == {"unassigned"}


def stored(folder: Path) -> list[tuple[str, float | None]]:
    """Bed and value of every SpO2 in the record."""
    with Reader(folder / "data") as reader:
        inputs = [row for row in reader.inputs_after(0, None) if row.kind == "sample"]
    rows = [json.loads(row.body) for row in inputs]
    return [(row["bed"], row["value"]) for row in rows if row["metric"] == "spo2"]


def cuffs(folder: Path) -> list[tuple[str, str | None, Cuff]]:
    """Bed, session and content of every cuff reading in the record."""
    found: list[tuple[str, str | None, Cuff]] = []
    with Reader(folder / "data") as reader:
        for row in reader.inputs_after(0, None):
            reading = decode_input(row.body)
            if isinstance(reading, Cuff):
                found.append((reading.bed, row.session, reading))
    return found


async def test_what_a_cuff_measured_before_its_move_is_of_the_session_that_had_it(
    tmp_path: Path,
) -> None:
    async with radio_ward(tmp_path) as ward:
        first, second = await ward.begin("room-1"), await ward.begin("room-2")
        now = ward.service.clock.now
        await asyncio.sleep(2.5)  # a cuff's clock counts whole seconds
        ward.cuff.store(205, 122, 150, 88, now())
        await asyncio.sleep(2.5)
        await ward.post(
            "/api/beds/room-2/devices", kind="assign", value="cuff", from_bed="room-1", confirm=BOTH
        )
        await asyncio.sleep(2.5)
        await ward.cuff.indicate(121, 80, 94, 70, now())
        await ward.shows("room-2", "systolic", 121)
        assert (await ward.bed("room-1"))["readings"]["systolic"]["value"] == 205
        assert "BP-CRIT" not in str((await ward.bed("room-2"))["alarms"])
    assert [(bed, session, cuff.systolic) for bed, session, cuff in cuffs(tmp_path)] == [
        ("room-1", first, 205),
        ("room-2", second, 121),
    ]


async def test_a_reading_delivered_as_new_is_history_to_a_session_that_began_after_it(
    tmp_path: Path,
) -> None:
    async with radio_ward(tmp_path) as ward:
        now = ward.service.clock.now
        measured = now()
        if int(measured) % 60 == 0:
            measured -= 1  # a whole minute could be of a clock that tells no seconds
        ward.cuff.store(205, 122, 150, 88, measured)
        await asyncio.sleep(2.5)
        session = await ward.begin("room-1")
        await ward.cuff.deliver()
        await ward.shows("room-1", "systolic", 205)
        bed = await ward.bed("room-1")
        assert bed["readings"]["systolic"]["history"]
        assert all(alarm["event"]["condition"] != "BP-CRIT" for alarm in bed["alarms"])
    ((_, owner, _),) = cuffs(tmp_path)
    assert owner != session


async def test_a_cuff_whose_clock_tells_minutes_is_of_the_session_that_it_was_used_in(
    tmp_path: Path,
) -> None:
    async with radio_ward(tmp_path) as ward:
        await ward.begin("room-1")
        now = ward.service.clock.now()
        ward.cuff.store(205, 122, 150, 88, now - now % 60)
        await ward.cuff.deliver()
        await ward.shows("room-1", "systolic", 205)
        bed = await ward.bed("room-1")
        assert not bed["readings"]["systolic"]["history"]


async def test_a_broken_cuff_is_replaced_in_a_running_session(tmp_path: Path) -> None:
    async with radio_ward(tmp_path) as ward:
        session = await ward.begin("room-1")
        ward.spare.store(190, 110, 137, 80, ward.service.clock.now())  # of who had it before
        await asyncio.sleep(2.5)
        assert (await ward.reload(CONFIG + SPARES))["added"] == ["unassigned/spare"]
        spare = await ward.device(None, "spare")
        assert (spare["bed"], spare["address"], spare["link"]["up"]) == (None, SPARE, None)
        events = f"/api/sessions/{session}/events"
        fetch: dict[str, Any] = {"kind": "assign", "value": "spare", "from_bed": "unassigned"}
        await ward.post(events, **fetch, confirm=["room-1"])
        await ward.post(events, kind="release", value="cuff")
        await asyncio.sleep(2.5)
        await ward.spare.indicate(121, 80, 94, 70, ward.service.clock.now())
        await ward.shows("room-1", "systolic", 121)
        assert (await ward.device(None, "spare"))["bed"] == "room-1"
        refused = await ward.reload(CONFIG, 409)
        assert refused["reasons"] == [
            "unassigned/spare cannot be removed: room-1 has it; release it first"
        ]
        await ward.post(events, kind="release", value="spare")
        assert (await ward.reload(CONFIG))["removed"] == ["unassigned/spare"]
        assert await told(ward, "T-LINK") == []
    assert [(bed, session_, cuff.systolic) for bed, session_, cuff in cuffs(tmp_path)] == [
        ("unassigned", None, 190),
        ("room-1", session, 121),
    ]


async def told(ward: RadioWard, condition: str) -> list[Any]:
    """All occurrences of a condition so far."""
    alarms = (await ward.http.get("/api/alarms")).json()
    return [alarm for alarm in alarms if alarm["condition"] == condition]


async def test_a_shared_cuff_counts_only_after_measure_here(tmp_path: Path) -> None:
    shared = CONFIG.replace('kind = "cuff",', 'kind = "cuff", shared = true,')
    async with radio_ward(tmp_path, shared) as ward:
        await ward.begin("room-1")
        await asyncio.sleep(2.5)
        await ward.cuff.indicate(205, 122, 150, 88, ward.service.clock.now())

        async def waits() -> bool:
            return bool((await ward.bed("room-1"))["tasks"])

        async def alarms() -> bool:
            return "BP-CRIT" in str((await ward.bed("room-1"))["alarms"])

        await until(waits)
        bed = await ward.bed("room-1")
        assert "unassigned 205/122" in str(bed["tasks"])
        assert all(alarm["event"]["condition"] != "BP-CRIT" for alarm in bed["alarms"])
        await ward.post("/api/beds/room-1/measure")
        await asyncio.sleep(1.5)
        await ward.cuff.indicate(206, 123, 151, 88, ward.service.clock.now())
        await until(alarms)


async def test_the_list_of_devices_tells_link_and_age_and_a_loss_with_its_time(
    tmp_path: Path,
) -> None:
    async with radio_ward(tmp_path) as ward:
        await ward.shows("room-1", "spo2", 91)
        ox = await ward.device("room-1", "ox")
        assert (ox["bed"], ox["kind"], ox["model"]) == ("room-1", "oximeter", "Pulse Oximeter")
        assert (ox["link"]["up"], ox["link"]["reason"]) == (True, "connected")
        assert ox["last_reading"]["age"] < 5

        async def has_said_what_it_is() -> bool:
            return (await ward.device("room-1", "ox"))["identity"] is not None

        await until(has_said_what_it_is)
        ox = await ward.device("room-1", "ox")
        assert ox["identity"] == {"manufacturer": "Maker", "model": "M1", "firmware": "1.2"}
        assert ox["battery"]["percent"] == 80
        assert (await ward.device("room-2", "ox"))["battery"] is None
        ward.oximeters["1"].fade()

        async def is_lost() -> bool:
            return not (await ward.device("room-1", "ox"))["link"]["up"]

        await until(is_lost)
        link = (await ward.device("room-1", "ox"))["link"]
        assert link["reason"] == "disconnected"
        assert link["since"].endswith("Z")


async def test_a_device_is_paired_over_http_and_a_failure_says_why_and_what_to_do(
    tmp_path: Path,
) -> None:
    async with radio_ward(tmp_path, CONFIG + SPARES) as ward:
        await ward.spare.advertise(always=True)
        said = await ward.post("/api/beds/unassigned/devices/spare/pair")
        assert said == {
            "device": "unassigned/spare",
            "kept": True,
            "text": "paired, trusted, bond kept",
        }
        ward.oximeters["1"].faults.refuses_bond = True
        await ward.shows("room-1", "spo2", 91)
        problem = await ward.post("/api/beds/room-1/devices/ox/pair", 409)
        assert problem["fault"] == "failed"
        assert "it is not in pairing mode, or already bonded elsewhere" in problem["detail"]
        await ward.post("/api/beds/room-1/devices/button/pair", 404)
