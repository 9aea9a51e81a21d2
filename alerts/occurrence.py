"""One occurrence of an alarm: its identity, its signal, and the events that tell of it."""

import msgspec

from alerts.announce import Announcer
from alerts.condition import ANSWERED, CALLING, PRESENCE, SIGNAL, STANDING, Input, State, step
from alerts.event import (
    AlarmEvent,
    AlarmKind,
    Cause,
    Change,
    Presence,
    Priority,
    Responsibility,
    Signal,
)
from alerts.limits import VoiceRules
from alerts.rules.rule import AnyRule, Finding

Rank = tuple[int, int]

_DWELL_MOST = 2**20  # far beyond any dwell; the profile caps the time, this the number


class OccurrenceState(msgspec.Struct):
    """Plain data.

    rank: of the rung announced last; risen_seq: the event at which it last rose or called anew;
    worst, told: the worst value seen and the last one told; words: of the rule that spoke last;
    dwell: factor of the clear dwell; answered_at: when it was acknowledged, or reminded of since;
    called_at: when it last began, rose, called anew or was called to mind.
    """

    state: State = State.IDLE
    occurrence: str = ""
    number: int = 0
    onset_at: float = 0
    condition: str = ""
    priority: Priority = Priority.LOW
    rank: Rank = (0, 0)
    latching: bool = False
    sound: bool = True
    risen_seq: int = 0
    answered_at: float = 0
    called_at: float = 0
    told_at: float = 0
    told: float | None = None
    worst: float | None = None
    words: str = ""
    covered_by: str | None = None
    paused_until: float | None = None
    ended_at: float | None = None
    dwell: int = 1
    responsibility: Responsibility | None = None
    event: AlarmEvent | None = None


