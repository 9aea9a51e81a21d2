"""Invariant 7 for pages: killed at any point and started anew, nothing is lost or sent unmarked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from alerts.call import PageDue
from alerts.duty import Duty
from alerts.escalation import Paging
from alerts.event import AlarmEvent, Change, Signal
from monitor.pager.dispatch import Dispatch, Errand, Past, Task
from monitor.pager.settings import everybody
from tests.alerts.calls import HIGH, RULES, acknowledged, duty, event
from tests.alerts.test_escalation_properties import histories


class Killed(Exception):  # noqa: N818 - it is what happens, not a fault
    """The process is gone."""


@dataclass
class Disk:
    """What survives: events, intents and outcomes; and what phones received, marked or not."""

    events: list[AlarmEvent] = field(default_factory=list[AlarmEvent])
    intents: list[PageDue] = field(default_factory=list[PageDue])
    sent: set[str] = field(default_factory=set[str])
    received: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])

    def past(self) -> Past:
        """As monitor.pager.record reads it."""
        last = {one.occurrence: one for one in self.events}
        standing = {name for name, one in last.items() if one.change is not Change.END}
        return Past(
            pages=tuple(self.intents),
            unsent=tuple(page for page in self.intents if page.key not in self.sent),
            events=tuple(one for one in self.events if one.occurrence in standing),
        )


class Process:
    """One life of the pager; it dies after so many steps, each of which is durable or not."""

    def __init__(self, disk: Disk, roster: Duty, lives_for: Iterator[int]) -> None:
        self.disk = disk
        self.left = next(lives_for)
        self.dispatch = Dispatch(RULES, roster, disk.past())
        self.carry_out(self.dispatch.resume([]))

    def hear(self, item: AlarmEvent) -> None:
        self.step()
        if item not in self.disk.events:
            self.disk.events.append(item)
        self.step()
        self.carry_out(self.dispatch.sift(self.dispatch.paging.observe(item)))

    def pass_to(self, at: float) -> None:
        self.carry_out(self.dispatch.sift(self.dispatch.paging.advance(at)))

    def carry_out(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            if isinstance(task, Errand):
                self.step()
                if task.page.key not in {page.key for page in self.disk.intents}:
                    self.disk.intents.append(task.page)
                self.step()
                self.disk.received.append((task.page.key, task.repeat))
                self.step()
                self.disk.sent.add(task.page.key)

    def step(self) -> None:
        """The kill may come between any two of these."""
        self.left -= 1
        if self.left == 0:
            raise Killed


def live(events: list[AlarmEvent], roster: Duty, lives: list[int], until: float) -> Disk:
    """Pages under kills: each life begins where the last one ended, with the same next event."""
    disk, lives_for = Disk(), iter([*lives, *[10**9] * 3])
    process: Process | None = None
    waiting = list(events)
    while True:
        try:
            process = process or Process(disk, roster, lives_for)
            while waiting:
                deadline = process.dispatch.paging.next_deadline
                if deadline is not None and deadline < waiting[0].at:
                    process.pass_to(deadline)
                    continue
                process.hear(waiting[0])
                waiting.pop(0)
            process.pass_to(until)
        except Killed:
            process = None
            if waiting and waiting[0] in disk.events:
                waiting.pop(0)
        else:
            return disk


def _uninterrupted(events: list[AlarmEvent], roster: Duty, until: float) -> set[str]:
    paging = Paging(RULES, roster)
    due = [one for item in events for one in paging.observe(item)]
    due += paging.advance(until)
    return {page.key for page in due if isinstance(page, PageDue)}


@given(events=histories(), lives=st.lists(st.integers(1, 12), max_size=6))
def test_invariant_7_every_page_goes_at_least_once_and_never_again_unmarked(
    events: list[AlarmEvent], lives: list[int]
) -> None:
    until = events[-1].at + 20
    disk = live(events, duty(), lives, until)
    seen: set[str] = set()
    for key, repeat in disk.received:
        assert repeat or key not in seen, "a page went again as if it were a new emergency"
        seen.add(key)
    last = {one.occurrence: one for one in events}
    standing = {name for name, one in last.items() if one.change is not Change.END}
    needed = {
        key
        for key in _uninterrupted(events, duty(), until)
        if key.rpartition(":")[0] in standing and _newest_call(key, events)
    }
    lost = {key for key in needed - seen if not _outdone(key, seen)}
    assert lost == set()


def _newest_call(key: str, events: list[AlarmEvent]) -> bool:
    """Whether the call of a page is its occurrence's newest (an older one is answered or over)."""
    occurrence, _, rest = key.rpartition(":")
    number = int(rest.partition("/")[0])
    calls = [
        one.seq
        for one in events
        if one.occurrence == occurrence and one.signal in {Signal.ON, Signal.LATCHED}
    ]
    return bool(calls) and not any(
        one.seq > number and one.signal not in {Signal.ON, Signal.LATCHED}
        for one in events
        if one.occurrence == occurrence
    )


def _outdone(key: str, seen: set[str]) -> bool:
    """Whether the call has been told to somebody all the same (a later step, another's page)."""
    return any(other.partition("/")[0] == key.partition("/")[0] for other in seen)


def test_after_an_absence_one_page_goes_to_the_same_people_not_one_a_minute() -> None:
    stands = event(0, HIGH)
    first = Dispatch(RULES, everybody(), Past())
    [errand] = first.sift(first.paging.observe(stands))
    assert isinstance(errand, Errand)
    past = Past(pages=(errand.page,), events=(stands,))
    second = Dispatch(RULES, everybody(), past)
    assert second.resume([]) == []
    [late] = second.sift(second.paging.advance(1000))
    assert isinstance(late, Errand)
    assert late.page.step == "again-16"
    third = Dispatch(RULES, everybody(), Past(pages=(errand.page, late.page), events=(stands,)))
    assert third.resume([]) == third.sift(third.paging.advance(1000)) == []


def test_a_page_that_nobody_needs_any_more_does_not_go_after_a_restart() -> None:
    stands, answered = event(0, HIGH), acknowledged(100, HIGH)
    first = Dispatch(RULES, everybody(), Past())
    [errand] = first.sift(first.paging.observe(stands))
    assert isinstance(errand, Errand)
    again = Dispatch(RULES, everybody(), Past(pages=(errand.page,), events=(stands, answered)))
    assert again.resume([]) == []


def test_a_page_without_an_outcome_goes_again_marked() -> None:
    stands = event(0, HIGH)
    first = Dispatch(RULES, everybody(), Past())
    [errand] = first.sift(first.paging.observe(stands))
    assert isinstance(errand, Errand)
    past = Past(pages=(errand.page,), unsent=(errand.page,), events=(stands,))
    assert Dispatch(RULES, everybody(), past).resume([stands]) == [Errand(errand.page, repeat=True)]
