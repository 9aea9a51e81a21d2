"""Who is told next: which alarm becomes a page, when, and under which key; a pure machine.

A *call* is what makes a page due: an occurrence that begins to call, calls again after it was
answered, or rises in priority. Each step of the rules gives at most one page a call; the call's
event id and the step's name are its key, the same whenever the same events are observed again.
So the events that are stored, who is on duty and the pages sent before are all a restart needs.
"""

import math
from collections.abc import Iterable, Iterator

import msgspec

from alerts.call import Call, PageDue, is_calling
from alerts.duty import Duty, DutyList
from alerts.event import AlarmEvent
from alerts.steps import EscalationRules
from devices.reading import Origin

__all__ = ["Channels", "Due", "PageDue", "Paging", "Screens", "SoundHere"]


class Screens(msgspec.Struct, frozen=True, kw_only=True):
    """The stations whose armed, visible screens have confirmed at `at` (or none has)."""

    at: float
    armed: tuple[str, ...]


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a page can reach anybody at all from `at` on."""

    at: float
    up: bool


class SoundHere(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody sees a screen and no page can be sent: the machine itself must make a noise."""

    at: float
    events: tuple[AlarmEvent, ...]


Due = PageDue | SoundHere


class Paging:
    """Tells what is due. Instants never decrease; at one instant an input goes before a page.

    It counts nobody as blind before the first Screens. `before`: whom the pages of an earlier run
    went to, by key.
    """

    def __init__(
        self, rules: EscalationRules, duty: Duty, *, before: Iterable[PageDue] = ()
    ) -> None:
        self._rules = rules
        self._duty = DutyList()
        self._duty.take(duty)
        self._before = {page.key: page.contacts for page in before if page.contacts}
        self._calls: dict[str, Call] = {}
        self._confirmed_at: float | None = None
        self._cut_off_at: float | None = None  # since when no channel works
        self._sounded_at = -math.inf
        self._now = -math.inf

    @property
    def next_deadline(self) -> float | None:
        """When something is due, or somebody goes off duty, if nothing happens before."""
        moments = [moment for moment, _ in self._moments()]
        if (sound_at := self._sound_at()) is not None:
            moments.append(sound_at)
        return min(moments, default=None)

    @property
    def unmanned(self) -> tuple[str, ...]:
        """The steps that reach nobody now, as "patient: secondary"."""
        tables = (
            ("patient", self._rules.patient),
            ("device", self._rules.device),
            ("site", self._rules.site),
        )
        return tuple(
            f"{name}: {step.name}"
            for name, steps in tables
            for step in steps
            if not self._duty.reached(step.roles, self._now)
        )

    def calls(self, page: PageDue) -> bool:
        """Whether a page's occurrence still calls: nobody has answered and it has not ended."""
        return page.event.occurrence in self._calls

    def observe(self, event: AlarmEvent) -> list[Due]:
        """Take one alarm event; what is due until and by it."""
        due = self.advance(event.at, before=True)
        call = self._calls.get(event.occurrence)
        if not is_calling(event):
            self._calls.pop(event.occurrence, None)
        elif call is not None and call.continues(event):
            call.follow(event)
        else:
            self._calls[event.occurrence] = Call(event, self._rules)
        return due + self.advance(event.at)

    def relieve(self, duty: Duty) -> list[Due]:
        """Other people are on duty: calls whose people have all gone are told to the new ones."""
        due = self.advance(duty.at, before=True)
        self._duty.take(duty)
        for call in self._calls.values():
            page = call.relieve(duty.at, self._duty)
            if page is not None:
                due.append(self._with_others(call, page))
        return due + self.advance(duty.at)

    def watch(self, screens: Screens) -> list[Due]:
        """Take which stations have confirmed; the first time begins the watch."""
        due = self.advance(screens.at, before=True)
        if screens.armed or self._confirmed_at is None:
            self._confirmed_at = screens.at
        return due + self.advance(screens.at)

    def connect(self, channels: Channels) -> list[Due]:
        """Take whether pages can be sent."""
        due = self.advance(channels.at, before=True)
        if channels.up:
            self._cut_off_at = None
        elif self._cut_off_at is None:
            self._cut_off_at = channels.at
        return due + self.advance(channels.at)

    def advance(self, at: float, *, before: bool = False) -> list[Due]:
        """What is due by `at` (with `before`: earlier than it), in the order it was due."""
        due: list[Due] = []
        while (found := min(self._moments(), default=None, key=_earliest)) is not None:
            moment, call = found
            if moment > at or (before and moment == at):
                break
            due += self._sound(moment)
            self._now = max(self._now, moment)
            page = None if call is None else call.act(moment, self._duty, self._before)
            if call is not None and page is not None and not self._was_told(call, page):
                due.append(self._with_others(call, page))
        due += self._sound(at, before=before)
        self._now = max(self._now, at)
        return due

    @property
    def _blind_at(self) -> float | None:
        """From when on nobody sees or hears a screen."""
        confirmed_at = self._confirmed_at
        return None if confirmed_at is None else confirmed_at + self._rules.screen_s

    def _moments(self) -> Iterator[tuple[float, Call | None]]:
        """When something happens by itself, and to which call; None: somebody goes off duty."""
        if (end_at := self._duty.next_end(self._now)) is not None:
            yield end_at, None
        blind_at = self._blind_at
        for call in self._calls.values():
            moment = call.moment(self._duty, blind_at)
            if moment is not None:
                yield moment, call

    def _of_bed(self, call: Call) -> Iterator[Call]:
        """The other calls of the same bed that take the same steps."""
        steps = self._rules.steps(call.event)
        for other in self._calls.values():
            same = (other.event.bed, other.event.origin) == (call.event.bed, call.event.origin)
            if other is not call and same and self._rules.steps(other.event) is steps:
                yield other

    def _was_told(self, call: Call, page: PageDue) -> bool:
        """One cause, one page: another page of the bed has just said this too."""
        return call.event.bed is not None and any(
            other.speaks_for(call, page.at, page.contacts, page.step)
            for other in self._of_bed(call)
        )

    def _with_others(self, call: Call, page: PageDue) -> PageDue:
        if call.event.bed is not None:
            others = (other.event for other in self._of_bed(call) if not other.at_station)
            gravest = sorted(others, key=lambda event: -event.priority.rank)
            page = msgspec.structs.replace(page, others=tuple(gravest))
        call.newest = page
        return page

    def _sound(self, until: float, *, before: bool = False) -> list[Due]:
        due: list[Due] = []
        while (sound_at := self._sound_at()) is not None:
            if sound_at > until or (before and sound_at == until):
                break
            self._sounded_at = sound_at
            events = (c.event for c in self._unheard(sound_at))
            gravest = tuple(sorted(events, key=lambda event: -event.priority.rank))
            due.append(SoundHere(at=sound_at, events=gravest))
        return due

    def _sound_at(self) -> float | None:
        """When the local sounder is due next."""
        blind_at = self._blind_at
        if blind_at is None:
            return None
        again_at = self._sounded_at + self._rules.sounder_s
        unheard = self._unheard(max(blind_at, self._now))
        starts = [max(blind_at, again_at, self._lost_at(call)) for call in unheard]
        return min(starts, default=None)

    def _unheard(self, at: float) -> list[Call]:
        """The calls of real patients that no page can carry."""
        return [
            call
            for call in self._calls.values()
            if call.event.origin is Origin.REAL
            and (self._cut_off_at is not None or not self._duty.reached(call.roles, at))
        ]

    def _lost_at(self, call: Call) -> float:
        """Since when no page can carry it."""
        if self._cut_off_at is not None:
            return max(call.began.at, self._cut_off_at)
        return max(call.began.at, self._now)


def _earliest(moment: tuple[float, Call | None]) -> tuple[float, float]:
    """At one instant: the duty list first, then the gravest call."""
    at, call = moment
    return at, -math.inf if call is None else -call.event.priority.rank
