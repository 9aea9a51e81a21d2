"""Cuff readings in detail: what confirms, what clears, what is the same reading, what is failed."""

import pytest

from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from devices.reading import Reading
from tests.alerts.dosing import MINUTE, begin, dosed
from tests.alerts.timeline import (
    NO_STREAMS,
    PROFILE,
    Step,
    T,
    acknowledge,
    cuff,
    failed_cuff,
    in_peak,
    lines,
    run,
)

Row = tuple[str, list[Reading | list[Reading] | float], list[str]]

CHECKS: list[Row] = [
    (
        "a confirmed severe pressure clears by two readings, and a weak one is none of them",
        [
            cuff(0, 182, 112),
            cuff(90, 185, 113),
            cuff(200, 150, 90),
            cuff(260, 150, 90, weak=True),
            cuff(320, 150, 90),
        ],
        ["0 BP-SEV start medium on", "90 BP-SEV escalate high on", "320 BP-SEV latch high latched"],
    ),
    (
        "a reading in between begins the count of clearing readings anew",
        [
            cuff(0, 182, 112),
            cuff(90, 185, 113),
            cuff(200, 150, 90),
            cuff(300, 177, 90),
            cuff(400, 150, 90),
        ],
        ["0 BP-SEV start medium on", "90 BP-SEV escalate high on"],
    ),
    (
        "questionable readings never clear an unconfirmed one, however many",
        [cuff(0, 182, 112), *[cuff(30 * i, 130 + i, 80, weak=True) for i in range(1, 5)]],
        ["0 BP-SEV start medium on"],
    ),
    (
        "a reading in between asks once more, and that one counts",
        [cuff(0, 182, 112), cuff(90, 177, 107), cuff(180, 185, 112)],
        ["0 BP-SEV start medium on", "180 BP-SEV escalate high on"],
    ),
    (
        "the check after one in between may be unanswered too",
        [cuff(0, 182, 112), cuff(90, 177, 107), 400.0],
        ["0 BP-SEV start medium on", "270 BP-SEV escalate high on"],
    ),
    (
        "one reading clears what nobody had repeated, but its signal stays",
        [cuff(0, 182, 112), cuff(250, 150, 90)],
        [
            "0 BP-SEV start medium on",
            "180 BP-SEV escalate high on",
            "250 BP-SEV latch high latched",
        ],
    ),
    (
        "a low pressure that nobody repeats is medium",
        [cuff(0, 88, 50), 200.0],
        ["0 BP-LOW start low on", "180 BP-LOW escalate medium on"],
    ),
    (
        "a manual reading confirms",
        [cuff(0, 182, 112), cuff(90, 186, 113, device="staff")],
        ["0 BP-SEV start medium on", "90 BP-SEV escalate high acknowledged"],
    ),
    (
        "the same numbers typed in from the display confirm nothing",
        [cuff(0, 182, 112), cuff(30, 182, 112, device="staff"), 170.0],
        ["0 BP-SEV start medium on"],
    ),
    (
        "a reading sent again confirms nothing, not even after another one",
        [
            cuff(0, 165, 95, measured=0),
            cuff(60, 158, 94, measured=55),
            cuff(61, 165, 95, measured=0),
            cuff(62, 158, 94, measured=55),
            cuff(63, 165, 95, measured=0),
        ],
        [],
    ),
    (
        "two readings of a clock that stands still are two when their numbers differ",
        [cuff(0, 165, 95, measured=0), cuff(300, 166, 95, measured=0)],
        ["300 BP-ELEV start low on"],
    ),
    (
        "a manual reading stated for the past has its whole time to be repeated",
        [cuff(240, 182, 112, device="staff", measured=0), 419.0, 421.0],
        ["240 BP-SEV start medium acknowledged", "420 BP-SEV update medium on"],
    ),
    (
        "78 then 85 stays low until it is over 90",
        [cuff(0, 78, 45), cuff(90, 85, 50), cuff(180, 91, 50)],
        ["0 BP-LOW start high on"],
    ),
]


@pytest.mark.parametrize(
    ("steps", "expected"), [pytest.param(row[1], row[2], id=row[0]) for row in CHECKS]
)
def test_cuff_readings_give_exactly_these_events(
    steps: list[Reading | list[Reading] | float], expected: list[str]
) -> None:
    assert lines(run(in_peak(NO_STREAMS), steps)) == expected


def test_an_unanswered_low_pressure_of_a_habitually_low_patient_stays_low() -> None:
    engine = in_peak(NO_STREAMS, baseline=(96, 60))
    assert lines(run(engine, [cuff(0, 89, 55), 200.0])) == [
        "0 BP-LOW start low on",
        "180 BP-LOW update low on",
    ]


