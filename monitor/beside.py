"""What a screen prints beside the values: their alarm limits, and when a value counts as stale."""

from collections.abc import Iterable, Mapping

from alerts.event import Priority
from alerts.limits import Profile
from alerts.rows import LimitRow, Source
from alerts.setup import BedSetup
from devices.reading import Metric

Limits = dict[str, float | None]


def limits_beside(profile: Profile) -> dict[str, Limits]:
    """Low and high limit per metric: where MEDIUM or HIGH begins."""
    heart = _streamed(profile, Source.HEART)
    high = [row for row in profile.cuff_high if _serious(row.priority)]
    low = [row for row in profile.cuff_low if _serious(row.priority)]
    return {
        Metric.SPO2: _streamed(profile, Source.SPO2),
        Metric.HEART_RATE: heart,
        Metric.PULSE_RATE: heart,
        Metric.RESPIRATORY_RATE: _streamed(profile, Source.RESPIRATION),
        Metric.SYSTOLIC: {
            "low": max((row.systolic for row in low), default=None),
            "high": min((row.systolic for row in high), default=None),
        },
        Metric.DIASTOLIC: {
            "low": None,
            "high": min((row.diastolic for row in high), default=None),
        },
    }


def stale_after(profile: Profile, beds: Iterable[BedSetup]) -> Mapping[str, float]:
    """Seconds per streamed metric after which the engine, too, takes a value for lost."""
    rules = profile.signals
    stale: dict[str, float] = {}
    for device in (device for bed in beds for device in bed.devices if device.streams):
        bears = max(rules.stale_s, rules.silent_periods * device.period_s)
        for metric in device.metrics:
            stale[metric] = max(stale.get(metric, 0.0), bears)
    return stale


def _streamed(profile: Profile, source: Source) -> Limits:
    rows = [row for row in profile.limit if row.source is source and _printed(row)]
    return {
        "low": max((row.limit for row in rows if row.comparator.low), default=None),
        "high": min((row.limit for row in rows if not row.comparator.low), default=None),
    }


def _printed(row: LimitRow) -> bool:
    return _serious(row.priority) and not row.by_time


def _serious(priority: Priority) -> bool:
    return priority.rank >= Priority.MEDIUM.rank
