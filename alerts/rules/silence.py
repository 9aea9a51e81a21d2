"""Silence and faults: data that do not come, a device that sends nonsense, a part that failed."""

from collections.abc import Sequence

from alerts.rows import FaultRow, Row, SilenceRow
from alerts.rules.rule import Finding, RowRule, RuleState
from alerts.status import Phase


class SilenceState(RuleState, tag="silence"):
    """last_at: the last data, or the start of the wait; good_since, good_at: data after a loss."""

    last_at: float = 0
    good_since: float | None = None
    good_at: float = 0
    reason: str = ""


class SilenceRule(RowRule[SilenceRow, SilenceState]):
    """One SilenceRow at work for one stream: the deadline moves with every piece of data."""

    __slots__ = ("break_s", "delay_s", "most_s", "name")

    def __init__(
        self,
        row: SilenceRow,
        place: int,
        name: str,
        least_s: float,
        *,
        stale_s: float,
        dwell_most_s: float,
    ) -> None:
        super().__init__(row, place, SilenceState(by_time=row.by_time))
        self.name = name
        self.delay_s = max(row.delay_s, least_s)
        self.break_s = max(stale_s, least_s)  # data this far apart do not come without a break
        self.most_s = dwell_most_s

    def wait_from(self, at: float) -> None:
        """Begin to wait: the session opened."""
        self.state = SilenceState(by_time=self.row.by_time, last_at=at)

    def counts_in(self, phase: Phase, *, is_open: bool) -> bool:
        """Whether the row counts in this phase."""
        return is_open and (not self.row.phases or phase in self.row.phases)

    def arm(self, at: float, phase: Phase, *, is_open: bool) -> None:
        """Take the phase: outside its phases the rule rests, inside it counts from the loss.

        One that counts already goes on: a cut link, a grace or a hold has moved its deadline.
        """
        s = self.state
        self.armed = self.counts_in(phase, is_open=is_open)
        if not self.armed:
            s.level = s.deadline = None
        elif s.level is None and s.deadline is None:
            s.deadline = max(at, s.last_at + self.delay_s)

    def hear(self, at: float, *, missed: bool = False) -> None:
        """Good data came; missed: too few as yet to end a weaker row, so the loss goes on."""
        s = self.state
        if s.level is None and missed and s.deadline is not None:
            s.deadline = max(s.deadline, at + self.break_s)
            return
        if s.level is None:
            s.last_at = at
            s.reason = ""
            if self.armed:
                s.deadline = at + self.delay_s
            return
        if s.good_since is None or at - s.good_at >= self.break_s:
            s.good_since = at
        s.good_at = at
        if at - s.good_since >= min(self.row.clear_s * self.factor, self.most_s):
            s.level, s.last_at, s.good_since, s.reason = None, at, None, ""
            s.deadline = at + self.delay_s

    def hold(self, at: float, until: float) -> None:
        """What is due now waits, for a reason that others know."""
        if until > at:
            self.state.deadline = until

    def release(self, due: float, latest: float) -> None:
        """The reason to wait is gone: due then, never before its delay nor after `latest`."""
        s = self.state
        usual = s.last_at + self.delay_s
        if s.level is None and s.deadline is not None and s.deadline > usual:
            s.deadline = min(max(usual, due), latest)

    def miss(self, reason: str) -> None:
        """The source says that it has nothing: no new start of the clock, but a reason."""
        self.state.good_since = None
        self.state.reason = reason

    def cut(self, at: float, reason: str) -> None:
        """The link went down: silence counts from here at the latest."""
        s = self.state
        s.good_since, s.reason = None, reason
        if s.deadline is not None:
            s.deadline = min(s.deadline, at + self.row.delay_s)

    def excuse(self, at: float, grace_s: float) -> None:
        """The service was away: wait anew from the resume, with grace for devices to return."""
        s = self.state
        s.good_since = None
        if s.level is None and s.deadline is not None:
            s.last_at = at
            s.deadline = at + max(self.delay_s, grace_s)

    def elapse(self, at: float) -> None:
        """Meet the condition if its time has come."""
        s = self.state
        if s.deadline is not None and s.deadline <= at:
            s.level, s.deadline, s.good_since = self.row.priority, None, None

    def reset(self) -> None:
        """Forget what was seen."""
        self.state = SilenceState(by_time=self.row.by_time)

    def describe(self) -> Finding:
        """The value, its limit, and the words for them."""
        reason = f": {self.state.reason}" if self.state.reason else ""
        return Finding(None, self.delay_s, None, f"{self.name}{reason}")

    def why(self) -> dict[str, str | float]:
        """The kind of rule and its delay or confirmation."""
        return {"rule": "silence", "delay": self.delay_s, "since": self.state.last_at}


def hear_all(rules: Sequence[SilenceRule], at: float) -> None:
    """Good data came for the rows of one stream, the weakest first."""
    for rule in rules:
        rule.hear(at, missed=any(row.state.level is not None for row in rules))


class FaultState(RuleState, tag="fault"):
    """detail: the words of whoever reported the fault; value: its level where it has one."""

    detail: str = ""
    value: float | None = None


class FaultRule(RowRule[Row, FaultState]):
    """Something reported as broken for a while: a part of the site, a device's frames."""

    __slots__ = ("delay_s", "name")

    def __init__(self, row: Row, place: int, name: str, delay_s: float) -> None:
        super().__init__(row, place, FaultState())
        self.name = name
        self.delay_s = delay_s
        self.armed = True
        self.factor = 1

    def report(
        self,
        at: float,
        detail: str = "",
        value: float | None = None,
        *,
        since: float | None = None,
    ) -> None:
        """It is broken (`since` then, else now); a row with a level counts only over it."""
        s = self.state
        if not self.armed:
            return
        over = self.row.over if isinstance(self.row, FaultRow) else None
        if over is not None and (value is None or value <= over):
            self.reset()
            return
        s.detail, s.value = detail, value
        if s.level is None and s.since is None:
            s.since = at if since is None else since
            s.deadline = max(at, s.since + self.delay_s)
            self.elapse(at)

    def elapse(self, at: float) -> None:
        """Meet the condition if its time has come."""
        s = self.state
        if s.deadline is not None and s.deadline <= at:
            s.level, s.since, s.deadline = self.row.priority, None, None

    def reset(self) -> None:
        """It works again."""
        self.state = FaultState()

    def describe(self) -> Finding:
        """The value, its limit, and the words for them."""
        s = self.state
        over = self.row.over if isinstance(self.row, FaultRow) else None
        text = f"{self.name}: {s.detail}" if s.detail else self.name
        if over is not None and s.value is not None:
            text = f"{self.name} {s.value:g} s > {over:g} s"
        return Finding(s.value, over, None, text)

    def why(self) -> dict[str, str | float]:
        """The kind of rule and its delay or confirmation."""
        return {"rule": "fault", "delay": self.delay_s}
