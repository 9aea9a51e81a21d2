"""Cuff readings against a limit, a rise or a fall: one reading, two, or one repeated by BP-CHECK.

stage        meaning                                      leaves by
quiet        nothing beyond the limit                     a reading beyond
waiting      TWO: one reading beyond                      the next reading
check        CHECK: please repeat                         confirmed / cleared / between / time
unanswered   nobody repeated it in time                   the next reading
             (or a waiting one whose next reading is overdue)
confirmed    met                                          enough readings inside the clear limit
"""

from enum import StrEnum

from alerts.event import Priority
from alerts.rows import (
    Confirm,
    CuffRow,
    HighCuffRow,
    LowCuffRow,
    RiseCuffRow,
    SlowCuffRow,
)
from alerts.rules.pressure import Bounds, Pressure, Verdict, Yardstick, judge_pressure
from alerts.rules.rule import Finding, RowRule, RuleState
from devices.reading import Metric


class Stage(StrEnum):
    """How far a cuff rule has come."""

    QUIET = "quiet"
    WAITING = "waiting"
    CHECK = "check"
    UNANSWERED = "unanswered"
    CONFIRMED = "confirmed"


class CuffState(RuleState, tag="cuff"):
    """inside, between: how many such readings in a row; pressure: the last one beyond.

    latest: the last one that decided anything.

    habitual: beyond only as this patient usually is, so it alarms weakly.
    """

    stage: Stage = Stage.QUIET
    inside: int = 0
    between: int = 0
    beyond_at: float = 0
    habitual: bool = False
    pressure: Pressure | None = None
    latest: Pressure | None = None
    bounds: Bounds | None = None


