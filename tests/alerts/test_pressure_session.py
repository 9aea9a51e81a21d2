"""Blood pressure over a session: baseline, rise, checks, and when the next reading is due."""

from alerts.command import TakeBaseline
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.setup import BedSetup
from tests.alerts.dosing import MINUTE, begin, dose, dosed
from tests.alerts.timeline import (
    BED,
    CUFF,
    NO_STREAMS,
    PROFILE,
    T,
    cuff,
    in_peak,
    line,
    lines,
    rate,
    run,
    spo2,
)


def _due(events: list[AlarmEvent]) -> list[str]:
    return [
        f"{round((event.at - T) / MINUTE, 2):g} min {event.change} {event.priority}"
        for event in events
        if event.condition == "T-NIBP-DUE"
    ]


def test_the_baseline_is_the_mean_of_the_last_two_readings_and_the_median_rate() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    engine.command(TakeBaseline(at=T + 1, by="nurse"))
    readings = [cuff(10, 150, 100), cuff(80, 120, 80), cuff(150, 124, 78)]
    run(engine, [*readings, rate(100, 200, 60), spo2(100, 200, 96)])
    engine.command(TakeBaseline(at=T + 300, by="nurse"))
    session = engine.status().session
    assert session is not None
    baseline = session.baseline
    assert baseline is not None
    assert (baseline.systolic, baseline.diastolic) == (122, 79)
    assert (baseline.heart_rate, baseline.spo2) == (60, 96)


def test_a_baseline_settled_too_early_still_takes_the_readings_that_follow() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    engine.command(TakeBaseline(at=T + 1, by="nurse"))
    engine.command(TakeBaseline(at=T + 2, by="nurse"))  # nothing has been measured yet
    run(engine, [cuff(60, 150, 95), cuff(130, 150, 95)])
    engine.command(dose(201))
    session = engine.status().session
    assert session is not None
    assert session.baseline is not None
    assert (session.baseline.systolic, session.baseline.diastolic) == (150, 95)


def test_a_rise_over_the_baseline_needs_two_readings_a_minute_apart() -> None:
    engine = in_peak(NO_STREAMS, baseline=(110, 70))
    steps = [cuff(0, 152, 80), cuff(30, 153, 80), cuff(90, 154, 80), cuff(400, 135, 80)]
    events = run(engine, steps)
    assert lines(events) == ["90 BP-RISE start medium on", "400 BP-RISE end medium off"]
    assert events[0].text == "SYS 154 >= 150 (154/80)"


def test_a_rise_that_nobody_repeats_is_announced() -> None:
    engine = in_peak(NO_STREAMS, baseline=(110, 70))
    (start,) = run(engine, [cuff(0, 130, 97), 200.0])
    assert line(start) == "180 BP-RISE start medium on"
    assert "130/97 NOT REPEATED" in start.text


def test_an_open_check_says_when_and_how_to_repeat() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 182, 112)])
    session = engine.status().session
    assert session is not None
    check = session.check
    assert check is not None
    assert (check.condition, check.due_from, check.due_until) == ("BP-SEV", T + 60, T + 120)
    assert "arm supported" in check.text


def test_after_three_extra_inflations_a_person_measures_by_hand() -> None:
    engine = in_peak(NO_STREAMS)
    for i in range(4):
        run(engine, [cuff(i * 200, 182, 112), cuff(i * 200 + 90, 150, 90)])
    run(engine, [cuff(800, 182, 112)])
    session = engine.status().session
    assert session is not None
    assert session.check is not None
    assert session.check.text == "measure by hand"


def test_a_habitually_low_pressure_alarms_weakly_unless_it_fell() -> None:
    low = in_peak(NO_STREAMS, baseline=(96, 60))
    assert lines(run(low, [cuff(0, 89, 55), cuff(90, 88, 55)])) == [
        "0 BP-LOW start low on",
        "90 BP-LOW update low on",
    ]
    fell = in_peak(NO_STREAMS, baseline=(99, 60))
    assert lines(run(fell, [cuff(0, 84, 50), cuff(90, 83, 50)]))[-1] == (
        "90 BP-LOW escalate medium on"
    )


def test_a_slow_heart_is_medium_only_well_below_its_baseline() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(-100))
    run(engine, [rate(-90, -20, 58)])
    engine.command(dose(-10))
    assert lines(run(engine, [rate(0, 50, 44)])) == ["30 HR-LO start medium on"]


def test_an_automatic_cuff_is_due_every_ten_minutes() -> None:
    engine = dosed()
    readings = [cuff(m * MINUTE, 120, 80) for m in (0.1, 10, 20, 30, 40, 50)]
    assert _due(run(engine, [*readings, 59 * MINUTE])) == []
    assert _due(engine.advance(T + 66 * MINUTE)) == ["65 min start low"]
    assert not engine.status().alarms[-1].audible


def test_the_forty_minute_reading_that_is_missing_at_fifty_is_medium() -> None:
    engine = dosed()
    readings = [cuff(m * MINUTE, 120, 80) for m in (0.1, 10, 20, 30)]
    assert _due(run(engine, [*readings, 51 * MINUTE])) == [
        "45 min start low",
        "50 min escalate medium",
    ]
    assert _due(run(engine, [cuff(52 * MINUTE, 120, 80)])) == ["52 min end medium"]


def test_a_hand_cuff_has_its_own_times() -> None:
    by_hand = BedSetup(
        bed=BED, devices=(CUFF.__class__(id="cuff", metrics=CUFF.metrics, streams=False),)
    )
    engine = dosed(setup=by_hand)
    readings = [cuff(m * MINUTE, 120, 80) for m in (0.1, 14, 39, 61)]
    assert _due(run(engine, [*readings, 89 * MINUTE])) == []
    session = engine.status().session
    assert session is not None
    assert session.next_cuff_at == T + 90 * MINUTE


def test_a_severe_pressure_is_measured_again_in_five_minutes() -> None:
    engine = dosed()
    run(engine, [cuff(60, 185, 115), cuff(150, 186, 113)])
    session = engine.status().session
    assert session is not None
    assert session.next_cuff_at == T + 450


def test_a_pressure_alarm_whose_next_reading_is_overdue_becomes_unknown() -> None:
    engine = dosed()
    run(engine, [cuff(60, 185, 115), cuff(150, 186, 113)])
    (unknown,) = [e for e in engine.advance(T + 700) if e.condition == "BP-SEV"]
    assert unknown.presence == "unknown"
    assert "NO READING FOR" in unknown.text


def test_a_stated_time_counts_for_a_manual_reading_and_an_older_one_changes_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(100, 120, 80)])
    late = cuff(200, 205, 122, device="staff")
    stated = late.__class__(
        at=late.at,
        bed=BED,
        device="staff",
        device_time=T + 50,
        systolic=205,
        diastolic=122,
    )
    assert engine.observe(stated) == []
