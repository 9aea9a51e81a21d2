"""What people do to alarms: acknowledge, pause the sound, resolve, measure by hand."""

import pytest
from msgspec.structs import replace

from alerts.command import (
    Acknowledge,
    Begin,
    PauseAudio,
    Refused,
    Resolve,
)
from alerts.event import AlarmEvent, Cause, Change, Presence, Priority, Signal
from devices.reading import ReportKind
from tests.alerts.timeline import (
    NO_STREAMS,
    T,
    acknowledge,
    cuff,
    in_peak,
    lines,
    nausea,
    rate,
    run,
    spo2,
)


def _last(events: list[AlarmEvent], condition: str) -> AlarmEvent:
    return [event for event in events if event.condition == condition][-1]


def test_an_answered_alarm_is_silent_and_present_and_ends_by_itself() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [spo2(0, 30, 87)]), "O2-LO")
    answer = engine.command(acknowledge(31, start))
    assert lines(answer) == ["31 O2-LO acknowledge medium acknowledged"]
    assert answer[0].presence is Presence.PRESENT
    assert answer[0].by == "nurse"
    assert not engine.status().alarms[0].audible
    assert lines(run(engine, [spo2(32, 60, 97)]))[-1].endswith("O2-LO end medium off")


def test_an_answer_to_what_has_risen_since_is_refused_and_changes_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [cuff(0, 182, 112)]), "BP-SEV")
    run(engine, [cuff(90, 185, 113)])
    before = engine.status()
    with pytest.raises(Refused, match="risen") as refused:
        engine.command(acknowledge(91, start))
    assert refused.value.conflict
    assert engine.status().alarms == before.alarms


def test_time_that_passed_before_a_refused_command_is_told_at_once() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 5, 87)])
    with pytest.raises(Refused):
        engine.command(Begin(at=T + 16, by="nurse", session="s", protocol="iv", visit=""))
    assert engine.next_deadline == T + 16
    assert "O2-LO start" in lines(engine.advance(T + 16))[0]


def test_an_answer_twice_or_to_a_past_alarm_or_from_the_future_is_refused() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [spo2(0, 30, 87)]), "O2-LO")
    with pytest.raises(Refused, match="does not exist"):
        engine.command(Acknowledge(at=T + 31, by="n", occurrence=start.occurrence, seq=99))
    engine.command(acknowledge(31, start))
    with pytest.raises(Refused, match="already"):
        engine.command(acknowledge(32, start))
    run(engine, [spo2(33, 60, 97)])
    with pytest.raises(Refused, match="ended"):
        engine.command(acknowledge(61, start))


def test_a_rise_by_value_takes_the_answer_back() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [spo2(0, 30, 87)]), "O2-LO")
    engine.command(acknowledge(30, start))
    risen = _last(run(engine, [spo2(31, 50, 83)]), "O2-CRIT")
    assert (risen.change, risen.signal) == (Change.ESCALATE, Signal.ON)
    assert risen.occurrence == start.occurrence


def test_a_rise_by_time_alone_does_not_disturb_an_answered_alarm() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [rate(0, 70, 125)]), "HR-HI")
    engine.command(acknowledge(70, start))
    assert lines(run(engine, [rate(71, 400, 125)])) == []
    assert _last(run(engine, [rate(401, 440, 135)]), "HR-HI").priority is Priority.MEDIUM


def test_an_answered_doubt_that_nobody_settles_calls_again_and_a_reading_raises_it() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [cuff(0, 182, 112)]), "BP-SEV")
    engine.command(acknowledge(10, start))
    assert lines(run(engine, [250.0])) == ["180 BP-SEV update medium on"]
    assert [a.event.presence for a in engine.status().alarms] == ["unknown"]
    risen = _last(run(engine, [cuff(300, 184, 111)]), "BP-SEV")
    assert (risen.priority, risen.signal) == (Priority.HIGH, Signal.ON)


def test_a_held_high_alarm_is_lowered_by_its_answer() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [spo2(0, 30, 80), spo2(30, 60, 89)]), "O2-CRIT")
    events = engine.command(acknowledge(60, start))
    assert lines(events) == [
        "60 O2-CRIT acknowledge high acknowledged",
        "60 O2-LO deescalate medium acknowledged",
    ]


def test_an_answer_ends_a_latched_alarm_and_a_re_onset_calls_again() -> None:
    engine = in_peak(NO_STREAMS)
    latched = _last(run(engine, [spo2(0, 20, 80), spo2(20, 60, 97)]), "O2-CRIT")
    assert latched.signal is Signal.LATCHED
    (end,) = engine.command(acknowledge(60, latched))
    assert (end.change, end.cause) == (Change.END, Cause.PERSON)
    again = _last(run(engine, [spo2(61, 90, 80)]), "O2-CRIT")
    assert again.signal is Signal.ON
    assert again.occurrence != latched.occurrence


