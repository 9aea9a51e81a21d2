"""Standby: what is suppressed, what is still judged, how it ends; and a patient who left."""

import msgspec
import pytest

from alerts.command import Close, Measure, Refused, Standby, StandbyEnd
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change
from alerts.status import Phase
from devices.reading import Metric, ReportKind
from tests.alerts.timeline import (
    NO_STREAMS,
    T,
    acknowledge,
    cuff,
    in_peak,
    lines,
    nausea,
    off_finger,
    rate,
    run,
    spo2,
    value,
)
from tests.alerts.way_out import dosed, streams


def standby(second: float, reason: str = "toilet", escort: str = "KM", by: str = "Ana") -> Standby:
    return Standby(at=T + second, by=by, reason=reason, escort=escort)


def back(second: float) -> StandbyEnd:
    return StandbyEnd(at=T + second, by="Ana")


def told(events: list[AlarmEvent]) -> list[str]:
    return [f"{e.at - T:g} {e.condition} {e.change} {e.covered_by}" for e in events]


def test_standby_shows_who_why_and_until_when() -> None:
    engine = in_peak()
    run(engine, [standby(0), 192])
    status = engine.status()
    shown = status.standby
    assert shown is not None
    assert (shown.reason, shown.escort, shown.by) == ("toilet", "KM", "Ana")
    assert (shown.since - T, shown.until - T) == (0, 600)
    assert status.phase is Phase.PEAK
    (hold,) = status.holds
    assert (hold.kind, hold.owner, hold.reason) == ("standby", "Ana", "toilet, with KM")
    assert engine.next_deadline is not None
    assert engine.next_deadline <= T + 600.01


def test_missing_data_are_shown_and_silent_while_it_lasts() -> None:
    engine = in_peak()
    events = run(engine, [standby(0), 590])
    assert {(e.condition, e.covered_by) for e in events} >= {
        ("T-SPO2", "STANDBY"),
        ("T-LINK", "STANDBY"),
    }
    assert all(event.covered_by == "STANDBY" for event in events)
    assert not any(alarm.audible for alarm in engine.status().alarms)


def test_what_stood_before_is_covered_not_erased_and_returns() -> None:
    engine = in_peak()
    events = run(engine, [15, standby(20)])
    assert told(events)[-3:] == [
        "20 T-LINK update STANDBY",
        "20 T-LINK update STANDBY",
        "20 T-SPO2 update STANDBY",
    ]
    events = run(engine, [back(100), 101])
    assert {e.condition for e in events if e.covered_by is None} == {"T-LINK"}
    assert any(alarm.audible for alarm in engine.status().alarms)


def test_it_ends_after_ten_seconds_of_valid_spo2_without_a_break() -> None:
    engine = in_peak()
    run(engine, [standby(0), spo2(60, 66, 97), off_finger(66, 70), spo2(70, 80, 97)])
    assert engine.status().standby is not None
    run(engine, [value(80, Metric.SPO2, 97)])
    assert engine.status().standby is None


def test_weak_data_do_not_end_it() -> None:
    engine = in_peak()
    run(engine, [standby(0), spo2(60, 120, 97, weak=True)])
    assert engine.status().standby is not None


def test_an_oximeter_that_goes_along_does_not_end_it_before_its_time() -> None:
    engine = in_peak()
    events = run(engine, [standby(0), spo2(0, 620, 97), rate(0, 620, 75)])
    assert engine.status().standby is None  # at the deadline the patient is plainly watched
    assert "T-STANDBY" not in {event.condition for event in events}
    engine = in_peak()
    run(engine, [standby(0), spo2(0, 500, 97)])
    assert engine.status().standby is not None


