"""A call: staff ask for help, or the patient holds the button. Only a person ends it."""

import msgspec

from alerts.event import Priority
from alerts.limits import CallRules
from alerts.rules.rule import Finding, Rule, RuleState


class CallState(RuleState, tag="call"):
    """words: what was said, each once; patient: the patient called; renewed: call again."""

    words: list[str] = msgspec.field(default_factory=list[str])
    patient: bool = False
    renewed: bool = False


class CallRule(Rule[CallState]):
    """Staff are heard at once; a patient's call rises while nobody answers."""

    __slots__ = ("rules",)

    def __init__(self, rules: CallRules) -> None:
        super().__init__(CallState())
        self.rules = rules

    @property
    def condition(self) -> str:
        """As the profile names it."""
        return self.rules.id

    @property
    def priority(self) -> Priority:
        """As it stands, or as a patient's call begins."""
        return self.state.level or self.rules.patient

    @property
    def restates(self) -> bool:
        """Each call is news."""
        return True

    def help(self, words: str) -> None:
        """One of the staff asks for help."""
        s = self.state
        self._say(words)
        s.level, s.deadline, s.by_time = self.rules.staff, None, False

    def press(self, at: float, words: str, *, again: bool) -> None:
        """The patient calls; `again`: a former call at this priority was answered, wait anew."""
        s = self.state
        first = s.level is None
        self._say(words)
        s.patient = True
        if first or again:
            s.level, s.by_time = self.rules.patient, False
            s.deadline = at + self.rules.unanswered_s

    def elapse(self, at: float) -> None:
        """Nobody has answered the patient."""
        s = self.state
        if s.deadline is not None and s.deadline <= at:
            s.level, s.deadline, s.by_time = self.rules.unanswered, None, True

    def take_renewed(self) -> bool:
        """Once, whether somebody called again."""
        renewed, self.state.renewed = self.state.renewed, False
        return renewed

    def reset(self) -> None:
        """Attended, or the session closed."""
        self.state = CallState()

    def describe(self) -> Finding:
        """Everything that was said."""
        return Finding(None, None, None, ", ".join(self.state.words))

    def why(self) -> dict[str, str | float]:
        """A call has neither delay nor confirmation."""
        return {"rule": "call"}

    def _say(self, words: str) -> None:
        s = self.state
        s.renewed = s.level is not None
        if words not in s.words:
            s.words.append(words)
