"""When the next cuff reading is due, by protocol and cuff, and who is told of it."""

from alerts.command import EndInfusion
from alerts.engine import BedEngine
from alerts.setup import BedSetup
from alerts.status import Task
from tests.alerts.dosing import MINUTE, dosed
from tests.alerts.timeline import BED, CUFF, T, cuff, run

BY_HAND = BedSetup(
    bed=BED, devices=(CUFF.__class__(id="cuff", metrics=CUFF.metrics, streams=False),)
)


def next_at(engine: BedEngine) -> float | None:
    """The minute of the next reading after the dose."""
    session = engine.status().session
    assert session is not None
    return None if session.next_cuff_at is None else (session.next_cuff_at - T) / MINUTE


def prompts(engine: BedEngine) -> list[Task]:
    """What people are told to measure."""
    return [task for task in engine.status().tasks if task.kind == "cuff_due"]


def test_by_nose_readings_are_due_at_0_and_40_and_then_every_half_hour() -> None:
    engine = dosed("nasal")
    assert next_at(engine) == 0
    due = []
    for minute in (0.5, 41, 72, 103, 134):
        run(engine, [cuff(minute * MINUTE, 120, 80)])
        due.append(next_at(engine))
    assert due == [40, 71, 102, 133, 164]


def test_a_hand_cuff_is_due_at_0_15_40_60_and_90_and_then_at_the_end() -> None:
    engine = dosed(setup=BY_HAND)
    due = [next_at(engine)]
    for minute in (0.5, 15, 39, 60, 90):
        run(engine, [cuff(minute * MINUTE, 120, 80)])
        due.append(next_at(engine))
    assert due == [0, 15, 40, 60, 90, None]


def test_people_are_told_of_the_forty_minute_reading_two_minutes_before() -> None:
    engine = dosed()
    run(engine, [cuff(m * MINUTE, 120, 80) for m in (0.1, 10, 20, 30)])
    engine.advance(T + 38 * MINUTE)
    assert prompts(engine) == []
    engine.advance(T + 38 * MINUTE + 1)
    (prompt,) = prompts(engine)
    assert prompt.text == "cuff reading due at T+40 min"
    assert (prompt.opened_at, prompt.due_at) == (T + 38 * MINUTE, T + 40 * MINUTE)
    run(engine, [cuff(40 * MINUTE, 120, 80)])
    assert prompts(engine) == []


def test_nobody_is_told_of_a_forty_minute_reading_that_has_been_taken() -> None:
    engine = dosed()
    run(engine, [cuff(m * MINUTE, 120, 80) for m in (0.1, 10, 20, 30, 37)])
    engine.advance(T + 42 * MINUTE)
    assert prompts(engine) == []


def test_nothing_is_due_before_the_dose_and_old_readings_make_nothing_late_at_it() -> None:
    engine = dosed()
    engine.command(EndInfusion(at=T + 1, by="nurse"))
    assert next_at(engine) == 10 + 1 / 60  # nothing was ever measured
    session = engine.status().session
    assert session is not None
    assert session.cuff_interval_s == 600


def test_five_minutes_between_readings_while_a_low_pressure_is_present_and_not_after() -> None:
    engine = dosed()
    run(engine, [cuff(MINUTE, 78, 45)])
    assert next_at(engine) == 6
    run(engine, [cuff(6 * MINUTE, 92, 50), cuff(11 * MINUTE, 93, 50), cuff(16 * MINUTE, 105, 60)])
    standing = [alarm.event.signal for alarm in engine.status().alarms]
    assert standing == ["latched"]
    assert next_at(engine) == 26


def test_a_questionable_reading_is_no_reading_that_was_due() -> None:
    engine = dosed()
    run(engine, [cuff(MINUTE, 120, 80), cuff(10 * MINUTE, 120, 80, weak=True)])
    assert next_at(engine) == 11
