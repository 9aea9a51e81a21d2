"""What must hold for every story of what people report (alarm rules, section 8)."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.command import Refused, Reset
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Cause, Change, Priority, Signal
from devices.reading import Metric, Reading, Report, ReportSource, Sample
from tests.alerts.people import attended
from tests.alerts.stories import REPORTED, SPOKEN, Act, give, play
from tests.alerts.timeline import T, acknowledge, in_peak

SLOW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _reported(engine: BedEngine) -> list[AlarmEvent]:
    events = [alarm.event for alarm in engine.status().alarms]
    return [event for event in events if event.condition.startswith(REPORTED)]


@SLOW
@given(SPOKEN)
def test_invariant_1_reported_conditions_end_by_a_person_except_faded_mild_nausea(
    story: list[Act],
) -> None:
    engine = in_peak()
    second = 0.0
    for act in story:
        second += act.after
        thing = act.make(second, engine)
        for event in give(engine, thing):
            if event.change is Change.END and event.condition.startswith(REPORTED):
                mild = event.condition == "NAU-MILD"
                by_person = event.cause in {Cause.PERSON, Cause.SESSION_CLOSED} and event.by
                assert by_person or (mild and event.cause in {Cause.READINGS, Cause.ELAPSED})


@SLOW
@given(SPOKEN)
def test_invariant_1_a_present_report_goes_silent_by_an_answer_and_is_not_reset(
    story: list[Act],
) -> None:
    engine = in_peak()
    play(engine, story)
    second = engine.now - T
    while (standing := _reported(engine)) != []:
        event = standing[0]  # attending it may end another of the same cause
        assert event.signal is not Signal.LATCHED
        order = Reset(at=engine.now, by="KM", occurrence=event.occurrence, seq=event.seq)
        with pytest.raises(Refused):
            engine.command(order)
        if event.signal is Signal.ON:
            (answer, *_) = engine.command(acknowledge(second, event))
            assert (answer.presence, answer.signal) == (event.presence, Signal.ACKNOWLEDGED)
        engine.command(attended(second, event, outcome="seen"))
        assert event.occurrence not in {left.occurrence for left in _reported(engine)}


@SLOW
@given(SPOKEN)
def test_invariant_2_what_is_reported_anew_calls_unless_staff_entered_it(story: list[Act]) -> None:
    engine = in_peak()
    second = 0.0
    for act in story:
        second += act.after
        thing = act.make(second, engine)
        for event in give(engine, thing):
            if event.change is Change.START and event.condition.startswith(REPORTED):
                silent = _is_of_staff(thing) and event.condition != "CALL"
                assert event.signal is (Signal.ACKNOWLEDGED if silent else Signal.ON)
                assert not silent or event.by


@SLOW
@given(SPOKEN)
def test_invariant_3_time_raises_nothing_that_was_answered(story: list[Act]) -> None:
    engine = in_peak()
    second = 0.0
    for act in story:
        before = {event.occurrence: event for event in _reported(engine)}
        second += act.after
        for event in engine.advance(T + second):
            was = before.get(event.occurrence)
            answered = was is not None and was.signal is Signal.ACKNOWLEDGED
            if answered and event.change is Change.ESCALATE:
                pytest.fail(f"{event.text} rose by time though it was answered")
            before[event.occurrence] = event
        give(engine, act.make(second, engine))


@SLOW
@given(SPOKEN)
def test_invariant_3_a_rise_by_what_others_say_takes_the_answer_back(story: list[Act]) -> None:
    engine = in_peak()
    second = 0.0
    for act in story:
        second += act.after
        engine.advance(T + second)
        thing = act.make(second, engine)
        for event in give(engine, thing):
            rises = event.change is Change.ESCALATE and event.condition.startswith(REPORTED)
            if rises and not _is_of_staff(thing):
                assert event.signal is Signal.ON


@SLOW
@given(SPOKEN)
def test_corroboration_raises_and_never_suppresses_a_high_report(story: list[Act]) -> None:
    """The same reports without SpO2 and scores are HIGH no more often than with them."""
    with_all, without = in_peak(), in_peak()
    second = 0.0
    for act in story:
        second += act.after
        thing = act.make(second, with_all)
        give(with_all, thing)
        corroborates = isinstance(thing, Sample) and thing.metric in {Metric.SPO2, Metric.MOAAS}
        if not corroborates:
            give(without, thing)
        else:
            without.advance(T + second)
    said = {e.occurrence for e in _reported(with_all)}
    for event in _reported(without):
        if event.occurrence in said and event.priority is Priority.HIGH:
            unknown = "MOAA/S unknown" in event.text  # knowing the score is what makes it safe
            now = {e.occurrence: e for e in _reported(with_all)}[event.occurrence]
            assert unknown or now.priority is Priority.HIGH


@SLOW
@given(SPOKEN)
def test_one_press_of_a_button_makes_at_most_one_sound(story: list[Act]) -> None:
    """Invariant 20: of the nausea and the call that one button raised, one is heard."""
    engine = in_peak()
    second = 0.0
    for act in story:
        second += act.after
        give(engine, act.make(second, engine))
        engine.advance(T + second)
        heard = {a.event.condition: a.event for a in engine.status().alarms if a.audible}
        if "CALL" in heard and "NAU-MOD" in heard and "button" in heard["CALL"].text:
            assert "NRS" in heard["NAU-MOD"].text


@SLOW
@given(SPOKEN, st.integers(0, 60))
def test_a_report_that_is_sent_again_says_nothing_new(story: list[Act], again: int) -> None:
    engine = in_peak()
    second = 0.0
    for i, act in enumerate(story):
        second += act.after
        thing = act.make(second, engine)
        give(engine, thing)
        if i == again and isinstance(thing, Report):
            engine.advance(T + second)
            before = msgspec.json.encode(engine.status())
            assert engine.observe(thing) == []
            assert msgspec.json.encode(engine.status()) == before


def _is_of_staff(thing: object) -> bool:
    if isinstance(thing, Report):
        return thing.source is ReportSource.STAFF
    if isinstance(thing, Reading):
        return thing.device == "staff"
    return True
