"""Invariants 10, 12, 15, 18, 19 and 20: what is heard, held back, watched, and when it is due."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.command import Gap
from alerts.event import Change, Priority, Signal
from alerts.status import BedStatus, StandingAlarm
from devices.reading import Metric
from tests.alerts.invariants.machine import hold
from tests.alerts.invariants.world import Step, World
from tests.alerts.timeline import PROFILE, in_peak, run, spo2

SILENT = {"NAU-MILD", "T-NIBP-DUE"}  # shown, not heard, by their rows
CALLING = {Signal.ON, Signal.LATCHED}


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.floats(85.5, 89.5), st.integers(20, 40), st.integers(70, 200)),
        min_size=2,
        max_size=6,
    )
)
def test_invariant_10_each_re_onset_within_five_minutes_doubles_the_clear_dwell(
    falls: list[tuple[float, int, int]],
) -> None:
    bed = in_peak()
    second, dwells = 0.0, list[float]()
    for depth, low_s, good_s in falls:
        low = spo2(second, second + low_s, depth)
        good = spo2(second + low_s, second + low_s + good_s, 97)
        events = run(bed, [low, good])
        ended = next(e for e in events if e.change is Change.END and e.condition == "O2-LO")
        risen = next(s.at for s in good if s.at > low[-1].at + 2)  # the median follows after 2 s
        dwells.append(ended.at - risen)
        second += low_s + good_s
    [plain] = [row.clear_s for row in PROFILE.limit if row.id == "O2-LO"]
    most = PROFILE.voice.chatter_most_s
    assert dwells == [min(plain * 2**n, most) for n in range(len(falls))]


def test_invariant_12_what_is_heard_is_what_calls_and_is_neither_paused_nor_covered() -> None:
    def check(_: World, step: Step) -> None:
        for alarm in step.after.alarms:
            event = alarm.event
            hushed = alarm.paused_until is not None or event.covered_by is not None
            if event.condition not in SILENT:
                assert alarm.audible == (event.signal in CALLING and not hushed)

    hold(check)


def test_invariant_15_whatever_holds_an_alarm_back_says_who_why_and_until_when() -> None:
    def check(_: World, step: Step) -> None:
        for held in step.after.holds:
            assert held.owner
            assert held.reason
            assert held.until > held.since
            assert math.isfinite(held.until)
        for alarm in step.after.alarms:
            if alarm.event.covered_by is not None:
                assert alarm.event.kind == "technical"

    hold(check)


def test_invariant_15_nothing_silences_a_high_with_valid_data_but_its_own_answer_or_pause() -> None:
    def check(_: World, step: Step) -> None:
        for alarm in step.after.alarms:
            event = alarm.event
            if event.priority is Priority.HIGH and event.kind == "physiological":
                assert event.covered_by is None
                if event.signal in CALLING and alarm.paused_until is None:
                    assert alarm.audible

    hold(check)


def test_invariant_18_without_a_session_a_bed_has_no_alarm() -> None:
    def check(_: World, step: Step) -> None:
        if step.after.session is None:
            assert step.after.alarms == ()
            assert all(event.change is Change.END for event in step.events)

    hold(check)


def test_invariant_18_in_a_session_missing_spo2_is_an_alarm_or_a_standby() -> None:
    def check(world: World, step: Step) -> None:
        here = any(device.id == "ox" for device in world.engine.setup.devices)
        if step.after.session is None or isinstance(step.what, Gap) or not here:
            return
        silent_s = step.at - world.valued[Metric.SPO2]
        excused = step.at <= world.excused_until + PROFILE.signals.stale_s
        if silent_s > PROFILE.signals.stale_s + 1 and not excused and world.oximeter_for(step.at):
            assert _spo2_is_told(step.after)

    hold(check)


def _spo2_is_told(status: BedStatus) -> bool:
    told = {alarm.event.condition for alarm in status.alarms}
    about = any(name.startswith(("T-SPO2", "T-LINK", "T-DEVICE", "O2-")) for name in told)
    return about or any(held.kind == "standby" for held in status.holds)


def test_invariant_19_everything_with_a_deadline_has_it_in_next_deadline() -> None:
    def check(world: World, step: Step) -> None:
        after = step.after
        if after is step.before:
            return  # nothing was said, so nothing new is due
        dues = [mark.announced_at for mark in after.pending]
        dues += [held.until for held in after.holds]
        dues += [alarm.paused_until for alarm in after.alarms if alarm.paused_until is not None]
        if after.session is not None and after.session.check is not None:
            dues.append(after.session.check.due_until + _grace())
        coming = [due for due in dues if due > step.at]
        if coming:
            wake_at = world.engine.next_deadline
            assert wake_at is not None
            assert wake_at <= math.nextafter(min(coming), math.inf)

    hold(check)


def _grace() -> float:
    """From the end of the time in which a check is due to its being unanswered."""
    return PROFILE.check.unanswered_s - PROFILE.check.until_s


def test_invariant_20_a_lost_oximeter_makes_one_sound() -> None:
    def check(_: World, step: Step) -> None:
        about = {"T-SPO2", "T-LINK", "T-DEVICE"}
        heard = [
            alarm.event.condition
            for alarm in step.after.alarms
            if alarm.audible and alarm.event.condition in about and _of_oximeter(alarm)
        ]
        assert len(heard) <= 1

    hold(check)


def _of_oximeter(alarm: StandingAlarm) -> bool:
    return alarm.event.condition == "T-SPO2" or alarm.event.text.startswith("ox ")
