"""VASOVAGAL: the heart rate has fallen far below what it was, and perhaps the pressure with it."""

import msgspec

from alerts.autonomic_limits import FaintRules
from alerts.event import Priority
from alerts.rules.pressure import Pressure
from alerts.rules.rule import Finding, RowRule, RuleState
from devices.reading import Metric


class Pace(msgspec.Struct, frozen=True):
    """Heart rates per minute: of the last half minute, of the minutes before, and the baseline."""

    now: float
    before: float
    baseline: float


class FaintState(RuleState, tag="faint"):
    """rate, before: as last told, and as it was before the fall (it stays while the alarm stands).

    pressed: what the pressure makes of it; systolic: of that reading; fell_from: the systolic that
    it is compared with; slow: the rate itself is severe; back_since: the rate has been back.
    """

    rate: float = 0
    before: float = 0
    pressed: Priority | None = None
    systolic: float | None = None
    fell_from: float | None = None
    slow: bool = False
    back_since: float | None = None


class FaintRule(RowRule[FaintRules, FaintState]):
    """The fall of the rate begins it, at a tick; readings of the pressure raise and lower it."""

    __slots__ = ()

    def __init__(self, row: FaintRules) -> None:
        super().__init__(row, 0, FaintState())

    def judge(self, at: float, pace: Pace) -> bool:
        """Take the rates of a tick; True if it has just begun."""
        s, r = self.state, self.row
        if not self.armed:
            return False
        starts = not self.held or pace.now <= self.row.rate_severe
        began = s.level is None and starts and self._has_fallen(pace)
        if began:
            self.state = s = FaintState(before=pace.before)
        elif s.level is None:
            return False
        s.rate = pace.now
        s.slow = pace.now <= (r.clear_rate_severe if s.slow else r.rate_severe)
        if self._is_back(pace):
            s.back_since = at if s.back_since is None else s.back_since
            if s.pressed is None and not s.slow and at - s.back_since >= r.clear_s * self.factor:
                self.reset()
                return False
        else:
            s.back_since = None
        self._grade()
        return began

    def press(self, now: Pressure, compared: tuple[float, ...]) -> None:
        """Take a pressure and the systolics it may have fallen from (baseline, reading before).

        A questionable one may raise, never lower.
        """
        s, r = self.state, self.row
        if s.level is None:
            return
        kept = () if s.fell_from is None else (s.fell_from,)
        highest = max((*compared, *kept), default=None)
        fall = 0.0 if highest is None else highest - now.systolic
        found = self._weigh(now.systolic, fall, r.systolic_severe, r.systolic, r.systolic_fall)
        if s.pressed is not None:
            limits = (r.clear_systolic_severe, r.clear_systolic, r.clear_systolic_fall)
            held = s.pressed if now.weak else self._weigh(now.systolic, fall, *limits)
            found = _graver(found, _milder(held, s.pressed))
        s.pressed, s.systolic = found, now.systolic
        s.fell_from = highest if found is not None else None
        self._grade()

    def _has_fallen(self, pace: Pace) -> bool:
        r = self.row
        return (
            pace.now <= pace.before - r.fall
            and pace.now <= r.share * pace.before
            and pace.now <= pace.baseline - r.below_baseline
        )

    def _is_back(self, pace: Pace) -> bool:
        """Nearly where it was before, or at its baseline: it may have been fast before."""
        r = self.row
        near = pace.now >= self.state.before - r.clear_fall
        return near or pace.now >= pace.baseline - r.clear_below_baseline

    def _weigh(
        self, systolic: float, fall: float, severe: float, low: float, fallen: float
    ) -> Priority | None:
        if systolic <= severe:
            return self.row.severe
        return self.row.pressed if systolic <= low or fall >= fallen else None

    def _grade(self) -> None:
        s = self.state
        s.level = _graver(
            _graver(self.row.priority, s.pressed), self.row.severe if s.slow else None
        )

    def elapse(self, at: float) -> None:
        """Decided by data alone."""

    def reset(self) -> None:
        """Forget what was seen."""
        self.state = FaintState()

    @property
    def worse_low(self) -> bool:
        """A slower heart is worse."""
        return True

    def describe(self) -> Finding:
        """The rate, where it came from, and the pressure where it matters."""
        s, r = self.state, self.row
        text = f"HR {s.rate:.0f}, was {s.before:.0f}: may faint"
        if s.systolic is not None:
            text += f", SYS {s.systolic:.0f}"
            if s.pressed is not None and s.fell_from is not None and s.systolic > r.systolic:
                text += f" was {s.fell_from:.0f}"
        return Finding(s.rate, s.before - r.fall, Metric.HEART_RATE, text)

    def why(self) -> dict[str, str | float]:
        """A pattern; no delay but that of its medians."""
        return {"rule": "pattern"}


def _graver(a: Priority | None, b: Priority | None) -> Priority | None:
    ranked = [p for p in (a, b) if p is not None]
    return max(ranked, key=lambda p: p.rank, default=None)


def _milder(a: Priority | None, b: Priority | None) -> Priority | None:
    return None if a is None or b is None else min(a, b, key=lambda p: p.rank)