def test_a_chattering_alarm_must_be_clear_for_longer_each_time() -> None:
    engine = in_peak(NO_STREAMS)
    dips = [
        part
        for start in (0, 80, 160)
        for part in (spo2(start, start + 20, 88), spo2(start + 20, start + 80, 97))
    ]
    events = run(engine, dips)
    starts = [e.at - T for e in events if e.change is Change.START]
    ends = [e.at - T for e in events if e.change is Change.END]
    cleared_after = [end - start for start, end in zip(starts, ends, strict=True)]
    assert cleared_after[0] < cleared_after[1] < cleared_after[2]


def test_an_audio_pause_silences_what_sounds_and_nothing_that_comes_later() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, ReportKind.PRESS)])
    engine.command(PauseAudio(at=T + 1, by="nurse", seconds=60))
    assert [alarm.audible for alarm in engine.status().alarms] == [False]
    assert engine.status().pause_until == T + 61
    run(engine, [cuff(2, 205, 122)])
    assert {a.event.condition: a.audible for a in engine.status().alarms} == {
        "BP-CRIT": True,
        "NAU-MOD": False,
    }
    engine.advance(T + 62)
    assert all(alarm.audible for alarm in engine.status().alarms)
    assert engine.status().pause_until is None


def test_a_shorter_pause_of_another_alarm_hides_no_longer_one() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, ReportKind.PRESS)])
    engine.command(PauseAudio(at=T + 1, by="Ana", seconds=120))
    run(engine, [cuff(2, 205, 122)])
    engine.command(PauseAudio(at=T + 3, by="KM", seconds=30))
    engine.advance(T + 60)
    status = engine.status()
    assert {a.event.condition: a.audible for a in status.alarms}["NAU-MOD"] is False
    assert [(hold.owner, hold.until) for hold in status.holds] == [("Ana", T + 121)]


def test_a_rise_breaks_a_pause() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 182, 112)])
    engine.command(PauseAudio(at=T + 1, by="nurse", seconds=120))
    run(engine, [cuff(90, 186, 113)])
    assert engine.status().alarms[0].audible


def test_no_third_pause_without_an_answer() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [nausea(0, ReportKind.PRESS)]), "NAU-MOD")
    engine.command(PauseAudio(at=T + 1, by="nurse", seconds=30))
    engine.command(PauseAudio(at=T + 40, by="nurse", seconds=30))
    with pytest.raises(Refused, match="acknowledge"):
        engine.command(PauseAudio(at=T + 80, by="nurse", seconds=30))
    engine.command(acknowledge(81, start))
    with pytest.raises(Refused, match="nothing sounds"):
        engine.command(PauseAudio(at=T + 82, by="nurse", seconds=30))


@pytest.mark.parametrize("seconds", [0, 45, 600])
def test_a_pause_of_another_length_is_refused(seconds: float) -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, ReportKind.PRESS)])
    with pytest.raises(Refused, match="30, 60, 120"):
        engine.command(PauseAudio(at=T + 1, by="nurse", seconds=seconds))


def test_a_report_ends_only_by_a_person() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [nausea(0, ReportKind.NRS, 6)]), "NAU-MOD")
    (end,) = engine.command(
        Resolve(at=T + 20, by="nurse", occurrence=start.occurrence, outcome="attended", nrs=3)
    )
    assert (end.change, end.cause, end.by) == (Change.END, Cause.PERSON, "nurse")


def test_a_measured_alarm_cannot_be_resolved_by_hand() -> None:
    engine = in_peak(NO_STREAMS)
    start = _last(run(engine, [spo2(0, 30, 87)]), "O2-LO")
    with pytest.raises(Refused, match="readings"):
        engine.command(Resolve(at=T + 31, by="nurse", occurrence=start.occurrence))


def test_what_staff_measure_by_hand_starts_acknowledged() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [replace(cuff(0, 205, 122, device="staff"), by="KM")])
    assert (start.change, start.signal) == (Change.START, Signal.ACKNOWLEDGED)
    assert start.by == "KM"


def test_what_nobody_signed_is_said_to_be_by_staff() -> None:
    (start,) = run(in_peak(NO_STREAMS), [cuff(0, 205, 122, device="staff")])
    assert (start.signal, start.by) == (Signal.ACKNOWLEDGED, "staff")
