"""What a bed does with lost, odd and old data, with covers, gaps and ends of sessions."""

import msgspec
import pytest

from alerts.command import (
    Begin,
    Close,
    Cover,
    Gap,
    PauseAudio,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Cause, Change, Presence, Priority, Signal
from alerts.status import Phase
from devices.reading import (
    LinkReason,
    Metric,
    Origin,
    Reading,
    Report,
    ReportKind,
    ReportSource,
    Sample,
    Validity,
)
from tests.alerts.timeline import (
    BED,
    NO_STREAMS,
    PROFILE,
    SETUP,
    T,
    acknowledge,
    cuff,
    in_peak,
    lines,
    link,
    malformed,
    nausea,
    off_finger,
    rate,
    run,
    spo2,
    value,
)


def _last(events: list[AlarmEvent], condition: str) -> AlarmEvent:
    return [event for event in events if event.condition == condition][-1]


def _quiet(start: float, end: float) -> list[Reading]:
    return [*spo2(start, end, 97), *rate(start, end, 75)]


def test_a_probe_off_is_low_after_10_s_and_medium_after_30_s() -> None:
    events = run(in_peak(), [_quiet(0, 20), off_finger(20, 60), rate(20, 60, 75), 60.0])
    assert lines(events, technical=True) == [
        "29 T-SPO2 start low on",
        "49 T-SPO2 escalate medium on",
    ]
    assert "sensor off" in events[0].text


def test_a_lost_link_covers_its_missing_values() -> None:
    steps = [_quiet(0, 20), link(20, up=False), rate(20, 40, 75), 40.0]
    events = run(in_peak(), steps)
    assert lines(events, technical=True) == ["29 T-LINK start low on", "29 T-SPO2 start low on"]
    assert [event.covered_by for event in events] == [None, "T-LINK"]


def test_a_probe_that_falls_off_again_and_again_must_stay_on_for_longer_each_time() -> None:
    off = [off_finger(start, start + 15) for start in (20, 80, 140)]
    on = [spo2(start, start + 45, 97) for start in (35, 95, 155)]
    events = run(in_peak(), [_quiet(0, 20), *off, *on, rate(20, 200, 75)])
    ends = [event.at - T for event in events if event.change is Change.END]
    assert ends == [45, 115, 195]  # 10, 20, 40 s: before second 0 it had been off already


def test_a_short_loss_of_the_link_is_nothing() -> None:
    steps = [_quiet(0, 20), link(20, up=False), rate(20, 28, 75), link(27, up=True), _quiet(28, 60)]
    assert run(in_peak(), steps) == []


def test_a_value_lost_in_alarm_speaks_for_its_own_silence() -> None:
    engine = in_peak()
    steps = [spo2(0, 30, 87), rate(0, 60, 75), link(30, up=False), 59.0]
    events = run(engine, steps)
    lost = _last(events, "O2-LO")
    assert lost.presence is Presence.UNKNOWN
    assert "SIGNAL LOST 0:10" in lost.text
    covered = {a.event.condition: a.event.covered_by for a in engine.status().alarms}
    assert covered == {"O2-LO": None, "T-SPO2": "O2-LO", "T-LINK": "O2-LO"}
    assert [a.event.condition for a in engine.status().alarms if a.audible] == ["O2-LO"]


def test_what_was_pending_above_a_standing_alarm_counts_when_the_source_is_lost() -> None:
    engine = in_peak()
    weak = Validity.QUESTIONABLE  # so it takes 20 s, and the strap is silent for 10 before
    slower: list[Reading] = [value(75 + i, Metric.HEART_RATE, 38, validity=weak) for i in range(8)]
    events = run(engine, [rate(0, 40, 60), rate(40, 75, 45), slower, 95.0])
    rates = [event for event in events if event.condition.startswith("HR-")]
    assert lines(rates)[0] == "72 HR-LO start low on"
    lost = rates[-1]
    assert (lost.at - T, lost.condition, lost.change) == (92, "HR-EXT", Change.ESCALATE)
    assert (lost.priority, lost.presence) == (Priority.HIGH, Presence.UNKNOWN)
    assert lost.text == "HR 38 <= 40, weak signal, then SIGNAL LOST 0:10"


def test_a_site_alarm_covers_lost_streams_and_gives_them_back_unanswered() -> None:
    engine = in_peak()
    run(engine, [_quiet(0, 10)])
    engine.command(Cover(at=T + 12, by="site", condition="T-NET", on=True))
    run(engine, [25.0])
    assert not any(alarm.audible for alarm in engine.status().alarms)
    event = _last([alarm.event for alarm in engine.status().alarms], "T-LINK")
    engine.command(acknowledge(26, event))
    engine.command(Cover(at=T + 27, by="site", condition="T-NET", on=False))
    back = {alarm.event.occurrence: alarm for alarm in engine.status().alarms}
    assert back[event.occurrence].event.signal is Signal.ON
    assert back[event.occurrence].audible


def test_nothing_but_malformed_frames_for_30_s_is_an_alarm() -> None:
    frames = [malformed(i, "strap") for i in range(0, 60, 5)]
    events = run(in_peak(), [spo2(0, 60, 97), *frames, rate(70, 71, 75)])
    mine = [event for event in events if event.condition == "T-FRAME"]
    assert lines(mine, technical=True) == [
        "30 T-FRAME start medium on",
        "70 T-FRAME end medium off",
    ]


def test_one_malformed_frame_among_good_ones_is_nothing() -> None:
    steps = [_quiet(0, 60), malformed(10)]
    assert run(in_peak(), steps) == []


def test_a_backlogged_nausea_report_alarms_with_its_age() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = engine.observe(
        Report(
            at=T,
            bed=BED,
            device="button",
            device_time=T - 300,
            history=True,
            id="r1",
            source=ReportSource.BUTTON,
            kind=ReportKind.PRESS,
        )
    )
    assert "5 min ago" in start.text


def test_a_repeated_report_is_the_same_report() -> None:
    engine = in_peak(NO_STREAMS)
    assert len(run(engine, [nausea(0, ReportKind.NRS, 5, name="a")])) == 1
    assert run(engine, [nausea(60, ReportKind.NRS, 5, name="a")]) == []


def test_demo_data_never_judge_a_real_session() -> None:
    engine = in_peak(NO_STREAMS)
    demo = [
        Sample(
            at=r.at,
            bed=BED,
            device="ox",
            metric=r.metric,
            value=r.value,
            origin=Origin.DEMO,
        )
        for r in spo2(0, 40, 70)
        if isinstance(r, Sample)
    ]
    assert {event.condition for event in run(engine, list(demo))} == {"T-ORIGIN"}


@pytest.mark.parametrize("number", [0, -5, 101, float("nan"), float("inf"), None])
def test_an_impossible_value_is_no_value(number: float | None) -> None:
    engine = in_peak(NO_STREAMS)
    sample = spo2(0, 1, 97)[0]
    assert isinstance(sample, Sample)
    for i in range(60):
        fake = Sample(at=T + i, bed=BED, device="ox", metric=sample.metric, value=number)
        assert engine.observe(fake) == []


def test_an_invalid_value_is_no_value_even_with_a_number() -> None:
    engine = in_peak(NO_STREAMS)
    for i in range(60):
        sample = spo2(i, i + 1, 70)[0]
        assert isinstance(sample, Sample)
        bad = Sample(
            at=sample.at,
            bed=BED,
            device="ox",
            metric=sample.metric,
            value=70,
            validity=Validity.INVALID,
        )
        assert engine.observe(bad) == []


def test_an_older_reading_is_taken_at_the_engines_time() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 10, 97)])
    engine.advance(T + 100)
    (start,) = engine.observe(nausea(50, ReportKind.PRESS))
    assert start.at == T + 100


