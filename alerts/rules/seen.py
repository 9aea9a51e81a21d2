"""Something that must not be seen was seen, and ends when it has not been for a while."""

from alerts.rows import SeenRow
from alerts.rules.rule import Finding, RowRule, RuleState


class SeenState(RuleState, tag="seen"):
    """detail: what was seen last; deadline: when it counts as gone."""

    detail: str = ""


class SeenRule(RowRule[SeenRow, SeenState]):
    """One SeenRow at work: met at once."""

    __slots__ = ()

    def __init__(self, row: SeenRow, place: int) -> None:
        super().__init__(row, place, SeenState())

    def see(self, at: float, detail: str) -> None:
        """It is there."""
        if self.armed:
            s = self.state
            s.level, s.deadline, s.detail = self.row.priority, at + self.row.quiet_s, detail

    def elapse(self, at: float) -> None:
        """It has not been seen for long enough."""
        if self.state.deadline is not None and self.state.deadline <= at:
            self.reset()

    def reset(self) -> None:
        """It is gone."""
        self.state = SeenState()

    def describe(self) -> Finding:
        """What was seen."""
        return Finding(None, None, None, self.state.detail)

    def why(self) -> dict[str, str | float]:
        """The kind of rule, and for how long it must not be seen."""
        return {"rule": "seen", "quiet": self.row.quiet_s}
