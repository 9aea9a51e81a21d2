"""NAU-WATCH: the nausea index has been high for a while. Advisory: it asks, it does not know."""

from alerts.autonomic_limits import WatchRules
from alerts.nausea import NauseaIndex, begins, in_words, is_over
from alerts.rules.rule import Finding, RowRule, RuleState


class WatchState(RuleState, tag="watch"):
    """low_since: under the lower limit since; rests_until: no new watch before."""

    low_since: float | None = None
    rests_until: float | None = None
    total: float | None = None
    words: str = ""


class WatchRule(RowRule[WatchRules, WatchState]):
    """Decides only when the index is reckoned anew, at the ticks of the bed."""

    __slots__ = ()

    def __init__(self, row: WatchRules) -> None:
        super().__init__(row, 0, WatchState())

    def judge(self, at: float, index: NauseaIndex) -> None:
        """Take the index of a tick. One that cannot be told neither begins nor ends anything."""
        s = self.state
        if not self.armed or (self.held and s.level is None):
            s.since = None
        elif s.level is not None:
            self._judge_standing(at, index)
        elif (s.rests_until is not None and at < s.rests_until) or not begins(index):
            s.since = None
        else:
            s.since = at if s.since is None else s.since
            if at - s.since >= self.row.enter_s:
                s.level, s.since = self.row.priority, None
                self._describe_as(index)

    def _judge_standing(self, at: float, index: NauseaIndex) -> None:
        s = self.state
        if index.total is not None:
            self._describe_as(index)
        if not is_over(self.row, index):
            s.low_since = None
            return
        s.low_since = at if s.low_since is None else s.low_since
        if at - s.low_since >= self.row.leave_s:
            self.end(at)

    def end(self, at: float) -> None:
        """It is over, or staff have answered: rest before the next one."""
        self.state = WatchState(rests_until=at + self.row.rest_s)

    def _describe_as(self, index: NauseaIndex) -> None:
        self.state.total = index.total
        self.state.words = in_words(index) or self.state.words

    def elapse(self, at: float) -> None:
        """Decided at the ticks alone."""

    def reset(self) -> None:
        """The session closed or a person answered; the rest goes on."""
        self.state = WatchState(rests_until=self.state.rests_until)

    def describe(self) -> Finding:
        """What to do, and why."""
        s = self.state
        text = f"autonomic change: ask about nausea ({s.words})"
        return Finding(s.total, self.row.enter, None, text)

    def why(self) -> dict[str, str | float]:
        """An index held for a while."""
        return {"rule": "index", "delay": self.row.enter_s}
