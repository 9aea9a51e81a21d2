"""Paging: which alarms become a page, that a page keeps its key, and what a profile may not say."""

from dataclasses import replace

import msgspec
import pytest

from alerts.call import PageDue
from alerts.duty import Duty
from alerts.escalation import Paging
from alerts.event import AlarmEvent, AlarmKind, Change, Signal
from alerts.steps import PagingStep, Role
from tests.alerts.calls import (
    HIGH,
    LOW,
    MEDIUM,
    RULES,
    acknowledged,
    duty,
    ended,
    event,
    lines,
    play,
)


def keys(inputs: list[AlarmEvent], until: float) -> list[str]:
    return [due.key for due in play(inputs, until) if isinstance(due, PageDue)]


def test_a_medium_alarm_is_due_when_it_stands_unanswered_for_its_delay() -> None:
    paging = Paging(RULES, duty())
    assert paging.observe(event(5, MEDIUM)) == []
    assert paging.next_deadline == 35
    assert paging.advance(34.9) == []
    (page,) = paging.advance(35)
    assert isinstance(page, PageDue)
    assert (page.key, page.called_at) == ("B1:O2-LO:0:1/nurse", 5)
    assert paging.next_deadline == 95


@pytest.mark.parametrize(
    "settled",
    [
        acknowledged(20, MEDIUM),
        ended(20, MEDIUM),
        event(20, LOW, Change.DEESCALATE, number=2),
        event(20, MEDIUM, Change.UPDATE, number=2, covered_by="T-NET"),
    ],
)
def test_an_alarm_that_is_settled_before_its_delay_gives_no_page(settled: AlarmEvent) -> None:
    assert lines([event(0, MEDIUM), settled], 1000) == []


def test_a_latched_alarm_goes_on_calling() -> None:
    latched = event(20, MEDIUM, Change.LATCH, Signal.LATCHED, number=2)
    assert lines([event(0, MEDIUM), latched], 35) == ["30 nurse -> Ann"]


def test_a_reminder_of_an_acknowledged_alarm_is_no_call() -> None:
    reminder = msgspec.structs.replace(acknowledged(200, HIGH), change=Change.UPDATE, reminder=True)
    assert keys([event(0, HIGH), acknowledged(10, HIGH), reminder], 1000) == ["B1:O2-LO:0:1/nurse"]


def test_a_rise_to_high_is_due_at_once_and_in_place_of_the_weaker_page() -> None:
    events = [event(0, MEDIUM), event(20, HIGH, Change.ESCALATE, number=2)]
    assert keys(events, 25) == ["B1:O2-LO:0:2/nurse"]


def test_an_update_or_a_fall_is_no_new_call() -> None:
    events = [
        event(0, HIGH),
        event(10, HIGH, Change.UPDATE, number=2),
        event(20, MEDIUM, Change.DEESCALATE, number=3),
    ]
    assert keys(events, 95) == ["B1:O2-LO:0:1/nurse", "B1:O2-LO:0:1/secondary"]


def test_an_acknowledged_alarm_that_calls_again_is_a_new_call() -> None:
    events = [
        event(0, HIGH),
        acknowledged(10, HIGH),
        event(200, HIGH, Change.ESCALATE, number=3),
    ]
    assert keys(events, 205) == ["B1:O2-LO:0:1/nurse", "B1:O2-LO:0:3/nurse"]


def test_a_page_carries_the_newest_event_of_its_alarm_and_the_others_of_its_bed() -> None:
    worse = msgspec.structs.replace(event(20, MEDIUM, Change.UPDATE, number=2), value=80)
    other = event(25, MEDIUM, condition="HR-HI")
    (page,) = play([event(0, MEDIUM), worse, other], 35)
    assert isinstance(page, PageDue)
    assert (page.event, page.others) == (worse, (other,))


def test_a_technical_page_speaks_for_no_patient() -> None:
    technical = event(0, HIGH, condition="T-LINK", kind=AlarmKind.TECHNICAL)
    pages = play([technical, event(0, HIGH)], 1)
    assert [page.others for page in pages if isinstance(page, PageDue)] == [(), ()]


def test_a_call_stands_until_somebody_answers() -> None:
    paging = Paging(RULES, duty())
    (page,) = paging.observe(event(0, HIGH))
    assert isinstance(page, PageDue)
    assert paging.calls(page)
    paging.observe(acknowledged(10, HIGH))
    assert not paging.calls(page)


def test_a_hole_in_the_duty_list_is_known_before_a_page_needs_it() -> None:
    paging = Paging(RULES, duty(nurse=("Ann", 100)))
    assert paging.unmanned == ()
    assert paging.next_deadline == 100
    paging.advance(100)
    assert paging.unmanned == ("patient: nurse", "device: nurse")
    paging.relieve(duty(at=130, nurse="Eve"))
    assert paging.unmanned == ()
    assert len(Paging(RULES, Duty(at=0, targets={})).unmanned) == 8


def test_a_page_goes_through_json_and_back() -> None:
    (page,) = play([event(0, HIGH)], 0)
    assert msgspec.json.decode(msgspec.json.encode(page), type=PageDue) == page


def test_a_profile_that_would_leave_an_alarm_alone_is_refused() -> None:
    step = PagingStep(name="nurse", roles=(Role.NURSE,), high_s=0, medium_s=30)
    with pytest.raises(ValueError, match="no technical alarm is paged to a physician"):
        replace(RULES, device=(replace(step, roles=(Role.PHYSICIAN,)),))
    with pytest.raises(ValueError, match="high needs a step"):
        replace(RULES, patient=(replace(step, high_s=None),))
    with pytest.raises(ValueError, match="in the order of their times"):
        replace(RULES, patient=(step, replace(step, name="late", medium_s=20)))
    with pytest.raises(ValueError, match="at least one role"):
        replace(RULES, site=(replace(step, roles=()),))
    with pytest.raises(ValueError, match="paged again"):
        replace(RULES.high, every_s=0)
