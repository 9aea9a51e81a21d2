"""Phases, the gate before the dose, the baseline, and when a cuff reading is due."""

import pytest

from alerts.command import (
    Begin,
    Close,
    Command,
    EndInfusion,
    Entry,
    GiveDose,
    Refused,
    TakeBaseline,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.setup import BedSetup
from alerts.status import Phase
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

MINUTE = 60.0


def _begin(second: float = 0, protocol: str = "iv") -> Begin:
    return Begin(at=T + second, by="nurse", session="s1", protocol=protocol, visit="K1")


def _dose(second: float, given: float | None = None, override: str | None = None) -> GiveDose:
    given_at = T + (second if given is None else given)
    return GiveDose(at=T + second, by="Dr A", given_at=given_at, override=override)


def _dosed(protocol: str = "iv", setup: BedSetup = NO_STREAMS) -> BedEngine:
    """A session whose dose was given at second 0."""
    engine = BedEngine(setup, PROFILE)
    engine.command(_begin(-600, protocol))
    engine.command(_dose(0))
    return engine


def _due(events: list[AlarmEvent]) -> list[str]:
    return [
        f"{round((event.at - T) / MINUTE, 2):g} min {event.change} {event.priority}"
        for event in events
        if event.condition == "T-NIBP-DUE"
    ]


def test_a_session_goes_through_its_phases() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    assert engine.status().phase is Phase.EMPTY
    seen: list[Phase] = []
    orders: list[Command] = [
        _begin(0),
        TakeBaseline(at=T + 60, by="nurse"),
        _dose(600),
        EndInfusion(at=T + 3000, by="nurse"),
    ]
    for order in orders:
        engine.command(order)
        seen.append(engine.status().phase)
    engine.advance(T + 600 + 90 * MINUTE + 1)
    seen.append(engine.status().phase)
    engine.command(Close(at=T + 9000, by="Dr A", outcome="discharged"))
    seen.append(engine.status().phase)
    assert seen == [
        Phase.SETUP,
        Phase.BASELINE,
        Phase.DOSING,
        Phase.PEAK,
        Phase.RECOVERY,
        Phase.DISCHARGED,
    ]


def test_dosing_ends_by_itself_five_minutes_after_its_planned_end() -> None:
    engine = _dosed()
    engine.advance(T + 45 * MINUTE - 1)
    assert engine.status().phase is Phase.DOSING
    engine.advance(T + 45 * MINUTE + 1)
    assert engine.status().phase is Phase.PEAK


def test_peak_lasts_50_minutes_after_a_long_infusion() -> None:
    engine = _dosed()
    engine.command(EndInfusion(at=T + 44 * MINUTE, by="nurse"))
    engine.advance(T + 93 * MINUTE)
    assert engine.status().phase is Phase.PEAK
    engine.advance(T + 95 * MINUTE)
    assert engine.status().phase is Phase.RECOVERY


def test_an_extra_dose_prolongs_peak() -> None:
    engine = _dosed()
    engine.command(EndInfusion(at=T + 60, by="nurse"))
    extra = Entry(at=T + 1200, by="Dr A", kind="extra_dose", happened_at=T + 1200)
    engine.command(extra)
    engine.advance(T + 100 * MINUTE)
    assert engine.status().phase is Phase.PEAK
    engine.advance(T + 111 * MINUTE)
    assert engine.status().phase is Phase.RECOVERY


def test_an_extra_dose_in_recovery_brings_peak_and_its_watch_back() -> None:
    engine = in_peak()
    engine.advance(T + 100 * MINUTE)
    assert engine.status().phase is Phase.RECOVERY
    run(engine, [spo2(6000, 6010, 97), rate(6000, 6010, 75)])
    extra = Entry(at=T + 6010, by="Dr A", kind="extra_dose", happened_at=T + 6010)
    engine.command(extra)
    assert engine.status().phase is Phase.PEAK
    events = run(engine, [rate(6010, 6060, 75)])
    assert lines(events, technical=True)[-1] == "6039 T-SPO2 escalate medium on"


def test_a_back_dated_dose_is_where_the_clock_says() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(_begin(0))
    engine.command(_dose(50 * MINUTE, given=0))
    assert engine.status().phase is Phase.PEAK


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (TakeBaseline(at=T, by="n"), "baseline"),
        (_dose(0), "no session"),
        (EndInfusion(at=T, by="n"), "no infusion"),
        (Close(at=T, by="n", outcome="discharged"), "no session"),
        (Entry(at=T, by="n", kind="note", happened_at=T), "no session"),
        (Begin(at=T, by="n", session="s", protocol="rectal", visit=""), "iv, im, nasal, oral"),
    ],
)
def test_a_command_without_a_session_is_refused(order: Command, words: str) -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    before = engine.snapshot()
    with pytest.raises(Refused, match=words):
        engine.command(order)
    assert engine.status().phase is Phase.EMPTY
    assert engine.snapshot().session == before.session


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (_begin(10), "is open"),
        (_dose(10), "already"),
        (Close(at=T + 10, by=" ", outcome="discharged"), "named person"),
        (Close(at=T + 10, by="Dr A", outcome="gone"), "discharged or aborted"),
        (Close(at=T + 10, by="Dr A", outcome="aborted"), "reason"),
    ],
)
def test_a_command_at_the_wrong_time_is_refused(order: Command, words: str) -> None:
    engine = _dosed()
    with pytest.raises(Refused, match=words):
        engine.command(order)
    assert engine.status().phase is Phase.DOSING


