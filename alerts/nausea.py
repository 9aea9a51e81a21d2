"""The nausea index: points for what nausea often does to heart rate and beats. Advisory, no sensor.

Each sign is shown to staff with its points, so that nobody must believe a number: it may be as
well the drug, fear, talking or standing up, and nausea without these signs stays unseen.
"""

import math
from collections.abc import Sequence

import msgspec

from alerts.autonomic_limits import WatchRules
from alerts.status import NauseaIndex, Sign

RATE, RISE, VARIABILITY, PHASE, PRIOR = "rate", "rise", "variability", "phase", "prior"
_HEART = {RATE, RISE}


class Readout(msgspec.Struct, frozen=True, kw_only=True):
    """What the index is made of. rate, rise: per minute; change: ln of V over its baseline."""

    rate: float | None = None
    baseline: float | None = None
    rise: float | None = None
    change: float | None = None
    beats_missing: str | None = None
    drugged: bool = False
    prior: float = 0


def reckon(rules: WatchRules, heart: Readout) -> NauseaIndex:
    """The points of each sign and their sum.

    The sum is told only where a sign of each kind can be: the rate over its baseline, and the
    variability. Without the sudden rise (a gap in the last minutes) it is a least value.
    """
    signs = (
        _rate(rules, heart),
        _rise(rules, heart),
        _variability(rules, heart),
        _sign(PHASE, "Drug acting", float(heart.drugged), 1),
        _sign(PRIOR, "Known risk", min(heart.prior, rules.prior_most), rules.prior_most),
    )
    missing = next((s.missing for s in signs if s.missing and s.name != RISE), None)
    total = None if missing else sum(s.points or 0 for s in signs)
    return NauseaIndex(total=total, missing=missing, enter=rules.enter, signs=signs)


def begins(index: NauseaIndex) -> bool:
    """Whether it says nausea: enough points, and a sign in both heart rate and beats."""
    if index.total is None or index.total < index.enter:
        return False
    present = {sign.name for sign in index.signs if sign.points}
    return VARIABILITY in present and bool(present & _HEART)


def is_over(rules: WatchRules, index: NauseaIndex) -> bool:
    """Whether it says so no more; a sign that cannot be told might still be there."""
    if index.total is None or any(sign.points is None for sign in index.signs):
        return False
    return index.total < rules.leave


def in_words(index: NauseaIndex) -> str:
    """The present signs of heart rate and beats: "HR +17, variability -45 %"."""
    shown = [s for s in index.signs if s.points and s.text]
    return ", ".join(s.text for s in shown)


def _rate(rules: WatchRules, heart: Readout) -> Sign:
    label, most = "Heart rate over baseline", 2
    if heart.baseline is None:
        return _sign(RATE, label, None, most, missing="no baseline before the dose")
    if heart.rate is None:
        return _sign(RATE, label, None, most, missing="no heart rate")
    over = heart.rate - heart.baseline
    points = _reached(over, (rules.rate, rules.rate_strong))
    return _sign(RATE, label, points, most, value=round(over, 1), text=f"HR {over:+.0f}")


def _rise(rules: WatchRules, heart: Readout) -> Sign:
    label = "Sudden rise"
    if heart.rise is None:
        return _sign(RISE, label, None, 1, missing="too little heart rate yet")
    points = _reached(heart.rise, (rules.rise,))
    minutes = rules.before_s / 60
    text = f"{heart.rise:+.0f} in {minutes:g} min"
    return _sign(RISE, label, points, 1, value=round(heart.rise, 1), text=text)


def _variability(rules: WatchRules, heart: Readout) -> Sign:
    label, most = "Beat variability under baseline", 2
    if heart.change is None:
        return _sign(VARIABILITY, label, None, most, missing=heart.beats_missing)
    points = _reached(-heart.change, (-rules.fall, -rules.fall_strong))
    percent = 100 * (math.exp(heart.change) - 1)
    text = f"variability {percent:+.0f} %"
    return _sign(VARIABILITY, label, points, most, value=round(percent), text=text)


def _reached(value: float, steps: Sequence[float]) -> float:
    return float(sum(value >= step for step in steps))


def _sign(
    name: str,
    label: str,
    points: float | None,
    most: float,
    *,
    value: float | None = None,
    text: str = "",
    missing: str | None = None,
) -> Sign:
    return Sign(
        name=name, label=label, points=points, most=most, value=value, text=text, missing=missing
    )
