"""T-NIBP-DUE: a scheduled cuff reading that is late."""

from alerts.cuff_limits import DueRules
from alerts.event import Priority
from alerts.rules.rule import Finding, Rule, RuleState
from alerts.schedule import Due


class DueState(RuleState, tag="due"):
    """due: what is expected next; last_at: the newest valid reading, or the start of the wait."""

    due: Due | None = None
    last_at: float = 0
    forced_at: float | None = None
    reason: str = ""


class DueRule(Rule[DueState]):
    """LOW without sound when late; MEDIUM when the forced reading or every reading is missing."""

    __slots__ = ("rules",)

    def __init__(self, rules: DueRules) -> None:
        super().__init__(DueState())
        self.rules = rules

    @property
    def condition(self) -> str:
        """Its id in the alarm rules."""
        return self.rules.id

    @property
    def priority(self) -> Priority:
        """As far as it has come."""
        return self.state.level or Priority.LOW

    @property
    def sound(self) -> bool:
        """The weak stage is a visible countdown only."""
        return self.priority is not Priority.LOW

    @property
    def late_from(self) -> float:
        """From when a reading is missing: since it was due, or (MEDIUM) for far too long."""
        s = self.state
        if s.due is not None and s.level is not Priority.MEDIUM:
            return s.due.at
        return self._missing_at()

    def expect(self, at: float, due: Due | None, last_at: float, forced_at: float | None) -> None:
        """Take the schedule after a reading or a change of phase.

        last_at: the newest valid reading (or T0); forced_at: T0, while the reading that the
        protocol forces has not been taken.
        """
        s = self.state
        self.reset()
        s = self.state
        if not self.armed:
            return
        s.due, s.last_at, s.forced_at = due, last_at, forced_at
        self.elapse(at)

    def elapse(self, at: float) -> None:
        """Find the level for this instant and the next instant at which it may change."""
        s, r = self.state, self.rules
        low_at = None
        if s.due is not None:
            low_at = s.due.at + max(r.late_s, r.late_part * s.due.interval_s)
        medium_at = self._missing_at()
        if at >= medium_at:
            s.level, s.deadline, s.by_time = Priority.MEDIUM, None, True
        elif low_at is not None and at >= low_at:
            s.level, s.deadline = Priority.LOW, medium_at
        else:
            s.level, s.deadline = None, medium_at if low_at is None else min(low_at, medium_at)

    def _missing_at(self) -> float:
        s, r = self.state, self.rules
        missing_at = s.last_at + r.none_for_s
        if s.forced_at is not None:
            missing_at = min(missing_at, s.forced_at + r.forced_missing_s)
        return missing_at

    def reset(self) -> None:
        """The schedule begins anew."""
        self.state = DueState()

    def describe(self) -> Finding:
        """How it stands."""
        late = "cuff reading overdue"
        if self.state.level is Priority.MEDIUM:
            late = "cuff reading missing"
        return Finding(None, None, None, late)

    def why(self) -> dict[str, str | float]:
        """The schedule is the reason."""
        due = self.state.due
        return {"rule": "schedule"} if due is None else {"rule": "schedule", "due": due.at}
