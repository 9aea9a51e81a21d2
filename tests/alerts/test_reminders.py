"""Reminders of acknowledged alarms that still stand, and the nurse in the room who holds them."""

import pytest

from alerts.command import Attend, Refused
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from devices.reading import Reading, ReportKind
from tests.alerts.timeline import (
    NO_STREAMS,
    PROFILE,
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
)


def _answered(readings: list[Reading]) -> BedEngine:
    """A bed whose one alarm was acknowledged when the readings end."""
    engine = in_peak(NO_STREAMS)
    event = run(engine, [readings])[-1]
    engine.command(acknowledge(readings[-1].at - T, event))
    return engine


def _reminders(events: list[AlarmEvent]) -> list[float]:
    return [event.at - T for event in events if event.reminder]


def attend(second: float, by: str = "KM", *, leaves: bool = False) -> Attend:
    """A nurse enters the room, or leaves it."""
    return Attend(at=T + second, by=by, leaves=leaves)


def test_an_acknowledged_high_alarm_is_reminded_of_every_two_minutes() -> None:
    engine = _answered(spo2(0, 21, 80))
    events = run(engine, [spo2(21, 300, 80)])
    assert lines(events) == [
        "140 O2-CRIT update high acknowledged",
        "260 O2-CRIT update high acknowledged",
    ]
    assert all(event.reminder for event in events)


def test_an_acknowledged_medium_alarm_is_reminded_of_every_three_minutes() -> None:
    engine = _answered(spo2(0, 31, 88))
    assert _reminders(run(engine, [spo2(31, 400, 88)])) == [210, 390]


def test_a_low_alarm_and_one_that_ended_are_not_reminded_of() -> None:
    engine = _answered(spo2(0, 71, 93))
    assert run(engine, [spo2(71, 600, 93)]) == []
    engine = _answered(spo2(0, 31, 88))
    assert _reminders(run(engine, [spo2(31, 100, 97), 400.0])) == []


def test_an_alarm_that_calls_needs_no_reminder() -> None:
    assert _reminders(run(in_peak(NO_STREAMS), [spo2(0, 400, 88)])) == []


def test_a_reminder_needs_no_answer_and_takes_none_back() -> None:
    engine = _answered(spo2(0, 21, 80))
    (reminder,) = run(engine, [spo2(21, 150, 80)])
    with pytest.raises(Refused, match="already"):
        engine.command(acknowledge(151, reminder))
    assert not engine.status().alarms[0].audible


def test_cuffs_reports_and_technical_alarms_are_not_reminded_of_here() -> None:
    engine = in_peak(NO_STREAMS)
    for event in run(engine, [cuff(0, 205, 122), nausea(1, ReportKind.VOMIT)]):
        engine.command(acknowledge(2, event))
    assert _reminders(run(engine, [1000.0])) == []
    engine = in_peak()
    event = run(engine, [off_finger(0, 40), rate(0, 40, 75)])[-1]
    engine.command(acknowledge(40, event))
    assert _reminders(run(engine, [off_finger(41, 600), rate(41, 600, 75)])) == []


def test_a_nurse_in_the_room_holds_reminders_for_ten_minutes_at_most() -> None:
    engine = _answered(spo2(0, 21, 80))
    run(engine, [spo2(21, 100, 80), attend(100)])
    (hold,) = engine.status().holds
    assert (hold.kind, hold.owner, hold.since, hold.until) == ("attend", "KM", T + 100, T + 700)
    assert _reminders(run(engine, [spo2(100, 800, 80)])) == [700]
    assert engine.status().holds == ()


def test_a_nurse_who_leaves_lets_the_reminders_come() -> None:
    engine = _answered(spo2(0, 21, 80))
    run(engine, [spo2(21, 200, 80), attend(100), attend(200, leaves=True)])
    assert _reminders(run(engine, [spo2(200, 210, 80)])) == [200]
    with pytest.raises(Refused, match="nobody"):
        engine.command(attend(211, leaves=True))


def test_a_nurse_in_the_room_holds_no_alarm_back() -> None:
    engine = _answered(spo2(0, 31, 88))
    engine.command(attend(31))
    assert lines(run(engine, [spo2(32, 60, 82)]))[-1].endswith("O2-CRIT escalate high on")


@pytest.mark.parametrize(("by", "words"), [("", "named"), ("KM", "no session")])
def test_only_a_named_person_attends_and_only_a_patient(by: str, words: str) -> None:
    engine = in_peak(NO_STREAMS) if not by else BedEngine(NO_STREAMS, PROFILE)
    with pytest.raises(Refused, match=words):
        engine.command(attend(1, by))
