"""Invariants 1 to 5: what a person's answer does, what undoes it, and what a pause covers."""

from alerts.command import Acknowledge, Attend, Close, Gap, PauseAudio, Reset, Resolve, Symptom
from alerts.event import AlarmEvent, Cause, Change, Presence, Signal
from alerts.staff import entered_by
from devices.reading import Reading
from tests.alerts.invariants.machine import hold
from tests.alerts.invariants.world import Passed, Restarted, Step, World
from tests.alerts.timeline import PROFILE

REPORTED = ("NAU-MOD", "NAU-SEV", "RED-FLAG", "CALL")  # they end by a person, never by readings


def test_invariant_1_acknowledging_ends_an_absent_latched_alarm_and_silences_a_present_one() -> (
    None
):
    def check(_: World, step: Step) -> None:
        order = step.what
        if not isinstance(order, Acknowledge) or step.refused:
            return
        was, now = step.was(order.occurrence), step.now(order.occurrence)
        assert was is not None
        if was.event.signal is Signal.LATCHED:
            assert now is None
            assert step.events[-1].change is Change.END
            assert step.events[-1].by == "KM"
        else:
            assert now is not None
            assert now.event.signal is Signal.ACKNOWLEDGED
            assert now.event.presence is was.event.presence
            assert not now.audible

    hold(check)


def test_invariant_1_reported_conditions_end_by_a_person() -> None:
    def check(_: World, step: Step) -> None:
        for event in step.events:
            if event.change is Change.END and event.condition in REPORTED:
                assert event.cause in {Cause.PERSON, Cause.SESSION_CLOSED}
                assert isinstance(step.what, Resolve | Acknowledge | Reset | Close)

    hold(check)


def test_invariant_2_a_re_onset_is_always_unacknowledged() -> None:
    def check(_: World, step: Step) -> None:
        for event in step.events:
            if event.change is Change.START:
                assert event.signal is Signal.ON or _known_to_staff(step)

    hold(check)


def test_invariant_3_a_rise_by_value_un_acknowledges_and_a_rise_by_time_spares_the_answered() -> (
    None
):
    def check(_: World, step: Step) -> None:
        for event in step.events:
            was = step.was(event.occurrence)
            if event.change is not Change.ESCALATE or was is None:
                continue
            if isinstance(step.what, Passed):
                rule = (event.reason or {}).get("rule")
                waited = rule in {"silence", "schedule", "report"} or _unrepeated(event)
                assert was.event.signal is not Signal.ACKNOWLEDGED or not waited
            elif isinstance(step.what, Reading):
                assert event.signal is Signal.ON or _known_to_staff(step)

    hold(check)


def _known_to_staff(step: Step) -> bool:
    """Whoever entered it knows already: it starts answered by them (alarm rules, section 3)."""
    if isinstance(step.what, Symptom | Resolve):
        return True
    return isinstance(step.what, Reading) and entered_by(step.what) is not None


def _unrepeated(event: AlarmEvent) -> bool:
    return (event.reason or {}).get("confirmation") == "unanswered"


def test_invariant_4_acknowledging_touches_exactly_the_named_occurrence_at_the_version_seen() -> (
    None
):
    def check(_: World, step: Step) -> None:
        order = step.what
        if not isinstance(order, Acknowledge):
            return
        was = step.was(order.occurrence)
        assert was is not None
        risen = was.event.change in {Change.START, Change.ESCALATE}
        if risen and order.seq < was.event.seq:
            assert step.refused
        for alarm in step.after.alarms:
            if alarm.event.occurrence != order.occurrence:
                other = step.was(alarm.event.occurrence)
                assert other is not None
                assert alarm.event.signal is other.event.signal
        named = {event.occurrence for event in step.events if event.change is Change.ACKNOWLEDGE}
        assert named <= {order.occurrence}

    hold(check)


def test_invariant_5_a_pause_covers_what_sounded_and_nothing_that_starts_or_rises_later() -> None:
    sounded: set[str] = set()

    def check(_: World, step: Step) -> None:
        if isinstance(step.what, PauseAudio) and not step.refused:
            sounded.update(a.event.occurrence for a in step.before.alarms if a.audible)
            assert not any(a.audible for a in step.after.alarms)
        for alarm in step.after.alarms:
            if alarm.paused_until is not None:
                assert alarm.event.occurrence in sounded
                assert alarm.paused_until - step.at <= max(PROFILE.voice.pauses_s)
        for event in step.events:
            if event.change in {Change.START, Change.ESCALATE}:
                sounded.discard(event.occurrence)

    hold(check)


def test_invariant_5_a_pause_survives_only_a_short_absence() -> None:
    def check(_: World, step: Step) -> None:
        gap = step.what
        if isinstance(gap, Gap) and (not gap.known or gap.at - gap.since > PROFILE.voice.gap_s):
            assert all(alarm.paused_until is None for alarm in step.after.alarms)

    hold(check)


def test_an_acknowledgement_outlives_a_kill_and_a_nurse_in_the_room() -> None:
    def check(_: World, step: Step) -> None:
        if isinstance(step.what, Restarted | Attend):
            before = {a.event.occurrence: a.event.signal for a in step.before.alarms}
            assert {a.event.occurrence: a.event.signal for a in step.after.alarms} == before

    hold(check)


def test_absent_means_latched_or_gone() -> None:
    def check(_: World, step: Step) -> None:
        for alarm in step.after.alarms:
            absent = alarm.event.presence is Presence.ABSENT
            assert absent == (alarm.event.signal is Signal.LATCHED)

    hold(check)