def test_at_the_deadline_the_patient_is_not_back() -> None:
    engine = in_peak()
    events = run(engine, [standby(0), 605])
    (late,) = [e for e in events if e.condition == "T-STANDBY"]
    assert (late.at - T, late.priority, late.text) == (
        600,
        "medium",
        "NOT BACK ON MONITOR: toilet, with KM, 10:00",
    )
    others = [a.event for a in engine.status().alarms if a.event.condition in {"T-SPO2", "T-LINK"}]
    assert {event.covered_by for event in others} == {"T-STANDBY"}
    assert sum(alarm.audible for alarm in engine.status().alarms) == 1
    assert engine.status().holds == ()
    events = run(engine, [spo2(700, 711, 97), rate(700, 711, 75)])
    assert "710 T-STANDBY end None" in told(events)
    assert engine.status().standby is None


def test_answered_and_still_away_it_calls_again_and_hides_nothing_for_ever() -> None:
    engine = in_peak()
    late = [e for e in run(engine, [standby(0), 605]) if e.condition == "T-STANDBY"][-1]
    events = run(engine, [acknowledge(630, late), 1_235])
    assert [row for row in lines(events, technical=True) if "T-STANDBY" in row] == [
        "630 T-STANDBY acknowledge medium acknowledged",
        "930 T-STANDBY update medium on",
    ]
    again = [e for e in events if e.condition == "T-STANDBY"][-1]
    assert again.text == "NOT BACK ON MONITOR: toilet, with KM, 15:30"
    events = run(engine, [acknowledge(1_240, again), back(1_300), 1_300])
    assert "1300 T-STANDBY end None" in told(events)


def test_a_person_ends_it_and_the_alarm() -> None:
    engine = in_peak()
    run(engine, [standby(0), 605])
    (end,) = [e for e in run(engine, [back(610)]) if e.condition == "T-STANDBY"]
    assert (end.change, end.cause, end.by) == (Change.END, "person", "Ana")


def test_it_is_refused_while_a_high_is_unanswered() -> None:
    engine = in_peak()
    (start,) = run(engine, [spo2(0, 3, 78)])[:1]
    with pytest.raises(Refused, match="acknowledge O2-CRIT first"):
        engine.command(standby(3))
    engine.command(acknowledge(4, start))
    engine.command(standby(5))


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (standby(1, reason="walk"), "toilet, sensor, other"),
        (standby(1, by=" "), "named person"),
        (back(1), "no standby"),
    ],
)
def test_what_makes_no_sense_is_refused(order: Standby | StandbyEnd, words: str) -> None:
    with pytest.raises(Refused, match=words):
        in_peak().command(order)


def test_a_second_standby_is_refused() -> None:
    engine = in_peak()
    engine.command(standby(0))
    with pytest.raises(Refused, match="on standby for 0:05"):
        engine.command(standby(5))


def test_data_that_still_arrive_are_judged_against_high_limits_only() -> None:
    engine = in_peak()
    events = run(engine, [standby(0), spo2(1, 60, 88), rate(1, 60, 135), cuff(30, 165, 95)])
    assert lines(events) == []
    events = run(engine, [spo2(60, 80, 83), rate(60, 80, 155)])
    assert {(e.condition, e.priority) for e in events if e.kind == "physiological"} == {
        ("O2-CRIT", "high"),
        ("HR-EXT", "high"),
    }
    assert any(alarm.audible for alarm in engine.status().alarms)


def test_after_standby_everything_is_judged_again() -> None:
    engine = in_peak()
    events = run(engine, [standby(0), spo2(1, 30, 88), back(30), spo2(31, 60, 88)])
    assert lines(events) == ["44 O2-LO start medium on"]


def test_what_stood_before_goes_on_and_ends_by_its_data() -> None:
    engine = in_peak()
    events = run(engine, [spo2(0, 30, 87), standby(30), spo2(30, 40, 87), spo2(40, 80, 97)])
    assert lines(events) == ["17 O2-LO start medium on", "52 O2-LO end medium off"]


def test_a_source_lost_in_alarm_is_an_alarm_in_standby_too() -> None:
    engine = in_peak()
    events = run(engine, [spo2(0, 30, 87), standby(30), 50])
    assert lines(events)[-1] == "39 O2-LO update medium on"
    assert engine.status().alarms[0].event.presence == "unknown"


