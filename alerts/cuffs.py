"""The cuff readings of a bed: the rules on them, their checks, and when the next one is due."""

from collections.abc import Mapping, Sequence

import msgspec

from alerts.checks import Checks, ChecksState
from alerts.command import Measure
from alerts.condition import State
from alerts.ladder import Ladder
from alerts.limits import Profile
from alerts.panel import Panel
from alerts.part import Orders
from alerts.protocol import Cadence
from alerts.rules.cuff import CuffRule
from alerts.rules.pressure import Pressure, usable_pressure
from alerts.schedule import next_due
from alerts.session import AFTER_DOSE, Session
from alerts.setup import BedSetup
from alerts.staff import entered_by
from alerts.status import Task
from alerts.words import clock
from devices.reading import Cuff, Metric

_MILD = {"BP-ELEV", "BP-RISE"}  # they do not hurry the next reading


class CuffsState(msgspec.Struct):
    """The newest reading with a pressure; `last`: as it came, to know it when it is sent again.

    valid_at: when the newest plainly valid one was measured.
    """

    pressure: Pressure | None = None
    last: Cuff | None = None
    valid_at: float | None = None
    checks: ChecksState = msgspec.field(default_factory=ChecksState)


class Cuffs:
    """Blood pressure of one bed, reading by reading."""

    __slots__ = ("_state", "automatic", "checks", "panel", "profile", "session")

    def __init__(self, setup: BedSetup, profile: Profile, panel: Panel, session: Session) -> None:
        self.profile = profile
        self.panel = panel
        self.session = session
        self.checks = Checks(setup, profile.check)
        self.state = CuffsState()
        self.automatic = any(d.automatic and Metric.SYSTOLIC in d.metrics for d in setup.devices)

    @property
    def state(self) -> CuffsState:
        """Everything that must survive."""
        return self._state

    @state.setter
    def state(self, state: CuffsState) -> None:
        self._state = state
        self.checks.state = state.checks

    @property
    def orders(self) -> Orders:
        """A person may ask for a reading."""
        return {Measure: self._measure}

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = CuffsState()

    def arm(self) -> None:
        """Readings are due from the dose on; nothing is asked of a bed without a patient."""
        if not self.session.open:
            self.checks.close()
        self.panel.due_rule.armed = self.session.state.phase in AFTER_DOSE

    @property
    def tasks(self) -> Sequence[Task]:
        """An open BP-CHECK."""
        task = self.checks.task()
        return () if task is None else (task,)

    def take(self, at: float, cuff: Cuff, *, by_staff: bool) -> None:
        """Judge one cycle. A person's entry counts at the time it states; older ones do nothing."""
        stated = cuff.device_time if by_staff and cuff.device_time is not None else at
        pressure = usable_pressure(cuff, min(at, stated))
        s = self.state
        if pressure is None or _sent_again(cuff, s.last):
            return
        if s.pressure is not None and pressure.at < s.pressure.at:
            return
        s.pressure, s.last = pressure, cuff
        if not pressure.weak:
            s.valid_at = pressure.at
        self.session.keep(pressure)
        self.checks.deflate(at)
        before = {rule: rule.state.deadline for rule in self._checking()}
        baseline = self.session.baseline_pressure
        for ladder, rules in self.panel.cuffs:
            for rule in rules:
                rule.judge(pressure, baseline)
            ladder.settle(at, by=entered_by(cuff))
        self._answer_check(at, before, weak=pressure.weak)
        self.reschedule(at)

    def open_check(self, at: float, cause: str) -> None:
        """Ask for a cuff reading because of `cause` (a condition: VASOVAGAL, RED-FLAG, ...)."""
        self.checks.open(at, cause)

    @property
    def deadline(self) -> float | None:
        """When an open check counts as unanswered."""
        return self.checks.deadline

    def elapse(self, at: float) -> None:
        """An open check may have run out of time."""
        self.checks.elapse(at)

    def lose_overdue(self, at: float) -> None:
        """A pressure alarm whose next reading is overdue: nobody knows whether it still is so."""
        pressure = self.state.pressure
        if self.panel.due_rule.state.level is None or pressure is None:
            return
        if pressure.at >= self.panel.due_rule.late_from:
            return  # a questionable one came since: it serves no schedule, but it is news
        for ladder, _ in self.panel.cuffs:
            if ladder.state.state in {State.ON, State.ACKED}:
                ladder.lose(at, f"NO READING FOR {clock(at - pressure.at)}")

    def reschedule(self, at: float) -> None:
        """When the next reading is due, after a reading or a change of phase."""
        session, rule = self.session.state, self.panel.due_rule
        cadence = self._cadence()
        if session.dose_at is None or cadence is None:
            rule.reset()
            self.panel.due.settle(at)
            return
        protocol = self.session.protocol
        last_at = self.state.valid_at  # a questionable reading serves no schedule
        due = next_due(
            cadence,
            phase=session.phase,
            phase_since=session.phase_since,
            dose_at=session.dose_at,
            last_at=last_at,
            early_s=self.profile.due.early_s,
        )
        urgent = any(_urgent(ladder) for ladder, _ in self.panel.cuffs)
        if urgent and last_at is not None and due is not None:
            soon = due._replace(at=last_at + protocol.urgent_s, interval_s=protocol.urgent_s)
            due = min(due, soon)
        forced = last_at is None or last_at < session.dose_at + self.profile.due.forced_from_s
        waited_from = session.dose_at if last_at is None else max(last_at, session.dose_at)
        rule.expect(at, due, waited_from, session.dose_at if forced else None)
        self.panel.due.settle(at)
        self.lose_overdue(at)

    def _measure(self, at: float, order: Measure) -> None:
        del order
        self.checks.ask(at)

    def _checking(self) -> list[CuffRule]:
        """The rules that ask for a repeat, the gravest first."""
        rules = [rule for _, own in self.panel.cuffs for rule in own if rule.checking]
        return sorted(rules, key=lambda rule: (rule.priority.rank, rule.order), reverse=True)

    def _answer_check(
        self, at: float, before: Mapping[CuffRule, float | None], *, weak: bool
    ) -> None:
        """A reading came: it answers the open check, and may ask for the next one."""
        asking = self._checking()
        if any(rule.state.deadline != before.get(rule) for rule in asking):
            self.checks.renew(at, [rule.condition for rule in asking])
        elif not asking and not weak:
            self.checks.close()

    def _cadence(self) -> Cadence | None:
        """The schedule in force; None before the dose, or where the protocol asks for nothing."""
        if self.session.state.phase not in AFTER_DOSE:
            return None
        protocol = self.session.protocol
        cadence = protocol.automatic if self.automatic else protocol.hand
        return cadence if cadence.every_s or cadence.at_s else None


def _sent_again(cuff: Cuff, last: Cuff | None) -> bool:
    """The same time alone proves nothing: a cuff whose clock stands still has only one."""
    if last is None or cuff.device_time is None:
        return False
    return msgspec.structs.replace(cuff, at=last.at) == last


def _urgent(ladder: Ladder) -> bool:
    """A severe, critical or low pressure stands."""
    return ladder.standing and ladder.state.condition not in _MILD
