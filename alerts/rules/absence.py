"""T-DEVICE: devices that a session cannot run without and that have not come."""

from collections.abc import Iterable

import msgspec

from alerts.rows import AbsenceRow
from alerts.rules.rule import Finding, RowRule, RuleState


class AbsenceState(RuleState, tag="absence"):
    """missing: the devices, each with the time since when; named: those that people were called to.

    renewed: another one has been missing for long enough, so people are called again.
    """

    missing: dict[str, float] = msgspec.field(default_factory=dict[str, float])
    named: list[str] = msgspec.field(default_factory=list[str])
    renewed: bool = False


class AbsenceRule(RowRule[AbsenceRow, AbsenceState]):
    """Each device has its own delay; one more than people know of calls them anew."""

    __slots__ = ()

    def __init__(self, row: AbsenceRow) -> None:
        super().__init__(row, 0, AbsenceState())

    @property
    def restates(self) -> bool:
        """Which devices are missing is news."""
        return True

    def look(self, at: float, missing: Iterable[str]) -> None:
        """These are missing now."""
        if not self.armed:
            return
        s = self.state
        s.missing = {device: s.missing.get(device, at) for device in missing}
        s.named = [device for device in s.named if device in s.missing]
        self._weigh(at)

    def elapse(self, at: float) -> None:
        """One may have been missing for long enough."""
        self._weigh(at)

    def take_renewed(self) -> bool:
        """Once, whether another one is missing."""
        renewed, self.state.renewed = self.state.renewed, False
        return renewed

    def reset(self) -> None:
        """Nothing is missing."""
        self.state = AbsenceState()

    def describe(self) -> Finding:
        """Which devices; those that are waited for while there is no other."""
        devices = ", ".join(self.state.named or self.state.missing)
        return Finding(None, None, None, f"required device missing: {devices}")

    def why(self) -> dict[str, str | float]:
        """The kind of rule and its delay."""
        return {"rule": "absence", "delay": self.row.delay_s}

    def _weigh(self, at: float) -> None:
        s, delay_s = self.state, self.row.delay_s
        dues = {name: since + delay_s for name, since in s.missing.items() if name not in s.named}
        due = [device for device, due_at in dues.items() if due_at <= at]
        s.renewed = bool(s.named) and (s.renewed or bool(due))
        s.named += due
        s.deadline = min((due_at for due_at in dues.values() if due_at > at), default=None)
        s.level = self.row.priority if s.named else None
        waits = s.level is None and s.missing
        s.since = min(s.missing.values()) if waits else None
