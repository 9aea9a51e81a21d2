"""The cuff readings of a bed: which count, what the rules say of them, and what is asked next."""

from collections.abc import Sequence

import msgspec

from alerts.checks import Checks, ChecksState
from alerts.command import Measure, VoidReading
from alerts.dues import Dues, DuesState
from alerts.inbox import Inbox, InboxState
from alerts.judging import Judge, JudgeState
from alerts.limits import Profile
from alerts.panel import Panel
from alerts.part import Orders
from alerts.pressures import Kept, Known, keep, newest, sent_again, valid
from alerts.reminders import Reminders
from alerts.rules.pressure import Pressure, usable_pressure
from alerts.session import Session
from alerts.setup import BedSetup
from alerts.staff import STAFF, entered_by, stated_at
from alerts.status import Task
from alerts.voiding import find_void, judge_anew
from devices.reading import Cuff, Reading


class CuffsState(msgspec.Struct):
    """Plain data. record: every reading that counts; pressure: the newest of them.

    valid_at: when the newest plainly valid one was measured; failed: the last failed cycle, to
    know it when it is sent again.
    """

    pressure: Pressure | None = None
    valid_at: float | None = None
    record: list[Kept] = []
    failed: Cuff | None = None
    judge: JudgeState = msgspec.field(default_factory=JudgeState)
    inbox: InboxState = msgspec.field(default_factory=InboxState)
    checks: ChecksState = msgspec.field(default_factory=ChecksState)
    dues: DuesState = msgspec.field(default_factory=DuesState)


