"""Invariants 6, 8, 13, 14 and 16: what data, their absence and changes around them may do."""

from alerts.command import (
    Assign,
    Correct,
    Cover,
    EndInfusion,
    ExtraDose,
    Gap,
    Release,
    SetPhase,
    Standby,
    StandbyEnd,
)
from alerts.event import AlarmKind, Cause, Change, Presence, Signal
from devices.reading import Cuff, Metric, Reading, Sample, Validity
from tests.alerts.invariants.machine import hold
from tests.alerts.invariants.world import Passed, Step, World
from tests.alerts.timeline import PROFILE

AROUND = (
    EndInfusion | ExtraDose | SetPhase | Correct | Assign | Release | Cover | Standby | StandbyEnd
)
"""Changes around the patient, not data."""


def test_invariant_6_a_source_gone_stale_in_alarm_is_unknown_within_a_second() -> None:
    def check(world: World, step: Step) -> None:
        if isinstance(step.what, Gap):
            return
        for alarm in step.after.alarms:
            event = alarm.event
            if event.condition.startswith("O2-") and event.presence is Presence.PRESENT:
                stale_at = world.valued[Metric.SPO2] + PROFILE.signals.stale_s
                excused = world.excused_until + PROFILE.signals.stale_s
                assert step.at <= max(stale_at, excused) + 1

    hold(check)


def test_invariant_6_a_source_lost_in_alarm_keeps_its_occurrence_and_is_at_least_medium() -> None:
    def check(_: World, step: Step) -> None:
        for event in step.events:
            if event.cause is Cause.SOURCE_LOST:
                assert event.presence is Presence.UNKNOWN
                assert event.priority.rank >= PROFILE.signals.lost_priority.rank
                was = step.was(event.occurrence)
                assert was is not None or event.change is Change.START

    hold(check)


def test_invariant_8_a_stored_reading_changes_no_state() -> None:
    def check(_: World, step: Step) -> None:
        if isinstance(step.what, Cuff | Sample) and step.what.history:
            started = [e for e in step.events if e.change is not Change.UPDATE]
            assert started == []
            assert step.after.alarms == step.before.alarms

    hold(check)


def test_invariant_13_no_alarm_ends_silently() -> None:
    def check(_: World, step: Step) -> None:
        ended = {e.occurrence: e for e in step.events if e.change is Change.END}
        for alarm in step.before.alarms:
            if step.now(alarm.event.occurrence) is None:
                assert ended[alarm.event.occurrence].cause is not None
        for event in ended.values():
            if event.cause is Cause.READINGS:
                assert isinstance(step.what, Reading)
            if event.cause is Cause.RELEASED:
                assert isinstance(step.what, Release)
                assert event.kind is AlarmKind.TECHNICAL

    hold(check)


def test_invariant_14_no_change_around_ends_or_lowers_an_unanswered_physiological_alarm() -> None:
    def check(_: World, step: Step) -> None:
        if not isinstance(step.what, AROUND) or step.refused:
            return
        for was in step.before.alarms:
            calls = was.event.signal in {Signal.ON, Signal.LATCHED}
            if calls and was.event.kind is AlarmKind.PHYSIOLOGICAL:
                now = step.now(was.event.occurrence)
                assert now is not None
                assert now.event.priority.rank >= was.event.priority.rank
                assert now.event.signal is was.event.signal

    hold(check)


def test_invariant_16_missing_and_questionable_data_never_clear_an_alarm() -> None:
    def check(_: World, step: Step) -> None:
        weak = isinstance(step.what, Sample | Cuff) and step.what.validity is not Validity.VALID
        if not (weak or isinstance(step.what, Passed)):
            return
        for event in step.events:
            if event.kind is AlarmKind.PHYSIOLOGICAL and event.condition != "NAU-MILD":
                assert event.change not in {Change.END, Change.LATCH, Change.DEESCALATE}

    hold(check)


def test_invariant_16_missing_stored_and_questionable_readings_serve_no_schedule() -> None:
    def check(_: World, step: Step) -> None:
        if not isinstance(step.what, Cuff) or step.before.session is None:
            return
        if step.what.history or step.what.validity is not Validity.VALID:
            assert step.after.session is not None
            assert step.after.session.next_cuff_at == step.before.session.next_cuff_at
            assert step.after.session.baseline == step.before.session.baseline

    hold(check)
