"""The discharge checklist: every line with its verdict and its override, and what is open."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from alerts import criteria as c
from alerts.charted import Override
from alerts.leaving_rules import DischargeRules
from alerts.status import DischargeLine, LineState
from alerts.words import clock

TIME, ALARMS = "time", "alarms"
_STREAMS = frozenset({"spo2", "heart_rate"})
_NASAL = ("sedation", "respiration")
_BY_WORD = frozenset({*c.ASSESSED, "dissociation", "escort"})  # of these the reason says too little

_JUDGES: dict[str, Callable[[DischargeRules, c.Known, float], c.Verdict]] = {
    TIME: c.judge_time,
    "pressure": c.judge_pressure,
    "spo2": c.judge_spo2,
    "heart_rate": c.judge_rate,
    "moaas": c.judge_moaas,
    "dissociation": c.judge_dissociation,
    **{of: c.judge_assessed(of) for of in _NASAL},
    "nausea": c.judge_nausea,
    ALARMS: c.judge_alarms,
    "walks": c.judge_assessed("walks"),
    "escort": c.judge_escort,
    "no_driving": c.judge_assessed("no_driving"),
}


class Judged(NamedTuple):
    """The lines; those that stand in the way; when any may turn by time alone."""

    lines: tuple[DischargeLine, ...]
    open: tuple[DischargeLine, ...]
    turns: tuple[float, ...]


class Checklist:
    """The lines of a profile, judged on demand."""

    __slots__ = ("rules", "texts")

    def __init__(self, rules: DischargeRules) -> None:
        self.rules = rules
        self.texts = _texts(rules)

    def hard(self, line: str, protocol: str) -> bool:
        """Whether nobody may override it."""
        return line == TIME and protocol in self.rules.least_hard_for

    def judge(
        self,
        known: c.Known,
        at: float,
        overrides: Mapping[str, Override],
        *,
        protocol: str,
        signed: bool,
    ) -> Judged:
        """Every line of the protocol.

        signed: the signature stands for what streams said, and for what is unknown since.
        """
        lines: list[DischargeLine] = []
        turns: list[float] = []
        for line, judge in _JUDGES.items():
            if line in _NASAL and protocol not in self.rules.resolved_for:
                continue
            verdict = judge(self.rules, known, at)
            if verdict.turns_at is not None:
                turns.append(verdict.turns_at)
            hard = self.hard(line, protocol)
            override = None if hard else overrides.get(line)
            lines.append(self._line(line, verdict, override, hard=hard))
        stands = [line for line in lines if line.open and not (signed and _held(line))]
        return Judged(tuple(lines), tuple(stands), tuple(turns))

    def _line(
        self, line: str, verdict: c.Verdict, override: Override | None, *, hard: bool
    ) -> DischargeLine:
        return DischargeLine(
            id=line,
            text=self.texts[line],
            state=verdict.state,
            because=verdict.because,
            since=verdict.since,
            due_at=verdict.due_at,
            again_at=verdict.again_at,
            hard=hard,
            overridden_by=None if override is None else override.by,
            override_reason=None if override is None else override.reason,
        )


def say(lines: Iterable[DischargeLine], at: float) -> str:
    """Lines that are not met, with their spans of time, as one sentence."""
    return "; ".join(_said(line, at) for line in lines)


def _said(line: DischargeLine, at: float) -> str:
    by_word = line.id in _BY_WORD
    words = [f"{line.text}: {line.because}" if by_word else line.because]
    if line.since is not None:
        words.append(f"since {clock(at - line.since)}")
    if line.due_at is not None and line.due_at > at:
        words.append(f"met in {clock(line.due_at - at)}")
    if line.again_at is not None:
        wait_s = line.again_at - at
        words.append(f"again in {clock(wait_s)}" if wait_s > 0 else "again now")
    return ", ".join(words)


def _held(line: DischargeLine) -> bool:
    """Signed lines hold while nothing new is known; oxygen is news, not a stream's value."""
    if line.state is LineState.UNKNOWN:
        return True
    return line.id in _STREAMS and not line.because.startswith("oxygen")


def _texts(r: DischargeRules) -> dict[str, str]:
    return {
        TIME: f"{r.least_s / 60:g} min since the dose",
        "pressure": f"cuff readings over {r.pressure_apart_s / 60:g} min below "
        f"{r.systolic_below:g}/{r.diastolic_below:g}, "
        f"at most {r.rise_systolic:g}/{r.rise_diastolic:g} over baseline",
        "spo2": f"SpO2 >= {r.spo2:g} or baseline - {r.spo2_below_baseline:g}, "
        f"on air for {r.spo2_s / 60:g} min",
        "heart_rate": f"HR {r.rate_low:g}-{r.rate_high:g} or within {r.rate_near_baseline:g} "
        f"of baseline for {r.rate_s / 60:g} min",
        "moaas": f"MOAA/S {r.moaas:g} twice, {r.moaas_apart_s / 60:g} min apart",
        "dissociation": "dissociation resolved",
        "nausea": f"nausea {r.nausea:g} or less, none sick for {r.emesis_free_s / 60:g} min",
        ALARMS: "no medium or high alarm of the patient",
        "escort": "escort named",
        **c.ASSESSED,
    }
