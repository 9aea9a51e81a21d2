"""One visible alarm: the rules of a ladder feed the table of condition.py and events come out.

The gravest rule that is met decides priority and words. A signal that latches is never lowered or
ended before a person has answered it; a rise by time alone never disturbs an answered one.
"""

import msgspec

from alerts.announce import Announcer
from alerts.condition import CALLING, PRESENCE, SIGNAL, STANDING, Input, State, step
from alerts.event import AlarmEvent, AlarmKind, Cause, Change, Presence, Priority
from alerts.limits import VoiceRules
from alerts.rules.rule import Finding, Rule


class LadderState(msgspec.Struct):
    """The occurrence and its signal; plain data.

    rank: of the rule announced last; risen_seq: the event at which it last rose or called anew;
    worst, told: the worst value seen and the worst announced; dwell: factor of the clear dwell.
    """

    state: State = State.IDLE
    occurrence: str = ""
    number: int = 0
    onset_at: float = 0
    condition: str = ""
    priority: Priority = Priority.LOW
    rank: tuple[int, int] = (0, 0)
    latching: bool = False
    sound: bool = True
    risen_seq: int = 0
    told_at: float = 0
    told: float | None = None
    worst: float | None = None
    covered_by: str | None = None
    paused_until: float | None = None
    ended_at: float | None = None
    dwell: int = 1
    event: AlarmEvent | None = None


_SILENT = {State.LOST, State.LOST_ACKED}
_LOSABLE = {State.PENDING, State.ON, State.ACKED}


