"""What must hold for every story of a cuff (alarm rules, section 8, its part about cuffs)."""

from collections.abc import Callable

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.condition import State
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Cause, Change
from alerts.rules.cuff import CuffState, Stage
from alerts.snapshot import BedSnapshot
from devices.reading import Cuff
from tests.alerts.cuff_stories import CUFF_STORIES, doubtful, old
from tests.alerts.stories import Act, give, play
from tests.alerts.timeline import NO_STREAMS, PROFILE, T, cuff, in_peak

SLOW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LADDERS = ("BP-HIGH", "BP-LOW", "BP-SLOW")


def _bed() -> BedEngine:
    return in_peak(NO_STREAMS, baseline=(118, 76))


def _after(story: list[Act]) -> tuple[BedEngine, float]:
    """A bed at the end of a story, and the second at which it is."""
    engine = _bed()
    play(engine, story)
    second = sum(act.after for act in story) + 1
    engine.advance(T + second)
    return engine, second


def _nothing(second: float, engine: BedEngine) -> None:
    """Only time passes."""


@SLOW
@given(CUFF_STORIES)
def test_a_cuffs_deadlines_are_never_late_waking_equals_polling(story: list[Act]) -> None:
    polled, woken = _bed(), _bed()
    by_polling: list[AlarmEvent] = []
    by_waking: list[AlarmEvent] = []
    second = 0.0
    for act in [*story, Act(4000.0, _nothing)]:
        before, second = second, second + act.after
        for step in range(1, int(act.after // 7) + 1):
            by_polling += polled.advance(T + before + step * 7 - 0.5)
        while (due := woken.next_deadline) is not None and due <= T + second:
            by_waking += woken.advance(due)
        thing = act.make(second, woken)
        by_polling += give(polled, thing)
        by_waking += give(woken, thing)
    by_polling += polled.advance(T + second)
    by_waking += woken.advance(T + second)
    assert msgspec.json.encode(by_polling) == msgspec.json.encode(by_waking)
    assert polled.status() == woken.status()


@SLOW
@given(CUFF_STORIES, st.integers(0, 25))
def test_a_restored_cuff_goes_on_as_if_it_had_never_stopped(story: list[Act], cut: int) -> None:
    whole = _bed()
    events = play(whole, story)
    engine, again = _bed(), list[AlarmEvent]()
    second = 0.0
    for i, act in enumerate(story):
        if i == cut:
            kept = msgspec.json.encode(engine.snapshot())
            snapshot = msgspec.json.decode(kept, type=BedSnapshot)
            engine = BedEngine.restore(NO_STREAMS, PROFILE, snapshot)
        second += act.after
        again += give(engine, act.make(second, engine))
    again += engine.advance(engine.now)
    assert msgspec.json.encode(again) == msgspec.json.encode(events)
    assert engine.status() == whole.status()


@SLOW
@given(CUFF_STORIES)
def test_invariant_6_a_pressure_that_is_overdue_is_unknown_and_the_same_occurrence(
    story: list[Act],
) -> None:
    engine = _bed()
    second = 0.0
    for act in story:
        second += act.after
        give(engine, act.make(second, engine))
        _assert_known_or_lost(engine)
        engine.advance(T + second + 400)
        _assert_known_or_lost(engine)
        second += 400


def _assert_known_or_lost(engine: BedEngine) -> None:
    status, snapshot = engine.status(), engine.snapshot()
    session, newest = status.session, snapshot.cuffs.pressure
    assert session is not None
    if session.check is not None and session.check.due_until + 60 < engine.now:
        for name in LADDERS:  # nobody repeated it: nothing waits for it any more
            for rule in snapshot.ladders[name].rules:
                assert rule.deadline is None or rule.deadline >= engine.now
    for name in LADDERS:
        ladder = snapshot.ladders[name]
        ranks = [0 if rule.level is None else rule.level.rank for rule in ladder.rules]
        gravest = ladder.rules[max(range(len(ranks)), key=lambda i: (ranks[i], i))]
        if isinstance(gravest, CuffState) and gravest.stage is Stage.UNANSWERED:
            assert ladder.ladder.state in {State.LOST, State.LOST_ACKED}
    overdue = any(a.event.condition == "T-NIBP-DUE" for a in status.alarms)
    due_at = session.next_cuff_at
    if overdue and newest is not None and due_at is not None and newest.at < due_at:
        for name in LADDERS:
            state = snapshot.ladders[name].ladder.state
            assert state not in {State.PENDING, State.ON, State.ACKED}


@SLOW
@given(CUFF_STORIES, old(), st.sampled_from([5, 200, 599, 601, 3000]))
def test_invariant_8_an_older_reading_changes_no_state_but_a_young_severe_one_opens_a_check(
    story: list[Act], make: Callable[[float, float], Cuff], age_s: float
) -> None:
    engine, second = _after(story)
    second += 3000  # so that nothing of the story is as young
    engine.observe(Cuff(at=T + second, bed="B1", device="cuff", systolic=119, diastolic=77))
    engine.advance(T + second + 4)
    second += 4
    late = make(second, age_s)
    before = engine.snapshot()
    assert engine.observe(late) == []
    after = engine.snapshot()
    assert after.ladders == before.ladders
    assert after.session == before.session
    assert (after.cuffs.pressure, after.cuffs.valid_at) == (
        before.cuffs.pressure,
        before.cuffs.valid_at,
    )
    assert late.systolic is not None
    severe = late.systolic >= 180 or late.systolic <= 80
    opened = after.cuffs.checks.open
    if severe and age_s <= 600:
        assert opened is not None
    else:
        assert opened == before.cuffs.checks.open


@SLOW
@given(
    CUFF_STORIES,
    st.sampled_from([(120, 80), (152, 95), (165, 101), (183, 112), (205, 122), (88, 50), (76, 40)]),
    st.lists(doubtful(), min_size=1, max_size=4),
)
def test_invariant_16_missing_stored_or_questionable_readings_never_clear_or_serve_anything(
    story: list[Act], twice: tuple[float, float], readings: list[Callable[[float], Cuff]]
) -> None:
    engine, second = _after(story)
    for _ in range(2):
        second += 70
        give(engine, cuff(second, *twice))
    for make in readings:
        second += 1
        engine.advance(T + second)
        before, status = engine.snapshot(), engine.status()
        events = engine.observe(make(second))
        assert all(event.change is not Change.END for event in events)
        after = engine.snapshot()
        standing = {alarm.event.occurrence for alarm in engine.status().alarms}
        assert {alarm.event.occurrence for alarm in status.alarms} <= standing
        assert after.session.pressures == before.session.pressures  # no baseline
        assert after.cuffs.valid_at == before.cuffs.valid_at  # nothing due, no discharge
        assert before.cuffs.checks.open is None or after.cuffs.checks.open is not None


@SLOW
@given(CUFF_STORIES)
def test_what_ends_when_a_reading_is_taken_back_ends_as_void(story: list[Act]) -> None:
    engine = _bed()
    second = 0.0
    for act in story:
        second += act.after
        engine.advance(T + second)
        thing = act.make(second, engine)
        events = give(engine, thing)
        if type(thing).__name__ == "VoidReading":
            ended = [event for event in events if event.change is Change.END]
            physiological = [event for event in ended if event.kind == "physiological"]
            assert all(event.cause is Cause.VOID for event in physiological)
