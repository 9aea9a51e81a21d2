"""From raw samples to judged values: possible range, median, source device, staleness."""

import math
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from alerts.limits import SignalRules
from devices.reading import METRICS, Metric, Sample, Validity

_WITHOUT_NUMBER = frozenset({Validity.UNAVAILABLE, Validity.INVALID})


class Judged(NamedTuple):
    """What the rules see: the median, and the last two raw values if both are plainly valid.

    track: the raw values behind the median, only to be read while judging.
    """

    value: float
    metric: Metric
    weak: bool
    pair: tuple[float, float] | None
    track: "TrackState | None" = None

    def since(self, at: float, lag_s: float, is_beyond: Callable[[float], bool]) -> float:
        """When the median, newly beyond a limit, is held to have gone there.

        Now, but at most `lag_s` after the first of the raw values that are beyond it without a
        break: however a device's samples lie in the window, the median delays an alarm no more.
        """
        first, track = at, self.track
        if track is None:
            return at
        for time, raw in zip(reversed(track.times), reversed(track.values), strict=True):
            if not is_beyond(raw):
                break
            first = time
        return min(at, first + lag_s)


class TrackState(msgspec.Struct):
    """One metric of a bed: the window of its source device, and when it last had a value."""

    device: str = ""
    device_time: float | None = None  # of the newest value, where its device has a clock
    times: list[float] = []
    values: list[float] = []
    judged: float | None = None  # the last median
    raw: float | None = None  # the last raw value if plainly valid
    value_at: float | None = None
    valid_since: float | None = None
    valid_at: float | None = None
    excused_until: float = 0  # not lost before this
    by_hand_at: float | None = None  # when a person last measured what it is a source of


def usable(sample: Sample) -> float | None:
    """The sample's number if it carries one that can be true, else None."""
    value = sample.value
    if value is None or sample.validity in _WITHOUT_NUMBER:
        return None
    info = METRICS[sample.metric]
    if not (math.isfinite(value) and info.possible_low <= value <= info.possible_high):
        return None
    return float(value)


def judged_by_hand(sample: Sample) -> Judged | None:
    """What a person measured: it decides alone, and says nothing of any source."""
    value = usable(sample)
    if value is None:
        return None
    return Judged(value, sample.metric, sample.validity is Validity.QUESTIONABLE, None)


class Track:
    """One metric of one bed. The first device with a value keeps the track while it delivers.

    One that is weak for long gives way to another that is not.
    """

    __slots__ = ("keep_s", "metric", "rules", "stale_s", "state")

    def __init__(self, metric: Metric, rules: SignalRules, period_s: float) -> None:
        self.metric = metric
        self.rules = rules
        self.stale_s = max(rules.stale_s, rules.silent_periods * period_s)
        self.keep_s = max(rules.heart_prefer_s, rules.silent_periods * period_s)
        self.state = TrackState()

    def fresh(self, at: float) -> bool:
        """Whether its source still counts: no weak one is taken in its place."""
        value_at = self.state.value_at
        return value_at is not None and at - value_at < self.keep_s

    def sure(self, at: float) -> bool:
        """The same of a plainly valid value."""
        valid_at = self.state.valid_at
        return valid_at is not None and at - valid_at < self.keep_s

    @property
    def lost_at(self) -> float | None:
        """When the signal counts as lost if nothing comes.

        None before its first value, or while what a person measured is newer.
        """
        value_at, by_hand_at = self.state.value_at, self.state.by_hand_at
        if value_at is None or (by_hand_at is not None and by_hand_at >= value_at):
            return None
        return max(value_at + self.stale_s, self.state.excused_until)

    @property
    def known_at(self) -> float:
        """When its device, or a person, last told a value."""
        return max(self.state.value_at or -math.inf, self.state.by_hand_at or -math.inf)

    def armed(self, at: float) -> bool:
        """Whether plainly valid data have come long enough to be judged in SETUP."""
        since = self.state.valid_since
        return since is not None and at - since >= self.rules.arm_s

    @property
    def doubtful_at(self) -> float:
        """When it is no longer plainly valid if nothing comes."""
        valid_at = self.state.valid_at
        return -math.inf if valid_at is None else valid_at + self.stale_s

    def take(self, at: float, sample: Sample, *, weak: bool) -> Judged | None:
        """The judged value after this sample; None if it has no value or is not the source's."""
        s = self.state
        value = usable(sample)
        if sample.device != s.device:
            if value is None or (self.fresh(at) and (weak or self.sure(at))):
                return None
            self._switch(sample.device)
        before, s.raw = s.raw, None if weak else value
        if not self.fresh(at):
            before = None  # a value from before a silence is none in a row with this one
        if value is None:
            return None
        if sample.device_time is not None and self._in_burst(at, sample.device_time):
            before = None
            del s.times[-1], s.values[-1]
        self._remember(at, value, weak)
        pair = None if before is None or s.raw is None else (before, s.raw)
        s.judged = judged = self._median(value)
        return Judged(judged, self.metric, weak, pair, s)

    def reset(self) -> None:
        """Forget the patient."""
        self.state = TrackState()

    def _in_burst(self, at: float, device_time: float) -> bool:
        """Whether it comes at once after one that was measured well before: the newest counts."""
        s = self.state
        before, s.device_time = s.device_time, device_time
        if before is None or not s.times:
            return False
        return at - s.times[-1] < self.rules.burst_part * (device_time - before)

    def _switch(self, device: str) -> None:
        self.state.device = device
        self.state.times.clear()
        self.state.values.clear()
        self.state.raw = self.state.device_time = None

    def _remember(self, at: float, value: float, weak: bool) -> None:
        s = self.state
        oldest = at - self.rules.median_s
        while s.times and s.times[0] <= oldest:
            del s.times[0], s.values[0]
        s.times.append(at)
        s.values.append(value)
        s.value_at = at
        if not weak:
            if s.valid_at is None or at - s.valid_at >= self.stale_s:
                s.valid_since = at
            s.valid_at = at

    def _median(self, newest: float) -> float:
        count = len(self.state.values)
        if count < self.rules.median_least:
            return newest
        ordered = sorted(self.state.values)
        middle = count // 2
        return ordered[middle] if count % 2 else (ordered[middle - 1] + ordered[middle]) / 2
