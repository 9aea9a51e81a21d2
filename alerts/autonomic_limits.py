"""What the profile says of heart beats, of the nausea watch and of fainting, as frozen data.

Names ending in `_s` are seconds, in `_ms` milliseconds; rates per minute, pressures mm[Hg]; shares
are parts of 1.
"""

from dataclasses import dataclass

from alerts.event import Priority
from alerts.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatRules:
    """Which intervals between heart beats are clean, and when they tell anything.

    apart: of an interval from the median of the last `median_beats` clean ones; relock_apart:
    within it `relock_beats` refused ones in a row agree on a new rate. jump_ms, jump_factor,
    jump_beats: a change from beat to beat over both (the factor of the usual change of so many) is
    left out. keep: the share of the smallest changes that count.
    """

    least_ms: float
    most_ms: float
    apart: float
    median_beats: int
    relock_beats: int
    relock_apart: float
    jump_ms: float
    jump_factor: float
    jump_beats: int
    slack_s: float
    silent_s: float
    window_s: float
    keep: float
    changes: int
    still_ms: float
    rejected: float
    clean_beats: int
    clean_s: float
    blind: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRules(Row):
    """NAU-WATCH: points for each sign of nausea in heart rate and beats, and what they add up to.

    on: False switches the whole index off. rate, rate_strong: 1 and 2 points per minute over the
    own baseline; rise: of the last `recent_s` over the `before_s` before; fall, fall_strong: the
    logarithm of variability over the own baseline. prior: points for what is known of the patient,
    together at most `prior_most`. filled: the share of a window that must hold data.
    """

    on: bool
    tick_s: float
    recent_s: float
    before_s: float
    rate_s: float
    rate: float
    rate_strong: float
    rise: float
    fall: float
    fall_strong: float
    prior: dict[str, float]
    prior_most: float
    enter: float
    enter_s: float
    leave: float
    leave_s: float
    rest_s: float
    lost_s: float
    filled: float
    baseline_s: float
    baseline_least_s: float
    baseline_kept_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FaintRules(Row):
    """VASOVAGAL: the heart rate has fallen, and what the blood pressure makes of it.

    All of: `fall` per minute under the rate before, at most `share` of it, and `below_baseline`
    under the own baseline. A systolic counts for `pressure_s`. The clear_ limits are those of heart
    rate and pressure back again.
    """

    fall: float
    share: float
    below_baseline: float
    rate_severe: float
    systolic: float
    systolic_fall: float
    systolic_severe: float
    pressure_s: float
    pressed: Priority
    severe: Priority
    clear_fall: float
    clear_below_baseline: float
    clear_rate_severe: float
    clear_systolic: float
    clear_systolic_fall: float
    clear_systolic_severe: float
    clear_s: float

    def __post_init__(self) -> None:
        pairs = {
            "clear_fall": (self.clear_fall, self.fall),
            "clear_below_baseline": (self.clear_below_baseline, self.below_baseline),
            "clear_systolic_fall": (self.clear_systolic_fall, self.systolic_fall),
            "rate_severe": (self.rate_severe, self.clear_rate_severe),
            "systolic": (self.systolic, self.clear_systolic),
            "systolic_severe": (self.systolic_severe, self.clear_systolic_severe),
        }
        for name, (least, most) in pairs.items():
            if least > most:
                raise ValueError(f"{name} {least:g} must not lie above {most:g}")
