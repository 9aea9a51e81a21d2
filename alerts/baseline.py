"""The baseline: what the patient is compared with, made of quiet data before the dose."""

from collections.abc import Sequence
from statistics import fmean, median

from alerts.limits import BaselineRules
from alerts.rules.pressure import Pressure
from alerts.status import BaselineStatus

Values = list[tuple[float, float]]
"""(at, value), about one a second, without a long break."""


def keep_value(values: Values, at: float, value: float, rules: BaselineRules) -> None:
    """Remember a valid value; after a break the five quiet minutes begin anew."""
    if values and at - values[-1][0] < 1:
        return
    if values and at - values[-1][0] > rules.rate_gap_s:
        values.clear()
    values.append((at, value))
    while len(values) > 1 and values[1][0] <= at - rules.rate_s:
        del values[0]


def quiet(values: Values, rules: BaselineRules) -> bool:
    """Whether a rate was watched for long enough."""
    return span_s(values) >= rules.rate_s


def span_s(values: Values) -> float:
    """How long a rate has been watched without a break."""
    return values[-1][0] - values[0][0] if values else 0


def spaced(pressures: Sequence[Pressure], rules: BaselineRules) -> list[Pressure]:
    """Readings far enough apart to be two, the newest among them, oldest first."""
    found: list[Pressure] = []
    for pressure in sorted(pressures, key=lambda p: -p.at):
        if not found or found[-1].at - pressure.at >= rules.apart_s:
            found.append(pressure)
    return found[::-1]


def differ(one: Pressure, other: Pressure, rules: BaselineRules) -> bool:
    """Whether two readings are too far from each other to be one patient at rest."""
    diastolic = 0.0
    if one.diastolic is not None and other.diastolic is not None:
        diastolic = abs(one.diastolic - other.diastolic)
    return (
        abs(one.systolic - other.systolic) > rules.differ_systolic
        or diastolic > rules.differ_diastolic
    )


def missing_pressure(pressures: Sequence[Pressure], rules: BaselineRules) -> str | None:
    """What is still to be measured, in words; None when the readings make a baseline."""
    match spaced(pressures, rules):
        case []:
            return "two cuff readings"
        case [only]:
            return f"second cuff reading, {rules.apart_s:g} s after {_shown(only)}"
        case [one, other] if differ(one, other, rules):
            return f"third cuff reading: {_shown(one)} and {_shown(other)} differ"
        case _:
            return None


def measure(
    pressures: Sequence[Pressure],
    rates: Values,
    spo2s: Values,
    breaths: Values,
    rules: BaselineRules,
) -> BaselineStatus:
    """The baseline as the data so far make it; None for what they do not."""
    last = spaced(pressures, rules)[-2:]
    if len(last) < 2:
        last = []
    diastolics = [p.diastolic for p in last if p.diastolic is not None]
    return BaselineStatus(
        systolic=fmean(p.systolic for p in last) if last else None,
        diastolic=fmean(diastolics) if diastolics else None,
        heart_rate=_usual(rates, rules),
        spo2=_usual(spo2s, rules),
        respiratory_rate=_usual(breaths, rules),
    )


def joined(settled: BaselineStatus | None, measured: BaselineStatus) -> BaselineStatus:
    """As settled; what was not measured by then, as the data since have made it."""
    if settled is None:
        return measured
    by_then = settled if settled.systolic is not None else measured
    return BaselineStatus(
        systolic=by_then.systolic,
        diastolic=by_then.diastolic,
        heart_rate=_first(settled.heart_rate, measured.heart_rate),
        spo2=_first(settled.spo2, measured.spo2),
        respiratory_rate=_first(settled.respiratory_rate, measured.respiratory_rate),
    )


def _usual(values: Values, rules: BaselineRules) -> float | None:
    return median(v for _, v in values) if span_s(values) >= rules.rate_least_s else None


def _first(one: float | None, other: float | None) -> float | None:
    return other if one is None else one


def _shown(p: Pressure) -> str:
    return f"{p.systolic:g}/{'-' if p.diastolic is None else f'{p.diastolic:g}'}"
