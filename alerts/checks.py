"""BP-CHECK: please repeat the cuff reading. From when, until when, by whom, and because of what.

It is opened by a reading beyond a limit or by another part of the bed, and answered by the next
valid reading. What that reading means for an alarm, the cuff rules decide (rules/cuff.py); here is
only the request: its window, and how often a cuff may be inflated for it.
"""

import msgspec

from alerts.cuff_limits import CheckRules
from alerts.setup import BedSetup
from alerts.status import CheckStatus, Task
from devices.reading import Metric


class OpenCheck(msgspec.Struct):
    """One request. causes: conditions, the gravest first; overdue: nobody repeated it in time."""

    causes: list[str]
    opened_at: float
    due_from: float
    due_until: float
    unanswered_at: float
    by_hand: bool = False
    overdue: bool = False


class ChecksState(msgspec.Struct):
    """opened_at: when one was last opened, also if it is closed since.

    asked: when extra inflations were asked for; deflated_at: when the last cycle arrived.
    """

    open: OpenCheck | None = None
    opened_at: float | None = None
    asked: list[float] = []
    deflated_at: float | None = None


class Checks:
    """The one open BP-CHECK of a bed."""

    __slots__ = ("rules", "starter", "state")

    def __init__(self, setup: BedSetup, rules: CheckRules) -> None:
        self.rules = rules
        self.state = ChecksState()
        starters = [d.id for d in setup.devices if d.can_start and Metric.SYSTOLIC in d.metrics]
        self.starter: str | None = starters[0] if starters else None

    def open(self, at: float, cause: str) -> None:
        """Ask for a repeat; one that is open and in time already only learns of the cause."""
        check = self.state.open
        if check is None or check.overdue:
            self.renew(at, [cause])
        elif cause not in check.causes:
            check.causes.append(cause)

    def renew(self, at: float, causes: list[str]) -> None:
        """Ask anew, whatever was open, with a window that begins now."""
        r, deflated_at = self.rules, self.state.deflated_at
        self.state.opened_at = at
        due_from = at if deflated_at is None else max(at, deflated_at + r.from_s)
        self.state.open = OpenCheck(
            causes=causes,
            opened_at=at,
            due_from=due_from,
            due_until=max(at + r.until_s, due_from),
            unanswered_at=at + r.unanswered_s,
            by_hand=not self.ask(at),
        )

    def ask(self, at: float) -> bool:
        """Count an extra inflation; False if the arm has had enough of them for now."""
        s = self.state
        s.asked = [t for t in s.asked if at - t < self.rules.within_s]
        if s.asked and s.asked[-1] == at:
            return True  # several reasons at once are one inflation
        if len(s.asked) >= self.rules.inflations:
            return False
        s.asked.append(at)
        return True

    def deflate(self, at: float) -> None:
        """A cycle of the cuff is over: the arm rests before the next."""
        self.state.deflated_at = at
        check = self.state.open
        if check is not None:
            check.due_from = max(check.due_from, at + self.rules.from_s)
            check.due_until = max(check.due_until, check.due_from)

    def retry(self, at: float) -> None:
        """The cycle failed: what was asked for needs another inflation."""
        check = self.state.open
        if check is not None:
            check.by_hand = not self.ask(at)

    def close(self) -> None:
        """A valid reading came and nothing more is asked."""
        self.state.open = None

    @property
    def deadline(self) -> float | None:
        """When the request counts as unanswered."""
        check = self.state.open
        return None if check is None or check.overdue else check.unanswered_at

    def elapse(self, at: float) -> None:
        """Nobody repeated the reading in time: the request stays, and says so."""
        check = self.state.open
        if check is not None and check.unanswered_at <= at:
            check.overdue = True

    def status(self) -> CheckStatus | None:
        """The request as a screen shows it, and which cuff the shell should start, if it can."""
        check = self.state.open
        if check is None:
            return None
        by_hand = check.by_hand or check.overdue
        return CheckStatus(
            condition=check.causes[0],
            due_from=check.due_from,
            due_until=check.due_until,
            text=self._text(check),
            start_device=None if by_hand else self.starter,
        )

    def task(self) -> Task | None:
        """The same as something to do."""
        check = self.state.open
        if check is None:
            return None
        return Task(
            kind="bp_check",
            text=self._text(check),
            opened_at=check.opened_at,
            due_at=check.due_until,
            condition=check.causes[0],
        )

    def _text(self, check: OpenCheck) -> str:
        how = "patient silent, arm supported"
        if check.by_hand:
            text = "measure by hand"
        elif self.starter is None or check.overdue:
            text = f"repeat, {how}"
        else:
            text = f"repeats by itself, {how}"
        return f"NOT REPEATED: {text}" if check.overdue else text
