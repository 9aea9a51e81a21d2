"""What holds of every escalation: the invariants 9, 22 and 23, and that nobody is left alone."""

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from alerts.call import is_calling
from alerts.duty import Contact, Duty
from alerts.escalation import Channels, Due, Paging, Screens, SoundHere
from alerts.event import AlarmEvent, AlarmKind, Change, Responsibility, Signal, Stance
from alerts.steps import Role
from devices.reading import Origin
from tests.alerts.calls import (
    HIGH,
    LOW,
    MEDIUM,
    RULES,
    Input,
    accepted,
    duty,
    event,
    feed,
    paged,
    rejected,
    until_end,
)

CHANGES = st.sampled_from(
    [
        (Change.START, Signal.ON),
        (Change.UPDATE, Signal.ON),
        (Change.ESCALATE, Signal.ON),
        (Change.DEESCALATE, Signal.ON),
        (Change.LATCH, Signal.LATCHED),
        (Change.ACKNOWLEDGE, Signal.ACKNOWLEDGED),
        (Change.END, Signal.OFF),
    ]
)
ALARMS = st.sampled_from(
    [
        ("O2-LO", AlarmKind.PHYSIOLOGICAL),
        ("HR-HI", AlarmKind.PHYSIOLOGICAL),
        ("BP-SEV", AlarmKind.PHYSIOLOGICAL),
        ("T-LINK", AlarmKind.TECHNICAL),
    ]
)
NAMES = ("Ann", "Bea", "Cy", "Dr D")
LONGEST_S = max(RULES.high.every_s, RULES.medium.after_s, RULES.off_site_s)


@st.composite
def histories(draw: st.DrawFn) -> list[AlarmEvent]:
    """Events of four occurrences at distinct whole seconds, in any order of changes and answers."""
    events: list[AlarmEvent] = []
    at = 0
    for number in range(1, draw(st.integers(1, 12)) + 1):
        at += draw(st.integers(1, 40))
        condition, kind = draw(ALARMS)
        change, signal = draw(CHANGES)
        said = draw(st.sampled_from(["", "", "accept", "accept", "reject"]))
        held: Responsibility | None = None
        if said and change is Change.UPDATE:
            by = draw(st.sampled_from(NAMES))
            held = rejected(at, by) if said == "reject" else accepted(at, by)
        priority = draw(st.sampled_from([LOW, MEDIUM, HIGH]))
        events.append(
            event(
                at,
                priority,
                change,
                signal,
                number=number,
                condition=condition,
                kind=kind,
                held=held,
                origin=draw(st.sampled_from([Origin.REAL, Origin.REAL, Origin.TEST])),
            )
        )
    return events


@st.composite
def rosters(draw: st.DrawFn) -> Duty:
    """Each role has up to two people, some of whom leave."""
    ends = st.one_of(st.none(), st.integers(1, 600).map(float))
    people = st.builds(Contact, name=st.sampled_from([*NAMES, "Eve"]), until=ends)
    return Duty(at=0.0, targets={role: tuple(draw(st.lists(people, max_size=2))) for role in Role})


@st.composite
def stories(draw: st.DrawFn) -> list[Input]:
    """Events, screens, channels and new duty lists, in order of time."""
    items: list[Input] = [*draw(histories())]
    last = round(items[-1].at) + 60
    for at in draw(st.lists(st.integers(0, last), max_size=10)):
        armed = draw(st.sampled_from([(), ("Desk",), ("Desk",)]))
        items.append(Screens(at=at + 0.25, armed=armed))
    cuts = draw(st.lists(st.tuples(st.integers(0, last), st.booleans()), max_size=4))
    items += [Channels(at=at + 0.5, up=up) for at, up in cuts]
    if draw(st.booleans()):
        at = draw(st.integers(0, last)) + 0.75
        items.append(Duty(at=at, targets=draw(rosters()).targets))
    return sorted(items, key=lambda item: item.at)


