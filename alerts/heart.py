"""Which of two heart rates counts, and what is wrong when they disagree (T-HR)."""

from alerts.ladder import Ladder
from alerts.rules.limit import LimitRule
from alerts.signals import Judged, Track
from devices.reading import Metric

RATES = (Metric.HEART_RATE, Metric.PULSE_RATE)


class Heart:
    """The strap or ECG before the oximeter; too far apart for long, the one that counts is weak."""

    __slots__ = ("apart", "ladder", "pulse", "strap")

    def __init__(self, strap: Track, pulse: Track, ladder: Ladder, apart: LimitRule) -> None:
        self.strap = strap
        self.pulse = pulse
        self.ladder = ladder
        self.apart = apart

    def outranked(self, at: float, now: Judged) -> bool:
        """The oximeter's pulse counts while the strap or ECG is silent, or weak and it is not."""
        if now.metric is Metric.PULSE_RATE:
            return self.strap.sure(at) or (now.weak and self.strap.fresh(at))
        return not self.strap.sure(at) and self.pulse.sure(at)

    def compare(self, at: float) -> bool:
        """Judge how far the two lie apart; True if that waits or stands."""
        one, other = self.strap.state.judged, self.pulse.state.judged
        if one is None or other is None:
            return False
        rule, apart = self.apart, abs(one - other)
        if apart <= rule.row.limit and rule.state.since is None and rule.state.level is None:
            return False
        if not (self.strap.sure(at) and self.pulse.sure(at)):
            return False
        rule.judge(at, Judged(apart, Metric.HEART_RATE, False, None))
        self.ladder.settle(at)
        return True

    def doubted(self, now: Judged) -> Judged:
        """The value as it counts: a questionable one while the two are known to disagree."""
        return now if self.apart.state.level is None else now._replace(weak=True, pair=None)

    @property
    def deadline(self) -> float | None:
        """When there are no longer two rates to compare."""
        if self.apart.state.since is None and self.apart.state.level is None:
            return None
        return min(self.strap.doubtful_at, self.pulse.doubtful_at)

    def elapse(self, at: float) -> None:
        """One of the two has gone: it has an alarm of its own, and nothing disagrees any more."""
        due = self.deadline
        if due is not None and due <= at:
            self.apart.reset()
            self.ladder.settle(at, data=False)
