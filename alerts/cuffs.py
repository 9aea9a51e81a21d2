"""The cuff readings of a bed: which count, what the rules say of them, and what is asked next."""

from collections.abc import Sequence

import msgspec

from alerts.checks import Checks, ChecksState
from alerts.command import Measure
from alerts.condition import State
from alerts.dues import Dues, DuesState
from alerts.event import AlarmEvent, Change, Signal
from alerts.ladder import Ladder
from alerts.limits import Profile
from alerts.occurrence import rank_of
from alerts.panel import Panel
from alerts.part import Orders
from alerts.pressures import Kept, Known, keep, newest, sent_again, valid
from alerts.reminders import Reminders
from alerts.rules.cuff import CuffRule
from alerts.rules.pressure import Pressure, Yardstick, usable_pressure
from alerts.session import Session
from alerts.setup import BedSetup
from alerts.staff import STAFF, entered_by, stated_at
from alerts.status import Task
from alerts.words import clock
from devices.reading import Cuff

_LOSABLE = {State.PENDING, State.ON, State.ACKED}
_CALLS = {Change.START, Change.ESCALATE}


class CuffsState(msgspec.Struct):
    """Plain data. record: every reading that counts; pressure: the newest of them.

    valid_at: when the newest plainly valid one was measured; called: the reading at which each
    ladder last called; failed: the last failed cycle, to know it when it is sent again.
    """

    pressure: Pressure | None = None
    valid_at: float | None = None
    record: list[Kept] = []
    called: dict[str, Pressure] = {}
    failed: Cuff | None = None
    checks: ChecksState = msgspec.field(default_factory=ChecksState)
    dues: DuesState = msgspec.field(default_factory=DuesState)


