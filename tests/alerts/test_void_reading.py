"""Taking back a cuff reading that was none."""

import pytest

from alerts.command import Refused, VoidReading
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from tests.alerts.dosing import dosed
from tests.alerts.timeline import NO_STREAMS, T, acknowledge, cuff, in_peak, line, lines, run


def void(
    engine: BedEngine, second: float, measured: float, reason: str = "patient moved"
) -> list[AlarmEvent]:
    """A nurse takes back what was measured at that second."""
    order = VoidReading(at=T + second, by="AB", measured_at=T + measured, reason=reason)
    return engine.command(order)


def test_an_alarm_that_stood_only_on_a_void_reading_ends_with_that_cause() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 120, 80), cuff(300, 205, 122)])
    (end,) = void(engine, 330, 300)
    assert (line(end), end.cause, end.by) == ("330 BP-CRIT end high off", "void", "AB")
    session = engine.status().session
    assert session is not None
    assert session.check is None
    assert engine.snapshot().cuffs.pressure is not None
    assert session.next_cuff_at == T + 600


def test_a_latched_alarm_that_stood_only_on_a_void_reading_ends_too() -> None:
    engine = in_peak(NO_STREAMS)
    events = run(engine, [cuff(0, 205, 122), cuff(90, 120, 80), cuff(200, 121, 80)])
    assert events[-1].signal == "latched"
    (end,) = void(engine, 300, 0)
    assert (end.change, end.cause) == ("end", "void")


def test_a_latched_alarm_that_stood_on_another_reading_as_well_stays() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 205, 122), cuff(90, 204, 121), cuff(200, 120, 80), cuff(300, 121, 80)])
    assert void(engine, 400, 90) == []
    assert [a.event.signal for a in engine.status().alarms] == ["latched"]


def test_voiding_one_reading_touches_no_alarm_that_does_not_depend_on_it() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 118, 76), cuff(300, 185, 115), cuff(390, 186, 114)])
    before = engine.status().alarms
    assert void(engine, 400, 0) == []
    assert engine.status().alarms == before


def test_voiding_an_unrelated_reading_leaves_a_lost_alarm_lost() -> None:
    engine = dosed()
    run(engine, [cuff(60, 120, 80), cuff(600, 165, 95), 1600.0])
    (lost,) = [a for a in engine.status().alarms if a.event.condition == "BP-ELEV"]
    assert lost.event.presence == "unknown"
    assert void(engine, 1610, 60) == []


def test_without_its_confirmation_an_unanswered_severe_pressure_stays_and_is_asked_again() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 185, 115), cuff(90, 186, 114)])
    assert void(engine, 100, 90) == []
    session = engine.status().session
    assert session is not None
    assert session.check is not None
    assert (session.check.condition, session.check.due_from) == ("BP-SEV", T + 150)


def test_without_its_confirmation_an_answered_severe_pressure_is_unconfirmed_again() -> None:
    engine = in_peak(NO_STREAMS)
    event = run(engine, [cuff(0, 185, 115), cuff(90, 186, 114)])[-1]
    run(engine, [acknowledge(95, event)])
    assert [line(e) for e in void(engine, 100, 90)] == ["100 BP-SEV deescalate medium acknowledged"]


def test_the_reading_that_cleared_an_alarm_taken_back_asks_for_another() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 182, 112), cuff(90, 120, 80)])
    assert lines(void(engine, 400, 90)) == ["400 BP-SEV start medium on"]
    assert lines(run(engine, [590.0])) == [
        "450 BP-SEV update medium on",  # the reading due since then is missing
        "580 BP-SEV escalate high on",
    ]


def test_a_void_reading_is_no_reading_that_was_due_and_none_for_discharge() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 120, 80), cuff(300, 122, 81)])
    void(engine, 310, 300)
    kept = engine.snapshot().cuffs
    assert kept.valid_at == T
    assert run(engine, [cuff(320, 122, 81)]) == []


@pytest.mark.parametrize(
    ("measured", "reason", "words"),
    [(50, "moved", "no reading"), (0, " ", "say why")],
)
def test_a_void_that_names_no_reading_or_no_reason_is_refused(
    measured: float, reason: str, words: str
) -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 120, 80)])
    with pytest.raises(Refused, match=words):
        void(engine, 100, measured, reason)


def test_a_reading_is_taken_back_once() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 120, 80)])
    void(engine, 100, 0)
    with pytest.raises(Refused, match="no reading"):
        void(engine, 101, 0)


@pytest.mark.parametrize("first", [0, 90])
def test_two_severe_readings_in_a_row_need_one_by_hand_between_them(first: float) -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 185, 115), cuff(90, 186, 114), cuff(200, 140, 85)])
    void(engine, 210, first)
    with pytest.raises(Refused, match="measure by hand first"):
        void(engine, 220, 90 - first)
    by_hand = in_peak(NO_STREAMS)
    run(by_hand, [cuff(0, 185, 115), cuff(60, 140, 90, device="staff"), cuff(90, 186, 114)])
    void(by_hand, 210, first)
    void(by_hand, 220, 90 - first)
