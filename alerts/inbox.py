"""Cuff readings of which nobody can say that they are new, or this patient's: which still count.

kind                     counts                                               else
undated (clock unset)    somebody wants one here (measure, or an open check),  waits, unassigned
                         and then only the last of its burst
shared cuff              somebody said "measure here"                          waits, unassigned
stored                   never; severe and young it opens a check, once        history
What waits is no baseline, confirmation, clearing or due reading: it is shown as a task.
"""

import msgspec

from alerts.cuff_limits import InboxRules
from alerts.setup import BedSetup
from alerts.status import Task
from devices.reading import Cuff


class InboxState(msgspec.Struct):
    """measure_at: when somebody last said "measure here"; waiting: the newest unassigned reading.

    held: the newest of a burst that may count, until `held_until`; late: severe stored readings
    that have opened their check.
    """

    measure_at: float | None = None
    held: Cuff | None = None
    held_until: float = 0
    waiting: Cuff | None = None
    late: list[str] = []


class Inbox:
    """Decides of each device's reading whether it counts now."""

    __slots__ = ("rules", "shared", "state")

    def __init__(self, setup: BedSetup, rules: InboxRules) -> None:
        self.rules = rules
        self.shared = {device.id for device in setup.devices if device.shared}
        self.state = InboxState()

    def measure_here(self, at: float) -> None:
        """Somebody is about to measure at this bed."""
        self.state.measure_at = at

    def admits(self, at: float, cuff: Cuff, check_at: float | None) -> bool:
        """Whether a reading counts now; check_at: when a check was last opened, None: never."""
        s, r = self.state, self.rules
        measured_for = s.measure_at is not None and at - s.measure_at <= r.shared_s
        if cuff.device in self.shared and not measured_for:
            self._let_wait(cuff)
            return False
        if not cuff.undated:
            return True
        wanted = [t for t in (s.measure_at, check_at) if t is not None]
        if not wanted or at - max(wanted) > r.undated_s:
            self._let_wait(cuff)
            return False
        if s.held is not None:
            self._let_wait(s.held)
        s.held, s.held_until = cuff, at + r.burst_s
        return False

    @property
    def deadline(self) -> float | None:
        """When a burst is over."""
        return None if self.state.held is None else self.state.held_until

    def release(self, at: float) -> Cuff | None:
        """The burst is over: its last reading counts."""
        s = self.state
        if s.held is None or s.held_until > at:
            return None
        cuff, s.held = s.held, None
        return cuff

    def answer(self) -> None:
        """A reading counted: what waited is of no interest any more."""
        self.state.waiting = None

    def is_new(self, cuff: Cuff) -> bool:
        """Whether a stored reading has not been told of before."""
        name = f"{cuff.device} {cuff.device_time} {cuff.systolic}/{cuff.diastolic}"
        if name in self.state.late:
            return False
        self.state.late = [*self.state.late, name][-self.rules.late_keep :]
        return True

    def task(self) -> Task | None:
        """What waits for somebody to measure again."""
        cuff = self.state.waiting
        if cuff is None:
            return None
        shown = f"{_number(cuff.systolic)}/{_number(cuff.diastolic)}"
        why = "shared cuff" if cuff.device in self.shared else "its time is not known"
        return Task(
            kind="unassigned_reading",
            text=f'unassigned {shown} does not count ({why}): press "measure here", measure again',
            opened_at=cuff.at,
        )

    def _let_wait(self, cuff: Cuff) -> None:
        self.state.waiting = cuff


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
