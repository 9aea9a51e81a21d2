"""Which samples are live, by their devices' own clocks: a clock may only demote, never promote."""

import msgspec

from alerts.limits import SignalRules
from alerts.staff import STAFF
from devices.reading import Beats, Metric, Sample

_DRIFT = 0.001  # s per s: faster than any device's clock drifts, slower than a backlog grows
_STEADY_S = 2.0  # as far as the lag of live samples wanders


class ClockState(msgspec.Struct):
    """What is known of one device's clock.

    lag: the lowest (receipt - device time), learned until seen_at; late, late_since: the lowest lag
    of late samples while it holds steady; late_at: when one last had it; newest: the newest device
    time of each metric; still, still_since: the device time that every sample has had since.
    """

    lag: float
    seen_at: float
    late: float | None = None
    late_since: float = 0
    late_at: float = 0
    still: float | None = None
    still_since: float = 0
    newest: dict[str, float] = {}


def is_live(
    clocks: dict[str, ClockState], at: float, sample: Sample | Beats, rules: SignalRules
) -> bool:
    """Whether a sample is live: not too late, and not older than the last of its kind.

    Where a clock was set back, all samples are late by the same: after a while that is its new lag.
    A clock that stands still for as long says nothing at all.
    """
    time = sample.device_time
    if time is None or sample.device == STAFF:  # a person states a time, no clock does
        return True
    lag = at - time
    clock = clocks.get(sample.device)
    if clock is None:
        clock = clocks[sample.device] = ClockState(lag=lag, seen_at=at)
    metric = sample.metric if isinstance(sample, Sample) else Metric.RR_MS
    newest = clock.newest.get(metric)
    if _stands_still(clock, at, time, rules.clock_settles_s) and time == newest:
        return True
    clock.lag, clock.seen_at = min(lag, clock.lag + _DRIFT * (at - clock.seen_at)), at
    if lag - clock.lag <= rules.live_s:
        clock.late = None
    elif not _settled(clock, at, lag, rules):
        return False
    newest = clock.newest.get(metric)  # none where the clock has just settled
    if newest is not None and time < newest:
        return False
    clock.newest[metric] = time
    return True


def _stands_still(clock: ClockState, at: float, time: float, settles_s: float) -> bool:
    """A backlog's times go on, however late; a clock without a battery has one time for all."""
    if time != clock.still:
        clock.still, clock.still_since = time, at
    return at - clock.still_since >= settles_s


def _settled(clock: ClockState, at: float, lag: float, rules: SignalRules) -> bool:
    """A backlog catches up, a crowded link falls behind; a clock set back stays as late as it is.

    Where samples come in batches the newest of each has the lowest lag.
    """
    late = clock.late
    if late is None or lag < late - _STEADY_S or at - clock.late_at > rules.live_s:
        clock.late, clock.late_since, clock.late_at = lag, at, at
    elif lag <= late + _STEADY_S:
        clock.late_at = at
        if at - clock.late_since >= rules.clock_settles_s:
            clock.lag, clock.late, clock.newest = lag, None, {}
            return True
    return False
