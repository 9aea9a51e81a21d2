"""Reminders of answered alarms that still stand, and the nurse in the room who holds them back."""

from collections.abc import Iterator, Sequence

import msgspec

from alerts.entry import Attend
from alerts.event import Priority
from alerts.ladder import Ladder
from alerts.limits import VoiceRules
from alerts.order import Refused
from alerts.panel import Panel
from alerts.part import Orders
from alerts.session import Session
from alerts.status import Hold, Task


class RemindersState(msgspec.Struct):
    """Who is in the room since when, and until when that holds the reminders back."""

    nurse: str = ""
    since: float = 0
    until: float | None = None


class Reminders:
    """Of acknowledged streamed conditions; cuffs and reports remind by their own parts."""

    __slots__ = ("panel", "session", "state", "voice")

    def __init__(self, voice: VoiceRules, panel: Panel, session: Session) -> None:
        self.voice = voice
        self.panel = panel
        self.session = session
        self.state = RemindersState()

    @property
    def orders(self) -> Orders:
        """A nurse says that she is in the room."""
        return {Attend: self._attend}

    @property
    def deadline(self) -> float | None:
        """The next reminder, or the end of the attendance."""
        until = self.state.until
        dues = [due for _, due in self._dues()]
        if until is not None:
            dues = [max(due, until) for due in dues] + [until]
        return min(dues, default=None)

    def elapse(self, at: float) -> None:
        """Remind of everything that is due, unless somebody is with the patient."""
        if self.state.until is not None:
            if self.state.until > at:
                return
            self.state = RemindersState()
        for ladder, due in list(self._dues()):
            if due <= at:
                ladder.remind(at)

    def begin(self, at: float) -> None:
        """Nobody is with the next patient yet."""
        del at
        self.state = RemindersState()

    def arm(self) -> None:
        """Reminders follow their alarms."""

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    @property
    def held(self) -> bool:
        """Whether a nurse in the room holds them back."""
        return self.state.until is not None

    @property
    def holds(self) -> Sequence[Hold]:
        """Who holds the reminders back, and until when."""
        s = self.state
        if s.until is None:
            return ()
        reason = "in the room: no reminders"
        return (Hold(kind="attend", owner=s.nurse, reason=reason, since=s.since, until=s.until),)

    def _attend(self, at: float, order: Attend) -> None:
        if not self.session.open:
            raise Refused("no session is open at this bed", conflict=True)
        if order.leaves:
            if self.state.until is None:
                raise Refused("nobody is said to be in this room", conflict=True)
            self.state = RemindersState()
            self.panel.nausea_rule.hold(at, None)
            return
        if not order.by.strip():
            raise Refused("a named person attends")
        until = at + self.voice.attend_s
        self.state = RemindersState(nurse=order.by, since=at, until=until)
        self.panel.nausea_rule.hold(at, until)

    def _dues(self) -> Iterator[tuple[Ladder, float]]:
        """When each answered alarm would be reminded of."""
        every_s = {
            Priority.HIGH: self.voice.remind_high_s,
            Priority.MEDIUM: self.voice.remind_medium_s,
        }
        streamed = [ladder for own in self.panel.streamed.values() for ladder, _ in own]
        for ladder in [*streamed, self.panel.faint]:
            interval_s = every_s.get(ladder.state.priority)
            if ladder.answered and interval_s is not None:
                yield ladder, ladder.state.answered_at + interval_s