class Cuffs:
    """Blood pressure of one bed, reading by reading."""

    __slots__ = ("_state", "checks", "dues", "inbox", "judge", "panel", "profile", "session")

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
        self.inbox = Inbox(setup, profile.inbox)
        self.checks = Checks(setup, profile.check)
        self.judge = Judge(profile.cuff, panel, session, self.checks, reminders)
        self.dues = Dues(setup, profile, panel, session)
        self.state = CuffsState()

    @property
    def state(self) -> CuffsState:
        """Everything that must survive."""
        return self._state

    @state.setter
    def state(self, state: CuffsState) -> None:
        self._state = state
        self.judge.state = state.judge
        self.inbox.state = state.inbox
        self.checks.state = state.checks
        self.dues.state = state.dues

    @property
    def orders(self) -> Orders:
        """A person may ask for a reading, or take one back."""
        return {Measure: self._measure, VoidReading: self._void}

    @property
    def voided(self) -> tuple[float, ...]:
        """When each reading that was taken back was measured."""
        return tuple(kept.pressure.at for kept in self.state.record if kept.void)

    @property
    def pressures(self) -> Sequence[Pressure]:
        """The session's plainly valid readings, oldest first, as many as the profile keeps."""
        return valid(self.state.record)

    @property
    def tasks(self) -> Sequence[Task]:
        """An open BP-CHECK, a reading that people must see to, and one that does not count."""
        tasks = self.checks.task(), self.dues.task(), self.inbox.task()
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
        """One cycle that came live, or what a person measured."""
        by_hand = cuff.device == STAFF
        if by_hand or self.inbox.admits(at, cuff, self.checks.state.opened_at):
            self._take(at, cuff)

    def take_stored(self, at: float, reading: Reading) -> bool:
        """A reading from a device's memory changes nothing; severe and young it opens a check.

        One whose clock is unset may be new all the same. False: it is no cuff's.
        """
        if not isinstance(reading, Cuff):
            return False
        if reading.undated:
            self.take(at, reading)
        else:
            self._recall(at, reading)
        return True

    def open_check(self, at: float, cause: str) -> None:
        """Ask for a cuff reading because of `cause` (a condition: VASOVAGAL, RED-FLAG, ...)."""
        self.checks.open(at, cause)

    @property
    def deadline(self) -> float | None:
        """When a check counts as unanswered, people are told of a reading, or a burst is over."""
        deadlines = self.checks.deadline, self.dues.deadline, self.inbox.deadline
        return min((d for d in deadlines if d is not None), default=None)

    def elapse(self, at: float) -> None:
        """What is due."""
        released = self.inbox.release(at)
        if released is not None:
            self._take(at, released)
        self.checks.elapse(at)
        self.dues.elapse(at)

    def reschedule(self, at: float) -> None:
        """When the next reading is due, after a reading or a change of phase."""
        self.dues.reschedule(at, self.state.valid_at, urgent=self.judge.urgent)
        self.lose_overdue(at)

    def lose_overdue(self, at: float) -> None:
        """A pressure that nobody measured again in time: nobody knows whether it still is so."""
        self.judge.lose_unanswered(at)
        self.judge.lose_overdue(at, self.state.pressure)

    def _measure(self, at: float, order: Measure) -> None:
        del order
        self.inbox.measure_here(at)
        self.checks.ask(at)

    def _void(self, at: float, order: VoidReading) -> None:
        s = self.state
        one = find_void(s.record, order, self.judge)
        one.void = True
        self.session.drop(one.pressure)
        self._look_over()
        judge_anew(at, s.record, one, self.judge, order.by)
        self.judge.ask_anew(at, one.arrived_at)
        self.reschedule(at)

    def _take(self, at: float, cuff: Cuff) -> None:
        """What counts: a person's entry at the time that it states, a device's now."""
        measured_at = stated_at(at, cuff) if cuff.device == STAFF else at
        pressure = usable_pressure(cuff, measured_at)
        if pressure is None:
            self._take_failure(at, cuff)
            return
        if self._sent_again(at, cuff, pressure):
            return
        if cuff.device != STAFF:
            self.checks.deflate(at)
        newest_at = self.state.pressure.at if self.state.pressure is not None else pressure.at
        late = pressure.at < newest_at
        self._keep(at, cuff, pressure, judged=not late)
        if late:
            self._take_late(at, pressure)
        else:
            self.session.keep(pressure)
            self.judge.judge(at, pressure, entered_by(cuff))
        self.inbox.answer()
        if not pressure.weak:
            self.panel.fail_rule.reset()
            self.panel.fail.settle(at)
        self.reschedule(at)

    def _recall(self, at: float, cuff: Cuff) -> None:
        pressure = usable_pressure(cuff, stated_at(at, cuff))
        if pressure is None or cuff.device_time is None:
            return
        young = abs(at - cuff.device_time) <= self.profile.inbox.late_s
        in_session = pressure.at >= self.session.state.here_since  # else another patient's
        condition = self.judge.severe(pressure)
        if condition is None or not (young and in_session):
            return
        if self._sent_again(at, cuff, pressure) or not self.inbox.admits(at, cuff, None):
            return
        if self.inbox.is_new(cuff):
            self.checks.open(at, condition)

    def _take_late(self, at: float, pressure: Pressure) -> None:
        """A person entered what was measured before the newest reading."""
        condition = self.judge.severe(pressure)
        if condition is not None and at - pressure.at <= self.profile.inbox.late_s:
            self.checks.open(at, condition)

    def _take_failure(self, at: float, cuff: Cuff) -> None:
        before = self.state.failed if cuff.device_time is not None else None
        again = before is not None and msgspec.structs.replace(cuff, at=before.at) == before
        if again or cuff.device == STAFF:
            return
        self.state.failed = cuff
        self.checks.deflate(at)
        self.checks.retry(at)
        self.panel.fail_rule.fail("" if cuff.reason is None else cuff.reason.replace("_", " "))
        self.panel.fail.settle(at)

    def _sent_again(self, at: float, cuff: Cuff, pressure: Pressure) -> bool:
        rules = self.profile.cuff
        known = Known(rules.same_s, rules.copy_s)
        return sent_again(self.state.record, at, cuff, pressure, known)

    def _keep(self, at: float, cuff: Cuff, pressure: Pressure, *, judged: bool) -> None:
        s, phase = self.state, self.session.state.phase
        kept = Kept(pressure, at, cuff.device, cuff.device_time, phase, judged)
        keep(s.record, kept, self.profile.cuff.keep)
        self._look_over()

    def _look_over(self) -> None:
        """Find the newest again."""
        self.state.pressure = newest(self.state.record)
        self.state.valid_at = max((p.at for p in self.pressures), default=None)