def test_a_dose_in_the_future_is_refused() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(_begin(0))
    with pytest.raises(Refused, match="future"):
        engine.command(_dose(10, given=20))


def test_the_gate_blocks_a_dose_until_somebody_signs() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(_begin(0))
    run(engine, [cuff(60, 150, 88), cuff(200, 140, 92)])
    status = engine.status()
    assert status.session is not None
    assert status.session.gate == "baseline 145/90 > 140/90"
    with pytest.raises(Refused, match="BP-GATE"):
        engine.command(_dose(300))
    engine.command(_dose(301, override="known white-coat hypertension"))
    assert engine.status().phase is Phase.DOSING


def test_the_baseline_is_the_mean_of_the_last_two_readings_and_the_median_rate() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(_begin(0))
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
    engine.command(_begin(0))
    engine.command(TakeBaseline(at=T + 1, by="nurse"))
    engine.command(TakeBaseline(at=T + 2, by="nurse"))  # nothing has been measured yet
    run(engine, [cuff(60, 150, 95), cuff(130, 150, 95)])
    with pytest.raises(Refused, match="BP-GATE: baseline 150/95"):
        engine.command(_dose(200))
    engine.command(_dose(201, override="known hypertension"))
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
    engine.command(_begin(-100))
    run(engine, [rate(-90, -20, 58)])
    engine.command(_dose(-10))
    assert lines(run(engine, [rate(0, 50, 44)])) == ["30 HR-LO start medium on"]


def test_an_automatic_cuff_is_due_every_ten_minutes() -> None:
    engine = _dosed()
    readings = [cuff(m * MINUTE, 120, 80) for m in (0.1, 10, 20, 30, 40, 50)]
    assert _due(run(engine, [*readings, 59 * MINUTE])) == []
    assert _due(engine.advance(T + 66 * MINUTE)) == ["65 min start low"]
    assert not engine.status().alarms[-1].audible


def test_the_forty_minute_reading_that_is_missing_at_fifty_is_medium() -> None:
    engine = _dosed()
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
    engine = _dosed(setup=by_hand)
    readings = [cuff(m * MINUTE, 120, 80) for m in (0.1, 14, 39, 61)]
    assert _due(run(engine, [*readings, 89 * MINUTE])) == []
    session = engine.status().session
    assert session is not None
    assert session.next_cuff_at == T + 90 * MINUTE


def test_a_severe_pressure_is_measured_again_in_five_minutes() -> None:
    engine = _dosed()
    run(engine, [cuff(60, 185, 115), cuff(150, 186, 113)])
    session = engine.status().session
    assert session is not None
    assert session.next_cuff_at == T + 450


def test_a_pressure_alarm_whose_next_reading_is_overdue_becomes_unknown() -> None:
    engine = _dosed()
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
