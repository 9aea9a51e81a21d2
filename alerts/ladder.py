"""One visible alarm: the rules of a ladder feed the table of condition.py and events come out.

The gravest rule that is met decides priority and words. A signal that latches is never lowered or
ended before a person has answered it; a rise by time alone never disturbs an answered one.
"""

from alerts.announce import Announcer
from alerts.condition import ANSWERED, CALLING, Input, State
from alerts.event import AlarmKind, Cause, Change, Priority
from alerts.limits import VoiceRules
from alerts.occurrence import Occurrence
from alerts.rules.rule import AnyRule, Finding
from alerts.rungs import all_easing, any_easing, gravest_met, gravest_waiting, lost, worse

_LOST = {State.LOST, State.LOST_ACKED}
_LOSABLE = {State.PENDING, State.ON, State.ACKED}


class Ladder(Occurrence):
    """Rules, weakest first, as one alarm of one bed."""

    __slots__ = ("lost_priority", "rules")

    def __init__(
        self,
        name: str,
        kind: AlarmKind,
        rules: tuple[AnyRule, ...],
        announcer: Announcer,
        *,
        voice: VoiceRules,
        lost_priority: Priority,
        about: str | None = None,
    ) -> None:
        super().__init__(name, kind, announcer, voice=voice, about=about)
        self.rules = rules
        self.lost_priority = lost_priority

    @property
    def deadline(self) -> float | None:
        """When one of its rules has something to do, or an acceptance lapses."""
        found = self.lapses_at
        for rule in self.rules:
            deadline: float | None = rule.state.deadline
            if deadline is not None and (found is None or deadline < found):
                found = deadline
        return found

    @property
    def losable(self) -> bool:
        """Whether silence of its source would be news to it."""
        state = self.state.state
        return state in _LOSABLE or (state in _LOST and any_easing(self.rules))

    def elapse(self, at: float) -> None:
        """Let the rules whose time has come decide, then settle."""
        self.lapse(at)
        for rule in self.rules:
            rule.elapse(at)
        self.settle(at, data=False)

    def settle(
        self, at: float, *, data: bool = True, by: str | None = None, remind: bool = False
    ) -> None:
        """Bring the alarm in line with its rules.

        data: new data came, so a lost source is back, and calls unless they are good; by: who typed
        them in, and so knows already; remind: if it only stays as it was answered, call it to mind.
        """
        state = self.state.state
        best = self._best()
        if state is State.IDLE or state is State.PENDING:
            if best is not None:
                self._start(at, best, by)
            elif (waiting := self._waiting()) is not None:
                self._wait(at, waiting)
            elif state is State.PENDING:
                self.feed(Input.CLEARED)
        elif best is not None:
            self._follow(at, best, by, data=data, remind=remind)
        elif data or state not in _LOST:
            self._clear(at, Cause.READINGS if data else Cause.ELAPSED)

    def lose(self, at: float, words: str) -> None:
        """The source went silent; `words` say so after what was last known.

        What was pending counts as met: nobody can see any more whether it would have passed.
        """
        s = self.state
        met, waiting = self._best(), self._graver_waiting()
        best = waiting or met
        if best is None or not self.losable:
            self.settle(at, data=False)
            return
        for rule in self.rules:
            rule.lose()
        if s.state in _LOST and waiting is None:  # good data came, and went before they ended it
            found = lost(best, words)
            self.tell(at, Change.UPDATE, rule=best, found=found, cause=Cause.SOURCE_LOST)
            return
        raised: Change | None = None
        if waiting is not None:
            waiting.meet()
        if s.state is State.PENDING:
            self._begin(at, best)
        elif self.rank(best) > s.rank:
            self.adopt(best)
            raised = self.feed(Input.RAISED)
        found = lost(best, words)
        self._become_unknown(at, best, found, at_least=self.lost_priority, raised=raised)

    def acknowledge(self, at: float, by: str) -> None:
        """A person answers; what was held up by the missing answer happens now."""
        change = self.feed(Input.ACKNOWLEDGE)
        if change is None:
            return
        self.tell(at, change, cause=Cause.PERSON, by=by)
        if change is Change.END:
            self.forget(at)
        else:
            self.settle(at, data=False)

    def remind(self, at: float, cause: Cause = Cause.ELAPSED) -> None:
        """It still stands though a person has answered: say so once, and let the answer be."""
        if self.answered:
            best = None if self.state.state in _LOST else self._best()
            self.tell(at, Change.UPDATE, rule=best, cause=cause, reminder=True)

    def due_again(self, again_s: float) -> float | None:
        """When what a person has answered is to call again, if it still stands then."""
        return self.state.answered_at + again_s if self.answered else None

    def call_again(self, at: float) -> None:
        """It still stands though answered long ago: call as if it were new."""
        best = self._best()
        if best is not None and self.answered:
            self._renew(at, best)

    def end(self, at: float, cause: Cause, by: str | None = None, outcome: str = "") -> None:
        """A person or the session ends it, whatever its rules say; `outcome` is added to its words.

        It is found there by whoever reads the record of the alarm.
        """
        for rule in self.rules:
            rule.reset()
        change = self.feed(Input.ENDED)
        if change is not None:
            found = self.last_told()
            if outcome:
                found = found._replace(text=f"{found.text}: {outcome}")
            self.tell(at, change, found=found, cause=cause, by=by)
        self.forget(at)

    def cover(self, at: float, by: str | None) -> None:
        """A stronger alarm begins (or with None stops) to speak for this one."""
        s = self.state
        if s.covered_by == by:
            return
        s.covered_by = by
        if not self.standing:
            return
        if by is None:
            self.tell(at, self.feed(Input.RENEWED) or Change.UPDATE, rises=True)
        else:
            self.tell(at, Change.UPDATE)

    def _best(self) -> AnyRule | None:
        return gravest_met(self.rules, self.rank)

    def _waiting(self) -> AnyRule | None:
        return gravest_waiting(self.rules, self.rank)

    def _graver_waiting(self) -> AnyRule | None:
        """What is pending above all that is met; time alone never raises an answered alarm."""
        met, waiting = self._best(), self._waiting()
        if waiting is None or (met is not None and self.rank(met) >= self.rank(waiting)):
            return None
        return None if waiting.state.by_time and self.state.state in ANSWERED else waiting

    def _wait(self, at: float, waiting: AnyRule) -> None:
        if self.state.state is State.PENDING:
            return
        self.feed(Input.VIOLATED)
        if self.announcer.pending_events:
            self.tell_pending(at, waiting)

    def _start(self, at: float, best: AnyRule, by: str | None) -> None:
        self.feed(Input.VIOLATED)
        change = self.feed(Input.ELAPSED)
        self._qualify(best, by)
        self._begin(at, best)
        if change is not None:
            self.tell(at, change, rule=best, by=by)

    def _begin(self, at: float, best: AnyRule) -> None:
        self.begin(at, best)
        for rule in self.rules:
            rule.factor = self.state.dwell

    def _qualify(self, best: AnyRule, by: str | None) -> None:
        """What goes with an onset or a rise, and is told in the same event."""
        if best.unknown:
            self.feed(Input.LOST)
        if by is not None:
            self.feed(Input.ACKNOWLEDGE)

    def _clear(self, at: float, cause: Cause) -> None:
        change = self.feed(Input.CLEARED)
        if change is None:
            return
        if self.kind is AlarmKind.TECHNICAL:
            cause = Cause.RECOVERED
        self.tell(at, change, cause=cause)
        if change is Change.END:
            self.forget(at)

    def _follow(
        self, at: float, best: AnyRule, by: str | None, *, data: bool, remind: bool
    ) -> None:
        """The condition is there and the alarm stands: on which rung, and how bad?"""
        s = self.state
        returned = data and not best.unknown and not all_easing(self.rules)
        known = s.state not in _LOST or returned
        change = self.feed(Input.VIOLATED) if known else None
        rises = change is not None
        rank = self.rank(best)
        if rank > s.rank:
            if best.state.by_time and s.state in ANSWERED:
                if best.unknown:
                    self._become_unknown(at, best, best.describe())
                return  # time alone never raises what a person has answered
            self.adopt(best)
            change = self.feed(Input.RAISED) or change
            rises = True
            self._qualify(best, by)
        elif rank < s.rank and not (s.latching and s.state in CALLING):
            lowered = self.feed(Input.LOWERED)
            if lowered is not None:
                self.adopt(best)
            change = lowered or change
        renewed = best.take_renewed()
        if best.unknown and s.state in _LOSABLE:
            gone = self.feed(Input.LOST)
            change, rises = change or gone, True
        if change is not None:
            self.tell(at, change, rule=best, by=by, rises=rises)
        elif renewed and by is None:
            self._renew(at, best)
        elif remind and self.answered:
            self.remind(at, Cause.READINGS)
        else:
            self._update(at, best, by)

    def _become_unknown(
        self,
        at: float,
        best: AnyRule,
        found: Finding,
        *,
        at_least: Priority = Priority.LOW,
        raised: Change | None = None,
    ) -> None:
        """Nobody knows any more whether it is so: the same occurrence, and it calls again."""
        s = self.state
        gone = self.feed(Input.LOST)
        change = raised or gone
        if change is None:
            return
        if s.priority.rank < at_least.rank:
            s.priority = at_least
            s.rank = (s.priority.rank, s.rank[1])
        self.tell(at, change, rule=best, found=found, cause=Cause.SOURCE_LOST, rises=True)

    def _renew(self, at: float, best: AnyRule) -> None:
        """The same cause again (reported once more, or not attended): call anew."""
        change = self.feed(Input.RENEWED)
        if change is not None:
            self.tell(at, change, rule=best, rises=True)

    def _update(self, at: float, best: AnyRule, by: str | None) -> None:
        """A new worst value is told, not more often than the profile says; words always."""
        s = self.state
        found = best.describe()
        back = s.state in _LOST and all_easing(self.rules) and at - s.told_at >= self.voice.update_s
        if (best.restates or back) and found.text != s.words:
            self.tell(at, Change.UPDATE, rule=best, by=by)
            return
        if found.value is None or s.event is None or found.metric is not s.event.metric:
            return
        if s.worst is None or worse(best, found.value, s.worst):
            s.worst = found.value
        new = s.worst == found.value and (s.told is None or worse(best, s.worst, s.told))
        if new and at - s.told_at >= self.voice.update_s:
            self.tell(at, Change.UPDATE, rule=best)
