"""Invariants of the way out and of standby (alarm rules, section 8) over random stories."""

import math

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.command import Gap, Sign, Standby, StandbyEnd
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, AlarmKind, Change
from alerts.snapshot import BedSnapshot
from alerts.status import LineState, Phase
from devices.reading import Metric, ReportKind, ReportSource, Sample, Validity
from tests.alerts.leaving_stories import LEAVING, START, ready_bed
from tests.alerts.stories import STORIES, UNTOUCHED, Act, give, play
from tests.alerts.timeline import PROFILE, SETUP, T, cuff, in_peak, nausea, run, value
from tests.alerts.way_out import dosed, score

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MEASURED = {"pressure", "spo2", "heart_rate", "moaas", "nausea"}


def _bytes(events: list[AlarmEvent]) -> bytes:
    return msgspec.json.encode(events)


def _physiological(engine: BedEngine) -> dict[str, AlarmEvent]:
    alarms = [alarm.event for alarm in engine.status().alarms]
    return {e.occurrence: e for e in alarms if e.kind is AlarmKind.PHYSIOLOGICAL}


@SLOW
@given(LEAVING)
def test_13_no_end_on_the_way_out_is_silent(story: list[Act]) -> None:
    engine = ready_bed()
    standing = {alarm.event.occurrence for alarm in engine.status().alarms}
    for event in play(engine, story, START):
        if event.change is Change.START:
            standing.add(event.occurrence)
        assert event.occurrence in standing
        if event.change is Change.END:
            assert event.cause is not None
            standing.remove(event.occurrence)
    assert standing == {alarm.event.occurrence for alarm in engine.status().alarms}


@SLOW
@given(STORIES, UNTOUCHED)
def test_14_standby_never_ends_or_lowers_an_unanswered_physiological_alarm(
    story: list[Act], later: list[Act]
) -> None:
    engine = in_peak()
    play(engine, story)
    before = _physiological(engine)
    events = give(engine, Standby(at=engine.now, by="nurse", reason="toilet"))
    events += give(engine, StandbyEnd(at=engine.now, by="nurse"))
    assert all(event.kind is AlarmKind.TECHNICAL for event in events)
    assert _physiological(engine) == before
    give(engine, Standby(at=engine.now, by="nurse", reason="toilet"))
    latched = {o for o, e in before.items() if e.latching and e.signal in {"on", "latched"}}
    play(engine, later, engine.now - T)
    assert latched <= set(_physiological(engine))


@SLOW
@given(LEAVING)
def test_14_ready_never_ends_or_lowers_an_unanswered_physiological_alarm(story: list[Act]) -> None:
    engine, second = ready_bed(), START
    for act in story:
        second += act.after
        engine.advance(T + second)
        before, phase = _physiological(engine), engine.status().phase
        thing = act.make(second, engine)
        give(engine, thing)
        moved = engine.status().phase is not phase and engine.status().session is not None
        if moved and isinstance(thing, Sign | Standby):
            assert _physiological(engine) == before


@SLOW
@given(LEAVING)
def test_15_whatever_rests_has_an_owner_a_reason_a_deadline_and_a_place(story: list[Act]) -> None:
    engine, second = ready_bed(), START
    for act in story:
        second += act.after
        engine.advance(T + second)
        give(engine, act.make(second, engine))
        status = engine.status()
        for hold in status.holds:
            assert hold.owner
            assert hold.reason
            assert hold.until >= engine.now
        covered = [a.event for a in status.alarms if a.event.covered_by == "STANDBY"]
        assert not covered or any(hold.kind == "standby" for hold in status.holds)
        assert all(e.kind is AlarmKind.TECHNICAL for e in covered)


DOUBTFUL = st.lists(
    st.tuples(
        st.sampled_from([1.0, 5.0, 5.0, 60.0, 600.0]),
        st.sampled_from(["spo2", "rate", "cuff", "stored cuff", "score", "stored rating", "none"]),
    ),
    max_size=80,
)


@SLOW
@given(DOUBTFUL)
def test_16_missing_stored_or_questionable_data_never_meet_a_line(
    story: list[tuple[float, str]],
) -> None:
    engine, second = dosed(), 5500.0
    doubt = Validity.QUESTIONABLE
    for after, what in story:
        second += after
        match what:
            case "spo2":
                give(engine, value(second, Metric.SPO2, 97, validity=doubt))
            case "rate":
                give(engine, value(second, Metric.HEART_RATE, 75, validity=doubt))
            case "cuff":
                reading = cuff(second, 120, 80)
                give(engine, msgspec.structs.replace(reading, validity=doubt))
            case "stored cuff":
                give(engine, cuff(second, 120, 80, history=True))
            case "score":
                give(engine, msgspec.structs.replace(score(second, 5), validity=doubt))
            case "stored rating":
                said = nausea(second, ReportKind.NRS, 0, source=ReportSource.STAFF)
                give(engine, msgspec.structs.replace(said, history=True, device_time=T + second))
            case _:
                give(engine, value(second, Metric.SPO2, None, validity=Validity.UNAVAILABLE))
        met = {line.id for line in engine.discharge() if line.state is LineState.MET}
        assert not met & MEASURED


