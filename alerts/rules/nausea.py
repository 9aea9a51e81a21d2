"""What people report of nausea: graded by number and kind, dangerous with sedation or low SpO2."""

import msgspec

from alerts.event import Priority
from alerts.limits import NauseaRules
from alerts.rules.rule import Finding, Rule, RuleState
from alerts.words import ago
from devices.reading import METRICS, Metric, Report, ReportKind, ReportSource

_CONDITIONS = ("", "NAU-MILD", "NAU-MOD", "NAU-SEV", "NAU-SEV")
_LEVELS = (None, Priority.LOW, Priority.MEDIUM, Priority.MEDIUM, Priority.HIGH)
_NONE, _MILD, _MODERATE, _SEVERE, _DANGER = range(5)
_VOMIT = "vomit seen"
_EMESIS = {ReportKind.RETCH: "retch seen", ReportKind.VOMIT: _VOMIT}


class NauseaState(RuleState, tag="nausea"):
    """What was said since it began, all of it until somebody has attended.

    grade: 0 none to 4 dangerous; nrs, most: the last number and the highest one (None: none said);
    pressed: by button; age_s: how old the last report was when it came; renewed: call again;
    held_until: somebody is in the room, so nothing is announced again before this.
    """

    grade: int = 0
    nrs: float | None = None
    most: float | None = None
    pressed: bool = False
    emesis: str = ""
    danger: str = ""
    age_s: float = 0
    renewed: bool = False
    held_until: float | None = None


class Circumstances(msgspec.Struct, frozen=True):
    """What makes nausea dangerous: MOAA/S and SpO2 as known now (None: unknown)."""

    moaas: float | None
    moaas_unknown_s: float
    spo2: float | None
    drugged: bool  # DOSING or PEAK


