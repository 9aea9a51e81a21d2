"""What one cuff reading is against one row: beyond, inside its clear limit, or between."""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from alerts.rows import CuffRow, HighCuffRow, LowCuffRow, RiseCuffRow, SlowCuffRow
from devices.reading import METRICS, Cuff, Metric, Validity


class Pressure(msgspec.Struct, frozen=True):
    """A valid cuff reading. `at` is when it was measured; mean 0 or absent is None."""

    at: float
    systolic: float
    diastolic: float | None
    mean: float | None = None
    weak: bool = False


class Bounds(NamedTuple):
    """The number that is beyond its limit, with the rule's comparator."""

    value: float
    limit: float
    metric: Metric
    sign: str


class Yardstick(NamedTuple):
    """What a reading of this session is compared with; None where there is none."""

    baseline: Pressure | None = None
    dose_at: float | None = None


class Verdict(StrEnum):
    """A reading against a row."""

    BEYOND = "beyond"
    BETWEEN = "between"
    INSIDE = "inside"


def usable_pressure(cuff: Cuff, at: float) -> Pressure | None:
    """The pressures of a cycle if they can be true, else None; `at` is the measurement's time."""
    if cuff.validity in {Validity.UNAVAILABLE, Validity.INVALID}:
        return None
    systolic = _possible(Metric.SYSTOLIC, cuff.systolic)
    diastolic = _possible(Metric.DIASTOLIC, cuff.diastolic)
    if systolic is None or (cuff.diastolic is not None and diastolic is None):
        return None
    if diastolic is not None and diastolic >= systolic:
        return None
    mean = _possible(Metric.MEAN_PRESSURE, cuff.mean_pressure)
    return Pressure(at, systolic, diastolic, mean, cuff.validity is Validity.QUESTIONABLE)


def _possible(metric: Metric, value: float | None) -> float | None:
    info = METRICS[metric]
    if value is None or not info.possible_low <= value <= info.possible_high:
        return None
    return float(value)


def judge_pressure(row: CuffRow, pressure: Pressure, against: Yardstick) -> tuple[Verdict, Bounds]:
    """The verdict and the number to show (of no interest unless beyond)."""
    match row:
        case HighCuffRow():
            return _judge_high(row, pressure)
        case LowCuffRow():
            return _judge_low(row, pressure)
        case RiseCuffRow():
            return _judge_rise(row, pressure, against.baseline)
        case SlowCuffRow():
            return _judge_slow(row, pressure, against)
        case _:
            raise TypeError(f"no judge for {type(row).__name__}")


def _judge_high(row: HighCuffRow, p: Pressure) -> tuple[Verdict, Bounds]:
    diastolic = p.diastolic if p.diastolic is not None else 0
    by_systolic = Bounds(p.systolic, row.systolic, Metric.SYSTOLIC, ">=")
    if p.systolic >= row.systolic:
        return Verdict.BEYOND, by_systolic
    if diastolic >= row.diastolic:
        return Verdict.BEYOND, Bounds(diastolic, row.diastolic, Metric.DIASTOLIC, ">=")
    known = p.diastolic is not None  # a missing one clears nothing
    inside = known and p.systolic < row.clear_systolic and diastolic < row.clear_diastolic
    return (Verdict.INSIDE if inside else Verdict.BETWEEN), by_systolic


def _judge_low(row: LowCuffRow, p: Pressure) -> tuple[Verdict, Bounds]:
    by_systolic = Bounds(p.systolic, row.systolic, Metric.SYSTOLIC, "<=")
    if p.systolic <= row.systolic:
        return Verdict.BEYOND, by_systolic
    if row.mean is not None and p.mean is not None and p.mean < row.mean:
        return Verdict.BEYOND, Bounds(p.mean, row.mean, Metric.MEAN_PRESSURE, "<")
    inside = p.systolic > row.clear_systolic
    return (Verdict.INSIDE if inside else Verdict.BETWEEN), by_systolic


def _judge_rise(row: RiseCuffRow, p: Pressure, baseline: Pressure | None) -> tuple[Verdict, Bounds]:
    if baseline is None:
        return Verdict.BETWEEN, Bounds(p.systolic, row.least_systolic, Metric.SYSTOLIC, ">=")
    systolic_limit = baseline.systolic + row.rise_systolic
    by_systolic = Bounds(p.systolic, systolic_limit, Metric.SYSTOLIC, ">=")
    diastolic_rise = 0.0
    if p.diastolic is not None and baseline.diastolic is not None:
        diastolic_rise = p.diastolic - baseline.diastolic
    high = p.systolic >= row.least_systolic or (p.diastolic or 0) >= row.least_diastolic
    if high and p.systolic >= systolic_limit:
        return Verdict.BEYOND, by_systolic
    if high and diastolic_rise >= row.rise_diastolic:
        limit = p.diastolic - diastolic_rise + row.rise_diastolic if p.diastolic else 0
        return Verdict.BEYOND, Bounds(p.diastolic or 0, limit, Metric.DIASTOLIC, ">=")
    systolic_rise = p.systolic - baseline.systolic
    inside = systolic_rise < row.clear_rise_systolic and diastolic_rise < row.clear_rise_diastolic
    inside = inside and not _lacks_diastolic(p, baseline)
    return (Verdict.INSIDE if inside else Verdict.BETWEEN), by_systolic


def _judge_slow(row: SlowCuffRow, p: Pressure, against: Yardstick) -> tuple[Verdict, Bounds]:
    baseline, dose_at = against
    if baseline is None:
        return Verdict.BETWEEN, Bounds(p.systolic, p.systolic, Metric.SYSTOLIC, ">")
    by_systolic = Bounds(p.systolic, baseline.systolic + row.over_systolic, Metric.SYSTOLIC, ">")
    if dose_at is None or p.at < dose_at + row.from_s:
        return Verdict.INSIDE, by_systolic
    if p.systolic > by_systolic.limit:
        return Verdict.BEYOND, by_systolic
    if p.diastolic is not None and baseline.diastolic is not None:
        limit = baseline.diastolic + row.over_diastolic
        if p.diastolic > limit:
            return Verdict.BEYOND, Bounds(p.diastolic, limit, Metric.DIASTOLIC, ">")
    lacks = _lacks_diastolic(p, baseline)
    return (Verdict.BETWEEN if lacks else Verdict.INSIDE), by_systolic


def _lacks_diastolic(p: Pressure, baseline: Pressure) -> bool:
    """Whether nobody knows how the diastolic pressure is against the baseline's."""
    return p.diastolic is None and baseline.diastolic is not None
