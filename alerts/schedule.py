"""When the next cuff reading is due."""

from typing import NamedTuple

from alerts.protocol import Cadence


class Due(NamedTuple):
    """The next reading, and the interval it belongs to (its lateness is measured against it)."""

    at: float
    interval_s: float


def next_due(
    cadence: Cadence,
    *,
    phase: str,
    phase_since: float,
    dose_at: float,
    last_at: float | None,
    early_s: float,
) -> Due | None:
    """The earliest of the regular and the fixed times that no reading has served yet.

    last_at: the newest valid reading, None without one; early_s: a reading this long before a fixed
    time still serves it.
    """
    dues: list[Due] = []
    every = cadence.every_s.get(phase)
    if every is not None:
        dues.append(Due((phase_since if last_at is None else last_at) + every, every))
    before = 0.0
    for after_dose in cadence.at_s:
        if last_at is None or last_at < dose_at + after_dose - early_s:
            dues.append(Due(dose_at + after_dose, max(after_dose - before, 0)))
            break
        before = after_dose
    return min(dues, default=None)
