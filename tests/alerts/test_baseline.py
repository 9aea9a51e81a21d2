"""The baseline, what it still needs, and what is asked of staff before the dose."""

import msgspec
import pytest

from alerts.command import Correct, Refused, TakeBaseline, VoidDose
from alerts.engine import BedEngine
from alerts.setup import BedSetup, DeviceRow
from alerts.status import BaselineStatus
from devices.reading import Cuff, Metric, Reading, Validity
from tests.alerts.dosing import begin, dose, measured
from tests.alerts.timeline import (
    BED,
    CUFF,
    NO_STREAMS,
    PROFILE,
    SETUP,
    STRAP,
    T,
    cuff,
    lines,
    malformed,
    rate,
    run,
    spo2,
    value,
)


def _baseline(engine: BedEngine) -> BaselineStatus:
    session = engine.status().session
    assert session is not None
    assert session.baseline is not None
    return session.baseline


def _pressure(engine: BedEngine) -> tuple[float | None, float | None]:
    found = _baseline(engine)
    return found.systolic, found.diastolic


def _asked(engine: BedEngine) -> list[str]:
    return [task.text for task in engine.status().tasks]


def _weak(second: float, systolic: float, diastolic: float) -> Cuff:
    return Cuff(
        at=T + second,
        bed=BED,
        device="cuff",
        systolic=systolic,
        diastolic=diastolic,
        validity=Validity.QUESTIONABLE,
    )


NOTHING = (None, None)
Pair = tuple[float | None, float | None]
PRESSURES: list[tuple[str, list[Reading | list[Reading]], Pair, str]] = [
    ("no reading", [], NOTHING, "baseline: two cuff readings"),
    (
        "one reading is none",
        [cuff(10, 132, 84)],
        NOTHING,
        "baseline: second cuff reading, 60 s after 132/84",
    ),
    (
        "two within a minute are one",
        [cuff(10, 132, 84), cuff(60, 130, 82)],
        NOTHING,
        "baseline: second cuff reading, 60 s after 130/82",
    ),
    ("two that agree are enough", [cuff(10, 132, 84), cuff(80, 128, 82)], (130, 83), ""),
    (
        "two that differ need a third",
        [cuff(10, 146, 92), cuff(80, 132, 84)],
        (139, 88),
        "baseline: third cuff reading: 146/92 and 132/84 differ",
    ),
    (
        "a diastolic that differs needs a third too",
        [cuff(10, 130, 92), cuff(80, 130, 84)],
        (130, 88),
        "baseline: third cuff reading: 130/92 and 130/84 differ",
    ),
    (
        "the last two of three",
        [cuff(10, 146, 92), cuff(80, 132, 84), cuff(150, 128, 80)],
        (130, 82),
        "",
    ),
    (
        "a stored reading never counts",
        [cuff(10, 132, 84), cuff(80, 128, 82, history=True)],
        NOTHING,
        "baseline: second cuff reading, 60 s after 132/84",
    ),
    (
        "a questionable reading never counts",
        [cuff(10, 132, 84), _weak(80, 128, 82)],
        NOTHING,
        "baseline: second cuff reading, 60 s after 132/84",
    ),
    (
        "a reading of staff counts",
        [cuff(10, 132, 84), cuff(80, 128, 82, device="staff")],
        (130, 83),
        "",
    ),
]


@pytest.mark.parametrize(
    ("steps", "pressure", "task"), [pytest.param(*row[1:], id=row[0]) for row in PRESSURES]
)
def test_a_baseline_is_the_mean_of_the_last_two_readings_a_minute_apart(
    steps: list[Reading | list[Reading]], pressure: Pair, task: str
) -> None:
    engine = measured(steps)
    assert _pressure(engine) == pressure
    assert _asked(engine) == ([task] if task else [])


def test_heart_rate_and_spo2_are_medians_of_five_quiet_minutes() -> None:
    setup = BedSetup(bed=BED, devices=(STRAP, CUFF))
    two = [cuff(10, 120, 80), cuff(80, 120, 80)]
    early = measured([*two, rate(0, 240, 70), spo2(0, 240, 97)], setup)
    assert _asked(early) == ["baseline: heart rate: 5 quiet min"]
    late = measured([*two, rate(0, 200, 70), rate(200, 330, 90), spo2(0, 330, 97)], setup)
    assert (_baseline(late).heart_rate, _baseline(late).spo2) == (70, 97)
    assert _asked(late) == []


def test_a_break_begins_the_quiet_minutes_anew() -> None:
    setup = BedSetup(bed=BED, devices=(STRAP, CUFF))
    two = [cuff(10, 120, 80), cuff(80, 120, 80)]
    engine = measured([*two, rate(0, 200, 70), rate(240, 500, 80)], setup)
    assert _asked(engine) == ["baseline: heart rate: 5 quiet min"]
    assert _baseline(engine).heart_rate == 80


def test_a_breathing_rate_is_asked_for_where_it_ismeasured() -> None:
    belt = DeviceRow(id="belt", metrics=(Metric.RESPIRATORY_RATE,))
    engine = measured([], BedSetup(bed=BED, devices=(belt,)))
    assert _asked(engine) == ["baseline: two cuff readings, respiratory rate: 5 quiet min"]
    breaths = [
        value(second, Metric.RESPIRATORY_RATE, 13 + second % 3, device="belt")
        for second in range(310)
    ]
    assert _baseline(measured([*breaths])).respiratory_rate == 14