def test_what_people_report_is_heard_in_standby() -> None:
    engine = in_peak()
    events = run(engine, [standby(0), nausea(30, ReportKind.PRESS)])
    assert lines(events) == ["30 NAU-MOD start medium on"]


def test_the_end_of_the_session_ends_standby() -> None:
    engine = in_peak()
    order = Close(at=T + 10, by="Dr A", outcome="aborted", reason="fire")
    run(engine, [standby(0), order])
    assert engine.status().standby is None


def in_recovery() -> BedEngine:
    engine = dosed()
    run(engine, [streams(5300, 5500)])
    return engine


def test_what_staff_measure_during_standby_is_judged_as_ever() -> None:
    engine = in_peak(NO_STREAMS, baseline=(120, 80))
    by_hand = cuff(30, 85, 50, device="staff")
    assert lines(run(engine, [standby(0), by_hand])) == ["30 BP-LOW start low acknowledged"]
    session = engine.status().session
    assert session is not None
    assert session.check is not None


def test_fifteen_minutes_without_any_data_in_recovery_ask_whether_the_patient_left() -> None:
    engine = in_recovery()  # the last value came at 5495
    events = run(engine, [6400])
    (left,) = [e for e in events if e.condition == "T-LEFT"]
    assert (left.at - T, left.priority, left.change) == (6395, "medium", Change.START)
    assert left.text == "patient left?: no data for 15:00"
    covered = {
        a.event.condition: a.event.covered_by
        for a in engine.status().alarms
        if a.event.condition in {"T-SPO2", "T-LINK"}
    }
    assert covered == {"T-SPO2": "T-LEFT", "T-LINK": "T-LEFT"}
    events = run(engine, [value(6500, Metric.SPO2, 97)])
    assert "6500 T-LEFT end None" in told(events)


def test_a_patient_who_left_is_asked_for_again_when_nobody_closes_the_session() -> None:
    engine = in_recovery()
    (left,) = [e for e in run(engine, [6400]) if e.condition == "T-LEFT"]
    events = run(engine, [acknowledge(6500, left), 7_405])
    assert [row for row in lines(events, technical=True) if "T-LEFT" in row] == [
        "6500 T-LEFT acknowledge medium acknowledged",
        "7400 T-LEFT update medium on",
    ]


def test_a_cuff_reading_shows_that_somebody_is_there() -> None:
    engine = in_recovery()
    events = run(engine, [cuff(6000, 120, 80), 6800])
    assert "T-LEFT" not in {event.condition for event in events}
    events = run(engine, [6905, cuff(7000, 120, 80)])
    assert told([e for e in events if e.condition == "T-LEFT"]) == [
        "6900 T-LEFT start None",
        "7000 T-LEFT end None",
    ]


def test_in_peak_and_at_a_bed_without_streams_nobody_asks() -> None:
    assert "T-LEFT" not in {event.condition for event in run(in_peak(), [3000])}
    engine = in_peak(NO_STREAMS)
    assert "T-LEFT" not in {event.condition for event in run(engine, [9000])}


def test_a_reading_that_had_to_wait_for_the_end_of_its_burst_shows_that_somebody_is_there() -> None:
    engine = dosed()
    run(engine, [streams(0, 5400), cuff(5400, 120, 80), 6500.0])
    assert "T-LEFT" in {alarm.event.condition for alarm in engine.status().alarms}
    undated = msgspec.structs.replace(cuff(6600, 120, 80, history=True), undated=True)
    run(engine, [Measure(at=T + 6550, by="Ana"), undated, 6603.0])
    assert "T-LEFT" not in {alarm.event.condition for alarm in engine.status().alarms}


def test_standby_that_is_late_speaks_for_a_patient_who_left() -> None:
    engine = in_recovery()
    events = run(engine, [standby(5600), 7000])
    conditions = [e.condition for e in events if e.change is Change.START and not e.covered_by]
    assert "T-LEFT" not in conditions
    assert sum(alarm.audible for alarm in engine.status().alarms) == 1