class Cuffs:
    """Blood pressure of one bed, reading by reading."""

    __slots__ = ("_state", "checks", "dues", "panel", "profile", "reminders", "session")

    def __init__(
        self,
        setup: BedSetup,
        profile: Profile,
        panel: Panel,
        session: Session,
        reminders: Reminders,
    ) -> None:
        self.profile = profile
        self.panel = panel
        self.session = session
        self.reminders = reminders
        self.checks = Checks(setup, profile.check)
        self.dues = Dues(setup, profile, panel, session)
        self.state = CuffsState()

    @property
    def state(self) -> CuffsState:
        """Everything that must survive."""
        return self._state

    @state.setter
    def state(self, state: CuffsState) -> None:
        self._state = state
        self.checks.state = state.checks
        self.dues.state = state.dues

    @property
    def orders(self) -> Orders:
        """A person may ask for a reading."""
        return {Measure: self._measure}

    @property
    def pressures(self) -> Sequence[Pressure]:
        """The session's plainly valid readings, oldest first, as many as the profile keeps."""
        return valid(self.state.record)

    @property
    def tasks(self) -> Sequence[Task]:
        """An open BP-CHECK, and a reading that people must see to."""
        tasks = self.checks.task(), self.dues.task()
        return [task for task in tasks if task is not None]

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = CuffsState()

    def arm(self) -> None:
        """Nothing is asked of a bed without a patient; readings are due from the dose on."""
        if not self.session.open:
            self.checks.close()
        self.dues.arm()
        self.panel.fail_rule.arm(with_drug=self.session.state.dose_at is not None)

    def take(self, at: float, cuff: Cuff) -> None:
        """One live cycle, or what a person measured: that counts at the time it states."""
        pressure = usable_pressure(cuff, stated_at(at, cuff))
        by_hand = cuff.device == STAFF
        if pressure is None:
            if not by_hand:
                self._take_failure(at, cuff)
            return
        s, rules = self.state, self.profile.cuff
        known = Known(rules.same_s, rules.copy_s)
        of_before = pressure.at < self.session.state.began_at
        if of_before or sent_again(s.record, at, cuff, pressure, known):
            return
        if not by_hand:
            self.checks.deflate(at)
        late = s.pressure is not None and pressure.at < s.pressure.at
        self._keep(at, cuff, pressure, judged=not late)
        if not late:
            self.session.keep(pressure)
            self._judge(at, pressure, entered_by(cuff))
        self.reschedule(at)

    def open_check(self, at: float, cause: str) -> None:
        """Ask for a cuff reading because of `cause` (a condition: VASOVAGAL, RED-FLAG, ...)."""
        self.checks.open(at, cause)

    @property
    def deadline(self) -> float | None:
        """When an open check counts as unanswered, or people are told of the next reading."""
        deadlines = self.checks.deadline, self.dues.deadline
        return min((d for d in deadlines if d is not None), default=None)

    def elapse(self, at: float) -> None:
        """What is due."""
        self.checks.elapse(at)
        self.dues.elapse(at)

    def lose_overdue(self, at: float) -> None:
        """A pressure alarm whose next reading is overdue: nobody knows whether it still is so."""
        pressure = self.state.pressure
        if self.panel.due_rule.state.level is None or pressure is None:
            return
        if pressure.at >= self.panel.due_rule.late_from:
            return  # a questionable one came since: it serves no schedule, but it is news
        for ladder, _ in self.panel.cuffs:
            if ladder.state.state in _LOSABLE:
                ladder.lose(at, f"NO READING FOR {clock(at - pressure.at)}")

    def reschedule(self, at: float) -> None:
        """When the next reading is due, after a reading or a change of phase."""
        urgent = any(
            rule.row.hurries and rule.state.level is not None
            for _, own in self.panel.cuffs
            for rule in own
        )
        self.dues.reschedule(at, self.state.valid_at, urgent=urgent)
        self.lose_overdue(at)

    def _measure(self, at: float, order: Measure) -> None:
        del order
        self.checks.ask(at)

    def _keep(self, at: float, cuff: Cuff, pressure: Pressure, *, judged: bool) -> None:
        s, phase = self.state, self.session.state.phase
        kept = Kept(pressure, at, cuff.device, cuff.device_time, phase, judged)
        keep(s.record, kept, self.profile.cuff.keep)
        s.pressure = newest(s.record)
        s.valid_at = max((p.at for p in self.pressures), default=None)

    def _take_failure(self, at: float, cuff: Cuff) -> None:
        s = self.state
        before = s.failed if cuff.device_time is not None else None
        if before is not None and msgspec.structs.replace(cuff, at=before.at) == before:
            return  # sent again
        s.failed = cuff
        self.checks.deflate(at)
        self.checks.retry(at)
        self.panel.fail_rule.fail("" if cuff.reason is None else cuff.reason.replace("_", " "))
        self.panel.fail.settle(at)

    def _judge(self, at: float, pressure: Pressure, by: str | None) -> None:
        """The newest reading: what every rule says, and whether it should be repeated."""
        asked = {rule: rule.state.deadline for rule in self._checking()}
        against = Yardstick(self.session.baseline_pressure, self.session.state.dose_at)
        for ladder, rules in self.panel.cuffs:
            told = [rule.judge(at, pressure, against) for rule in rules]
            remind = by is None and self._reminds(at, ladder, rules, pressure)
            event = ladder.state.event
            ladder.settle(at, data=any(told), by=by, remind=remind)
            self._note_call(ladder, event, pressure)
        asking = self._checking()
        if any(rule.state.deadline != asked.get(rule) for rule in asking):
            self.checks.renew(at, [rule.condition for rule in asking])
        elif not asking and not pressure.weak:
            self.checks.close()
        if not pressure.weak:
            self.panel.fail_rule.reset()
            self.panel.fail.settle(at)

    def _checking(self) -> list[CuffRule]:
        """The rules that ask for a repeat, the gravest first."""
        rules = [rule for _, own in self.panel.cuffs for rule in own if rule.checking]
        return sorted(rules, key=lambda rule: (rule.priority.rank, rule.order), reverse=True)

    def _reminds(
        self, at: float, ladder: Ladder, rules: Sequence[CuffRule], pressure: Pressure
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
        r, last = self.profile.cuff, self.state.called.get(ladder.name)
        long_ago = at - ladder.state.called_at >= r.remind_s
        return long_ago or last is None or _worse_by(pressure, last, best) >= r.remind_worse

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
