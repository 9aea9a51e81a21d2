"""The discharge criteria, line by line: what is known of a patient, judged in a nurse's words."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from alerts.charted import Assessed, Dissociation, Oxygen
from alerts.leaving_rules import DischargeRules
from alerts.rules.pressure import Pressure
from alerts.status import BaselineStatus, LineState
from alerts.steady import Steady

_MET, _NOT, _UNKNOWN = LineState.MET, LineState.NOT_MET, LineState.UNKNOWN
NOT_SAID = "nobody has said so yet"
ASSESSED = {
    "walks": "walks steadily",
    "no_driving": "told not to drive",
    "sedation": "sedation resolved",
    "respiration": "respiratory depression resolved",
}
"""What staff assess, in words; the last two only where the protocol asks for them."""


class Known(NamedTuple):
    """What is known of the patient; instants on the service's timeline, `dose_at` of the last dose.

    scores: (at, MOAA/S) in the order of time; rating: (at, NRS); assessed, dissociation: as staff
    said last since that dose; alarms: the texts of those that stand; spo2, rate with the gap that
    breaks them.
    """

    began_at: float
    dose_at: float
    baseline: BaselineStatus
    pressures: Sequence[Pressure]
    spo2: Steady
    spo2_gap_s: float
    rate: Steady
    rate_gap_s: float
    scores: Sequence[tuple[float, float]]
    rating: tuple[float, float] | None
    emesis_at: float | None
    oxygen: Oxygen | None
    dissociation: Dissociation | None
    assessed: Mapping[str, Assessed]
    escort: str
    alarms: Sequence[str]


class Verdict(NamedTuple):
    """One line's answer; `turns_at` is when it may change by time alone. Else as DischargeLine."""

    state: LineState
    because: str = ""
    since: float | None = None
    due_at: float | None = None
    again_at: float | None = None
    turns_at: float | None = None


def judge_time(r: DischargeRules, k: Known, at: float) -> Verdict:
    """Long enough since T0."""
    due_at = k.began_at + r.least_s
    if at >= due_at:
        return Verdict(_MET)
    because = f"less than {r.least_s / 60:g} min since the dose"
    return Verdict(_NOT, because, k.began_at, due_at, turns_at=due_at)


def judge_pressure(r: DischargeRules, k: Known, at: float) -> Verdict:
    """The newest plainly valid readings, some time apart, nothing outside between them."""
    since_dose = [p for p in k.pressures if p.at >= k.dose_at]
    readings = [p for p in since_dose if _usable(r, k, p)]
    if not readings:
        return Verdict(_UNKNOWN, "no valid cuff reading since the dose")
    newest = readings[-1]
    if (bad := beyond(r, k.baseline, newest)) is not None:
        return Verdict(_NOT, bad, newest.at)
    stale_at = newest.at + r.pressure_fresh_s
    if k.baseline.systolic is None or k.baseline.diastolic is None:
        return Verdict(_UNKNOWN, "no baseline pressure to compare with")
    shown = f"{newest.systolic:g}/{newest.diastolic:g}"
    if at >= stale_at:
        return Verdict(_UNKNOWN, f"no valid cuff reading after {shown}", newest.at)
    good = [beyond(r, k.baseline, p) is None for p in readings]
    times = [p.at for p in readings]
    return _apart(times, good, r.pressure_apart_s, f"{shown} good once", stale_at)


def beyond(r: DischargeRules, baseline: BaselineStatus, p: Pressure) -> str | None:
    """Why a reading is outside of the bounds, None where nothing shows that it is."""
    shown = f"{p.systolic:g}/{'-' if p.diastolic is None else f'{p.diastolic:g}'}"
    diastolic = 0 if p.diastolic is None else p.diastolic
    if p.systolic >= r.systolic_below or diastolic >= r.diastolic_below:
        return f"{shown} not below {r.systolic_below:g}/{r.diastolic_below:g}"
    most_systolic = _plus(baseline.systolic, r.rise_systolic)
    most_diastolic = _plus(baseline.diastolic, r.rise_diastolic)
    if (most_systolic is not None and p.systolic > most_systolic) or (
        most_diastolic is not None and diastolic > most_diastolic
    ):
        before = f"{_number(baseline.systolic)}/{_number(baseline.diastolic)}"
        return f"{shown} over baseline {before} + {r.rise_systolic:g}/{r.rise_diastolic:g}"
    return None


