"""Heart rate and variability of the last minutes, and those of the quiet time before the dose."""

import msgspec

from alerts.autonomic_limits import WatchRules
from alerts.beats import median


class TempoState(msgspec.Struct):
    """One value a tick: rates as (at, rate); quiet, before the dose, as (at, rate, V in ms).

    rate, ms: the baseline of both, None where there were too few.
    """

    rates: list[tuple[float, float]] = []
    quiet: list[tuple[float, float | None, float | None]] = []
    rate: float | None = None
    ms: float | None = None


class Tempo:
    """What the newest heart rate and variability are compared with."""

    __slots__ = ("rules", "state")

    def __init__(self, rules: WatchRules) -> None:
        self.rules = rules
        self.state = TempoState()

    def keep(self, at: float, rate: float | None) -> None:
        """The heart rate of a tick, if there is one."""
        rates, r = self.state.rates, self.rules
        if rate is not None:
            rates.append((at, rate))
        oldest = at - max(r.recent_s + r.before_s, r.rate_s)
        while rates and rates[0][0] <= oldest:
            del rates[0]

    def keep_quiet(self, at: float, rate: float | None, ms: float | None) -> None:
        """A tick before the dose; it is kept for longer than the baseline, T0 may be put back."""
        quiet = self.state.quiet
        quiet.append((at, rate, ms))
        while quiet[0][0] <= at - self.rules.baseline_kept_s:
            del quiet[0]
        self.settle(at)

    def settle(self, until: float) -> None:
        """Take as baseline the medians of the minutes that end at `until`."""
        s, r = self.state, self.rules
        since, least = until - r.baseline_s, r.baseline_least_s / r.tick_s
        window = [tick for tick in s.quiet if since < tick[0] <= until]
        rates = [rate for _, rate, _ in window if rate is not None]
        sizes = [ms for _, _, ms in window if ms is not None]
        s.rate = median(rates) if len(rates) >= least else None
        s.ms = median(sizes) if len(sizes) >= least else None

    def rate(self, at: float, span_s: float, ago_s: float = 0) -> float | None:
        """The median rate of the `span_s` that ended `ago_s` ago; None where too little is known.

        The newest one does not stand for an old window: at least part of it must hold data.
        """
        until, since = at - ago_s, at - ago_s - span_s
        found = [rate for t, rate in self.state.rates if since < t <= until]
        enough = self.rules.filled * span_s / self.rules.tick_s
        return median(found) if found and len(found) >= enough else None
