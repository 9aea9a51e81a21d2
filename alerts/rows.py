"""Rows of a profile as frozen data: one alarm rule each, with its limits, delays and priority.

Rows with the same `ladder` are one visible alarm that escalates and de-escalates, in the order in
which they are written (weakest first). Names ending in `_s` are seconds; pressures mm[Hg], rates
per minute, SpO2 percent.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from alerts.event import Priority
from alerts.status import Phase


class Comparator(StrEnum):
    """How a value is compared with its limit; the alarm text prints it."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="

    @property
    def low(self) -> bool:
        """The dangerous side is below the limit."""
        return self in {Comparator.BELOW, Comparator.AT_MOST}

    @property
    def beyond(self) -> Callable[[float, float], bool]:
        """Of a value and a limit: whether the value lies on the dangerous side."""
        return _BEYOND[self]


_BEYOND: dict[Comparator, Callable[[float, float], bool]] = {
    Comparator.BELOW: operator.lt,
    Comparator.AT_MOST: operator.le,
    Comparator.ABOVE: operator.gt,
    Comparator.AT_LEAST: operator.ge,
}


class Source(StrEnum):
    """A judged signal; `heart` is heart_rate, or the oximeter's pulse while there is none.

    `apart`: how far the two heart rates lie apart; `battery`: what is left in a device's battery.
    """

    SPO2 = "spo2"
    HEART = "heart"
    RESPIRATION = "respiration"
    APART = "apart"
    BATTERY = "battery"


class Confirm(StrEnum):
    """What a cuff reading beyond its limit needs: nothing, a second one, or a BP-CHECK."""

    ONE = "one"
    TWO = "two"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every rule says of itself. `armed`: the earliest phase in which it judges."""

    id: str
    ladder: str
    priority: Priority
    latching: bool = False
    sound: bool = True
    armed: Phase = Phase.BASELINE


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRow(Row):
    """A streamed value beyond a limit for `delay_s`; clear at `clear` (inclusive) for a while.

    immediate_by: two raw valid samples in a row this far beyond the limit of the row `beside` need
    no delay. point_seconds: the depth below the limit summed over time that announces before the
    delay. below_baseline: the limit is the lower of `limit` and baseline minus this, never below
    the limit of the row `beside`; needs_baseline: without one the rule rests. by_time: a mere
    continuation, it never raises an answered alarm.
    """

    source: Source
    comparator: Comparator
    limit: float
    clear: float
    delay_s: float
    clear_s: float
    beside: str | None = None
    immediate_by: float | None = None
    point_seconds: float | None = None
    below_baseline: float | None = None
    needs_baseline: bool = False
    by_time: bool = False

    def __post_init__(self) -> None:
        inside = self.clear >= self.limit if self.comparator.low else self.clear <= self.limit
        if not inside:
            side = "at or above" if self.comparator.low else "at or below"
            raise ValueError(f"clear {self.clear:g} must lie {side} the limit {self.limit:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DipsRow(Row):
    """Short dips below a limit, each too short for its own alarm, that come too often."""

    source: Source
    limit: float
    dips: int
    within_s: float
    least_s: float
    most_s: float
    clear_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffRow(Row):
    """What every rule on cuff readings says: how a reading is confirmed, and how it clears.

    unconfirmed: the priority while a BP-CHECK is open (None: a mere mark); unanswered: the priority
    when nobody repeats it; apart_s: two readings closer than this are one; hurries: while it is
    met, the next reading comes sooner.
    """

    confirm: Confirm
    unconfirmed: Priority | None = None
    unanswered: Priority | None = None
    apart_s: float = 0
    clear_readings: int = 1
    hurries: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HighCuffRow(CuffRow):
    """Systolic or diastolic at or over a limit; inside when both are under their clear limits."""

    systolic: float
    diastolic: float
    clear_systolic: float
    clear_diastolic: float

    def __post_init__(self) -> None:
        if self.clear_systolic > self.systolic or self.clear_diastolic > self.diastolic:
            raise ValueError("the clear limits must not lie above the limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseCuffRow(CuffRow):
    """A rise over the baseline, where the pressure is also at or over a least value."""

    rise_systolic: float
    rise_diastolic: float
    least_systolic: float
    least_diastolic: float
    clear_rise_systolic: float
    clear_rise_diastolic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowCuffRow(CuffRow):
    """Still over the baseline by more than this, from `from_s` after the dose on."""

    from_s: float
    over_systolic: float
    over_diastolic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LowCuffRow(CuffRow):
    """Systolic at or under a limit, or the mean under one (a mean of 0 or none is ignored).

    A patient whose baseline is under `habitual_under` alarms at `habitual_priority` unless the
    reading is at least `habitual_fall` below that baseline.
    """

    systolic: float
    clear_systolic: float
    mean: float | None = None
    habitual_under: float | None = None
    habitual_fall: float | None = None
    habitual_priority: Priority | None = None

    def __post_init__(self) -> None:
        if self.clear_systolic < self.systolic:
            raise ValueError("clear_systolic must not lie below systolic")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow(Row):
    """A sedation score (MOAA/S) at or under `limit`; gone at `clear` or better."""

    limit: float
    clear: float

    def __post_init__(self) -> None:
        if self.clear <= self.limit:
            raise ValueError(f"clear {self.clear:g} must lie above the limit {self.limit:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRow(Row):
    """No valid SpO2 (`of` spo2) or a streaming device lost (`of` link) for `delay_s`.

    phases: where the row counts, empty for every phase; clear_s: data needed without a break.
    """

    of: str
    delay_s: float
    clear_s: float
    phases: tuple[Phase, ...] = ()
    by_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow(Row):
    """Something that must not be seen at all; it ends when it has not been for `quiet_s`."""

    quiet_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRow(Row):
    """A required device that has not come within `delay_s`."""

    delay_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow(Row):
    """A part of the site that reported a fault (or a level over `over`) for `delay_s`."""

    part: str
    delay_s: float
    over: float | None = None
