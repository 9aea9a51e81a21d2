"""Streamed values against a limit: delay, hysteresis, clear dwell, immediate override, dips."""

import msgspec

from alerts.rows import Comparator, DipsRow, LimitRow, Source
from alerts.rules.rule import Finding, RowRule, RuleState
from alerts.signals import Judged
from devices.reading import Metric

_NAMES = {
    Source.SPO2: "SpO2",
    Source.HEART: "HR",
    Source.RESPIRATION: "RR",
    Source.APART: "two heart rates apart by",
    Source.BATTERY: "battery",
}
WEAK = "weak signal"


class LimitState(RuleState, tag="limit"):
    """value: the last judged; clear_since: good since; points: depth x time below the limit."""

    value: float = 0
    metric: Metric | None = None
    weak: bool = False
    seen_at: float = 0
    clear_since: float | None = None
    points: float = 0


class LimitRule(RowRule[LimitRow, LimitState]):
    """One LimitRow at work: met after the delay, clear after the dwell, only ever by data."""

    __slots__ = (
        "beside",
        "beyond",
        "bound",
        "clear",
        "immediate",
        "lag_s",
        "low",
        "most_s",
        "name",
        "rests",
        "weak_s",
    )

    def __init__(
        self,
        row: LimitRow,
        place: int,
        *,
        weak_s: float,
        lag_s: float,
        dwell_most_s: float,
        beside: float | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(row, place, LimitState(by_time=row.by_time))
        self.name = name or _NAMES[row.source]
        self.beside = beside  # the limit of the row of that name
        self.immediate: float | None = None
        if beside is not None and row.immediate_by is not None:
            self.immediate = beside + (
                -row.immediate_by if self.row.comparator.low else row.immediate_by
            )
        self.low = row.comparator.low
        self.beyond = row.comparator.beyond
        self.weak_s = weak_s
        self.lag_s = lag_s
        self.most_s = dwell_most_s
        self.bound = row.limit
        self.clear = row.clear
        self.rests = False  # it lacks the baseline that it needs: it begins nothing

    @property
    def worse_low(self) -> bool:
        """Whether the dangerous side is below."""
        return self.low

    @property
    def easing(self) -> bool:
        """The last values are inside the clear limit, and none of them weak."""
        return self.state.level is not None and self.state.clear_since is not None

    def compare_with(self, baseline: float | None) -> None:
        """Set the limit in force from the patient's baseline (None: not measured)."""
        row = self.row
        self.bound, self.clear = row.limit, row.clear
        self.rests = row.needs_baseline and baseline is None
        if row.below_baseline is not None and baseline is not None:
            self.bound = min(row.limit, baseline - row.below_baseline)
            if row.clear == row.limit:  # no hysteresis of its own: back inside is clear
                self.clear = self.bound
        if row.below_baseline is not None and self.beside is not None:
            self.bound = max(self.beside, self.bound)
            self.clear = max(self.beside, self.clear)

    def judge(self, at: float, now: Judged) -> None:
        """Take the signal's newest judged value."""
        s, bound = self.state, self.bound
        if not self.armed or (self.rests and s.level is None and s.since is None):
            return
        beyond = self.beyond(now.value, bound)
        if self.immediate is not None and now.pair is not None and self._at_once(now.pair):
            self.meet()
            now = now._replace(value=now.pair[1])
        elif s.level is not None:
            self._judge_standing(at, now, beyond)
        elif beyond:
            self._judge_pending(at, now, bound)
        elif s.since is not None:
            s.since = s.deadline = None
        s.value, s.metric, s.weak, s.seen_at = now.value, now.metric, now.weak, at

    def judge_alone(self, at: float, now: Judged) -> None:
        """Take a value that a person measured: it needs neither delay nor dwell.

        A questionable one clears nothing.
        """
        s, bound = self.state, self.bound
        if not self.armed or (self.rests and s.level is None and s.since is None):
            return
        clear = now.value >= self.clear if self.low else now.value <= self.clear
        if self.beyond(now.value, bound):
            self.meet()
        elif s.level is None or (clear and not now.weak):
            self.reset()
        s.value, s.metric, s.weak, s.seen_at = now.value, now.metric, now.weak, at

    def _judge_pending(self, at: float, now: Judged, bound: float) -> None:
        s, row = self.state, self.row
        if s.since is None:
            if self.held:
                return
            s.since, s.points = at, 0
            if now.metric is s.metric:  # of a signal that was judged already
                s.since = now.since(at, self.lag_s, lambda raw: self.beyond(raw, bound))
        elif row.point_seconds is not None and not s.weak:
            s.points += abs(bound - s.value) * (at - s.seen_at)
        deadline = s.since + row.delay_s + (self.weak_s if now.weak else 0)
        depth = abs(bound - now.value)
        if row.point_seconds is not None and depth > 0 and not now.weak:
            deadline = min(deadline, at + (row.point_seconds - s.points) / depth)
        s.deadline = max(at, deadline)

    def _at_once(self, pair: tuple[float, float]) -> bool:
        """Two raw samples in a row are so bad that nothing is waited for, not even the median."""
        immediate = self.immediate
        if immediate is None:
            return False
        return self.beyond(max(pair) if self.low else min(pair), immediate)

    def _judge_standing(self, at: float, now: Judged, beyond: bool) -> None:
        s = self.state
        clear = now.value >= self.clear if self.low else now.value <= self.clear
        if beyond or not clear or now.weak:
            s.clear_since = None
            return
        if s.clear_since is None:
            s.clear_since = at
        if at - s.clear_since >= min(self.row.clear_s * self.factor, self.most_s):
            self.reset()

    def elapse(self, at: float) -> None:
        """Meet the condition if its time has come."""
        if self.state.deadline is not None and self.state.deadline <= at:
            self.meet()

    def lose(self) -> None:
        """Nothing is waited for on old data, and silence clears nothing."""
        self.state.since = self.state.deadline = None
        self.interrupt()

    def interrupt(self) -> None:
        """No data came for a while: what was good before is no part of the clear dwell."""
        self.state.clear_since = None

    def meet(self) -> None:
        """It is so: by the delay, by depth, at once, or by the loss of its source."""
        s = self.state
        s.level, s.since, s.deadline, s.clear_since = self.row.priority, None, None, None

    def reset(self) -> None:
        """Forget what was seen."""
        s = self.state
        s.level = s.since = s.deadline = s.clear_since = None
        s.points = 0

    def describe(self) -> Finding:
        """The value, its limit, and the words for them."""
        s = self.state
        sign, bound = self.row.comparator, self.bound
        text = f"{self.name} {s.value:g} {sign} {bound:g}"
        if not sign.beyond(s.value, bound):  # back, but not for long enough
            text = f"{self.name} {s.value:g} after {sign} {bound:g}"
        if s.weak:
            text += f", {WEAK}"
        return Finding(s.value, self.bound, s.metric, text)

    def why(self) -> dict[str, str | float]:
        """The kind of rule and its delay or confirmation."""
        return {"rule": "limit", "delay": self.row.delay_s}


class DipsState(RuleState, tag="dips"):
    """ends: when the recent short dips ended; dip_since: the one that is under way.

    sure_s: for how long of it the signal was plainly valid, as known at sure_at (None: weak since).
    clean_since: since when, without a break, all values have been plainly valid and over the limit.
    """

    value: float = 0
    dip_since: float | None = None
    sure_s: float = 0
    sure_at: float | None = None
    ends: list[float] = msgspec.field(default_factory=list[float])
    clean_since: float | None = None


class DipsRule(RowRule[DipsRow, DipsState]):
    """One DipsRow at work: dips too short for their own alarm that come too often."""

    __slots__ = ()

    def __init__(self, row: DipsRow, place: int) -> None:
        super().__init__(row, place, DipsState())

    @property
    def worse_low(self) -> bool:
        """Whether the dangerous side is below."""
        return True

    @property
    def easing(self) -> bool:
        """No dip now."""
        return self.state.level is not None and self.state.clean_since is not None

    def judge(self, at: float, now: Judged) -> None:
        """Take the signal's newest judged value; weak ones neither make nor end a dip."""
        s, row = self.state, self.row
        if not self.armed or (self.held and s.level is None):
            return
        if now.weak:
            s.sure_at = s.clean_since = None
            return
        if s.dip_since is not None and s.sure_at is not None:
            s.sure_s += at - s.sure_at
        if now.value < row.limit:
            s.value = now.value if s.dip_since is None else min(s.value, now.value)
            if s.dip_since is None:
                s.dip_since, s.sure_s = at, 0
            s.sure_at, s.clean_since = at, None
            return
        if s.clean_since is None:
            s.clean_since = at
        if s.dip_since is not None:
            length, s.dip_since = at - s.dip_since, None
            if s.sure_s >= row.least_s and length < row.most_s:
                s.ends.append(at)
        if s.ends:
            self._count(at)

    def _count(self, at: float) -> None:
        s, row = self.state, self.row
        since = at if s.level is None else s.ends[-1]
        s.ends = [end for end in s.ends if since - end <= row.within_s]
        if s.level is None:
            if len(s.ends) >= row.dips:
                s.level = row.priority
        elif s.clean_since is not None and at - s.clean_since >= row.clear_s:
            self.reset()

    def elapse(self, at: float) -> None:
        """Dips are decided by data alone."""

    def lose(self) -> None:
        """A dip that ended in silence has no length, and silence is not clean."""
        self.state.dip_since = None
        self.interrupt()

    def interrupt(self) -> None:
        """No data came for a while: nobody knows whether there were dips."""
        self.state.clean_since = None

    def reset(self) -> None:
        """Forget what was seen."""
        s = self.state
        s.level = s.dip_since = None
        s.ends = []

    def describe(self) -> Finding:
        """The value, its limit, and the words for them."""
        count = len(self.state.ends)
        text = f"SpO2 {count} dips {Comparator.BELOW} {self.row.limit:g} in {self.row.within_s:g} s"
        return Finding(self.state.value, self.row.limit, Metric.SPO2, text)

    def why(self) -> dict[str, str | float]:
        """The kind of rule and its delay or confirmation."""
        return {"rule": "dips", "within": self.row.within_s}