def test_a_baseline_may_be_settled_again_before_the_dose_and_not_after() -> None:
    engine = measured([cuff(10, 120, 80), cuff(80, 120, 80)])
    engine.command(TakeBaseline(at=T + 90, by="nurse"))
    run(engine, [cuff(150, 130, 84), cuff(220, 132, 86)])
    assert _pressure(engine) == (120, 80)
    engine.command(TakeBaseline(at=T + 230, by="nurse"))
    assert _pressure(engine) == (131, 85)
    engine.command(dose(240))
    with pytest.raises(Refused, match="correct it, with the reason"):
        engine.command(TakeBaseline(at=T + 250, by="nurse"))


def test_after_the_dose_a_baseline_is_corrected_with_a_reason() -> None:
    engine = measured([cuff(10, 120, 80)])
    engine.command(dose(100))
    assert _asked(engine) == ["no baseline pressure: correct it, with the reason"]
    right = Correct(at=T + 110, by="Dr A", of="baseline", systolic=118, diastolic=76)
    with pytest.raises(Refused, match="with a reason"):
        engine.command(right)
    engine.command(
        Correct(
            at=T + 110, by="Dr A", of="baseline", systolic=118, diastolic=76, reason="first visit"
        )
    )
    assert _pressure(engine) == (118, 76)
    assert _asked(engine) == []
    events = run(engine, [cuff(200, 160, 90), cuff(270, 161, 90)])
    assert lines(events) == ["270 BP-RISE start medium on"]


def test_a_reading_from_before_the_session_is_nobody_s_baseline() -> None:
    before = msgspec.structs.replace(cuff(20, 120, 80, device="staff"), device_time=T - 200)
    engine = measured([before, cuff(90, 120, 80)])
    assert _pressure(engine) == NOTHING


def test_a_rise_that_stands_when_the_dose_is_void_ends_by_the_next_readings() -> None:
    engine = measured([cuff(10, 110, 70), cuff(80, 110, 70)])
    engine.command(dose(100))
    run(engine, [cuff(200, 155, 80), cuff(270, 155, 80)])
    assert [alarm.event.condition for alarm in engine.status().alarms] == ["BP-RISE"]
    engine.command(VoidDose(at=T + 280, by="Dr A", reason="wrong bed"))
    assert [alarm.event.condition for alarm in engine.status().alarms] == ["BP-RISE"]
    assert lines(run(engine, [cuff(350, 112, 70)])) == ["350 BP-RISE end medium off"]


def test_nothing_measured_after_a_back_dated_dose_is_its_baseline() -> None:
    engine = measured(
        [cuff(10, 120, 80), cuff(80, 120, 80), cuff(300, 150, 88), cuff(400, 152, 88)]
    )
    engine.command(TakeBaseline(at=T + 410, by="nurse"))
    engine.command(dose(500, given=200))
    assert _pressure(engine) == (120, 80)


def test_a_t0_that_moves_back_takes_the_readings_after_it_out_of_the_baseline() -> None:
    engine = measured(
        [cuff(10, 120, 80), cuff(80, 120, 80), cuff(300, 150, 88), cuff(400, 152, 88)]
    )
    engine.command(dose(500))
    assert _pressure(engine) == (151, 88)
    engine.command(
        Correct(at=T + 510, by="Dr A", of="dose", happened_at=T + 200, reason="typed late")
    )
    assert _pressure(engine) == (120, 80)


def test_a_dose_that_nobody_entered_is_asked_for_after_twenty_minutes() -> None:
    engine = measured([cuff(10, 120, 80), cuff(80, 120, 80)])
    engine.advance(T + 1199)
    assert _asked(engine) == []
    due = engine.next_deadline
    assert due is not None
    assert due <= T + 1200.001
    engine.advance(T + 1201)
    assert _asked(engine) == ["dose given? when?"]
    engine.command(dose(1300, given=700))
    assert _asked(engine) == []


def test_before_the_dose_technical_alarms_stay_low_and_rise_with_it() -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.command(begin(0))
    events = run(engine, [malformed(1), malformed(2), 100])
    assert {event.priority for event in events} == {"low"}
    assert "31 T-FRAME start low on" in lines(events, technical=True)
    risen = lines(engine.command(dose(101)), technical=True)
    assert "101 T-FRAME escalate medium on" in risen


SETUP_ROWS: list[tuple[str, list[Reading | list[Reading]], list[str]]] = [
    ("BP-CRIT judges in SETUP", [cuff(10, 205, 122)], ["10 BP-CRIT start high on"]),
    ("BP-SEV does not", [cuff(10, 185, 112), cuff(90, 186, 112)], []),
    (
        "O2-CRIT judges from the first 10 s of valid data",
        [spo2(0, 40, 82)],
        ["20 O2-CRIT start high on"],
    ),
    ("O2-LO does not judge in SETUP", [spo2(0, 60, 88)], []),
    (
        "HR-EXT judges from the first 10 s of valid data",
        [rate(0, 40, 160)],
        ["20 HR-EXT start high on"],
    ),
    ("HR-HI does not judge in SETUP", [rate(0, 120, 140)], []),
]


@pytest.mark.parametrize(
    ("steps", "expected"), [pytest.param(row[1], row[2], id=row[0]) for row in SETUP_ROWS]
)
def test_setup_arms_only_what_is_extreme(
    steps: list[Reading | list[Reading]], expected: list[str]
) -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(-60))
    assert lines(run(engine, steps)) == expected


def test_the_baseline_adds_the_absolute_limits_and_the_dose_the_relative_ones() -> None:
    calm = [cuff(10, 110, 70), cuff(80, 110, 70)]
    engine = measured([*calm, cuff(200, 155, 80), cuff(300, 156, 80), spo2(300, 340, 88)])
    assert lines([alarm.event for alarm in engine.status().alarms]) == ["315 O2-LO start medium on"]
