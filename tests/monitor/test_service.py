"""The service around the path: a record that keeps all, gaps, restarts, faults of its parts."""

import asyncio
from pathlib import Path

import apsw
import msgspec
import pytest

from alerts.command import Fault, Gap
from devices.reading import Cuff, Link, LinkReason, Origin, Sample
from monitor.plan import PlannedPart
from monitor.service import Service
from monitor.store.reader import Reader
from tests.monitor.web.ward import PROFILE, Ward, open_ward, sample, site_conditions


def _pass(ward: Ward, seconds: float) -> None:
    """Let the site's time pass by an input from then that changes nothing."""
    at = ward.service.clock.now() + seconds
    ward.service.intake.order(None, Fault(at=at, by="service", part="influx", up=True))


async def test_a_number_that_is_none_is_kept_as_a_dead_letter_and_stops_nothing(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        ward.receive(sample(ward, float("nan")))
        ward.spo2(97)
        await ward.service.store.flush()
    with Reader(tmp_path) as reader:
        [letter] = reader.dead_letters(10)
        assert letter.where == "store"
        kept = [s.reading for s in reader.readings_since(0, 10)]
    assert [r.value for r in kept if isinstance(r, Sample)] == [97]


async def test_the_broker_lost_is_one_alarm_of_the_site_and_only_while_a_session_runs(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        ward.service.report("broker", False, "refused")
        assert site_conditions(ward) == []
        await ward.begin("B1")
        _pass(ward, 6)
        assert site_conditions(ward) == ["T-NET"]
        ward.service.report("broker", True, "back")
        assert "T-NET" not in site_conditions(ward)


async def test_a_device_lost_under_a_lost_broker_is_covered_by_it(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        now = ward.service.clock.now()
        ward.receive(
            Link(
                at=now,
                bed="B1",
                device="ox",
                origin=Origin.TEST,
                up=False,
                reason=LinkReason.BROKER_LOST,
            )
        )
        ward.service.report("broker", False, "refused")
        _pass(ward, 6)
        await ward.service.store.flush()
    with Reader(tmp_path) as reader:
        kinds = [row.kind for row in reader.inputs_after(0, "B1")]
    assert "cover" in kinds


async def test_a_gap_with_an_open_session_lists_its_room_until_somebody_answers(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B2")
        now = ward.service.clock.now()
        ward.service.intake.bridge(Gap(since=now, at=now + 31.0))
        [alarm] = [
            a for a in ward.service.intake.site.engine.alarms() if a.event.condition == "T-GAP"
        ]
        assert alarm.event.priority == "high"
        assert "B2" in alarm.event.text
        path = f"/api/alarms/{alarm.event.occurrence}/acknowledge"
        await ward.post(path, seq=alarm.event.seq)
        assert "T-GAP" not in site_conditions(ward)


async def test_a_session_keeps_the_version_of_the_profile_it_was_judged_by(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        await ward.service.store.flush()
    with Reader(tmp_path) as reader:
        kept = reader.session(session)
    assert kept is not None
    assert kept.profile == PROFILE.version


async def test_a_session_goes_on_over_a_restart(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        before = ward.service.desk.status("B1")
    async with open_ward(tmp_path) as ward:
        after = ward.service.desk.status("B1")
        assert after.session is not None
        assert after.session.id == session
        assert after.session == before.session
        assert ward.service.desk.bed_of_session(session) == "B1"


async def test_a_restart_shows_what_was_measured_before_and_claims_no_device(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        at = ward.service.clock.now()
        ward.receive(
            Cuff(at=at, bed="B1", device="cuff", origin=Origin.TEST, systolic=128, diastolic=76)
        )
        ward.spo2(97)
    async with open_ward(tmp_path) as ward:
        bed = next(b for b in (await ward.http.get("/api/beds")).json() if b["bed"] == "B1")
        shown = {metric: reading["value"] for metric, reading in bed["readings"].items()}
        assert (shown["systolic"], shown["diastolic"], shown["spo2"]) == (128, 76, 97)
        assert {device["up"] for device in bed["devices"]} == {None}


async def test_events_that_a_kill_kept_from_the_record_are_stored_and_told_at_the_restart(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        critical = Cuff(
            at=ward.service.clock.now(),
            bed="B1",
            device="cuff",
            origin=Origin.TEST,
            systolic=205,
            diastolic=122,
        )
        ward.receive(critical)
        await ward.service.store.flush()
    forget_events(tmp_path)
    async with open_ward(tmp_path) as ward:
        await ward.service.store.flush()
        alarms = (await ward.http.get("/api/alarms?active=true")).json()
        assert [a["condition"] for a in alarms] == ["BP-CRIT"]


async def test_a_part_that_swallows_its_cancellation_cannot_hold_up_the_end(tmp_path: Path) -> None:
    swallowed = asyncio.Event()

    async def deaf() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            swallowed.set()  # as asyncio.wait_for may in Python 3.11
        await asyncio.Event().wait()

    async def run(_: Service) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(deaf(), name="deaf")

    async with open_ward(tmp_path, parts=(PlannedPart(name="radio", run=run),)):
        pass
    assert swallowed.is_set()


async def test_a_stored_answer_that_no_alarm_waits_for_any_more_does_not_stop_the_start(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        alarm = await ward.press("r1")
        await ward.post(f"/api/alarms/{alarm['occurrence']}/acknowledge", seq=alarm["seq"])
        await ward.service.store.flush()
    connection = apsw.Connection(str(tmp_path / "kat.db"))
    connection.execute("DELETE FROM snapshot")
    connection.execute("DELETE FROM input WHERE kind = 'report'")  # as other limits would judge it
    connection.close()
    async with open_ward(tmp_path) as ward:
        assert ward.service.desk.bed_of_session(session) == "B1"


def forget_events(folder: Path) -> None:
    """As if the kill had come between an input's commit and its events' (and no snapshot after)."""
    connection = apsw.Connection(str(folder / "kat.db"))
    connection.execute("DELETE FROM event")
    connection.execute("DELETE FROM snapshot")
    connection.close()


@pytest.mark.parametrize("bed", ["B1", "B2"])
async def test_beginning_twice_is_refused_and_changes_nothing(tmp_path: Path, bed: str) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin(bed)
        engine = ward.service.intake.seats[bed].engine
        before = msgspec.json.encode(engine.snapshot().session)
        answer = await ward.http.post(
            f"/api/beds/{bed}/session", json={"protocol": "iv", "visit": "K8"}
        )
        assert answer.status_code in {409, 422}
        assert msgspec.json.encode(engine.snapshot().session) == before


async def test_no_timer_drives_an_engine_once_the_service_has_ended(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        ward.spo2(97)
        seat = ward.service.intake.seats["B1"]
        assert seat.armed
    assert not seat.armed