class Occurrence:
    """What an alarm is called, how it stands, and what is told of it."""

    __slots__ = ("about", "announcer", "kind", "most", "name", "state", "voice")

    def __init__(
        self,
        name: str,
        kind: AlarmKind,
        announcer: Announcer,
        *,
        voice: VoiceRules,
        about: str | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.announcer = announcer
        self.voice = voice
        self.about = about
        self.most: Priority | None = None  # it speaks no louder than this now
        self.state = OccurrenceState()

    @property
    def standing(self) -> bool:
        """Announced and not ended."""
        return self.state.state in STANDING

    @property
    def answered(self) -> bool:
        """Acknowledged, and still there or not known to be over."""
        return self.state.state in ANSWERED

    def audible(self, at: float) -> bool:
        """Whether its signal may be heard now."""
        s = self.state
        if s.state not in CALLING or s.covered_by is not None or not s.sound:
            return False
        return s.paused_until is None or at >= s.paused_until

    def pause(self, until: float) -> None:
        """Silence its present signal."""
        self.state.paused_until = until

    def outlast(self, away_s: float | None) -> None:
        """The service was away: a pause keeps what was left of it; None: too long, it ends."""
        until = self.state.paused_until
        self.state.paused_until = None if until is None or away_s is None else until + away_s

    def feed(self, happening: Input) -> Change | None:
        """Move on the table; the change to tell."""
        s = self.state
        s.state, change = step(s.state, happening, latching=s.latching)
        return change

    def begin(self, at: float, rule: AnyRule) -> None:
        """Take a new identity; a quick return makes the clear dwell longer."""
        s = self.state
        self.adopt(rule)
        s.occurrence = self.announcer.new_occurrence(s.condition, at)
        s.number, s.onset_at = 0, at
        again = s.ended_at is not None and at - s.ended_at <= self.voice.chatter_s
        s.dwell = min(s.dwell * 2, _DWELL_MOST) if again else 1

    def adopt(self, rule: AnyRule) -> None:
        """Speak for this rung from now on."""
        s = self.state
        s.priority = self._bounded(rule.state.level or rule.priority)
        s.condition, s.latching, s.sound = rule.condition, rule.latching, rule.sound
        s.rank = self.rank(rule)
        s.worst = s.told = None

    def rank(self, rule: AnyRule) -> Rank:
        """How grave a rule is on this alarm now."""
        rank, order = rank_of(rule)
        return (rank if self.most is None else min(rank, self.most.rank)), order

    def tell_pending(self, at: float, rule: AnyRule) -> None:
        """Announce that a delay runs, under a name of its own."""
        self.adopt(rule)
        self.state.occurrence = self.announcer.new_occurrence(self.state.condition, at)
        self.tell(at, Change.PENDING, rule=rule)
        self.state.number = 0

    def tell(
        self,
        at: float,
        change: Change,
        *,
        rule: AnyRule | None = None,
        found: Finding | None = None,
        cause: Cause | None = None,
        by: str | None = None,
        rises: bool = False,
        reminder: bool = False,
    ) -> None:
        """Make the event. `rule` speaks (`found` replaces its words); without one, as last told.

        rises: it calls people anew, so answers to older events are refused; reminder: it only
        reminds of what they have answered.
        """
        s = self.state
        if found is None:
            found = self.last_told() if rule is None else rule.describe()
        if self._calls_anew(change):
            s.responsibility = None
        s.number += 1
        signal = SIGNAL[s.state]
        before = None if s.event is None else s.event.signal
        if reminder or (signal is Signal.ACKNOWLEDGED and before is not signal):
            s.answered_at = at
        s.event = self.announcer.announce(
            at=at,
            occurrence=s.occurrence,
            number=s.number,
            condition=s.condition,
            kind=self.kind,
            priority=s.priority,
            change=change,
            cause=cause,
            presence=Presence.ABSENT if change is Change.END else PRESENCE[s.state],
            signal=signal,
            finding=found,
            latching=s.latching,
            by=by,
            about=self.about,
            covered_by=s.covered_by,
            reason=self._reason(rule),
            reminder=reminder,
            responsibility=s.responsibility,
        )
        if rule is not None:
            s.told_at, s.told, s.words = at, found.value, found.text
            s.worst = found.value if s.worst is None else s.worst
        if rises or reminder or change in {Change.START, Change.ESCALATE}:
            s.called_at = at
        if rises or change in {Change.START, Change.ESCALATE}:
            s.risen_seq, s.paused_until = s.event.seq, None

    def last_told(self) -> Finding:
        """What its newest event said."""
        event = self.state.event
        if event is None:
            return Finding(None, None, None, self.state.condition)
        return Finding(event.value, event.limit, event.metric, event.text)

    def entrust(self, at: float, to: Responsibility | None, *, cause: Cause, by: str) -> None:
        """Say who has accepted or rejected it (None: nobody any more); its signal goes on."""
        self.state.responsibility = to
        self.tell(at, Change.UPDATE, cause=cause, by=by)

    @property
    def lapses_at(self) -> float | None:
        """When its acceptance ends by itself."""
        held = self.state.responsibility
        return None if held is None else held.lapses_at

    def lapse(self, at: float) -> None:
        """End an acceptance whose time is over: nobody has come."""
        held, lapses_at = self.state.responsibility, self.lapses_at
        if held is not None and lapses_at is not None and lapses_at <= at:
            self.entrust(at, None, cause=Cause.ELAPSED, by=held.by)

    def forget(self, at: float) -> None:
        """It has ended; only what a quick return needs is kept."""
        s = self.state
        self.state = OccurrenceState(ended_at=at, dwell=s.dwell, covered_by=s.covered_by)

    def _calls_anew(self, change: Change) -> bool:
        """Whether a change leaves nothing of what was accepted: it began, rose, or is answered."""
        s = self.state
        risen = s.event is not None and s.priority.rank > s.event.priority.rank
        return risen or change in {Change.START, Change.ESCALATE} or s.state not in CALLING

    def _bounded(self, priority: Priority) -> Priority:
        most = self.most
        return most if most is not None and most.rank < priority.rank else priority

    def _reason(self, rule: AnyRule | None) -> dict[str, str | float] | None:
        """Why: of the rule that speaks, and its own rung where an unanswered one is held higher."""
        s = self.state
        if rule is None:
            return s.event.reason if s.event is not None else None
        why = rule.why()
        if rule.state.level is not None and rule.state.level is not s.priority:
            why |= {"condition": rule.condition, "priority": rule.state.level.value}
        return why


def rank_of(rule: AnyRule) -> Rank:
    """How grave a rule is: its level (or its priority before it is met), then its order."""
    level: Priority | None = rule.state.level
    return (level or rule.priority).rank, rule.order
