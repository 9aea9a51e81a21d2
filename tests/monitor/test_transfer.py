"""Devices and sessions between beds, through HTTP, over restarts, in the record."""

from pathlib import Path
from typing import Any

import apsw
import msgspec
import pytest

from alerts.event import AlarmEvent
from devices.reading import Cuff, Origin
from monitor.store.reader import Reader
from monitor.store.schema import FILE_NAME
from tests.monitor.web.ward import Json, Ward, open_ward


def standing(ward: Ward, bed: str) -> dict[str, AlarmEvent]:
    """The standing alarms of a bed by condition."""
    status = ward.service.desk.status(bed)
    return {alarm.event.condition: alarm.event for alarm in status.alarms}


def crisis(ward: Ward, bed: str, device: str = "cuff", **stored: Any) -> None:
    """A pressure that is HIGH at once."""
    at = ward.service.clock.now()
    cuff = Cuff(at=at, bed=bed, device=device, origin=Origin.TEST, systolic=205, diastolic=122)
    ward.receive(msgspec.structs.replace(cuff, **stored))


async def test_a_session_moves_with_its_alarm_and_can_be_answered_in_the_new_room(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        crisis(ward, "B1")
        before = standing(ward, "B1")["BP-CRIT"]
        move: Json = {"kind": "move_session", "value": "B2", "confirm": ["B1", "B2"]}
        await ward.post(f"/api/sessions/{session}/events", **move)
        assert standing(ward, "B1") == {}
        here = standing(ward, "B2")["BP-CRIT"]
        assert here.occurrence == before.occurrence
        await ward.post(f"/api/alarms/{here.occurrence}/acknowledge", seq=here.seq)
        assert standing(ward, "B2")["BP-CRIT"].signal == "acknowledged"
        beds = {bed["bed"]: bed for bed in (await ward.http.get("/api/beds")).json()}
        assert (beds["B1"]["session"], beds["B2"]["session"]["id"]) == (None, session)


async def test_a_move_asks_that_both_rooms_are_confirmed(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        path = f"/api/sessions/{session}/events"
        answer = await ward.post(path, 422, kind="move_session", value="B2", confirm=["B1"])
        assert "look who is in B2" in answer["detail"]


async def test_a_session_does_not_move_into_a_taken_room(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        await ward.begin("B2")
        move: Json = {"kind": "move_session", "value": "B2", "confirm": ["B1", "B2"]}
        answer = await ward.post(f"/api/sessions/{session}/events", 409, **move)
        assert "is open at B2" in answer["detail"]
        assert ward.service.desk.bed_of_session(session) == "B1"


@pytest.mark.parametrize("thawed", [True, False])
async def test_a_moved_session_stands_in_its_new_room_after_a_restart(
    tmp_path: Path, *, thawed: bool
) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        crisis(ward, "B1")
        move: Json = {
            "kind": "move_session",
            "value": "B2",
            "confirm": ["B1", "B2"],
            "devices": ["ox"],
        }
        await ward.post(f"/api/sessions/{session}/events", **move)
        before = ward.service.intake.seats["B2"].engine.snapshot()
    if not thawed:
        forget_snapshots(tmp_path)
    async with open_ward(tmp_path) as ward:
        assert ward.service.desk.bed_of_session(session) == "B2"
        engine = ward.service.intake.seats["B2"].engine
        assert [device.id for device in engine.setup.devices] == ["ox", "B1-ox"]
        again = engine.snapshot()
        assert (again.session, again.cuffs) == (before.session, before.cuffs)
        assert standing(ward, "B2")["BP-CRIT"].priority == "high"
        assert standing(ward, "B1") == {}


def forget_snapshots(folder: Path) -> None:
    """As if another version had written them: what is left are the inputs."""
    connection = apsw.Connection(str(folder / FILE_NAME))
    connection.execute("DELETE FROM snapshot")
    connection.close()


async def test_a_device_at_no_bed_is_kept_in_the_record_and_shown_on_no_bed(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        await ward.post(f"/api/sessions/{session}/events", kind="release", value="ox")
        ward.spo2(81)
        [bed, _] = (await ward.http.get("/api/beds")).json()
        assert "spo2" not in bed["readings"]
        await ward.service.store.flush()
    with Reader(tmp_path) as reader:
        [row] = [row for row in reader.inputs_after(0, "") if row.kind == "sample"]
        assert row.session is None


async def test_an_assigned_device_speaks_for_its_new_bed_under_a_free_name(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        session = await ward.begin("B2")
        order: Json = {"kind": "assign", "value": "ox", "from_bed": "B1", "confirm": ["B1", "B2"]}
        await ward.post(f"/api/sessions/{session}/events", **order)
        ward.spo2(88, bed="B1")
        beds = {bed["bed"]: bed for bed in (await ward.http.get("/api/beds")).json()}
        assert "spo2" not in beds["B1"]["readings"]
        assert beds["B2"]["readings"]["spo2"]["device"] == "B1-ox"


async def test_swapped_devices_speak_for_each_others_beds(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        swap: Json = {"with_bed": "B2", "with_device": "ox", "confirm": ["B1", "B2"]}
        await ward.post(f"/api/sessions/{session}/events", kind="swap", value="ox", **swap)
        ward.spo2(91, bed="B1")
        ward.spo2(97, bed="B2")
        beds = {bed["bed"]: bed for bed in (await ward.http.get("/api/beds")).json()}
        assert beds["B1"]["readings"]["spo2"]["value"] == 97
        assert beds["B2"]["readings"]["spo2"]["value"] == 91


async def test_a_stored_reading_belongs_to_the_bed_and_session_that_had_its_device_when_it_measured(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        first = await ward.begin("B1")
        measured = ward.service.clock.now()
        move: Json = {
            "kind": "move_session",
            "value": "B2",
            "confirm": ["B1", "B2"],
            "devices": ["ox"],
        }
        await ward.post(f"/api/sessions/{first}/events", **move)
        second = await ward.begin("B1")
        crisis(ward, "B1", "ox", history=True, device_time=measured)
        crisis(ward, "B1", "ox", history=True, device_time=ward.service.clock.now())
        await ward.service.store.flush()
    with Reader(tmp_path) as reader:
        kept = [(r.bed, r.session) for r in reader.inputs_after(0, None) if r.kind == "cuff"]
    assert second not in {session for _, session in kept}
    assert kept == [("B1", first), ("B2", first)]
