"""What must hold for every story of a bed (alarm rules, section 8, and the laws of time)."""

import math

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.command import EndInfusion, Gap
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change, Presence, Signal
from alerts.snapshot import BedSnapshot
from devices.reading import Metric, Reading, Sample
from tests.alerts.stories import STORIES, UNTOUCHED, Act, give, play
from tests.alerts.timeline import PROFILE, SETUP, T, in_dosing, in_peak, run, value

SLOW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _bytes(events: list[AlarmEvent]) -> bytes:
    return msgspec.json.encode(events)


@SLOW
@given(STORIES)
def test_the_same_inputs_give_byte_identical_events(story: list[Act]) -> None:
    assert _bytes(play(in_peak(), story)) == _bytes(play(in_peak(), story))


@SLOW
@given(STORIES, st.sampled_from([0.1, 0.7, 5.0]))
def test_waking_only_at_the_next_deadline_gives_the_same_events_as_polling(
    story: list[Act], step: float
) -> None:
    polled, woken = in_peak(), in_peak()
    by_polling: list[AlarmEvent] = []
    by_waking: list[AlarmEvent] = []
    second = 0.0
    for act in story:
        before, second = second, second + act.after
        thing = act.make(second, woken)
        if not isinstance(thing, Gap):  # away means: nobody polled and nobody woke
            for i in range(1, math.ceil((second - before) / step)):
                by_polling += polled.advance(T + before + i * step)
            while (due := woken.next_deadline) is not None and due <= T + second:
                by_waking += woken.advance(due)
        by_polling += give(polled, thing)
        by_waking += give(woken, thing)
    end = T + second + 400
    by_polling += polled.advance(end)
    while (due := woken.next_deadline) is not None and due <= end:
        by_waking += woken.advance(due)
    by_waking += woken.advance(end)
    assert _bytes(by_polling) == _bytes(by_waking)


@SLOW
@given(STORIES, st.integers(0, 60))
def test_a_restored_bed_goes_on_as_if_it_had_never_stopped(story: list[Act], cut: int) -> None:
    whole = play(in_peak(), story)
    engine = in_peak()
    events: list[AlarmEvent] = []
    second = 0.0
    for i, act in enumerate(story):
        if i == cut:
            kept = msgspec.json.encode(engine.snapshot())
            snapshot = msgspec.json.decode(kept, type=BedSnapshot)
            engine = BedEngine.restore(SETUP, PROFILE, snapshot)
        second += act.after
        events += give(engine, act.make(second, engine))
    events += engine.advance(engine.now)
    assert _bytes(events) == _bytes(whole)


@SLOW
@given(STORIES)
def test_every_occurrence_starts_once_ends_once_and_never_without_a_cause(
    story: list[Act],
) -> None:
    engine = in_peak()
    standing = {alarm.event.occurrence for alarm in engine.status().alarms}
    ended: set[str] = set()
    ids: set[str] = set()
    seqs: list[int] = []
    for event in play(engine, story):
        assert event.id not in ids
        ids.add(event.id)
        seqs.append(event.seq)
        if event.change is Change.START:
            assert event.occurrence not in standing | ended
            standing.add(event.occurrence)
        else:
            assert event.occurrence in standing
        if event.change is Change.END:
            assert event.cause is not None
            standing.remove(event.occurrence)
            ended.add(event.occurrence)
    assert seqs == sorted(set(seqs))
    assert standing == {alarm.event.occurrence for alarm in engine.status().alarms}


@SLOW
@given(STORIES)
def test_time_never_runs_backwards_in_the_events(story: list[Act]) -> None:
    times = [event.at for event in play(in_peak(), story)]
    assert times == sorted(times)


@SLOW
@given(UNTOUCHED)
def test_an_unanswered_latching_alarm_is_never_lowered_or_ended(story: list[Act]) -> None:
    held: dict[str, AlarmEvent] = {}
    for event in play(in_peak(), story):
        before = held.get(event.occurrence)
        if before is not None:
            assert event.priority.rank >= before.priority.rank
            assert event.change is not Change.END
            assert event.signal is not Signal.OFF
        if event.latching and event.signal in {Signal.ON, Signal.LATCHED}:
            held[event.occurrence] = event
        elif event.occurrence in held:
            del held[event.occurrence]


@SLOW
@given(STORIES)
def test_acknowledging_touches_exactly_the_named_occurrence(story: list[Act]) -> None:
    engine = in_peak()
    second = 0.0
    for act in story:
        second += act.after
        engine.advance(T + second)
        before = {a.event.occurrence: a.event for a in engine.status().alarms}
        thing = act.make(second, engine)
        events = give(engine, thing)
        named = getattr(thing, "occurrence", None)
        if named is None:
            continue
        after = {a.event.occurrence: a.event for a in engine.status().alarms}
        others = {o: e for o, e in before.items() if o != named}
        assert {o: e.signal for o, e in after.items() if o != named} == {
            o: e.signal for o, e in others.items()
        }
        assert {e.occurrence for e in events if e.change is Change.ACKNOWLEDGE} <= {named}


