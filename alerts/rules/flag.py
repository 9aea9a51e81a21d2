"""Red flags: symptoms that staff see and that alarm until somebody says how they ended."""

import msgspec

from alerts.event import Priority
from alerts.limits import FlagRules
from alerts.rules.rule import Finding, Rule, RuleState
from alerts.words import ago


class FlagState(RuleState, tag="flag"):
    """symptoms: the flags seen, each once; age_s: how old the last was when it was entered."""

    symptoms: list[str] = msgspec.field(default_factory=list[str])
    age_s: float = 0


class FlagRule(Rule[FlagState]):
    """One occurrence for all red flags of a patient; its words list them."""

    __slots__ = ("rules",)

    def __init__(self, rules: FlagRules) -> None:
        super().__init__(FlagState())
        self.rules = rules

    @property
    def condition(self) -> str:
        """As the profile names it."""
        return self.rules.id

    @property
    def priority(self) -> Priority:
        """As the profile says."""
        return self.rules.priority

    @property
    def latching(self) -> bool:
        """It stays until a person settles it."""
        return True

    @property
    def restates(self) -> bool:
        """Another symptom is news."""
        return True

    def report(self, symptoms: list[str], age_s: float) -> bool:
        """Take the flags that were seen; True if one of them is new."""
        s = self.state
        new = [symptom for symptom in symptoms if symptom not in s.symptoms]
        if not self.armed or not new:
            return False
        s.symptoms = [*s.symptoms, *new]
        s.level, s.age_s = self.rules.priority, age_s
        return True

    def elapse(self, at: float) -> None:
        """A symptom does not fade by itself."""

    def reset(self) -> None:
        """Resolved, or the session closed."""
        self.state = FlagState()

    def describe(self) -> Finding:
        """The symptoms in words."""
        s = self.state
        return Finding(None, None, None, ", ".join(s.symptoms) + ago(s.age_s))

    def why(self) -> dict[str, str | float]:
        """A symptom has neither delay nor confirmation."""
        return {"rule": "symptom"}
