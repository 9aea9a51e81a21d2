"""Who has taken an alarm: accepted is not acknowledged, and nothing is held for ever."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.command import Accept, Command, Fault, Refused, Reject, Revoke, Sessions
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Cause, Change, Signal, Stance
from alerts.setup import BedSetup
from alerts.site import SiteEngine
from tests.alerts.timeline import NO_STREAMS, PROFILE, T, acknowledge, in_peak, run, spo2

RULES = PROFILE.escalation


def _alarmed() -> tuple[BedEngine, AlarmEvent]:
    """A bed where O2-LO stands, unanswered, since second 13."""
    engine = in_peak(NO_STREAMS)
    events = run(engine, [spo2(0, 30, 87)])
    return engine, next(event for event in events if event.condition == "O2-LO")


def _accept(second: float, event: AlarmEvent, by: str = "Kim", *, on_site: bool = True) -> Accept:
    return Accept(at=T + second, by=by, occurrence=event.occurrence, on_site=on_site)


def _reject(second: float, event: AlarmEvent, by: str = "Kim") -> Reject:
    return Reject(at=T + second, by=by, occurrence=event.occurrence)


def _revoke(second: float, event: AlarmEvent, by: str = "Kim") -> Revoke:
    return Revoke(at=T + second, by=by, occurrence=event.occurrence)


def test_an_accepted_alarm_is_held_but_neither_acknowledged_nor_silent() -> None:
    engine, start = _alarmed()
    (event,) = engine.command(_accept(30, start))
    held = event.responsibility
    assert held is not None
    assert (held.stance, held.by, held.lapses_at) == (Stance.ACCEPTED, "Kim", T + 150)
    assert (event.change, event.signal, event.cause) == (Change.UPDATE, Signal.ON, Cause.PERSON)
    assert engine.status().alarms[0].audible


@pytest.mark.parametrize(("on_site", "stays_s"), [(True, 120), (False, 300)])
def test_an_acceptance_lapses_by_itself(on_site: bool, stays_s: float) -> None:
    engine, start = _alarmed()
    engine.command(_accept(30, start, on_site=on_site))
    events = run(engine, [spo2(30, 30 + stays_s + 2, 87)])
    (lapse,) = [event for event in events if event.cause is Cause.ELAPSED]
    assert (lapse.at, lapse.responsibility, lapse.by) == (T + 30 + stays_s, None, "Kim")


def test_no_acceptance_outlives_the_shift_of_its_holder() -> None:
    engine, start = _alarmed()
    order = Accept(at=T + 30, by="Kim", occurrence=start.occurrence, until=T + 60)
    (event,) = engine.command(order)
    assert event.responsibility is not None
    assert event.responsibility.lapses_at == T + 60


def test_a_rise_or_an_acknowledgement_leaves_nothing_of_what_was_accepted() -> None:
    engine, start = _alarmed()
    engine.command(_accept(30, start))
    risen = run(engine, [spo2(31, 50, 80)])
    assert [e.responsibility for e in risen if e.change is Change.ESCALATE] == [None]
    engine.command(_accept(50, start))
    newest = engine.status().alarms[0].event
    (answered,) = engine.command(acknowledge(51, newest))
    assert answered.responsibility is None
    assert engine.status().alarms[0].event.responsibility is None


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (_accept, _accept, "accepted it already"),
        (_reject, _reject, "rejected it already"),
        (_accept, partial(_reject, by="Lee"), "Kim has accepted"),
        (_accept, partial(_revoke, by="Lee"), "nothing here"),
        (None, _revoke, "nothing here"),
        (acknowledge, _accept, "acknowledged"),
    ],
)
def test_an_answer_that_makes_no_sense_changes_nothing(
    first: Callable[[float, AlarmEvent], Command] | None,
    second: Callable[[float, AlarmEvent], Command],
    words: str,
) -> None:
    engine, start = _alarmed()
    if first is not None:
        engine.command(first(30, start))
    engine.advance(T + 30)
    before = engine.snapshot()
    with pytest.raises(Refused, match=words):
        engine.command(second(30, start))
    assert engine.snapshot() == before


def test_an_answer_to_what_has_risen_since_is_refused() -> None:
    engine, start = _alarmed()
    run(engine, [spo2(31, 50, 80)])
    with pytest.raises(Refused, match="risen"):
        engine.command(Accept(at=T + 50, by="Kim", occurrence=start.occurrence, seq=start.seq))


def test_a_second_person_may_take_it_over() -> None:
    engine, start = _alarmed()
    engine.command(_accept(30, start))
    (event,) = engine.command(_accept(31, start, "Lee"))
    assert event.responsibility is not None
    assert event.responsibility.by == "Lee"


def test_an_alarm_of_the_site_is_accepted_as_any_other() -> None:
    site = SiteEngine([BedSetup(bed="B1")], PROFILE)
    site.command(Sessions(at=T, by="shell", beds=("B1",)))
    (start,) = site.command(Fault(at=T, by="shell", part="duty", up=False, detail="nurse"))
    (event,) = site.command(_accept(1, start))
    assert event.responsibility is not None
    (lapse,) = site.advance(T + 200)
    assert (lapse.at, lapse.responsibility) == (T + 121, None)


@given(
    answers=st.lists(
        st.tuples(
            st.sampled_from([_accept, _reject, _revoke]),
            st.sampled_from(["Kim", "Lee"]),
            st.sampled_from([0.0, 5.0, 60.0, 130.0]),
        ),
        max_size=12,
    )
)
def test_every_acceptance_has_its_deadline_in_next_deadline(
    answers: list[tuple[Callable[[float, AlarmEvent, str], Command], str, float]],
) -> None:
    engine, start = _alarmed()
    second = 30.0
    for make, by, after_s in answers:
        second += after_s
        engine.advance(T + second)
        try:
            engine.command(make(second, start, by))
        except Refused:
            engine.advance(T + second)
        held = engine.status().alarms[0].event.responsibility
        deadline = engine.next_deadline
        if held is not None and held.stance is Stance.ACCEPTED:
            assert held.lapses_at is not None
            assert T + second <= held.lapses_at
            assert deadline is not None
            assert deadline <= held.lapses_at + 0.001