class Ladder:
    """Rules, weakest first, as one alarm of one bed."""

    __slots__ = ("about", "announcer", "kind", "lost_priority", "name", "rules", "state", "voice")

    def __init__(
        self,
        name: str,
        kind: AlarmKind,
        rules: tuple[Rule, ...],
        announcer: Announcer,
        *,
        voice: VoiceRules,
        lost_priority: Priority,
        about: str | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.rules = rules
        self.announcer = announcer
        self.voice = voice
        self.lost_priority = lost_priority
        self.about = about
        self.state = LadderState()

    @property
    def standing(self) -> bool:
        """Announced and not ended."""
        return self.state.state in STANDING

    @property
    def deadline(self) -> float | None:
        """When one of its rules has something to do."""
        found: float | None = None
        for rule in self.rules:
            deadline = rule.state.deadline
            if deadline is not None and (found is None or deadline < found):
                found = deadline
        return found

    def audible(self, at: float) -> bool:
        """Whether its signal may be heard now."""
        s = self.state
        if s.state not in CALLING or s.covered_by is not None or not s.sound:
            return False
        return s.paused_until is None or at >= s.paused_until

    def elapse(self, at: float) -> None:
        """Let the rules whose time has come decide, then settle."""
        for rule in self.rules:
            rule.elapse(at)
        self.settle(at, data=False)

    def settle(self, at: float, *, data: bool = True, by_staff: bool = False) -> None:
        """Bring the alarm in line with its rules.

        data: new data came, so a lost source is back; by_staff: entered by one who knows already.
        """
        s = self.state
        best = self._best()
        if s.state is State.IDLE or s.state is State.PENDING:
            if best is not None:
                self._start(at, best, by_staff=by_staff)
            elif (waiting := self._waiting()) is not None:
                self._wait(at, waiting)
            else:
                self._input(Input.CLEARED)
        elif best is not None:
            self._follow(at, best, data=data, by_staff=by_staff)
        elif data or s.state not in _SILENT:
            self._clear(at, Cause.READINGS if data else Cause.ELAPSED)

    def lose(self, at: float, words: str) -> None:
        """The source went silent; `words` say so after what was last known."""
        s = self.state
        best = self._best() or self._waiting()
        if best is None or s.state not in _LOSABLE:
            return
        for rule in self.rules:
            rule.lose(met=rule is best and rule.state.level is None)
        if s.state is State.PENDING:
            self._name(at, best)
        change = self._input(Input.LOST)
        if change is None:
            return
        if s.priority.rank < self.lost_priority.rank:
            s.priority = self.lost_priority
            s.rank = (s.priority.rank, s.rank[1])
        s.paused_until = None
        found = best.describe()
        found = found._replace(text=f"{found.text}, then {words}")
        self._tell(at, change, found, cause=Cause.SOURCE_LOST, rule=best, rises=True)

    def acknowledge(self, at: float, by: str) -> None:
        """A person answers; what was held up by the missing answer happens now."""
        change = self._input(Input.ACKNOWLEDGE)
        if change is None:
            return
        self._tell(at, change, cause=Cause.PERSON, by=by)
        if change is Change.END:
            self._forget(at)
        else:
            self.settle(at, data=False)

    def end(self, at: float, cause: Cause, by: str | None = None) -> None:
        """A person or the session ends it, whatever its rules say."""
        for rule in self.rules:
            rule.reset()
        change = self._input(Input.ENDED)
        if change is not None:
            self._tell(at, change, cause=cause, by=by)
        self._forget(at)

    def cover(self, at: float, by: str | None) -> None:
        """A stronger alarm begins (or with None stops) to speak for this one."""
        s = self.state
        if s.covered_by == by:
            return
        ended = by is None
        s.covered_by = by
        if not self.standing:
            return
        change = self._input(Input.RENEWED) if ended else Change.UPDATE
        self._tell(at, change or Change.UPDATE, rises=ended)

    def renew(self, at: float) -> None:
        """The same cause again (reported once more, or not attended): call anew."""
        change = self._input(Input.RENEWED)
        if change is not None:
            best = self._best()
            self._tell(at, change, None if best is None else best.describe(), rises=True)

    def pause(self, until: float) -> None:
        """Silence its present signal."""
        self.state.paused_until = until

    def _best(self) -> Rule | None:
        best: Rule | None = None
        top = (0, 0)
        answered = self.state.state in {State.ACKED, State.LOST_ACKED}
        for rule in self.rules:
            level = rule.state.level
            if level is None:
                continue
            rank = (level.rank, rule.order)
            if answered and rule.state.by_time and rank > self.state.rank:
                continue
            if rank > top:
                best, top = rule, rank
        return best

    def _waiting(self) -> Rule | None:
        waiting: Rule | None = None
        for rule in self.rules:
            if rule.state.since is not None and (
                waiting is None
                or (rule.priority.rank, rule.order) > (waiting.priority.rank, waiting.order)
            ):
                waiting = rule
        return waiting

    def _wait(self, at: float, waiting: Rule) -> None:
        s = self.state
        if s.state is State.PENDING:
            return
        self._input(Input.VIOLATED)
        if self.announcer.pending_events:
            self._adopt(waiting)
            s.occurrence = self.announcer.new_occurrence(s.condition, at)
            self._tell(at, Change.PENDING, waiting.describe(), rule=waiting)
            s.number = 0

    def _start(self, at: float, best: Rule, *, by_staff: bool) -> None:
        self._input(Input.VIOLATED)
        change = self._input(Input.ELAPSED)
        if best.unknown:
            self._input(Input.LOST)
        if by_staff:
            self._input(Input.ACKNOWLEDGE)
        self._name(at, best)
        if change is not None:
            self._tell(at, change, best.describe(), rule=best)

    def _name(self, at: float, rule: Rule) -> None:
        """Give the new occurrence its identity; a quick return makes its clear dwell longer."""
        s = self.state
        self._adopt(rule)
        s.occurrence = self.announcer.new_occurrence(s.condition, at)
        s.number, s.onset_at = 0, at
        again = s.ended_at is not None and at - s.ended_at <= self.voice.chatter_s
        s.dwell = s.dwell * 2 if again else 1
        for each in self.rules:
            each.factor = s.dwell

    def _adopt(self, rule: Rule) -> None:
        s = self.state
        level = rule.state.level or rule.priority
        s.condition, s.priority, s.latching, s.sound = (
            rule.condition,
            level,
            rule.latching,
            rule.sound,
        )
        s.rank = (level.rank, rule.order)
        s.worst = s.told = None

    def _clear(self, at: float, cause: Cause) -> None:
        change = self._input(Input.CLEARED)
        if change is None:
            return
        if self.kind is AlarmKind.TECHNICAL:
            cause = Cause.RECOVERED
        self._tell(at, change, cause=cause)
        if change is Change.END:
            self._forget(at)

    def _follow(self, at: float, best: Rule, *, data: bool, by_staff: bool) -> None:
        """The condition is there and the alarm stands: on which rung, and how bad?"""
        s = self.state
        change = self._input(Input.VIOLATED) if data or s.state not in _SILENT else None
        called = change is not None
        rank = ((best.state.level or best.priority).rank, best.order)
        if rank > s.rank:
            self._adopt(best)
            change = self._input(Input.RAISED) or change
            called = True
            if best.unknown:
                self._input(Input.LOST)
            if by_staff:
                self._input(Input.ACKNOWLEDGE)
        elif rank < s.rank and not (s.latching and s.state in CALLING):
            lowered = self._input(Input.LOWERED)
            if lowered is not None:
                self._adopt(best)
            change = lowered or change
        if change is not None:
            self._tell(at, change, best.describe(), rule=best, rises=called)
        elif best.take_renewed() and not by_staff:
            self.renew(at)
        else:
            self._update(at, best)

    def _update(self, at: float, best: Rule) -> None:
        """A new worst value is told, not more often than the profile says."""
        s = self.state
        found = best.describe()
        if found.value is None or s.event is None or found.metric is not s.event.metric:
            return
        low = best.worse_low
        if s.worst is None or (found.value < s.worst if low else found.value > s.worst):
            s.worst = found.value
        worse = s.told is None or (s.worst < s.told if low else s.worst > s.told)
        if worse and s.worst == found.value and at - s.told_at >= self.voice.update_s:
            self._tell(at, Change.UPDATE, found, rule=best)

    def _input(self, happening: Input) -> Change | None:
        s = self.state
        s.state, change = step(s.state, happening, latching=s.latching)
        return change

    def _tell(
        self,
        at: float,
        change: Change,
        found: Finding | None = None,
        *,
        cause: Cause | None = None,
        by: str | None = None,
        rule: Rule | None = None,
        rises: bool = False,
    ) -> None:
        s = self.state
        if found is None:
            old = s.event
            found = (
                Finding(None, None, None, s.condition)
                if old is None
                else Finding(old.value, old.limit, old.metric, old.text)
            )
        s.number += 1
        presence = PRESENCE[s.state] if change is not Change.END else Presence.ABSENT
        s.event = self.announcer.announce(
            at=at,
            occurrence=s.occurrence,
            number=s.number,
            condition=s.condition,
            kind=self.kind,
            priority=s.priority,
            change=change,
            cause=cause,
            presence=presence,
            signal=SIGNAL[s.state],
            finding=found,
            latching=s.latching,
            by=by,
            about=self.about,
            covered_by=s.covered_by,
            reason=self._reason(rule),
        )
        if rule is not None:
            s.told_at, s.told = at, found.value
            s.worst = found.value if s.worst is None else s.worst
        if rises or change in {Change.START, Change.ESCALATE}:
            s.risen_seq, s.paused_until = s.event.seq, None

    def _reason(self, rule: Rule | None) -> dict[str, str | float] | None:
        """Why: of the rule that speaks, and its own rung where an unanswered alarm is held higher."""
        s = self.state
        if rule is None:
            return s.event.reason if s.event is not None else None
        why = rule.why()
        if rule.state.level is not None and rule.state.level is not s.priority:
            why |= {"condition": rule.condition, "priority": rule.state.level.value}
        return why

    def _forget(self, at: float) -> None:
        s = self.state
        self.state = LadderState(ended_at=at, dwell=s.dwell, covered_by=s.covered_by)
