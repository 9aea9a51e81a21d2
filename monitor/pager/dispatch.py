"""Which of the pages that are due go out: each key once, marked where it may have gone before.

Pure; what survives a restart comes in as a Past. A page whose newer one of the same call reaches
the same people is idle: after an absence one page goes out, not one for each minute away.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from alerts.call import PageDue
from alerts.duty import Duty
from alerts.escalation import Due, Paging, SoundHere
from alerts.event import AlarmEvent
from alerts.steps import EscalationRules


class Past(msgspec.Struct, frozen=True):
    """What the record says of pages: all of them, those without an outcome, what stands."""

    pages: tuple[PageDue, ...] = ()
    unsent: tuple[PageDue, ...] = ()
    events: tuple[AlarmEvent, ...] = ()  # every event of the occurrences that have not ended


class Errand(NamedTuple):
    """A page to deliver; `repeat`: somebody may have received it before."""

    page: PageDue
    repeat: bool


Task = Errand | SoundHere


class Dispatch:
    """Stands where the past says: `resume` it, then `sift` whatever its `paging` finds due."""

    def __init__(self, rules: EscalationRules, duty: Duty, past: Past) -> None:
        self.paging = Paging(rules, duty, before=past.pages)
        self._past = past
        self._keys = {page.key for page in past.pages}
        self._called = {page.call for page in past.pages}

    def resume(self, heard: Iterable[AlarmEvent]) -> list[Task]:
        """What to do first, with the events heard since the start (some of them may be stored)."""
        known = {event.id for event in self._past.events}
        events = [*self._past.events, *(event for event in heard if event.id not in known)]
        due = [one for event in events for one in self.paging.observe(event)]
        again: list[Task] = [Errand(page, repeat=True) for page in self._past.unsent]
        return again + self.sift(due)

    def sift(self, due: Sequence[Due]) -> list[Task]:
        """Of what became due together, what to do; each key goes out once."""
        tasks: list[Task] = []
        newer: dict[str, list[set[str]]] = {}  # whom the later pages of a call reach
        for one in reversed(due):
            if isinstance(one, SoundHere):
                tasks.append(one)
                continue
            reaches = set(one.contacts)
            reached = newer.setdefault(one.call, [])
            if not self._is_idle(one) and not any(reaches <= later for later in reached):
                tasks.append(Errand(one, repeat=False))
            reached.append(reaches)
        tasks.reverse()
        sent = [task.page for task in tasks if isinstance(task, Errand)]
        self._keys.update(page.key for page in sent)
        self._called.update(page.call for page in sent)
        return tasks

    def _is_idle(self, page: PageDue) -> bool:
        """Sent already, or answered since and told of before."""
        over = page.call in self._called and not self.paging.calls(page)
        return page.key in self._keys or over