@SLOW
@given(UNTOUCHED)
def test_without_a_person_nothing_becomes_acknowledged_but_what_staff_entered(
    story: list[Act],
) -> None:
    for event in play(in_peak(), story):
        if event.signal is Signal.ACKNOWLEDGED:
            assert event.condition.startswith(("BP-", "NAU-", "SED", "RED-FLAG"))


@SLOW
@given(STORIES)
def test_a_bed_without_a_session_has_no_alarms(story: list[Act]) -> None:
    assert play(BedEngine(SETUP, PROFILE), story) == []


@SLOW
@given(STORIES, STORIES)
def test_beds_do_not_affect_each_other(mine: list[Act], theirs: list[Act]) -> None:
    alone = _bytes(play(in_peak(), mine))
    a, b = in_peak(), in_peak()
    events: list[AlarmEvent] = []
    second = 0.0
    for i, act in enumerate(mine):
        if i < len(theirs):
            give(b, theirs[i].make(second, b))
        second += act.after
        events += give(a, act.make(second, a))
    events += a.advance(a.now)
    assert _bytes(events) == alone


@SLOW
@given(STORIES)
def test_in_a_session_missing_spo2_is_always_an_alarm(story: list[Act]) -> None:
    engine = in_peak()
    second, last_value = 0.0, -1.0
    for act in story:
        second += act.after
        thing = act.make(second, engine)
        give(engine, thing)
        engine.advance(T + second)
        if isinstance(thing, Gap):
            last_value = second + 20  # silence is excused for 30 s, ten of them are the delay
        elif isinstance(thing, Sample) and thing.metric is Metric.SPO2 and thing.value is not None:
            last_value = max(last_value, second)
        status = engine.status()
        if status.session is not None and second - last_value > 10:
            conditions = {alarm.event.condition for alarm in status.alarms}
            assert conditions & {"T-SPO2"}, (second, last_value)


@SLOW
@given(UNTOUCHED, st.sampled_from([60.0, 3000.0]))
def test_a_change_of_phase_never_ends_or_lowers_an_unanswered_physiological_alarm(
    story: list[Act], planned_s: float
) -> None:
    engine = in_dosing(planned_s)
    play(engine, story)
    before = {a.event.occurrence: a.event for a in engine.status().alarms}
    order = EndInfusion(at=engine.now, by="nurse")
    events = give(engine, order)
    assert all(event.kind == "technical" for event in events)
    after = {a.event.occurrence: a.event for a in engine.status().alarms}
    for occurrence, event in before.items():
        if event.kind == "physiological":
            assert after[occurrence] == event


@SLOW
@given(STORIES)
def test_what_calls_is_heard_unless_paused_covered_or_silent_by_its_rule(story: list[Act]) -> None:
    engine = in_peak()
    play(engine, story)
    for alarm in engine.status().alarms:
        calls = alarm.event.signal in {Signal.ON, Signal.LATCHED}
        hushed = alarm.paused_until is not None or alarm.event.covered_by is not None
        mute = alarm.event.condition in {"NAU-MILD", "T-NIBP-DUE"}
        if not mute:
            assert alarm.audible is (calls and not hushed)


LIMITS = st.sampled_from(
    [
        (Metric.SPO2, st.floats(50, 89.9), 15.0, "O2-LO"),
        (Metric.SPO2, st.floats(50, 84.9), 10.0, "O2-CRIT"),
        (Metric.HEART_RATE, st.floats(150, 300), 10.0, "HR-EXT"),
        (Metric.HEART_RATE, st.floats(10, 40), 10.0, "HR-EXT"),
        (Metric.HEART_RATE, st.floats(131, 149), 30.0, "HR-HI"),
    ]
)
NOISE = {Metric.SPO2: 97.0, Metric.HEART_RATE: 75.0}


@settings(max_examples=60, deadline=None)
@given(LIMITS.flatmap(lambda row: st.tuples(st.just(row), st.lists(row[1], min_size=40))))
def test_a_violation_longer_than_its_delay_is_always_announced(
    drawn: tuple[tuple[Metric, object, float, str], list[float]],
) -> None:
    (metric, _, delay_s, condition), numbers = drawn
    quiet: list[Reading | list[Reading] | float] = [
        value(i, metric, NOISE[metric]) for i in range(20)
    ]
    bad = [value(20 + i, metric, number) for i, number in enumerate(numbers)]
    engine = in_peak()
    run(engine, [*quiet, *bad])
    announced = [a for a in engine.status().alarms if a.event.kind == "physiological"]
    assert len(numbers) > delay_s + 5  # the median may add two seconds
    assert any(_ladder(a.event.condition) == _ladder(condition) for a in announced)
    assert all(a.event.presence is not Presence.ABSENT for a in announced)


def _ladder(condition: str) -> str:
    return condition.split("-", maxsplit=1)[0]
