"""What must hold of every session, whatever is entered, corrected and taken back."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.command import (
    Begin,
    Close,
    Command,
    Correct,
    EndInfusion,
    ExtraDose,
    GiveDose,
    Override,
    PauseInfusion,
    Refused,
    ResumeInfusion,
    SetPhase,
    TakeBaseline,
    VoidDose,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, AlarmKind, Signal
from alerts.snapshot import BedSnapshot
from alerts.status import BedStatus, Phase
from devices.reading import Metric, Reading
from tests.alerts.timeline import NO_STREAMS, PROFILE, T, cuff, value

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BACK = st.sampled_from([0.0, 30.0, 600.0, 3000.0])
AFTER = st.sampled_from([1.0, 20.0, 70.0, 400.0, 1250.0, 3100.0])

Make = Callable[[float, float], Command | Reading]


class Entered(NamedTuple):
    """Something entered `after` seconds, about a moment `back` seconds before."""

    after: float
    back: float
    name: str

    def make(self, at: float, when: float) -> Command | Reading:
        """The order or the reading."""
        return MAKES[self.name](at, when)


def _orders() -> dict[str, Make]:
    return {
        "begin": lambda at, _: Begin(at=at, by="KM", session=f"s{at}", protocol="iv", visit="K1"),
        "baseline": lambda at, _: TakeBaseline(at=at, by="KM"),
        "dose": lambda at, when: GiveDose(at=at, by="KM", given_at=when),
        "extra": lambda at, when: ExtraDose(at=at, by="KM", given_at=when),
        "pause": lambda at, when: PauseInfusion(at=at, by="KM", happened_at=when),
        "resume": lambda at, when: ResumeInfusion(at=at, by="KM", happened_at=when),
        "end": lambda at, when: EndInfusion(at=at, by="KM", ended_at=when),
        "void": lambda at, _: VoidDose(at=at, by="KM", reason="wrong bed"),
        "void extra": lambda at, _: VoidDose(at=at, by="KM", reason="none", of="extra_dose"),
        "t0": lambda at, when: Correct(at=at, by="KM", of="dose", happened_at=when, reason="late"),
        "correct end": lambda at, when: Correct(
            at=at, by="KM", of="infusion_end", happened_at=when, reason="late"
        ),
        "correct baseline": lambda at, _: Correct(
            at=at, by="KM", of="baseline", systolic=150, diastolic=85, reason="wrong cuff"
        ),
        "back": lambda at, _: SetPhase(at=at, by="KM", to=Phase.PEAK, reason="drowsy"),
        "on": lambda at, _: SetPhase(at=at, by="KM", to=Phase.RECOVERY, reason="awake"),
        "sign": lambda at, _: Override(
            at=at, by="KM", happened_at=at, of="BP-GATE", reason="known"
        ),
    }


def _readings() -> dict[str, Make]:
    pressures = [(118, 76), (146, 92), (165, 99), (182, 112), (205, 122), (86, 50)]
    makes: dict[str, Make] = {
        f"cuff {sys}": lambda at, _, sys=sys, dia=dia: cuff(at - T, sys, dia)
        for sys, dia in pressures
    }
    for number in (84.0, 97.0):
        makes[f"spo2 {number}"] = lambda at, _, number=number: value(at - T, Metric.SPO2, number)
    return makes


ORDERS, READINGS = _orders(), _readings()
MAKES = {**ORDERS, **READINGS}
ENTERED = st.builds(Entered, AFTER, BACK, st.sampled_from(sorted(MAKES)))
MINE = {"baseline", "dose", "infusion"}  # tasks
STORIES = st.lists(ENTERED, max_size=40)


def _opened() -> BedEngine:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(Begin(at=T - 100, by="KM", session="s1", protocol="iv", visit="K1"))
    engine.command(TakeBaseline(at=T - 90, by="KM"))
    return engine


def _give(engine: BedEngine, thing: Command | Reading) -> list[AlarmEvent]:
    if isinstance(thing, Reading):
        return engine.observe(thing)
    try:
        return engine.command(thing)
    except Refused:
        return []


def _played(engine: BedEngine, story: list[Entered], at: float = T) -> list[AlarmEvent]:
    events: list[AlarmEvent] = []
    for entered in story:
        at += entered.after
        events += _give(engine, entered.make(at, at - entered.back))
    return events + engine.advance(at)


def _standing(status: BedStatus) -> dict[str, AlarmEvent]:
    return {
        alarm.event.occurrence: alarm.event
        for alarm in status.alarms
        if alarm.event.kind is AlarmKind.PHYSIOLOGICAL
        and alarm.event.signal in {Signal.ON, Signal.LATCHED}
    }


@SLOW
@given(STORIES)
def test_invariant_14_no_entry_ends_or_lowers_an_unanswered_physiological_alarm(
    story: list[Entered],
) -> None:
    engine, at = _opened(), T
    for entered in story:
        at += entered.after
        engine.advance(at)
        before = _standing(engine.status())
        thing = entered.make(at, at - entered.back)
        _give(engine, thing)
        if not isinstance(thing, Reading | Begin):
            after = _standing(engine.status())
            for name, event in before.items():
                assert after[name].priority.rank >= event.priority.rank
                assert after[name].signal is event.signal


@SLOW
@given(STORIES, STORIES)
def test_invariant_17_nothing_of_one_session_is_known_in_the_next(
    first: list[Entered], then: list[Entered]
) -> None:
    used, fresh = _opened(), BedEngine(NO_STREAMS, PROFILE)
    _played(used, first)
    at = used.now + 1
    _give(used, Close(at=at, by="KM", outcome="aborted", reason="over"))
    begin = Begin(at=at + 1, by="KM", session="s2", protocol="iv", visit="K2")
    for engine in (used, fresh):
        engine.command(begin)
    assert used.snapshot().session == fresh.snapshot().session
    events: list[list[tuple[str, ...]]] = []
    for engine in (used, fresh):
        told = _played(engine, then, at + 2)
        events.append([(e.condition, e.change, e.priority, e.text) for e in told])
    assert events[0] == events[1]


@SLOW
@given(STORIES)
def test_invariant_18_without_a_session_no_bed_has_an_alarm(story: list[Entered]) -> None:
    engine = _opened()
    _played(engine, story)
    _give(engine, Close(at=engine.now + 1, by="KM", outcome="discharged"))
    status = engine.status()
    if status.session is None:
        assert (status.alarms, status.tasks) == ((), ())
        assert engine.next_deadline is None


@SLOW
@given(STORIES, st.sampled_from([7.0, 60.0]))
def test_invariant_19_every_phase_and_task_has_its_time_in_the_next_deadline(
    story: list[Entered], step: float
) -> None:
    polled, woken, at = _opened(), _opened(), T
    for entered in [*story, Entered(8000.0, 0.0, "sign")]:
        start, at = at, at + entered.after
        tick = start
        while tick + step < at:
            tick += step
            polled.advance(tick)
            while (due := woken.next_deadline) is not None and due <= tick:
                woken.advance(due)
            assert _seen(polled.status()) == _seen(woken.status())
        thing = entered.make(at, at - entered.back)
        assert _give(polled, thing) == _give(woken, thing)


def _seen(status: BedStatus) -> tuple[object, ...]:
    """What the course of a session is, without what others tell of it."""
    s = status.session
    assert s is not None
    course = s.phase_since, s.phase_until, s.dose_at, s.infusion_end_at, s.baseline, s.gate
    return status.phase, course, [task for task in status.tasks if task.kind in MINE]


@SLOW
@given(STORIES, st.integers(0, 40))
def test_a_session_restored_at_any_point_goes_on_as_if_it_had_never_stopped(
    story: list[Entered], cut: int
) -> None:
    whole, engine, at = _opened(), _opened(), T
    for number, entered in enumerate(story):
        if number == cut:
            kept = msgspec.json.decode(msgspec.json.encode(engine.snapshot()), type=BedSnapshot)
            engine = BedEngine.restore(NO_STREAMS, PROFILE, kept)
        at += entered.after
        thing = entered.make(at, at - entered.back)
        assert _give(engine, thing) == _give(whole, thing)
        assert engine.status() == whole.status()