def judge_spo2(r: DischargeRules, k: Known, at: float) -> Verdict:
    """High enough on air, for long enough."""
    if k.oxygen is not None and k.oxygen.on:
        flow = k.oxygen.flow_l_min
        given = "oxygen is on" if flow is None else f"oxygen is on, {flow:g} l/min"
        return Verdict(_NOT, given, k.oxygen.happened_at)
    air_from = None if k.oxygen is None else k.oxygen.happened_at
    bound = spo2_bound(r, k.baseline)
    bad = f"SpO2 {k.spo2.value:g} < {bound:g}"
    needs = _Needs("SpO2", bad, k.spo2_gap_s, r.dip_s, r.spo2_s)
    return _steady(k.spo2, at, needs, air_from)


def spo2_bound(r: DischargeRules, baseline: BaselineStatus) -> float:
    """The lowest SpO2 that will do for this patient."""
    if baseline.spo2 is None:
        return r.spo2
    return max(r.spo2_floor, min(r.spo2, baseline.spo2 - r.spo2_below_baseline))


def judge_rate(r: DischargeRules, k: Known, at: float) -> Verdict:
    """Neither slow nor fast, or near the baseline, for long enough."""
    low, high = rate_bounds(r, k.baseline)
    sign = f"< {low:g}" if k.rate.value < low else f"> {high:g}"
    bad = f"HR {k.rate.value:g} {sign}"
    needs = _Needs("heart rate", bad, k.rate_gap_s, r.dip_s, r.rate_s)
    return _steady(k.rate, at, needs, None)


def rate_bounds(r: DischargeRules, baseline: BaselineStatus) -> tuple[float, float]:
    """The lowest and the highest heart rate that will do for this patient."""
    if baseline.heart_rate is None:
        return r.rate_low, r.rate_high
    near = r.rate_near_baseline
    return min(r.rate_low, baseline.heart_rate - near), max(r.rate_high, baseline.heart_rate + near)


def judge_moaas(r: DischargeRules, k: Known, at: float) -> Verdict:
    """Awake at every score for a while, two of them some time apart."""
    scores = [score for score in k.scores if score[0] >= k.dose_at]
    if not scores:
        return Verdict(_UNKNOWN, "no MOAA/S since the dose")
    scored_at, value = scores[-1]
    if value < r.moaas:
        return Verdict(_NOT, f"MOAA/S {value:g} < {r.moaas:g}", scored_at)
    stale_at = scored_at + r.moaas_fresh_s
    if at >= stale_at:
        return Verdict(_UNKNOWN, f"no MOAA/S after the last {value:g}", scored_at)
    times, good = [t for t, _ in scores], [v >= r.moaas for _, v in scores]
    return _apart(times, good, r.moaas_apart_s, f"MOAA/S {value:g} once", stale_at)


def judge_dissociation(r: DischargeRules, k: Known, at: float) -> Verdict:
    """Staff say that the patient is back."""
    del r, at
    said = k.dissociation
    if said is None:
        return Verdict(_UNKNOWN, NOT_SAID)
    if said.resolved:
        return Verdict(_MET)
    how = said.text or ("" if said.score is None else f"score {said.score:g}")
    return Verdict(_NOT, f"still dissociated: {how}" if how else "still dissociated")


