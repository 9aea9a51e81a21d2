"""A score that people give (MOAA/S) at or below a limit: met at once, clear at a better one."""

from alerts.rows import ScoreRow
from alerts.rules.rule import Finding, RowRule, RuleState
from alerts.words import ago
from devices.reading import Metric


class ScoreState(RuleState, tag="score"):
    """value: the newest score; age_s: how old it was when it was entered."""

    value: float | None = None
    age_s: float = 0


class ScoreRule(RowRule[ScoreRow, ScoreState]):
    """One ScoreRow at work."""

    __slots__ = ()

    def __init__(self, row: ScoreRow, place: int) -> None:
        super().__init__(row, place, ScoreState())

    @property
    def worse_low(self) -> bool:
        """A lower score is deeper sedation."""
        return True

    @property
    def restates(self) -> bool:
        """Each score is news."""
        return True

    def judge(self, value: float, age_s: float, *, weak: bool) -> None:
        """Take the newest score; a questionable one never clears."""
        s = self.state
        if not self.armed:
            return
        s.value, s.age_s = value, age_s
        if value <= self.row.limit:
            s.level = self.row.priority
        elif value >= self.row.clear and not weak:
            s.level = None

    def elapse(self, at: float) -> None:
        """A score is decided by scores alone."""

    def reset(self) -> None:
        """Forget what was seen."""
        self.state = ScoreState()

    def describe(self) -> Finding:
        """The score, its limit, and the words for them."""
        s, limit = self.state, self.row.limit
        if s.value is None:
            return Finding(None, limit, Metric.MOAAS, self.row.id)
        after = "" if s.value <= limit else "after "
        text = f"MOAA/S {s.value:g} {after}<= {limit:g}{ago(s.age_s)}"
        return Finding(s.value, limit, Metric.MOAAS, text)

    def why(self) -> dict[str, str | float]:
        """A score has neither delay nor confirmation."""
        return {"rule": "score"}