class NauseaRule(Rule[NauseaState]):
    """The nausea ladder in one rule; a report never ends by itself, except a mild one."""

    __slots__ = ("rules",)

    def __init__(self, rules: NauseaRules) -> None:
        super().__init__(NauseaState())
        self.rules = rules

    @property
    def order(self) -> int:
        """Graver reports outrank others of the same priority."""
        return self.state.grade

    @property
    def condition(self) -> str:
        """The id that goes with the grade."""
        return _CONDITIONS[self.state.grade]

    @property
    def priority(self) -> Priority:
        """The priority that goes with the grade."""
        return _LEVELS[self.state.grade] or Priority.LOW

    @property
    def latching(self) -> bool:
        """The dangerous grade stays until a person answers."""
        return self.state.grade == _DANGER

    @property
    def sound(self) -> bool:
        """Mild nausea is shown, not heard."""
        return self.state.grade > _MILD

    @property
    def restates(self) -> bool:
        """A lower number ends nothing, but is told."""
        return True

    @property
    def dangerous_if(self) -> bool:
        """Whether circumstances matter: only then need `weigh` be called."""
        return self.state.grade >= _MODERATE and self.state.grade < _DANGER

    @property
    def moderate(self) -> bool:
        """Whether somebody must attend."""
        return self.state.grade >= _MODERATE

    @property
    def only_pressed(self) -> bool:
        """Whether the button is all that was heard."""
        s = self.state
        return s.pressed and s.most is None and not s.emesis

    def report(
        self, at: float, report: Report, age_s: float, around: Circumstances, *, newest: bool
    ) -> None:
        """Take a report that came once; of a long press or an antiemetic it knows nothing.

        newest: no later number is known; else this one is not how the patient feels now.
        """
        s = self.state
        grade = self._grade(report, newest=newest) if self.armed else None
        if grade is None or (grade == _NONE and not newest):
            return
        before, s.age_s = s.grade, age_s
        if grade == _NONE and before <= _MILD:
            self.reset()
            return
        s.renewed = before > _NONE and grade >= min(before, _SEVERE)
        if grade >= min(before, _SEVERE):
            self._set(at, max(grade, before), age_s)
        self.weigh(at, around)
        if report.source is ReportSource.STAFF and s.grade > max(before, _MILD):
            s.deadline = None  # whoever saw it is there: nothing is announced again

    def weigh(self, at: float, around: Circumstances) -> None:
        """Raise to the dangerous grade if sedation or SpO2 make it so."""
        s, r = self.state, self.rules
        if not self.dangerous_if:
            return
        number = s.nrs if s.nrs is not None else r.press if s.pressed else 0
        sick = bool(s.emesis) or number >= r.danger_nrs
        if sick and around.moaas is not None and around.moaas <= r.danger_moaas:
            s.danger = f"MOAA/S {around.moaas:g}"
        elif sick and around.spo2 is not None and around.spo2 < r.danger_spo2:
            s.danger = f"SpO2 {around.spo2:g}"
        elif s.emesis and around.drugged and around.moaas_unknown_s > r.moaas_known_s:
            s.danger = "MOAA/S unknown"
        else:
            return
        self._set(at, _DANGER, 0)

    def _grade(self, report: Report, *, newest: bool) -> int | None:
        """The grade a report asks for; None: it says nothing about severity."""
        s, r = self.state, self.rules
        nrs = report.value
        if report.kind is ReportKind.PRESS:
            s.pressed = True
            return self._step(r.press)
        if report.kind in _EMESIS:
            if s.emesis != _VOMIT:  # it is the graver of the two
                s.emesis = _EMESIS[report.kind]
            return _SEVERE
        if report.kind is not ReportKind.NRS or nrs is None or not possible(nrs):
            return None  # a missing or impossible answer is missing, never 0
        s.most = float(nrs) if s.most is None else max(s.most, float(nrs))
        if newest or s.nrs is None:
            s.nrs = float(nrs)
        return self._step(float(nrs))

    def _step(self, nrs: float) -> int:
        r = self.rules
        return sum(nrs >= step for step in (r.mild, r.moderate, r.severe))

    def _set(self, at: float, grade: int, age_s: float) -> None:
        s, r = self.state, self.rules
        s.grade, s.level, s.since = grade, _LEVELS[grade], None
        s.deadline = at + (max(r.mild_lasts_s - age_s, 0) if grade == _MILD else r.renew_s)

    def elapse(self, at: float) -> None:
        """A mild report has faded, or nobody attended and it is announced again."""
        s = self.state
        if s.deadline is None or s.deadline > at:
            return
        if s.grade == _MILD:
            self.reset()
        elif s.held_until is not None and s.held_until > at:
            s.deadline = s.held_until
        else:
            s.renewed, s.deadline = True, at + self.rules.renew_s

    def take_renewed(self) -> bool:
        """Once, whether a report came again or nobody attended."""
        renewed, self.state.renewed = self.state.renewed, False
        return renewed

    def reset(self) -> None:
        """Attended, faded, or the session closed; whoever is in the room stays there."""
        self.state = NauseaState(held_until=self.state.held_until)

    def hold(self, at: float, until: float | None) -> None:
        """Somebody is in the room until then; None: no more, what was held comes as if new."""
        s = self.state
        s.held_until = until
        if until is None and self.moderate and s.deadline is not None:
            s.deadline = min(s.deadline, at + self.rules.renew_s)

    def describe(self) -> Finding:
        """All that was said, the last number last, and what makes it dangerous."""
        s, r = self.state, self.rules
        said = [s.emesis] if s.emesis else []
        if s.pressed:
            said.append("button pressed: feels sick" if s.most is None else "button pressed")
        if s.most is not None:
            said.append(f"NRS {s.most:g}")
        if s.nrs is not None and s.nrs != s.most:
            said.append(f"now {s.nrs:g}")
        danger = f" with {s.danger}" if s.danger else ""
        limit = (None, r.mild, r.moderate, r.severe, None)[s.grade]
        return Finding(s.nrs, limit, Metric.NAUSEA, f"{', '.join(said)}{danger}{ago(s.age_s)}")

    def why(self) -> dict[str, str | float]:
        """Reports have neither delay nor confirmation."""
        return {"rule": "report"}


def possible(nrs: float) -> bool:
    """Whether a number can be a rating of nausea at all."""
    info = METRICS[Metric.NAUSEA]
    return info.possible_low <= nrs <= info.possible_high
