"""What people report of nausea: graded by number and kind, dangerous with sedation or low SpO2."""

import msgspec

from alerts.event import Priority
from alerts.limits import NauseaRules
from alerts.rules.rule import Finding, Rule, RuleState
from devices.reading import METRICS, Metric, Report, ReportKind, ReportSource

_CONDITIONS = ("", "NAU-MILD", "NAU-MOD", "NAU-SEV", "NAU-SEV")
_LEVELS = (None, Priority.LOW, Priority.MEDIUM, Priority.MEDIUM, Priority.HIGH)
_NONE, _MILD, _MODERATE, _SEVERE, _DANGER = range(5)
_EMESIS = {ReportKind.RETCH, ReportKind.VOMIT}


class NauseaState(RuleState, tag="nausea"):
    """grade: 0 none to 4 dangerous; nrs: the highest number since it began; renewed: call again.

    seen: names of the latest reports, and when they came.
    """

    grade: int = 0
    nrs: float = 0
    last_nrs: float | None = None
    emesis: str = ""
    danger: str = ""
    words: str = ""
    press_at: float | None = None
    renewed: bool = False
    seen: list[tuple[str, float]] = msgspec.field(default_factory=list[tuple[str, float]])


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
    def dangerous_if(self) -> bool:
        """Whether circumstances matter: only then need `weigh` be called."""
        return self.state.grade >= _MODERATE and self.state.grade < _DANGER

    def report(self, at: float, report: Report, age_s: float, around: Circumstances) -> None:
        """Take one report; a repeated id, or a press that follows another at once, is the same."""
        s = self.state
        if not self.armed or self._known(at, report):
            return
        s.seen = [*s.seen[-15:], (_name(report), at)]
        grade = self._grade(at, report)
        if grade is None:
            return
        s.words = _WORDS[report.kind] if report.value is None else f"NRS {report.value:g}"
        if age_s >= 60:
            s.words += f", said {age_s / 60:.0f} min ago"
        if grade == _NONE:
            if s.grade == _MILD:
                self._settle()
            return
        before = s.grade
        s.renewed = s.level is not None and grade >= min(s.grade, _SEVERE)
        if grade >= min(s.grade, _SEVERE):
            self._set(at, max(grade, s.grade))
        self.weigh(at, around)
        if report.source is ReportSource.STAFF and s.grade > max(before, _MILD):
            s.deadline = None  # whoever saw it is there: nothing is announced again

    def weigh(self, at: float, around: Circumstances) -> None:
        """Raise to the dangerous grade if sedation or SpO2 make it so."""
        s, r = self.state, self.rules
        if not self.dangerous_if:
            return
        sick = bool(s.emesis) or s.nrs >= r.danger_nrs
        if sick and around.moaas is not None and around.moaas <= r.danger_moaas:
            s.danger = f"MOAA/S {around.moaas:g}"
        elif sick and around.spo2 is not None and around.spo2 < r.danger_spo2:
            s.danger = f"SpO2 {around.spo2:g}"
        elif s.emesis and around.drugged and around.moaas_unknown_s > r.moaas_known_s:
            s.danger = "MOAA/S unknown"
        else:
            return
        self._set(at, _DANGER)

    def _known(self, at: float, report: Report) -> bool:
        """A button may count from 1 for every patient: only soon, or stored, is it a repeat."""
        came = [t for name, t in self.state.seen if report.id and name == _name(report)]
        return any(report.history or at - t <= self.rules.repeat_s for t in came)

    def _grade(self, at: float, report: Report) -> int | None:
        """The grade a report asks for; None: it says nothing about severity."""
        s, r = self.state, self.rules
        nrs = report.value
        if report.kind in {ReportKind.PRESS, ReportKind.LONG_PRESS}:
            pressed, s.press_at = s.press_at, at
            if pressed is not None and at - pressed < r.collapse_s:
                return None
            nrs = r.press if report.kind is ReportKind.PRESS else r.long_press
        elif report.kind in _EMESIS:
            s.emesis = report.kind.value
            return _SEVERE
        elif report.kind is not ReportKind.NRS or nrs is None or not _possible(nrs):
            return None  # a missing or impossible answer is missing, never 0
        s.nrs, s.last_nrs = max(s.nrs, float(nrs)), float(nrs)
        steps = (r.mild, r.moderate, r.severe)
        return sum(nrs >= step for step in steps)

    def _set(self, at: float, grade: int) -> None:
        s, r = self.state, self.rules
        s.grade, s.level, s.since = grade, _LEVELS[grade], None
        s.deadline = at + (r.mild_lasts_s if grade == _MILD else r.renew_s)

    def elapse(self, at: float) -> None:
        """A mild report has faded, or nobody attended and it is announced again."""
        s = self.state
        if s.deadline is None or s.deadline > at:
            return
        if s.grade == _MILD:
            self._settle()
        else:
            s.renewed, s.deadline = True, at + self.rules.renew_s

    def take_renewed(self) -> bool:
        """Once, whether a report came again or nobody attended."""
        renewed, self.state.renewed = self.state.renewed, False
        return renewed

    def _settle(self) -> None:
        s = self.state
        self.state = NauseaState(seen=s.seen, press_at=s.press_at)

    def reset(self) -> None:
        """Attended, or the session closed; ids stay known so that a repeat is still a repeat."""
        self._settle()

    def describe(self) -> Finding:
        """The words of the last report and what makes it dangerous."""
        s = self.state
        emesis = f", {s.emesis}" if s.emesis and s.emesis not in s.words else ""
        danger = f" with {s.danger}" if s.danger else ""
        steps = (None, self.rules.mild, self.rules.moderate, self.rules.severe, None)
        return Finding(s.last_nrs, steps[s.grade], Metric.NAUSEA, f"{s.words}{emesis}{danger}")

    def why(self) -> dict[str, str | float]:
        """Reports have neither delay nor confirmation."""
        return {"rule": "report"}


def _name(report: Report) -> str:
    return f"{report.device}:{report.source}:{report.id}"


def _possible(nrs: float) -> bool:
    info = METRICS[Metric.NAUSEA]
    return info.possible_low <= nrs <= info.possible_high


_WORDS = {
    ReportKind.PRESS: "button pressed: feels sick",
    ReportKind.LONG_PRESS: "button held: help now",
    ReportKind.NRS: "NRS",
    ReportKind.RETCH: "retch seen",
    ReportKind.VOMIT: "vomit seen",
    ReportKind.ANTIEMETIC: "antiemetic",
}
