"""Who is told next: which alarm becomes a page, when, and under which key; a pure machine.

A *call* is what makes a page due: an occurrence that begins to call, calls again after it was
answered, or rises in priority. Each step of the rules gives at most one page a call; the call's
event id and the step's name are its key, the same whenever the same events are observed again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from alerts.event import AlarmEvent, Change, Priority, Signal

_CALLING = frozenset({Signal.ON, Signal.LATCHED})


@dataclass(frozen=True, slots=True)
class PagingStep:
    """Whom a step tells, and how many seconds after the call began; None: not at this priority."""

    name: str
    high_s: float | None = 0.0
    medium_s: float | None = None

    def delay_s(self, priority: Priority) -> float | None:
        """The step's delay at a priority; a LOW alarm is never paged."""
        return {Priority.HIGH: self.high_s, Priority.MEDIUM: self.medium_s}.get(priority)


@dataclass(frozen=True, slots=True)
class PagingRules:
    """The steps in order, and what the station's screen alone announces (condition, priority)."""

    steps: tuple[PagingStep, ...]
    station_only: frozenset[tuple[str, Priority]] = frozenset()


class PageDue(msgspec.Struct, frozen=True, kw_only=True):
    """A page that must go out now: at least once, always under this key.

    `event` is the newest of its occurrence; `called_at` is when its call began.
    """

    key: str
    step: str
    at: float
    called_at: float
    event: AlarmEvent


class _Call:
    """One occurrence that calls: since when, by which event, and which steps were given."""

    __slots__ = ("began", "event", "given")

    def __init__(self, began: AlarmEvent) -> None:
        self.began = began
        self.event = began
        self.given: set[str] = set()

    def continues(self, event: AlarmEvent) -> bool:
        """Whether an event of the same occurrence is no new call."""
        return event.priority.rank <= self.began.priority.rank


class Paging:
    """Tells which pages are due. `observe` and `advance` take instants that never decrease."""

    def __init__(self, rules: PagingRules) -> None:
        self._rules = rules
        self._calls: dict[str, _Call] = {}

    @property
    def next_deadline(self) -> float | None:
        """When the next page is due if nothing happens before."""
        return min((due_at for due_at, _, _ in self._waiting()), default=None)

    def observe(self, event: AlarmEvent) -> list[PageDue]:
        """Take one alarm event; the pages due until and by it."""
        due = self.advance(event.at, before=True)
        call = self._calls.get(event.occurrence)
        if not self._calls_staff(event):
            self._calls.pop(event.occurrence, None)
        elif call is not None and call.continues(event):
            call.event = event
        else:
            self._calls[event.occurrence] = _Call(event)
        return due + self.advance(event.at)

    def advance(self, at: float, *, before: bool = False) -> list[PageDue]:
        """The pages due by `at` (with `before`: earlier than it), in the order they were due."""
        due: list[PageDue] = []
        for due_at, call, step in sorted(self._waiting(), key=lambda waiting: waiting[0]):
            if due_at > at or (before and due_at == at):
                break
            call.given.add(step.name)
            due.append(
                PageDue(
                    key=f"{call.began.id}/{step.name}",
                    step=step.name,
                    at=due_at,
                    called_at=call.began.at,
                    event=call.event,
                )
            )
        return due

    def calls(self, page: PageDue) -> bool:
        """Whether a page's occurrence still calls: nobody has answered and it has not ended."""
        return page.event.occurrence in self._calls

    def _calls_staff(self, event: AlarmEvent) -> bool:
        silent = (
            event.change is Change.END
            or event.covered_by is not None
            or event.priority is Priority.LOW
        )
        at_station = (event.condition, event.priority) in self._rules.station_only
        return event.signal in _CALLING and not silent and not at_station

    def _waiting(self) -> Iterable[tuple[float, _Call, PagingStep]]:
        """Every step not given yet, with its instant."""
        for call in self._calls.values():
            for step in self._rules.steps:
                delay_s = step.delay_s(call.event.priority)
                if delay_s is not None and step.name not in call.given:
                    yield call.began.at + delay_s, call, step
