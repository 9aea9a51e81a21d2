"""The next cuff reading of a bed: when it is due, who is told of it beforehand, how late it is."""

import msgspec

from alerts.limits import Profile
from alerts.panel import Panel
from alerts.protocol import Cadence
from alerts.schedule import Due, next_dues
from alerts.session import AFTER_DOSE, Session
from alerts.setup import BedSetup
from alerts.status import Phase, Task
from devices.reading import Metric


class DuesState(msgspec.Struct):
    """next: the reading that a person must see to; prompted: they are being told."""

    next: Due | None = None
    prompted: bool = False


class Dues:
    """Keeps T-NIBP-DUE and the prompt in line with the protocol and with what has been measured."""

    __slots__ = ("automatic", "panel", "profile", "session", "state")

    def __init__(self, setup: BedSetup, profile: Profile, panel: Panel, session: Session) -> None:
        self.profile = profile
        self.panel = panel
        self.session = session
        self.state = DuesState()
        self.automatic = any(d.automatic and Metric.SYSTOLIC in d.metrics for d in setup.devices)

    def arm(self) -> None:
        """Readings are due from the dose on."""
        after_dose = self.session.state.phase in AFTER_DOSE
        self.panel.due_rule.armed = after_dose and self.session.watching

    def reschedule(self, at: float, last_at: float | None, *, urgent: bool) -> None:
        """Reckon anew, after a reading or a change of phase.

        last_at: the newest valid reading, None without one; urgent: a severe or low pressure is
        present, so the next reading comes sooner.
        """
        session, rule, rules = self.session.state, self.panel.due_rule, self.profile.due
        cadence = self._cadence()
        if session.dose_at is None or cadence is None:
            self._forget()
            rule.reset()
            self.panel.due.settle(at)
            return
        dues = next_dues(
            cadence,
            phase=Phase.RECOVERY if session.phase is Phase.READY else session.phase,
            phase_since=session.phase_since,
            dose_at=session.dose_at,
            last_at=last_at,
            early_s=rules.early_s,
        )
        if urgent and last_at is not None:
            urgent_s = self.session.protocol.urgent_s
            dues = sorted([*dues, Due(last_at + urgent_s, urgent_s)])
        self._prompt_for(at, dues)
        forced = last_at is None or last_at < session.dose_at + rules.forced_from_s
        waited_from = session.dose_at if last_at is None else max(last_at, session.dose_at)
        due = dues[0] if dues else None
        rule.expect(at, due, waited_from, session.dose_at if forced else None)
        self.panel.due.settle(at)

    @property
    def deadline(self) -> float | None:
        """When people are told of the next reading."""
        due = self.state.next
        if due is None or self.state.prompted:
            return None
        return due.at - self.profile.due.prompt_s

    def elapse(self, at: float) -> None:
        """It is time to tell them."""
        deadline = self.deadline
        if deadline is not None and deadline <= at:
            self.state.prompted = True

    def task(self) -> Task | None:
        """What they are told."""
        due, dose_at = self.state.next, self.session.state.dose_at
        if due is None or dose_at is None or not self.state.prompted:
            return None
        text = "cuff reading due"
        if due.fixed:
            text += f" at T+{round((due.at - dose_at) / 60)} min"
        return Task(
            kind="cuff_due",
            text=text,
            opened_at=due.at - self.profile.due.prompt_s,
            due_at=due.at,
            condition=self.profile.due.id,
        )

    def _prompt_for(self, at: float, dues: list[Due]) -> None:
        """An automatic cuff sees to its own interval; people see to everything else."""
        own = [due for due in dues if due.fixed or not self.automatic]
        due = own[0] if own else None
        if due != self.state.next:
            self.state.next, self.state.prompted = due, False
        self.elapse(at)

    def _forget(self) -> None:
        self.state.next, self.state.prompted = None, False

    def _cadence(self) -> Cadence | None:
        """The schedule in force; None before the dose, or where the protocol asks for nothing."""
        if self.session.state.phase not in AFTER_DOSE or not self.session.watching:
            return None
        protocol = self.session.protocol
        cadence = protocol.automatic if self.automatic else protocol.hand
        return cadence if cadence.every_s or cadence.at_s else None
