"""What a cuff reading means for the pressure alarms of a bed, and for the check that is open."""

import msgspec

from alerts.checks import Checks
from alerts.condition import State
from alerts.cuff_limits import CuffRules
from alerts.event import AlarmEvent, Change, Priority, Signal
from alerts.ladder import Ladder
from alerts.occurrence import rank_of
from alerts.panel import Panel
from alerts.reminders import Reminders
from alerts.rules.cuff import CuffRule
from alerts.rules.pressure import Pressure, Verdict, Yardstick, judge_pressure
from alerts.session import Session
from alerts.words import clock

_LOSABLE = {State.PENDING, State.ON, State.ACKED}
_CALLS = {Change.START, Change.ESCALATE}


class JudgeState(msgspec.Struct):
    """called: the reading at which each ladder last called people."""

    called: dict[str, Pressure] = {}


class Judge:
    """Feeds the cuff rules and their ladders, reading by reading."""

    __slots__ = ("checks", "panel", "reminders", "rules", "session", "state")

    def __init__(
        self,
        rules: CuffRules,
        panel: Panel,
        session: Session,
        checks: Checks,
        reminders: Reminders,
    ) -> None:
        self.rules = rules
        self.panel = panel
        self.session = session
        self.checks = checks
        self.reminders = reminders
        self.state = JudgeState()

    @property
    def yardstick(self) -> Yardstick:
        """What readings of this session are compared with."""
        return Yardstick(self.session.baseline_pressure, self.session.state.dose_at)

    @property
    def urgent(self) -> bool:
        """Whether a pressure is present that hurries the next reading."""
        return any(rule.row.hurries and rule.state.level is not None for rule in self._all())

    def judge(self, at: float, pressure: Pressure, by: str | None) -> None:
        """Take the newest reading, which arrived at `at`; `by` entered it, if a person did."""
        asked, against = self._asked(), self.yardstick
        for ladder, rules in self.panel.cuffs:
            told = [rule.judge(at, pressure, against, by_hand=by is not None) for rule in rules]
            remind = by is None and self._reminds(at, ladder, rules, pressure)
            event = ladder.state.event
            ladder.settle(at, data=any(told), by=by, remind=remind)
            self._note_call(ladder, event, pressure)
        if not self._ask(at, asked) and not pressure.weak:
            self.checks.close()

    def checking(self) -> list[CuffRule]:
        """The rules that ask for a repeat, the gravest first."""
        rules = [rule for rule in self._all() if rule.checking]
        return sorted(rules, key=lambda rule: (rule.priority.rank, rule.order), reverse=True)

    def ask_anew(self, at: float, opened_at: float) -> None:
        """A reading that arrived at `opened_at` is void: so is the request that it made."""
        check = self.checks.state.open
        open_rules = [rule for rule in self._all() if rule.checking or rule.unknown]
        if not open_rules:
            if check is not None and check.opened_at == opened_at:
                self.checks.close()
        elif check is None or self.checking():
            self.checks.renew(at, [rule.condition for rule in reversed(open_rules)])

    def _asked(self) -> dict[CuffRule, float | None]:
        return {rule: rule.state.deadline for rule in self.checking()}

    def _ask(self, at: float, asked: dict[CuffRule, float | None]) -> bool:
        """Ask for a repeat if a rule asks anew; False: none asks at all."""
        asking = self.checking()
        if any(rule.state.deadline != asked.get(rule) for rule in asking):
            self.checks.renew(at, [rule.condition for rule in asking])
        return bool(asking)

    def severe(self, pressure: Pressure) -> str | None:
        """The gravest HIGH condition that a reading is beyond by itself, None if none."""
        against = self.yardstick
        found = [
            rule
            for rule in self._all()
            if rule.priority is Priority.HIGH
            and judge_pressure(rule.row, pressure, against)[0] is Verdict.BEYOND
        ]
        return max(found, key=lambda rule: rule.order).condition if found else None

    def lose_overdue(self, at: float, newest: Pressure | None) -> None:
        """A pressure alarm whose next reading is overdue: nobody knows whether it still is so."""
        due = self.panel.due_rule
        if due.state.level is None or newest is None:
            return
        if newest.at >= due.late_from:
            return  # a questionable one came since: it serves no schedule, but it is news
        for ladder, _ in self.panel.cuffs:
            if ladder.state.state in _LOSABLE:
                ladder.lose(at, f"NO READING FOR {clock(at - newest.at)}")

    def lose_unanswered(self, at: float) -> None:
        """A weaker rung asked for a repeat in vain: nor was the reading of the graver repeated."""
        for ladder, rules in self.panel.cuffs:
            met = [rule for rule in rules if rule.state.level is not None]
            if not met or ladder.state.state not in _LOSABLE:
                continue
            best_at = max(met, key=rank_of).state.beyond_at
            if any(rule.unknown and rule.state.beyond_at == best_at for rule in rules):
                ladder.lose(at, "NOT REPEATED")

    def _all(self) -> list[CuffRule]:
        return [rule for _, own in self.panel.cuffs for rule in own]

    def _reminds(
        self, at: float, ladder: Ladder, rules: tuple[CuffRule, ...], pressure: Pressure
    ) -> bool:
        """Whether this reading calls an answered alarm to mind: much worse, or after a long time.

        Only a reading that is itself beyond the limit does, and not while a nurse is in the room.
        """
        met = [rule for rule in rules if rule.state.level is not None]
        if not ladder.answered or self.reminders.held or not met:
            return False
        best = max(met, key=rank_of)
        if best.state.pressure is not pressure:
            return False
        last = self.state.called.get(ladder.name)
        long_ago = at - ladder.state.called_at >= self.rules.remind_s
        worse = last is None or _worse_by(pressure, last, best) >= self.rules.remind_worse
        return long_ago or worse

    def _note_call(self, ladder: Ladder, before: AlarmEvent | None, pressure: Pressure) -> None:
        """Remember the reading at which the alarm called people, to tell what is worse."""
        event = ladder.state.event
        if event is None or event is before:
            return
        if event.reminder or event.signal is Signal.ON or event.change in _CALLS:
            self.state.called[ladder.name] = pressure


def _worse_by(now: Pressure, then: Pressure, rule: CuffRule) -> float:
    """By how many mm[Hg] a reading is worse, in the direction of its rule."""
    if rule.worse_low:
        return then.systolic - now.systolic
    diastolic = 0.0
    if now.diastolic is not None and then.diastolic is not None:
        diastolic = now.diastolic - then.diastolic
    return max(now.systolic - then.systolic, diastolic)
