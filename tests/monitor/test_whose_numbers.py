"""What a tile shows is of the patient in the room: nothing of the one before, nothing void."""

from pathlib import Path
from typing import Any

from devices.reading import Cuff, Origin
from monitor.times import iso
from tests.monitor.web.ward import Ward, open_ward

Json = dict[str, Any]


async def readings(ward: Ward, name: str = "B1") -> Json:
    """What a bed shows."""
    beds: list[Json] = (await ward.http.get("/api/beds")).json()
    return next(bed for bed in beds if bed["bed"] == name)["readings"]


def measure(ward: Ward, systolic: float, bed: str = "B1") -> float:
    """A cuff reading of now; when."""
    at = ward.service.clock.now()
    ward.receive(
        Cuff(at=at, bed=bed, device="cuff", origin=Origin.TEST, systolic=systolic, diastolic=70)
    )
    return at


async def test_the_next_patient_does_not_inherit_the_pressure_of_the_one_before(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        first = await ward.begin()
        measure(ward, 141)
        assert (await readings(ward))["systolic"]["value"] == 141
        await ward.post(f"/api/sessions/{first}/close", outcome="aborted", reason="end", by="Dr A")
        await ward.begin()
        shown = (await readings(ward))["systolic"]
        assert (shown["value"], shown["validity"]) == (None, "unavailable")


async def test_a_moved_patient_does_not_get_the_numbers_of_the_room(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        measure(ward, 117, "B2")
        move: Json = {"kind": "move_session", "value": "B2", "confirm": ["B1", "B2"]}
        await ward.post(f"/api/sessions/{session}/events", **move)
        assert (await readings(ward, "B2"))["systolic"]["value"] is None


async def test_a_void_reading_is_taken_off_the_tile(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin()
        at = measure(ward, 188)
        void: Json = {"kind": "void_reading", "value": iso(at), "reason": "arm moved", "by": "Kim"}
        await ward.post(f"/api/sessions/{session}/events", **void)
        shown = await readings(ward)
        assert (shown["systolic"]["value"], shown["diastolic"]["value"]) == (None, None)


async def test_a_restart_shows_what_was_measured_in_the_session(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin()
        measure(ward, 133)
    async with open_ward(tmp_path) as ward:
        assert (await readings(ward))["systolic"]["value"] == 133
