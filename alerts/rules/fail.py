"""T-NIBP-FAIL: a cuff whose cycles fail one after the other."""

from alerts.cuff_limits import FailRules
from alerts.event import Priority
from alerts.rules.rule import Finding, Rule, RuleState


class FailState(RuleState, tag="fail"):
    """failed: cycles in a row without a reading; reason: of the last one."""

    failed: int = 0
    reason: str = ""


class FailRule(Rule[FailState]):
    """Met by so many failed cycles in a row, until a valid reading."""

    __slots__ = ("rules", "with_drug")

    def __init__(self, rules: FailRules) -> None:
        super().__init__(FailState())
        self.rules = rules
        self.with_drug = False

    @property
    def condition(self) -> str:
        """Its id in the alarm rules."""
        return self.rules.id

    @property
    def priority(self) -> Priority:
        """Before the dose a technical fault is nothing to hurry for."""
        return self.rules.priority if self.with_drug else self.rules.before_dose

    def arm(self, *, with_drug: bool) -> None:
        """Take the phase of the session."""
        self.with_drug = with_drug
        self._weigh()

    def fail(self, reason: str) -> None:
        """A cycle gave no reading."""
        self.state.failed += 1
        self.state.reason = reason
        self._weigh()

    def elapse(self, at: float) -> None:
        """Time changes nothing."""

    def reset(self) -> None:
        """A valid reading came, or the session is over."""
        self.state = FailState()

    def describe(self) -> Finding:
        """How many, and why."""
        text = f"cuff failed {self.state.failed} times in a row"
        if self.state.reason:
            text += f" ({self.state.reason})"
        return Finding(None, None, None, text)

    def why(self) -> dict[str, str | float]:
        """The count is the reason."""
        return {"rule": "cycles", "failed": float(self.state.failed)}

    def _weigh(self) -> None:
        s = self.state
        s.by_time = True  # a dose alone never disturbs what a person has answered
        s.level = self.priority if s.failed >= self.rules.cycles else None