@SLOW
@given(st.floats(1801, 20_000))
def test_16_silence_alone_unmeets_whatever_was_measured(silent_s: float) -> None:
    engine = ready_bed()
    engine.advance(T + START + silent_s)
    met = {line.id for line in engine.discharge() if line.state is LineState.MET}
    assert not met & MEASURED
    assert engine.status().phase is Phase.RECOVERY


@SLOW
@given(LEAVING)
def test_16_ready_means_that_every_line_is_met_or_taken_over_by_name(story: list[Act]) -> None:
    engine, second = ready_bed(), START
    for act in story:
        second += act.after
        engine.advance(T + second)
        give(engine, act.make(second, engine))
        status = engine.status()
        if status.phase is Phase.READY and status.session and status.session.signed_by is None:
            assert not [line for line in status.session.discharge if line.open]


@SLOW
@given(LEAVING)
def test_18_in_a_session_spo2_has_data_an_alarm_or_sensors_that_are_off(story: list[Act]) -> None:
    engine, second, last_value = ready_bed(), START, START
    for act in story:
        second += act.after
        thing = act.make(second, engine)
        give(engine, thing)
        engine.advance(T + second)
        status = engine.status()
        if isinstance(thing, Gap):
            last_value = second + 20  # silence is excused for 30 s, ten of them are the delay
        elif isinstance(thing, Sample) and thing.metric is Metric.SPO2 and thing.value is not None:
            last_value = max(last_value, second)
        if any(hold.kind == "sensors_off" for hold in status.holds):
            last_value = second  # they are missed from when they should be on again
        if status.session is not None and second - last_value > 10:
            assert "T-SPO2" in {alarm.event.condition for alarm in status.alarms}


@SLOW
@given(LEAVING)
def test_18_after_the_end_nothing_is_left(story: list[Act]) -> None:
    engine = ready_bed()
    play(engine, story, START)
    run(engine, [float(math.ceil(engine.now - T))])
    if engine.status().session is None:
        assert (engine.status().alarms, engine.status().holds) == ((), ())
        assert engine.status().standby is None
        assert engine.next_deadline is None


@SLOW
@given(LEAVING)
def test_19_every_deadline_is_in_next_deadline(story: list[Act]) -> None:
    engine, second = ready_bed(), START
    for act in story:
        second += act.after
        engine.advance(T + second)
        give(engine, act.make(second, engine))
        status = engine.status()
        if status.session is None:
            continue
        dues = [hold.until for hold in status.holds]
        dues += [line.due_at for line in status.session.discharge if line.due_at is not None]
        for due in dues:
            wake = engine.next_deadline
            assert due < engine.now or (wake is not None and wake <= math.nextafter(due, math.inf))


@SLOW
@given(LEAVING, st.sampled_from([0.7, 5.0]))
def test_19_waking_only_at_the_next_deadline_gives_the_same_way_out_as_polling(
    story: list[Act], step: float
) -> None:
    polled, woken, second = ready_bed(), ready_bed(), START
    by_polling: list[AlarmEvent] = []
    by_waking: list[AlarmEvent] = []
    for act in story:
        before, second = second, second + act.after
        thing = act.make(second, woken)
        if not isinstance(thing, Gap):
            for i in range(1, math.ceil((second - before) / step)):
                by_polling += polled.advance(T + before + i * step)
            while (due := woken.next_deadline) is not None and due <= T + second:
                by_waking += woken.advance(due)
        if thing is None:
            by_polling += polled.advance(T + second)
            by_waking += woken.advance(T + second)
        by_polling += give(polled, thing)
        by_waking += give(woken, thing)
        assert polled.status() == woken.status()
    assert _bytes(by_polling) == _bytes(by_waking)


@SLOW
@given(LEAVING, st.integers(0, 50))
def test_a_restored_bed_goes_on_its_way_out_as_if_it_had_never_stopped(
    story: list[Act], cut: int
) -> None:
    whole_bed = ready_bed()
    whole = play(whole_bed, story, START)
    engine, second = ready_bed(), START
    events: list[AlarmEvent] = []
    for i, act in enumerate(story):
        if i == cut:
            kept = msgspec.json.encode(engine.snapshot())
            snapshot = msgspec.json.decode(kept, type=BedSnapshot)
            engine = BedEngine.restore(SETUP, PROFILE, snapshot)
        second += act.after
        events += give(engine, act.make(second, engine))
    events += engine.advance(engine.now)
    assert _bytes(events) == _bytes(whole)
    assert engine.status() == whole_bed.status()