def test_in_setup_only_extremes_judge_and_only_after_10_s_of_valid_data() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(Begin(at=T - 1, by="nurse", session="s", protocol="iv", visit="K1"))
    events = run(engine, [spo2(0, 60, 82), cuff(30, 182, 112), cuff(40, 205, 122)])
    assert lines(events) == ["20 O2-CRIT start high on", "40 BP-CRIT start high on"]


def test_a_closed_session_ends_every_alarm_with_its_cause() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 205, 122), nausea(1, ReportKind.PRESS)])
    events = engine.command(Close(at=T + 5, by="Dr A", outcome="aborted", reason="fire"))
    assert {event.condition for event in events} == {"BP-CRIT", "NAU-MOD"}
    assert all(event.cause is Cause.SESSION_CLOSED for event in events)
    assert engine.status().phase is Phase.ABORTED
    assert engine.status().alarms == ()
    assert engine.next_deadline is None


def test_the_next_patient_inherits_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 182, 112), spo2(0, 14, 84)])
    engine.command(Close(at=T + 20, by="Dr A", outcome="discharged", reason="well"))
    engine.command(Begin(at=T + 30, by="nurse", session="s2", protocol="iv", visit="K2"))
    assert run(engine, [spo2(31, 60, 97), 400.0]) == []