@given(items=stories(), roster=rosters(), offset=st.sampled_from([0.1, 0.3, 0.6, 0.9]))
def test_waking_only_at_deadlines_gives_the_same_sends_as_polling(
    items: list[Input], roster: Duty, offset: float
) -> None:
    polled, due = Paging(RULES, roster), list[Due]()
    second = 0
    for item in items:
        while second + offset < item.at:
            due += polled.advance(second + offset)
            second += 3
        due += feed(polled, item)
    due += polled.advance(items[-1].at + 400)
    woken, expected = Paging(RULES, roster), list[Due]()
    for item in items:
        while (deadline := woken.next_deadline) is not None and deadline < item.at:
            expected += woken.advance(deadline)
        expected += feed(woken, item)
    expected += woken.advance(items[-1].at + 400)
    assert due == expected


@given(items=stories(), roster=rosters())
def test_no_page_has_the_key_of_another(items: list[Input], roster: Duty) -> None:
    keys = [page.key for page in paged(until_end(Paging(RULES, roster), items))]
    assert len(keys) == len(set(keys))


@given(items=stories(), roster=rosters())
def test_no_technical_alarm_reaches_a_physician_and_no_low_alarm_anybody(
    items: list[Input], roster: Duty
) -> None:
    only = {Role.PHYSICIAN: (Contact(name="Dr P"),)}
    due = until_end(Paging(RULES, Duty(at=0.0, targets={**roster.targets, **only})), items)
    for page in paged(due):
        assert page.event.priority is not LOW
        assert page.event.kind is AlarmKind.PHYSIOLOGICAL or "Dr P" not in page.contacts


@given(events=histories(), roster=rosters(), restart=st.integers(0, 12))
def test_a_restart_needs_only_the_events_of_what_stands_and_the_pages_that_went(
    events: list[AlarmEvent], roster: Duty, restart: int
) -> None:
    past, future = events[:restart], events[restart:]
    standing = {
        item.occurrence
        for item in past
        if [one for one in past if one.occurrence == item.occurrence][-1].change is not Change.END
    }
    restart_at = past[-1].at if past else 0
    whole = Paging(RULES, roster)
    sent = [one for item in past for one in feed(whole, item)] + whole.advance(restart_at)
    rebuilt = Paging(RULES, roster, before=paged(sent))
    for item in past:
        if item.occurrence in standing:
            rebuilt.observe(item)
    rebuilt.advance(restart_at)
    assert rebuilt.next_deadline == whole.next_deadline
    assert until_end(rebuilt, future) == until_end(whole, future)


def _standing(items: Sequence[Input], until: float) -> dict[str, AlarmEvent]:
    """The newest event of each occurrence that asks for people."""
    newest = {
        item.occurrence: item for item in items if isinstance(item, AlarmEvent) and item.at <= until
    }
    return {name: item for name, item in newest.items() if is_calling(item)}


@given(items=stories(), roster=rosters())
def test_an_unacknowledged_medium_or_high_always_has_a_next_step_or_a_holder_with_a_deadline(
    items: list[Input], roster: Duty
) -> None:
    paging = Paging(RULES, roster)
    for number, item in enumerate(items):
        feed(paging, item)
        standing = _standing(items[: number + 1], item.at)
        assert set(paging._calls) == set(standing)
        for call in paging._calls.values():
            moment = call.moment(paging._duty, paging._blind_at)
            if call.at_station and moment is None:
                continue  # the station's screen announces it
            assert moment is not None
            assert item.at < moment <= item.at + LONGEST_S
            deadline = paging.next_deadline
            assert deadline is not None
            assert deadline <= moment


@given(items=stories())
def test_invariant_9_no_armed_station_for_ten_seconds_and_the_next_path_is_taken_at_once(
    items: list[Input],
) -> None:
    story: list[Input] = [Screens(at=0.0, armed=())]
    story += [item for item in items if not isinstance(item, Duty)]
    due = until_end(Paging(RULES, duty()), story)
    confirmed = [0.0, *(i.at for i in story if isinstance(i, Screens) and i.armed)]
    for number, item in enumerate(story):
        ends_at = story[number + 1].at if number + 1 < len(story) else item.at + 400
        seen_at = max(at for at in confirmed if at <= item.at)
        if ends_at - seen_at <= RULES.screen_s:
            continue
        for standing in _standing(story[: number + 1], item.at).values():
            if standing.responsibility is not None:
                continue  # somebody who was called has answered
            assert any(
                standing.occurrence in {e.occurrence for e in (page.event, *page.others)}
                and page.at <= max(item.at, seen_at + RULES.screen_s)
                for page in paged(due)
            )