class CuffRule(RowRule[CuffRow, CuffState]):
    """One CuffRow at work."""

    __slots__ = ("unanswered_s",)

    def __init__(self, row: CuffRow, place: int, *, unanswered_s: float) -> None:
        super().__init__(row, place, CuffState())
        self.unanswered_s = unanswered_s

    @property
    def latching(self) -> bool:
        """Only once confirmed, or given up waiting."""
        return self.row.latching and self.state.stage in {Stage.CONFIRMED, Stage.UNANSWERED}

    @property
    def worse_low(self) -> bool:
        """Whether the dangerous side is below."""
        return isinstance(self.row, LowCuffRow)

    @property
    def unknown(self) -> bool:
        """Beyond its limit once, and nobody looked again."""
        return self.state.stage is Stage.UNANSWERED

    @property
    def checking(self) -> bool:
        """A BP-CHECK is open: somebody should repeat the reading."""
        return self.state.stage is Stage.CHECK

    def judge(
        self, at: float, pressure: Pressure, against: Yardstick, *, by_hand: bool = False
    ) -> bool:
        """Take a live reading that arrived at `at`; older ones must not be given any more.

        False: it decides nothing. A rule that rests takes from a valid reading only that nothing
        is the matter; one that is held judges what a person measured as ever.
        """
        begins_nothing = self.held and not by_hand and self.state.stage is Stage.QUIET
        if self.armed and not begins_nothing:
            return self.weigh(at, pressure, against)
        if not pressure.weak:
            self.reset()
        return not pressure.weak

    def weigh(self, at: float, pressure: Pressure, against: Yardstick) -> bool:
        """The same, whether it rests or not.

        A questionable reading raises and confirms, and never clears.
        """
        verdict, bounds = judge_pressure(self.row, pressure, against)
        if pressure.weak and verdict is not Verdict.BEYOND:
            return False
        self.state.latest = pressure
        match verdict:
            case Verdict.BEYOND:
                self._take_beyond(at, pressure, bounds, against.baseline)
            case Verdict.BETWEEN:
                self._take_between(at)
            case Verdict.INSIDE:
                self._take_inside()
        return True

    def _take_beyond(
        self, at: float, pressure: Pressure, bounds: Bounds, baseline: Pressure | None
    ) -> None:
        s, row = self.state, self.row
        too_close = s.stage is not Stage.QUIET and pressure.at - s.beyond_at < row.apart_s
        s.inside = s.between = 0
        s.pressure, s.bounds = pressure, bounds
        s.habitual = _is_habitual(row, pressure, baseline)
        if too_close:
            return
        s.beyond_at = pressure.at
        match s.stage, row.confirm:
            case Stage.QUIET, Confirm.TWO:
                s.stage, s.since = Stage.WAITING, at
            case Stage.QUIET, Confirm.CHECK:
                s.stage, s.since, s.level = Stage.CHECK, at, row.unconfirmed
                s.deadline = at + self.unanswered_s
            case _:
                s.stage, s.since, s.deadline, s.by_time = Stage.CONFIRMED, None, None, False
                s.level = self._usual_or_habitual(row.priority)

    def _take_between(self, at: float) -> None:
        s = self.state
        s.inside = 0
        if s.stage is Stage.WAITING:
            self.reset()
        elif s.stage in {Stage.CHECK, Stage.UNANSWERED}:
            s.between += 1
            if s.between >= 2:
                self.reset()
            elif self.row.confirm is Confirm.CHECK:  # it stays, and a new check begins
                if s.stage is Stage.UNANSWERED:  # a milder reading raises nothing
                    s.level, s.by_time = self.row.unconfirmed, False
                s.stage, s.deadline = Stage.CHECK, at + self.unanswered_s
            else:
                s.stage = Stage.WAITING

    def _take_inside(self) -> None:
        s = self.state
        s.inside += 1
        if s.stage is not Stage.CONFIRMED or s.inside >= self.row.clear_readings:
            self.reset()

    def _usual_or_habitual(self, priority: Priority) -> Priority:
        row = self.row
        if self.state.habitual and isinstance(row, LowCuffRow) and row.habitual_priority:
            return row.habitual_priority
        return priority

    def reopen(self, at: float) -> None:
        """The answer to its check was none: ask once more, as if the reading had just come."""
        s = self.state
        s.stage, s.since, s.level, s.by_time = Stage.CHECK, at, self.row.unconfirmed, False
        s.deadline = at + self.unanswered_s

    def elapse(self, at: float) -> None:
        """Nobody repeated the reading."""
        s = self.state
        if s.deadline is not None and s.deadline <= at:
            self.meet()

    def meet(self) -> None:
        """Nobody looked again in time, so the one reading counts."""
        s, row = self.state, self.row
        s.deadline = s.since = None
        s.stage, s.by_time = Stage.UNANSWERED, True
        level = self._usual_or_habitual(row.unanswered or row.priority)
        if s.level is None or level.rank > s.level.rank:
            s.level = level

    def reset(self) -> None:
        """Forget what was seen."""
        self.state = CuffState()

    def describe(self) -> Finding:
        """The value, its limit, and the words for them."""
        s = self.state
        if s.pressure is None or s.bounds is None:
            return Finding(None, None, None, self.row.id)
        value, limit, metric, sign = s.bounds
        shown = _shown(s.pressure)
        text = f"{_NAMES[metric]} {value:g} {sign} {limit:g} ({shown})"
        if s.stage is Stage.UNANSWERED:
            text = f"{shown} NOT REPEATED, {text}"
        elif s.stage is Stage.CHECK:
            text += ", unconfirmed"
        if s.pressure.weak:
            text += ", weak signal"
        if s.latest is not None and s.latest != s.pressure:
            text += f", now {_shown(s.latest)}"
        return Finding(value, limit, metric, text)

    def why(self) -> dict[str, str | float]:
        """The kind of rule and its delay or confirmation."""
        return {"rule": _KINDS[type(self.row)], "confirmation": self.state.stage.value}


_NAMES = {Metric.SYSTOLIC: "SYS", Metric.DIASTOLIC: "DIA", Metric.MEAN_PRESSURE: "MAP"}
_KINDS: dict[type[CuffRow], str] = {
    HighCuffRow: "cuff",
    RiseCuffRow: "rise",
    LowCuffRow: "cuff",
    SlowCuffRow: "slow",
}


def _is_habitual(row: CuffRow, pressure: Pressure, baseline: Pressure | None) -> bool:
    """A habitually low pressure alarms weakly unless it fell from its own baseline."""
    if not isinstance(row, LowCuffRow) or baseline is None:
        return False
    if row.habitual_under is None or row.habitual_fall is None:
        return False
    fell = baseline.systolic - pressure.systolic >= row.habitual_fall
    return baseline.systolic < row.habitual_under and not fell


def _shown(pressure: Pressure) -> str:
    diastolic = "-" if pressure.diastolic is None else f"{pressure.diastolic:g}"
    return f"{pressure.systolic:g}/{diastolic}"
