"""When the next cuff readings are due."""

from typing import NamedTuple

from alerts.protocol import Cadence


class Due(NamedTuple):
    """A reading that is due, and the interval it belongs to (lateness is measured against it).

    fixed: it belongs to a set time after the dose, not to a regular interval.
    """

    at: float
    interval_s: float
    fixed: bool = False


def next_dues(
    cadence: Cadence,
    *,
    phase: str,
    phase_since: float,
    dose_at: float,
    last_at: float | None,
    early_s: float,
) -> list[Due]:
    """The regular and the fixed time that no reading has served yet, the earlier first.

    last_at: the newest valid reading, None without one; early_s: a reading this long before a fixed
    time still serves it. Nothing is due before the dose.
    """
    dues: list[Due] = []
    every_s = cadence.every_s.get(phase)
    if every_s is not None:
        since = phase_since if last_at is None else last_at
        dues.append(Due(max(since + every_s, dose_at), every_s))
    fixed = _next_fixed(cadence, dose_at, last_at, early_s)
    if fixed is not None:
        interval_s = fixed.interval_s if every_s is None else min(fixed.interval_s, every_s)
        dues.append(fixed._replace(interval_s=interval_s))
    elif cadence.then_s is not None and last_at is not None:
        dues.append(Due(last_at + cadence.then_s, cadence.then_s))
    return sorted(dues)


def _next_fixed(
    cadence: Cadence, dose_at: float, last_at: float | None, early_s: float
) -> Due | None:
    before_s = 0.0
    for after_s in cadence.at_s:
        if last_at is None or last_at < dose_at + after_s - early_s:
            return Due(dose_at + after_s, after_s - before_s, fixed=True)
        before_s = after_s
    return None