@given(items=stories())
def test_invariant_9_without_any_path_the_local_sounder_sounds(items: list[Input]) -> None:
    story = [Screens(at=0.0, armed=()), Channels(at=0.0, up=False)]
    story += [item for item in items if isinstance(item, AlarmEvent)]
    due = until_end(Paging(RULES, duty()), story)
    sounds = [one for one in due if isinstance(one, SoundHere)]
    for number, item in enumerate(story):
        ends_at = story[number + 1].at if number + 1 < len(story) else item.at + 400
        starts_at = max(item.at, RULES.screen_s)
        real = [e for e in _standing(story[: number + 1], item.at).values() if e.origin == "real"]
        if real and ends_at - starts_at > RULES.sounder_s:
            assert any(
                starts_at <= sound.at <= starts_at + RULES.sounder_s
                and {e.occurrence for e in sound.events} == {e.occurrence for e in real}
                for sound in sounds
            )


@given(items=stories())
def test_invariant_22_demo_and_test_never_sound_and_no_real_page_speaks_for_them(
    items: list[Input],
) -> None:
    story = [Screens(at=0.0, armed=()), Channels(at=0.0, up=False), *items]
    due = until_end(Paging(RULES, duty()), story)
    for one in due:
        if isinstance(one, SoundHere):
            assert {e.origin for e in one.events} == {Origin.REAL}
        else:
            assert {e.origin for e in one.others} <= {one.event.origin}


@given(
    priority=st.sampled_from([MEDIUM, HIGH]),
    accepts_at=st.one_of(st.none(), st.integers(1, 200).map(float)),
    off_site=st.booleans(),
    leaves_at=st.integers(35, 400).map(float),
    relieved_after_s=st.one_of(st.none(), st.integers(0, 25).map(float)),
)
def test_invariant_23_responsibility_never_outlives_its_holder(
    priority: str,
    accepts_at: float | None,
    off_site: bool,
    leaves_at: float,
    relieved_after_s: float | None,
) -> None:
    grade = MEDIUM if priority == MEDIUM else HIGH
    items: list[Input] = [event(0, grade)]
    if accepts_at is not None:
        held = accepted(accepts_at, stays_s=RULES.off_site_s if off_site else RULES.on_site_s)
        items.append(event(accepts_at, grade, Change.UPDATE, number=2, held=held))
    if relieved_after_s is not None:
        items.append(duty(at=leaves_at + relieved_after_s, nurse="Eve"))
    items.sort(key=lambda item: item.at)
    due = paged(until_end(Paging(RULES, duty(nurse=("Ann", leaves_at))), items, 500))
    held_then = accepts_at is not None and accepts_at <= leaves_at
    told_before = [page for page in due if page.at < leaves_at]
    reached_before = {name for page in told_before for name in page.contacts} - {"Ann"}
    if held_then or (told_before and not reached_before):
        told = [page for page in due if leaves_at <= page.at <= leaves_at + 30]
        holder = items[1].responsibility if held_then and isinstance(items[1], AlarmEvent) else None
        over = holder is not None and (holder.lapses_at or math.inf) < leaves_at
        assert over or any(set(page.contacts) - {"Ann"} for page in told)


@given(items=stories(), roster=rosters())
def test_nobody_off_duty_is_paged_and_no_acceptance_holds_past_its_end(
    items: list[Input], roster: Duty
) -> None:
    events = [item for item in items if not isinstance(item, Duty)]
    for page in paged(until_end(Paging(RULES, roster), events)):
        ends: dict[str, float] = {}
        for contact in (one for people in roster.targets.values() for one in people):
            end = math.inf if contact.until is None else contact.until
            ends[contact.name] = max(end, ends.get(contact.name, 0.0))
        assert all(page.at < ends[name] for name in page.contacts)
        held = page.event.responsibility
        if held is not None and held.stance is Stance.ACCEPTED and held.lapses_at is not None:
            over_at = min(held.lapses_at, ends.get(held.by, math.inf))
            assert page.at >= max(held.at, over_at)