def test_ninety_minutes_after_the_dose_a_pressure_over_the_baseline_is_slow() -> None:
    engine = in_peak(NO_STREAMS, baseline=(120, 75))  # the dose was at -5 min
    steps: list[Step | list[Reading]] = [
        cuff(84 * MINUTE, 145, 80),
        cuff(86 * MINUTE, 145, 80),
        cuff(96 * MINUTE, 138, 91),
        cuff(106 * MINUTE, 140, 90),
    ]
    events = [e for e in run(engine, steps) if e.condition == "BP-SLOW"]
    assert lines(events) == ["5760 BP-SLOW start low on", "6360 BP-SLOW end low off"]
    assert events[0].text == "DIA 91 > 90 (138/91)"


def test_an_answered_severe_pressure_that_nobody_repeats_calls_again_and_does_not_rise() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [cuff(0, 182, 112)])
    run(engine, [acknowledge(10, start)])
    (unknown,) = engine.advance(T + 200)
    assert (unknown.at, unknown.presence, unknown.signal) == (T + 180, "unknown", "on")
    assert (unknown.priority, unknown.text) == (
        "medium",
        "182/112 NOT REPEATED, SYS 182 >= 180 (182/112)",
    )


def test_the_text_names_the_newest_reading_where_another_one_was_beyond() -> None:
    engine = in_peak(NO_STREAMS)
    events = run(engine, [cuff(0, 205, 122), cuff(90, 183, 105), 700.0])
    assert events[-1].text == "SYS 205 >= 200 (205/122), now 183/105, then NO READING FOR 7:30"


def test_one_reading_beyond_its_limit_whose_next_is_overdue_becomes_unknown() -> None:
    engine = dosed()
    events = run(engine, [cuff(60, 165, 95), 60 + 15 * MINUTE + 1])
    assert lines(events) == ["960 BP-ELEV start medium on"]
    assert events[-1].presence == "unknown"


def _severe(engine: BedEngine) -> AlarmEvent:
    """A severe pressure, confirmed at second 90 and acknowledged at 100."""
    event = [e for e in run(engine, [cuff(0, 182, 112), cuff(90, 185, 113)]) if e.seq][-1]
    (answered,) = run(engine, [acknowledge(100, event)])
    return answered


def test_a_reading_ten_worse_calls_an_answered_pressure_to_mind() -> None:
    engine = in_peak(NO_STREAMS)
    _severe(engine)
    steps: list[Step | list[Reading]] = [cuff(200, 194, 113), cuff(300, 195, 113)]
    first, second = run(engine, steps)
    assert (first.change, first.reminder) == ("update", False)
    assert (second.change, second.reminder, second.signal) == ("update", True, "acknowledged")
    assert second.text == "SYS 195 >= 180 (195/113)"


def test_ten_minutes_later_a_reading_still_beyond_calls_it_to_mind_and_no_other_does() -> None:
    engine = in_peak(NO_STREAMS)
    _severe(engine)
    steps: list[Step | list[Reading]] = [
        cuff(400, 183, 112),
        cuff(680, 177, 100),
        cuff(695, 182, 112),
        cuff(720, 183, 112),
    ]
    (reminder,) = [e for e in run(engine, steps) if e.reminder]
    assert reminder.at == T + 695


def test_two_failed_cycles_in_a_row_are_a_technical_alarm_until_a_valid_reading() -> None:
    engine = in_peak(NO_STREAMS)
    steps: list[Step | list[Reading]] = [
        failed_cuff(0),
        cuff(60, 120, 80),
        failed_cuff(120),
        failed_cuff(180),
        cuff(240, 121, 80, weak=True),
        cuff(300, 122, 80),
    ]
    events = run(engine, steps)
    assert lines(events, technical=True) == [
        "180 T-NIBP-FAIL start medium on",
        "300 T-NIBP-FAIL end medium off",
    ]
    assert events[0].text == "cuff failed 2 times in a row (cuff failed)"


def test_a_failed_cycle_sent_again_is_one_failure() -> None:
    engine = in_peak(NO_STREAMS)
    steps: list[Step | list[Reading]] = [failed_cuff(0, measured=0), failed_cuff(5, measured=0)]
    assert run(engine, steps) == []


def test_before_the_dose_a_failing_cuff_is_no_hurry() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    events = run(engine, [failed_cuff(10), failed_cuff(70)])
    assert lines(events, technical=True) == ["70 T-NIBP-FAIL start low on"]


def test_a_failed_cycle_during_a_check_costs_an_inflation_and_a_pause() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 182, 112), failed_cuff(70), failed_cuff(140)])
    session = engine.status().session
    assert session is not None
    assert session.check is not None
    assert (session.check.due_from, session.check.text) == (
        T + 200,
        "repeat, patient silent, arm supported",
    )
    run(engine, [failed_cuff(170)])
    session = engine.status().session
    assert session is not None
    assert session.check is not None
    assert session.check.text == "measure by hand"


def test_a_milder_reading_after_an_unanswered_check_raises_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    [unconfirmed] = run(engine, [cuff(0, 183, 71)])
    run(engine, [acknowledge(60, unconfirmed), 200.0])
    [called_again] = [alarm.event for alarm in engine.status().alarms if alarm.event.value == 183]
    assert called_again.signal == "on"
    events = run(engine, [cuff(260, 177, 70)])
    assert not [event for event in events if event.change == "escalate"]
