"""One occurrence that calls people: since when, who was told, who holds it, what is due next.

The times of the steps are fixed, counted from the call's beginning. Only a rejection, or the end of
a shift, brings the next step forward to now; when an acceptance ends, the steps go on from there.
Whether a page was received or opened never matters.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from alerts.duty import DutyList
from alerts.event import AlarmEvent, Priority, Responsibility, Signal, Stance
from alerts.steps import EscalationRules, PagingStep, Role

_CALLING = frozenset({Signal.ON, Signal.LATCHED})


class PageDue(msgspec.Struct, frozen=True, kw_only=True):
    """A page that must go out now: at least once, always under this key.

    `event` is the newest of its occurrence; `called_at` is when its call began. `contacts` are whom
    it goes to, `known` those of them that had a page of this call before: to them it is a repeat.
    `others` are the bed's other calls, of which it speaks as well.
    """

    key: str
    step: str
    at: float
    called_at: float
    event: AlarmEvent
    contacts: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    others: tuple[AlarmEvent, ...] = ()

    @property
    def call(self) -> str:
        """The id of the event that called."""
        return self.key.rpartition("/")[0]


class Rung(NamedTuple):
    """What comes next on the table, and when if all goes its way; no step: everybody again."""

    name: str
    step: PagingStep | None
    due_at: float


def is_calling(event: AlarmEvent) -> bool:
    """Whether an alarm asks for people: MEDIUM or HIGH, unanswered, not covered."""
    grave = event.priority is not Priority.LOW
    return grave and event.signal in _CALLING and event.covered_by is None


class Call:
    """It stands until somebody acknowledges; `event` is the newest of its occurrence."""

    __slots__ = (
        "_again",
        "_again_at",
        "_base",
        "_free_at",
        "_given",
        "_hurry_at",
        "_over",
        "_reliefs",
        "_relieved_at",
        "_rules",
        "_told",
        "began",
        "event",
        "newest",
    )

    def __init__(self, began: AlarmEvent, rules: EscalationRules) -> None:
        self.began = began
        self.event = began
        self.newest: PageDue | None = None  # of its pages
        self._rules = rules
        self._base = began.at  # what the delays of the steps count from
        self._free_at = began.at  # since when nobody holds it
        self._given: set[str] = set()
        self._again = 0
        self._again_at: float | None = None
        self._told: dict[str, None] = {}  # who had a page, in order
        self._hurry_at: float | None = None
        self._over: Responsibility | None = None  # the acceptance that holds nothing any more
        self._reliefs = 0
        self._relieved_at = -math.inf

    @property
    def at_station(self) -> bool:
        """Announced by the station's screen alone, as long as somebody sees one."""
        return self._rules.at_station(self.event)

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everybody whom its steps may ever tell."""
        named = {role for step in self._rules.steps(self.event) for role in step.roles}
        return tuple(role for role in Role if role in named)

    def continues(self, event: AlarmEvent) -> bool:
        """Whether an event of the same occurrence is no new call."""
        leaves_station = self.at_station and not self._rules.at_station(event)
        return event.priority.rank <= self.began.priority.rank and not leaves_station

    def follow(self, event: AlarmEvent) -> None:
        """Take a newer event; somebody may have rejected the alarm or given it back."""
        before, now = self.event.responsibility, event.responsibility
        held = self._holds(before)
        self.event = event
        rejected = now is not None and now != before and now.stance is Stance.REJECTED
        if held and (now is None or rejected):
            self._resume(event.at)
        elif rejected:
            self._hurry_at = event.at

    def moment(self, duty: DutyList, blind_at: float | None) -> float | None:
        """When time alone does something to it; None: never."""
        held = self.event.responsibility
        if held is not None and self._holds(held):
            return self._held_until(held, duty)
        due_at = self._due_at(blind_at)
        left_at = self._left_at(duty)
        if due_at is None:
            return left_at
        return due_at if left_at is None else min(due_at, left_at)

    def act(
        self, at: float, duty: DutyList, before: Mapping[str, tuple[str, ...]]
    ) -> PageDue | None:
        """What its moment asks for; `before`: whom the pages of an earlier run went to, by key."""
        held = self.event.responsibility
        if held is not None and self._holds(held):
            self._over = held
            self._resume(at)
            return None
        if (left_at := self._left_at(duty)) is not None and left_at <= at:
            return self.relieve(at, duty)
        return self._step(at, duty, before)

    def relieve(self, at: float, duty: DutyList) -> PageDue | None:
        """Nobody who was told is on duty any more: tell who is, or bring the next step forward."""
        if not self.abandoned(at, duty):
            return None
        self._relieved_at = at
        told = [step for step in self._rules.steps(self.event) if step.name in self._given]
        contacts = duty.reached((role for step in told for role in step.roles), at)
        if not contacts:
            self._hurry_at = at
            return None
        self._reliefs += 1
        return self._page(f"relief-{self._reliefs}", at, contacts)

    def abandoned(self, at: float, duty: DutyList) -> bool:
        """Whether its steps have begun, nobody holds it, and nobody whom they told is on duty."""
        begun = bool(self._given) and not self._holds(self.event.responsibility)
        return begun and all(duty.end_of(name, unknown=-math.inf) <= at for name in self._told)

    def speaks_for(self, other: "Call", at: float, contacts: tuple[str, ...], step: str) -> bool:
        """Whether its newest page told the same people of another call of the bed just now."""
        page = self.newest
        return (
            page is not None
            and self.event.priority.rank >= other.event.priority.rank
            and page.step == step
            and at - page.at <= self._rules.group_s
            and set(contacts) <= set(page.contacts)
            and any(event.occurrence == other.event.occurrence for event in page.others)
        )

    def _holds(self, held: Responsibility | None) -> bool:
        if held is None or held.stance is not Stance.ACCEPTED or held.lapses_at is None:
            return False
        return held != self._over

    def _held_until(self, held: Responsibility, duty: DutyList) -> float:
        """The end of the acceptance, or of its holder's shift where that comes first."""
        lapses_at = held.at if held.lapses_at is None else held.lapses_at
        return max(held.at, min(lapses_at, duty.end_of(held.by, unknown=math.inf)))

    def _resume(self, at: float) -> None:
        """Nobody holds it any more: the next step is due now, those after it follow from here."""
        shift_s = at - self._rung().due_at
        self._base += shift_s
        if self._again_at is not None:
            self._again_at += shift_s
        self._hurry_at = self._free_at = at

    def _rung(self) -> Rung:
        priority = self.event.priority
        for step in self._rules.steps(self.event):
            delay_s = step.delay_s(priority)
            if delay_s is not None and step.name not in self._given:
                return Rung(step.name, step, self._base + delay_s)
        again = self._rules.again(priority)
        if self._again_at is None:
            due_at = self._base + again.after_s
        else:
            due_at = self._again_at + again.every_s
        return Rung(f"again-{self._again + 1}", None, due_at)

    def _due_at(self, blind_at: float | None) -> float | None:
        """When the next rung is due; where nobody sees a screen, the first page is due at once."""
        due_at = self._rung().due_at
        if self._hurry_at is not None:
            due_at = min(due_at, self._hurry_at)
        if blind_at is None:
            return None if self.at_station else due_at
        unseen_at = max(blind_at, self._free_at)
        if self.at_station:
            return max(due_at, unseen_at) if self._given else unseen_at
        return due_at if self._given else min(due_at, unseen_at)

    def _left_at(self, duty: DutyList) -> float | None:
        """When the last of those who were told goes off duty; None: never, or it was seen to."""
        if not self._told:
            return None
        left_at = max(duty.end_of(name, unknown=-math.inf) for name in self._told)
        return left_at if self._relieved_at < left_at < math.inf else None

    def _step(
        self, at: float, duty: DutyList, before: Mapping[str, tuple[str, ...]]
    ) -> PageDue | None:
        """Give the next rung; nobody on duty for it: the one after it is due at once."""
        name, step, due_at = self._rung()
        hurried, self._hurry_at = self._hurry_at, None
        self._base += max(0.0, at - due_at)  # it waited for a screen to fail
        contacts = before.get(f"{self.began.id}/{name}")
        if contacts is None:
            contacts = duty.reached(self.roles if step is None else step.roles, at)
        if step is None:
            self._again += 1
            self._again_at = at
        else:
            self._given.add(name)
            if not contacts:
                self._hurry_at = at
            elif self._told.keys() >= set(contacts):  # the step reaches nobody new
                self._hurry_at = hurried
                return None
        return self._page(name, at, contacts) if contacts else None

    def _page(self, step: str, at: float, contacts: tuple[str, ...]) -> PageDue:
        known = tuple(name for name in contacts if name in self._told)
        self._told.update(dict.fromkeys(contacts))
        return PageDue(
            key=f"{self.began.id}/{step}",
            step=step,
            at=at,
            called_at=self.began.at,
            event=self.event,
            contacts=contacts,
            known=known,
        )
