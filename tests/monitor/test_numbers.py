"""What people entered over a restart without snapshots, sent again, or in no letters at all."""

from pathlib import Path

import pytest

from alerts.event import Signal
from tests.monitor.test_transfer import crisis, forget_snapshots, standing
from tests.monitor.web.ward import Json, Ward, open_ward


async def _second_session(ward: Ward) -> str:
    """A bed whose earlier session has left events behind."""
    first = await ward.begin()
    crisis(ward, "B1")
    await ward.post(f"/api/sessions/{first}/close", outcome="aborted", reason="test", by="KM")
    return await ward.begin()


@pytest.mark.parametrize("moved", [False, True])
async def test_an_answer_in_a_later_session_of_a_bed_survives_a_restart_without_snapshots(
    tmp_path: Path, *, moved: bool
) -> None:
    bed = "B2" if moved else "B1"
    async with open_ward(tmp_path) as ward:
        session = await _second_session(ward)
        if moved:
            other = await ward.begin("B2")
            crisis(ward, "B2")
            path = f"/api/sessions/{other}/close"
            await ward.post(path, outcome="aborted", reason="test", by="KM")
            order: Json = {"kind": "move_session", "value": "B2", "confirm": ["B1", "B2"]}
            await ward.post(f"/api/sessions/{session}/events", **order)
        crisis(ward, bed)
        seen = standing(ward, bed)["BP-CRIT"]
        await ward.post(f"/api/alarms/{seen.occurrence}/acknowledge", seq=seen.seq)
        before = standing(ward, bed)["BP-CRIT"]
    forget_snapshots(tmp_path)
    async with open_ward(tmp_path) as ward:
        after = standing(ward, bed)["BP-CRIT"]
        assert (after.signal, after.seq) == (Signal.ACKNOWLEDGED, before.seq)


async def test_a_number_of_a_bed_is_never_given_twice(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin()
        crisis(ward, "B1")
        old = standing(ward, "B1")["BP-CRIT"]
        session = ward.service.desk.status("B1").session
        assert session is not None
        path = f"/api/sessions/{session.id}/close"
        await ward.post(path, outcome="aborted", reason="test", by="KM")
    forget_snapshots(tmp_path)
    async with open_ward(tmp_path) as ward:
        await ward.begin()
        crisis(ward, "B1")
        assert standing(ward, "B1")["BP-CRIT"].seq > old.seq


async def test_an_extra_dose_sent_again_after_a_restart_is_not_given_twice(tmp_path: Path) -> None:
    dose: Json = {"kind": "extra_dose", "value": 10, "id": "x1"}
    async with open_ward(tmp_path) as ward:
        session = await ward.begin()
        await ward.post(f"/api/sessions/{session}/events", **dose)
    async with open_ward(tmp_path) as ward:
        said = await ward.post(f"/api/sessions/{session}/events", 409, **dose)
        assert "entered already" in said["detail"]
        status = ward.service.desk.status("B1").session
        assert status is not None
        assert status.amount_mg == 66


@pytest.mark.parametrize(
    "body",
    [
        b'{"kind": "dose", "value": 56, "by": "\\ud800"}',
        b'{"kind": "dose", "value": 56, "id": "\\ud800"}',
        b'{"kind": "dose", "value": 56, "\\ud800": 1}',
        b'{"kind": "\\ud800"}',
    ],
)
async def test_half_a_character_is_refused_before_anything_changes(
    tmp_path: Path, body: bytes
) -> None:
    async with open_ward(tmp_path) as ward:
        said = await ward.post("/api/beds/B1/session", 201, protocol="iv", visit="K7")
        path, kind = f"/api/sessions/{said['session']}/events", {"content-type": "application/json"}
        answer = await ward.http.post(path, content=body, headers=kind)
        assert (answer.status_code, answer.headers["content-type"]) == (
            422,
            "application/problem+json",
        )
        assert answer.json()["detail"]
        status = ward.service.desk.status("B1").session
        assert status is not None
        assert status.dose_at is None


async def test_a_name_of_blanks_is_nobody(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin()
        seen = await ward.press("r1")
        path = f"/api/alarms/{seen['occurrence']}/acknowledge"
        said = await ward.post(path, seq=seen["seq"], by="   ")
        assert said["events"][0]["by"] == "Station"
