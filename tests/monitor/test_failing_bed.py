"""A bed whose engine fails: it stops alone, is kept, comes back, and says so."""

from collections.abc import Sequence
from pathlib import Path

import apsw
import msgspec
import pytest

from alerts.command import Command, Measure
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change
from alerts.status import BedStatus
from devices.reading import Cuff, Origin, Reading, Sample
from monitor.parts import standing_alarms
from monitor.seat import SeatState
from monitor.store.reader import Reader
from tests.monitor.web.ward import PROFILE, Ward, hear, open_ward, sample, site_conditions, until

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


async def test_lights_are_told_of_a_bed_whose_alarm_state_nobody_knows(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        make_fragile(ward, "B1")
        ward.spo2(POISON)
        standing = standing_alarms(ward.service)
        assert ward.service.intake.seats["B1"].state is not SeatState.OK
        assert [event.condition for event in standing["B1"]] == ["T-ENGINE"]
        assert "T-ENGINE" not in [event.condition for event in standing[None]]
        assert set(standing) == {None, *ward.service.intake.seats}


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


class Told:
    """A listener, as the pager is one."""

    def __init__(self) -> None:
        self.conditions: list[str] = []

    def offer_reading(self, reading: Reading) -> None:
        """Readings are not its business."""

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        self.conditions += [event.condition for event in events]


def latched(ward: Ward, condition: str) -> bool:
    alarms = ward.service.intake.site.engine.alarms()
    return any(a.event.condition == condition and a.event.change is Change.LATCH for a in alarms)