def judge_nausea(r: DischargeRules, k: Known, at: float) -> Verdict:
    """The last rating is mild and recent, and nobody has been sick for a while."""
    if k.emesis_at is not None and at < k.emesis_at + r.emesis_free_s:
        free_at = k.emesis_at + r.emesis_free_s
        because = f"retching or vomiting less than {r.emesis_free_s / 60:g} min ago"
        return Verdict(_NOT, because, k.emesis_at, again_at=free_at, turns_at=free_at)
    if k.rating is None or k.rating[0] < k.dose_at:
        return Verdict(_UNKNOWN, "nausea not asked since the dose")
    rated_at, nrs = k.rating
    if nrs > r.nausea:
        return Verdict(_NOT, f"nausea {nrs:g} > {r.nausea:g}", rated_at)
    stale_at = rated_at + r.nausea_fresh_s
    if at >= stale_at:
        return Verdict(_UNKNOWN, f"nausea not asked after the last {nrs:g}", rated_at)
    return Verdict(_MET, turns_at=stale_at)


def judge_alarms(r: DischargeRules, k: Known, at: float) -> Verdict:
    """No physiological alarm of medium or high priority stands, answered or not."""
    del r, at
    return Verdict(_NOT, "; ".join(k.alarms)) if k.alarms else Verdict(_MET)


def judge_escort(r: DischargeRules, k: Known, at: float) -> Verdict:
    """Somebody is named who brings the patient home."""
    del r, at
    return Verdict(_MET) if k.escort else Verdict(_UNKNOWN, "nobody is named yet")


def judge_assessed(what: str) -> Callable[[DischargeRules, Known, float], Verdict]:
    """What staff say of one point of ASSESSED."""

    def judge(r: DischargeRules, k: Known, at: float) -> Verdict:
        del r, at
        said = k.assessed.get(what)
        if said is None:
            return Verdict(_UNKNOWN, NOT_SAID)
        if said.ok:
            return Verdict(_MET)
        return Verdict(_NOT, f"said: {said.text}" if said.text else "said: no", said.happened_at)

    return judge


class _Needs(NamedTuple):
    """What is asked of a stream, in words and spans."""

    name: str
    bad: str
    gap_s: float
    dip_s: float
    good_s: float


def _steady(stream: Steady, at: float, needs: _Needs, not_before: float | None) -> Verdict:
    """A stream that must be good for a while, counted from `not_before` at the earliest."""
    heard_at = stream.heard_at
    if heard_at is None or stream.lost(at, needs.gap_s):
        return Verdict(_UNKNOWN, f"no valid {needs.name}", heard_at)
    lost_at = math.nextafter(heard_at + needs.gap_s, math.inf)  # at that instant data come first
    if stream.good_since is None or stream.bad(at, needs.dip_s):
        return Verdict(_NOT, needs.bad, stream.bad_since, turns_at=lost_at)
    since = stream.good_since if not_before is None else max(stream.good_since, not_before)
    dip_ends_at = lost_at if stream.bad_since is None else stream.bad_since + needs.dip_s
    due_at = since + needs.good_s
    if at >= due_at:
        return Verdict(_MET, turns_at=min(lost_at, dip_ends_at))
    because = f"{needs.name} good, but not for {needs.good_s / 60:g} min yet"
    return Verdict(_NOT, because, since, due_at, turns_at=min(lost_at, dip_ends_at, due_at))


def _apart(
    times: Sequence[float], good: Sequence[bool], apart_s: float, once: str, stale_at: float
) -> Verdict:
    """The newest of them and all before it, back to one so much earlier, must be good."""
    first = len(good)
    while first > 0 and good[first - 1]:
        first -= 1
    again_at = times[first] + apart_s
    if times[-1] >= again_at:
        return Verdict(_MET, turns_at=stale_at)
    return Verdict(_NOT, once, times[first], again_at=again_at, turns_at=stale_at)


def _usable(r: DischargeRules, k: Known, p: Pressure) -> bool:
    """A weak or half reading meets nothing; that it is outside of the bounds counts."""
    return (not p.weak and p.diastolic is not None) or beyond(r, k.baseline, p) is not None


def _plus(value: float | None, more: float) -> float | None:
    return None if value is None else value + more


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
