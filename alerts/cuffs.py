"""The cuff readings of a bed: the rules on them, their checks, and when the next one is due."""

from collections.abc import Sequence

import msgspec

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
from alerts.status import CheckStatus, Task
from alerts.words import clock
from devices.reading import Cuff, Metric

_MILD = {"BP-ELEV", "BP-RISE"}  # they do not hurry the next reading


class CuffsState(msgspec.Struct):
    """The newest reading with a pressure; `last`: as it came, to know it when it is sent again.

    valid_at: when the newest plainly valid one was measured; asked: when extra inflations were
    asked for.
    """

    pressure: Pressure | None = None
    last: Cuff | None = None
    valid_at: float | None = None
    asked: list[float] = []


class Cuffs:
    """Blood pressure of one bed, reading by reading."""

    __slots__ = ("automatic", "panel", "profile", "session", "state")

    def __init__(self, setup: BedSetup, profile: Profile, panel: Panel, session: Session) -> None:
        self.profile = profile
        self.panel = panel
        self.session = session
        self.state = CuffsState()
        self.automatic = any(d.automatic and Metric.SYSTOLIC in d.metrics for d in setup.devices)

    @property
    def orders(self) -> Orders:
        """A person may ask for a reading."""
        return {Measure: self._measure}

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = CuffsState()

    def arm(self) -> None:
        """Readings are due from the dose on."""
        self.panel.due_rule.armed = self.session.state.phase in AFTER_DOSE

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

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
        baseline = self.session.baseline_pressure
        for ladder, rules in self.panel.cuffs:
            for rule in rules:
                was = rule.state.deadline
                rule.judge(pressure, baseline)
                if rule.checking and rule.state.deadline != was:
                    self.ask(at)
            ladder.settle(at, by=entered_by(cuff))
        self.reschedule(at)

    def ask(self, at: float) -> None:
        """Somebody or some rule asks for an extra inflation (several at once are one)."""
        within_s = self.profile.check.within_s
        self.state.asked = [t for t in self.state.asked if at - t < within_s and t != at] + [at]

    @property
    def deadline(self) -> float | None:
        """Nothing but what its ladders wait for."""
        return None

    def elapse(self, at: float) -> None:
        """Nothing but what its ladders wait for."""

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
        self.ask(at)

    def _cadence(self) -> Cadence | None:
        """The schedule in force; None before the dose, or where the protocol asks for nothing."""
        if self.session.state.phase not in AFTER_DOSE:
            return None
        protocol = self.session.protocol
        cadence = protocol.automatic if self.automatic else protocol.hand
        return cadence if cadence.every_s or cadence.at_s else None

    def check(self) -> CheckStatus | None:
        """The gravest open BP-CHECK."""
        rules: list[CuffRule] = [r for _, own in self.panel.cuffs for r in own if r.checking]
        rule = max(rules, key=lambda r: (r.priority.rank, r.order), default=None)
        if rule is None or rule.state.deadline is None:
            return None
        check = self.profile.check
        opened_at = rule.state.deadline - check.unanswered_s
        by_hand = len(self.state.asked) > check.inflations
        return CheckStatus(
            condition=rule.condition,
            due_from=opened_at + check.from_s,
            due_until=opened_at + check.until_s,
            text="measure by hand" if by_hand else "repeat, patient silent, arm supported",
        )


def _sent_again(cuff: Cuff, last: Cuff | None) -> bool:
    """The same time alone proves nothing: a cuff whose clock stands still has only one."""
    if last is None or cuff.device_time is None:
        return False
    return msgspec.structs.replace(cuff, at=last.at) == last


def _urgent(ladder: Ladder) -> bool:
    """A severe, critical or low pressure stands."""
    return ladder.standing and ladder.state.condition not in _MILD
