"""The service around the path: a bed that fails alone, a record that keeps all, gaps, faults."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import apsw
import msgspec
import pytest

from alerts.command import Command, Gap, Measure
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change
from alerts.status import BedStatus
from devices.reading import Cuff, Link, LinkReason, Metric, Origin, Reading, Sample
from monitor.plan import PlannedPart
from monitor.seat import SeatState
from monitor.service import Service
from monitor.store.reader import Reader
from tests.monitor.web.ward import PROFILE, Ward, hear, open_ward, until

POISON = 66.6


class FragileEngine(BedEngine):
    """An engine with a fault of its own: the fault is injected, everything around it is real."""

    def observe(self, reading: Reading) -> list[AlarmEvent]:
        if isinstance(reading, Sample) and reading.value == POISON:
            raise ZeroDivisionError("poison")
        return super().observe(reading)

    def command(self, order: Command) -> list[AlarmEvent]:
        if isinstance(order, Measure):
            raise ZeroDivisionError("poison")
        return super().command(order)


class SpeechlessEngine(FragileEngine):
    """One that cannot even say how it stands any more."""

    def status(self) -> BedStatus:
        raise ZeroDivisionError("broken")


def make_fragile(ward: Ward, bed: str) -> None:
    seat = ward.service.intake.seats[bed]
    seat.engine = FragileEngine(seat.engine.setup, PROFILE)


def site_conditions(ward: Ward) -> list[str]:
    return [a.event.condition for a in ward.service.intake.site.engine.alarms()]


async def test_a_poisoned_input_stops_one_bed_only_and_that_bed_comes_back(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        make_fragile(ward, "B1")
        ward.spo2(97)
        ward.spo2(POISON)
        seats = ward.service.intake.seats
        assert seats["B1"].state is SeatState.RESTORING
        assert seats["B2"].state is SeatState.OK
        assert "T-ENGINE" in site_conditions(ward)
        ward.spo2(96)  # arrives while the bed is out of order
        ward.spo2(95, bed="B2")
        await until(lambda: seats["B1"].state is SeatState.OK)
        assert "T-ENGINE" not in site_conditions(ward) or latched(ward, "T-ENGINE")
        await ward.service.store.flush()
    with Reader(tmp_path) as reader:
        assert list(reader.poisoned().values()) == ["ZeroDivisionError('poison')"]
        values = [
            stored.reading.value
            for stored in reader.readings_since(0, 100)
            if isinstance(stored.reading, Sample)
        ]
    assert values == [97, POISON, 96, 95]


async def test_an_alarm_that_comes_while_its_bed_is_being_restored_is_stored_and_told(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        seat = ward.service.intake.seats["B1"]
        await ward.service.store.flush()
        ward.service.keep_snapshots()
        make_fragile(ward, "B1")
        told = Told()
        ward.service.intake.listeners.append(told)
        at = ward.service.clock.now()
        critical = Cuff(
            at=at, bed="B1", device="cuff", origin=Origin.TEST, systolic=205, diastolic=122
        )
        ward.receive(sample(ward, POISON), critical)
        await until(lambda: seat.state is SeatState.OK)
        await ward.service.store.flush()
        alarms = (await ward.http.get("/api/alarms?active=true")).json()
        assert "BP-CRIT" in told.conditions
        assert "BP-CRIT" in [alarm["condition"] for alarm in alarms]


class Told:
    """A listener, as the pager is one."""

    def __init__(self) -> None:
        self.conditions: list[str] = []

    def offer_reading(self, reading: Reading) -> None:
        """Readings are not its business."""

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        self.conditions += [event.condition for event in events]


async def test_a_bed_that_fails_three_times_in_ten_minutes_stays_down_and_says_so(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path) as ward:
        seat = ward.service.intake.seats["B1"]
        for _ in range(2):
            make_fragile(ward, "B1")
            ward.spo2(POISON)
            await until(lambda: seat.state is SeatState.OK)
        make_fragile(ward, "B1")
        ward.spo2(POISON)
        assert seat.state is SeatState.DOWN
        [shown] = [b for b in (await ward.http.get("/api/beds")).json() if b["bed"] == "B1"]
        assert shown["state"] == "unknown"
        refused = await ward.http.post(
            "/api/beds/B1/session", json={"protocol": "iv", "visit": "K7"}
        )
        assert refused.status_code == 409
        assert "failed" in refused.json()["detail"]


async def test_a_broken_engine_takes_no_screen_along(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        seat = ward.service.intake.seats["B1"]
        for _ in range(3):
            seat.engine = SpeechlessEngine(seat.engine.setup, PROFILE)
            ward.spo2(POISON)
            await until(lambda: seat.state is not SeatState.RESTORING)
        assert seat.state is SeatState.DOWN
        ward.spo2(96)
        async with ward.screen() as screen:
            [snapshot] = await hear(screen)
        shown = {bed["bed"]: bed["state"] for bed in msgspec.json.decode(snapshot)["beds"]}
        assert shown == {"B1": "unknown", "B2": "ok"}
        assert seat.waiting == []


async def test_an_order_that_breaks_an_engine_is_not_answered_as_done(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        make_fragile(ward, "B1")
        answer = await ward.http.post("/api/beds/B1/measure", json={})
        assert answer.status_code == 409
        assert "go to the room" in answer.json()["detail"]
        seat = ward.service.intake.seats["B1"]
        await until(lambda: seat.state is SeatState.OK)
        assert ward.service.desk.status("B1").session is not None
        await ward.service.store.flush()
    with Reader(tmp_path) as reader:
        assert "T-ENGINE" in {event.condition for event in reader.events(10)}


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


async def test_a_bed_that_cannot_be_brought_back_at_the_start_is_down_and_the_others_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ward(tmp_path) as ward:
        await ward.begin("B1")
        ward.spo2(POISON)
        await ward.service.store.flush()
    connection = apsw.Connection(str(tmp_path / "kat.db"))
    connection.execute("DELETE FROM snapshot")
    connection.close()
    monkeypatch.setattr("monitor.recipes.BedEngine", FragileEngine)
    async with open_ward(tmp_path) as ward:
        assert ward.service.intake.seats["B1"].state is SeatState.DOWN
        assert "T-ENGINE" in site_conditions(ward)
        ward.spo2(96, bed="B2")
        beds = (await ward.http.get("/api/beds")).json()
        assert [bed["state"] for bed in beds] == ["unknown", "ok"]
    monkeypatch.undo()
    async with open_ward(tmp_path) as ward:
        assert ward.service.intake.seats["B1"].state is SeatState.OK
        assert "T-ENGINE" not in site_conditions(ward)


def forget_events(folder: Path) -> None:
    """As if the kill had come between an input's commit and its events' (and no snapshot after)."""
    connection = apsw.Connection(str(folder / "kat.db"))
    connection.execute("DELETE FROM event")
    connection.execute("DELETE FROM snapshot")
    connection.close()


def latched(ward: Ward, condition: str) -> bool:
    alarms = ward.service.intake.site.engine.alarms()
    return any(a.event.condition == condition and a.event.change is Change.LATCH for a in alarms)


def sample(ward: Ward, value: float) -> Sample:
    return Sample(
        at=ward.service.clock.now(),
        bed="B1",
        device="ox",
        origin=Origin.TEST,
        metric=Metric.SPO2,
        value=value,
    )


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