def test_after_a_gap_silence_is_counted_anew_and_long_pauses_end() -> None:
    engine = in_peak()
    run(engine, [_quiet(0, 10), nausea(5, ReportKind.PRESS)])
    engine.command(PauseAudio(at=T + 10, by="nurse", seconds=120))
    assert engine.gap(Gap(since=T + 10, at=T + 60)) == []
    assert [alarm.audible for alarm in engine.status().alarms] == [True]
    assert engine.advance(T + 89) == []
    conditions = {event.condition for event in engine.advance(T + 91)}
    assert conditions == {"T-SPO2", "T-LINK"}


def test_a_pause_outlives_a_short_absence_by_what_was_left_of_it() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, ReportKind.PRESS)])
    engine.command(PauseAudio(at=T + 10, by="nurse", seconds=60))
    engine.gap(Gap(since=T + 20, at=T + 40))
    assert engine.status().alarms[0].paused_until == T + 90


def test_a_delay_goes_on_counting_while_the_service_is_away() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 5, 87)])
    assert lines(engine.gap(Gap(since=T + 5, at=T + 30)))[0] == "15 O2-LO start medium on"


def test_devices_that_are_silent_without_a_session_are_not_ready() -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.observe(rate(0, 1, 75)[0])
    assert engine.status().not_ready == ("ox",)
    engine.advance(T + 60)
    assert engine.status().not_ready == ("ox", "strap")


@pytest.mark.parametrize(
    ("reason", "ready"),
    [
        (LinkReason.ADAPTER_UNAVAILABLE, False),
        (LinkReason.NOT_PAIRED, False),
        (LinkReason.NOT_SEEN, True),  # it sleeps
        (LinkReason.DISCONNECTED, True),
    ],
)
def test_a_cuff_that_cannot_be_read_is_not_ready_and_one_that_sleeps_is(
    reason: LinkReason, ready: bool
) -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.observe(msgspec.structs.replace(link(0, up=False, device="cuff"), reason=reason))
    assert ("cuff" not in engine.status().not_ready) is ready
    engine.observe(link(1, up=True, device="cuff"))
    assert "cuff" not in engine.status().not_ready


def test_a_running_delay_is_shown_as_a_mark() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 5, 87)])
    marks = {mark.condition: mark for mark in engine.status().pending}
    assert marks["O2-LO"].announced_at == T + 15
    assert marks["O2-LO"].text == "SpO2 87 < 90"


def test_pending_events_come_only_where_they_are_asked_for() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE, pending_events=True)
    engine.command(Begin(at=T - 20, by="nurse", session="s", protocol="iv", visit="K1"))
    events = run(engine, [spo2(-19, 0, 97), spo2(0, 8, 82)])
    assert [event.change for event in events] == [Change.PENDING]
