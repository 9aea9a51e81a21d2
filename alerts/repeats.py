"""Which report is new: not sent again, and not the same press of the button."""

from enum import Enum, auto

import msgspec

from alerts.limits import CallRules
from devices.reading import Report

_KEPT = 16  # names of the latest reports, enough for a burst of one button's backlog


class Press(Enum):
    """What one press of the button is."""

    SAME = auto()
    FIRST = auto()
    AGAIN = auto()


class RepeatsState(msgspec.Struct):
    """seen: names of the latest reports, and when they came; pressed, held: the latest press."""

    seen: list[tuple[str, float]] = []
    pressed: float | None = None
    held: float | None = None


class Repeats:
    """Memory of what was said at one bed; it outlives a session, for a device sends late."""

    __slots__ = ("repeat_s", "rules", "state")

    def __init__(self, rules: CallRules, repeat_s: float) -> None:
        self.rules = rules
        self.repeat_s = repeat_s
        self.state = RepeatsState()

    def known(self, at: float, report: Report) -> bool:
        """Whether the report came before; from now on it has.

        A button may count from 1 for every patient: only soon, or stored, is it a repeat.
        """
        name = _name(report.device, report.source, report.id)
        came = [t for seen, t in self.state.seen if report.id and seen == name]
        if any(report.history or at - t <= self.repeat_s for t in came):
            return True
        self.state.seen = [*self.state.seen[1 - _KEPT :], (name, at)]
        return False

    def expect(self, at: float, device: str, source: str, report_id: str) -> None:
        """A report of that name is on its way; what it says is known."""
        self.state.seen = [*self.state.seen[1 - _KEPT :], (_name(device, source, report_id), at)]

    def press(self, when: float) -> Press:
        """A short press at `when`: once, again soon, or merely the bounce of the last one."""
        s = self.state
        last = max((t for t in (s.pressed, s.held) if t is not None), default=None)
        if last is not None and abs(when - last) < self.rules.collapse_s:
            return Press.SAME
        before, s.pressed = s.pressed, when
        soon = before is not None and abs(when - before) <= self.rules.twice_s
        return Press.AGAIN if soon else Press.FIRST

    def hold(self, when: float) -> bool:
        """A long press at `when`; False if it is the bounce of one."""
        before, self.state.held = self.state.held, when
        return before is None or abs(when - before) >= self.rules.collapse_s

    def forget_presses(self) -> None:
        """The patient before is gone."""
        self.state.pressed = self.state.held = None


def _name(device: str, source: str, report_id: str) -> str:
    return f"{device}:{source}:{report_id}"
