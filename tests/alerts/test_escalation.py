"""Paging: which alarms become a page, when, and that a page keeps its key whatever happens."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.escalation import PageDue, Paging, PagingRules, PagingStep
from alerts.event import AlarmEvent, AlarmKind, Change, Presence, Priority, Signal
from devices.reading import Origin

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
ON, ACKNOWLEDGED, LATCHED, OFF = Signal.ON, Signal.ACKNOWLEDGED, Signal.LATCHED, Signal.OFF
NURSE = PagingStep("nurse", high_s=0.0, medium_s=30.0)
PHYSICIAN = PagingStep("physician", high_s=60.0, medium_s=None)
RULES = PagingRules(steps=(NURSE,), station_only=frozenset({("BP-SEV", MEDIUM)}))


def event(
    at: float,
    priority: Priority,
    change: Change = Change.START,
    signal: Signal = ON,
    *,
    number: int = 1,
    condition: str = "O2-LO",
    covered_by: str | None = None,
) -> AlarmEvent:
    occurrence = f"B1:{condition}:0"
    return AlarmEvent(
        at=at,
        id=f"{occurrence}:{number}",
        seq=number,
        bed="B1",
        session="s",
        occurrence=occurrence,
        condition=condition,
        kind=AlarmKind.PHYSIOLOGICAL,
        priority=priority,
        change=change,
        cause=None,
        presence=Presence.ABSENT if change is Change.END else Presence.PRESENT,
        signal=signal,
        value=82,
        limit=90,
        metric=None,
        text="SpO2 82 < 90",
        origin=Origin.REAL,
        covered_by=covered_by,
    )


def pages(events: Sequence[AlarmEvent], until: float, rules: PagingRules = RULES) -> list[PageDue]:
    return pages_of(Paging(rules), events, until)


def pages_of(paging: Paging, events: Sequence[AlarmEvent], until: float) -> list[PageDue]:
    due = [page for item in events for page in paging.observe(item)]
    return due + paging.advance(until)


def at_and_key(events: Sequence[AlarmEvent], until: float = 1000) -> list[tuple[float, str]]:
    return [(page.at, page.key) for page in pages(events, until)]


def test_a_high_alarm_is_due_at_once() -> None:
    assert at_and_key([event(5, HIGH)]) == [(5, "B1:O2-LO:0:1/nurse")]


def test_a_medium_alarm_is_due_when_it_stands_unanswered_for_its_delay() -> None:
    paging = Paging(RULES)
    assert paging.observe(event(5, MEDIUM)) == []
    assert paging.next_deadline == 35
    assert paging.advance(34.9) == []
    (page,) = paging.advance(35)
    assert (page.key, page.called_at) == ("B1:O2-LO:0:1/nurse", 5)
    assert paging.next_deadline is None
    assert paging.advance(1000) == []


def test_a_low_alarm_is_never_due() -> None:
    assert at_and_key([event(0, LOW)]) == []


@pytest.mark.parametrize(
    "answer",
    [
        event(20, MEDIUM, Change.ACKNOWLEDGE, ACKNOWLEDGED, number=2),
        event(20, MEDIUM, Change.END, OFF, number=2),
        event(20, LOW, Change.DEESCALATE, number=2),
        event(20, MEDIUM, Change.UPDATE, number=2, covered_by="T-NET"),
    ],
)
def test_an_alarm_that_is_settled_before_its_delay_gives_no_page(answer: AlarmEvent) -> None:
    assert at_and_key([event(0, MEDIUM), answer]) == []


def test_a_latched_alarm_goes_on_calling() -> None:
    events = [event(0, MEDIUM), event(20, MEDIUM, Change.LATCH, LATCHED, number=2)]
    assert [at for at, _ in at_and_key(events)] == [30]


def test_what_staff_entered_and_so_answered_is_never_due() -> None:
    assert at_and_key([event(0, HIGH, signal=ACKNOWLEDGED)]) == []


def test_a_rise_to_high_is_due_at_once_and_in_place_of_the_weaker_page() -> None:
    events = [event(0, MEDIUM), event(20, HIGH, Change.ESCALATE, number=2)]
    assert at_and_key(events) == [(20, "B1:O2-LO:0:2/nurse")]


def test_a_rise_after_the_page_is_a_page_of_its_own() -> None:
    events = [event(0, MEDIUM), event(40, HIGH, Change.ESCALATE, number=2)]
    assert at_and_key(events) == [(30, "B1:O2-LO:0:1/nurse"), (40, "B1:O2-LO:0:2/nurse")]


def test_an_update_or_a_fall_is_no_new_page() -> None:
    events = [
        event(0, HIGH),
        event(10, HIGH, Change.UPDATE, number=2),
        event(20, MEDIUM, Change.DEESCALATE, number=3),
    ]
    assert at_and_key(events) == [(0, "B1:O2-LO:0:1/nurse")]


def test_an_acknowledged_alarm_that_calls_again_is_a_new_page() -> None:
    events = [
        event(0, HIGH),
        event(10, HIGH, Change.ACKNOWLEDGE, ACKNOWLEDGED, number=2),
        event(200, HIGH, Change.ESCALATE, number=3),
    ]
    assert at_and_key(events) == [(0, "B1:O2-LO:0:1/nurse"), (200, "B1:O2-LO:0:3/nurse")]


def test_an_unconfirmed_cuff_reading_stays_at_the_station_until_it_is_confirmed() -> None:
    events = [
        event(0, MEDIUM, condition="BP-SEV"),
        event(100, HIGH, Change.ESCALATE, condition="BP-SEV", number=2),
    ]
    assert at_and_key(events) == [(100, "B1:BP-SEV:0:2/nurse")]


def test_a_covered_alarm_that_is_uncovered_begins_to_call_then() -> None:
    events = [
        event(0, MEDIUM, covered_by="T-NET"),
        event(100, MEDIUM, Change.UPDATE, number=2),
    ]
    assert [at for at, _ in at_and_key(events)] == [130]


def test_each_step_has_its_own_delay_and_key() -> None:
    due = pages([event(0, HIGH)], 100, PagingRules(steps=(NURSE, PHYSICIAN)))
    assert [(page.at, page.step, page.key) for page in due] == [
        (0, "nurse", "B1:O2-LO:0:1/nurse"),
        (60, "physician", "B1:O2-LO:0:1/physician"),
    ]


def test_a_page_carries_the_newest_event_of_its_alarm() -> None:
    worse = msgspec.structs.replace(event(20, MEDIUM, Change.UPDATE, number=2), value=80)
    (page,) = pages([event(0, MEDIUM), worse], 100)
    assert page.event == worse


def test_a_call_stands_until_somebody_answers() -> None:
    paging = Paging(RULES)
    (page,) = paging.observe(event(0, HIGH))
    assert paging.calls(page)
    paging.observe(event(10, HIGH, Change.ACKNOWLEDGE, ACKNOWLEDGED, number=2))
    assert not paging.calls(page)


@st.composite
def histories(draw: st.DrawFn) -> list[AlarmEvent]:
    """Events of three occurrences at distinct whole seconds, in any order of changes."""
    events: list[AlarmEvent] = []
    at = 0
    for number in range(1, draw(st.integers(1, 25)) + 1):
        at += draw(st.integers(1, 40))
        change, signal = draw(
            st.sampled_from(
                [
                    (Change.START, ON),
                    (Change.UPDATE, ON),
                    (Change.ESCALATE, ON),
                    (Change.DEESCALATE, ON),
                    (Change.LATCH, LATCHED),
                    (Change.ACKNOWLEDGE, ACKNOWLEDGED),
                    (Change.END, OFF),
                ]
            )
        )
        events.append(
            event(
                at,
                draw(st.sampled_from([LOW, MEDIUM, HIGH])),
                change,
                signal,
                number=number,
                condition=draw(st.sampled_from(["O2-LO", "HR-HI", "BP-SEV"])),
            )
        )
    return events


TWO_STEPS = PagingRules(steps=(NURSE, PHYSICIAN), station_only=RULES.station_only)


@given(events=histories(), offset=st.floats(0.1, 0.9))
def test_waking_only_at_deadlines_gives_the_same_pages_as_polling(
    events: list[AlarmEvent], offset: float
) -> None:
    polled, due = Paging(TWO_STEPS), list[PageDue]()
    second = 0
    for item in events:
        while second + offset < item.at:
            due += polled.advance(second + offset)
            second += 1
        due += polled.observe(item)
    due += polled.advance(events[-1].at + 100)
    assert due == pages(events, events[-1].at + 100, TWO_STEPS)


@given(events=histories())
def test_no_page_has_the_key_of_another(events: list[AlarmEvent]) -> None:
    keys = [page.key for page in pages(events, events[-1].at + 100, TWO_STEPS)]
    assert len(keys) == len(set(keys))


@given(events=histories(), restart=st.integers(0, 25))
def test_a_restart_needs_only_the_events_of_what_stands(
    events: list[AlarmEvent], restart: int
) -> None:
    until = events[-1].at + 100
    past, future = events[:restart], events[restart:]
    standing = {
        occurrence
        for occurrence in {item.occurrence for item in past}
        if [item for item in past if item.occurrence == occurrence][-1].change is not Change.END
    }
    whole, rebuilt = Paging(TWO_STEPS), Paging(TWO_STEPS)
    for item in past:
        whole.observe(item)
        if item.occurrence in standing:
            rebuilt.observe(item)
    restart_at = past[-1].at if past else 0
    whole.advance(restart_at)
    rebuilt.advance(restart_at)
    assert rebuilt.next_deadline == whole.next_deadline
    assert pages_of(rebuilt, future, until) == pages_of(whole, future, until)


@given(events=histories())
def test_every_high_call_of_a_patient_is_paged_to_the_nurse(events: list[AlarmEvent]) -> None:
    keys = {page.key for page in pages(events, events[-1].at + 100)}
    called: set[str] = set()
    for item in events:
        at_station = item.priority is LOW or (item.condition, item.priority) == ("BP-SEV", MEDIUM)
        if at_station or item.signal in {ACKNOWLEDGED, OFF}:
            called.discard(item.occurrence)
        elif item.priority is HIGH and item.occurrence not in called:
            called.add(item.occurrence)
            assert f"{item.id}/nurse" in keys


def test_a_page_goes_through_json_and_back() -> None:
    (page,) = pages([event(0, HIGH)], 0)
    assert msgspec.json.decode(msgspec.json.encode(page), type=PageDue) == page
