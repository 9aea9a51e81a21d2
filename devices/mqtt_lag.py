"""Telling stored readings from live ones by the device's own time. Pure.

A device's clock may be wrong by hours; what counts is that a live reading is always about equally
late. It may only demote a reading to stored, never make one live.
"""

import math
from enum import Enum, auto

import msgspec

_DRIFT = 0.001  # s per s: faster than any clock drifts, slower than a backlog grows


class Age(Enum):
    """What its own time says of a reading. UNKNOWN: stored, or of a clock not known yet."""

    LIVE = auto()
    STORED = auto()
    UNKNOWN = auto()


class Limits(msgspec.Struct, frozen=True):
    """When a lag tells something; all in seconds.

    late: so far beyond the usual lag a reading is stored; steady: as far as the lags of live ones
    wander; first, again: after so long at a steady lag a clock is known, or was set anew; early:
    two readings within so long that agree on a lower lag set the clock, one is a wrong stamp.
    """

    late: float
    steady: float
    first: float
    again: float
    early: float


STREAM = Limits(late=5.0, steady=2.0, first=10.0, again=30.0, early=10.0)
"""For what is sent all the time; `late` is the contract's."""

CUFF = Limits(late=180.0, steady=60.0, first=60.0, again=60.0, early=math.inf)
"""For cuff readings, of which some devices tell the begin and some the end; `late` is that of the
alarm rules."""


class Lag:
    """The lowest (receipt time - device time) of one device, and what is late against it.

    A device whose first lag is not small either has a wrong clock or sends what it had stored:
    nobody can tell until the lag holds steady. Taken at its word, a flush would be live to the end,
    as each of its readings is less late than the one before.
    """

    def __init__(self, limits: Limits = STREAM) -> None:
        self._limits = limits
        self._lowest: float | None = None
        self._seen_at = 0.0
        self._late: float | None = None  # the lag of late readings, while it holds steady
        self._late_since = 0.0
        self._early: tuple[float, float] | None = None  # the last lag too low to be so, and when

    def age_of(self, at: float, device_time: float) -> Age:
        """Whether a reading received at `at` had lain somewhere before it came."""
        lag = at - device_time
        if self._lowest is None:
            return self._meet(lag, at)
        self._lowest += _DRIFT * max(0.0, at - self._seen_at)
        self._seen_at = at
        if self._lowest - lag > self._limits.late and not self._is_early_again(lag, at):
            return Age.LIVE
        self._lowest = min(lag, self._lowest)
        if lag - self._lowest <= self._limits.late:
            self._late = None
            return Age.LIVE
        return Age.LIVE if self._has_settled(lag, at, self._limits.again) else Age.STORED

    def compare(self, at: float, device_time: float) -> Age:
        """As age_of, and nothing is learned: for what lay beside something newer."""
        if self._lowest is None:
            return Age.UNKNOWN
        beyond = at - device_time - self._lowest
        return Age.LIVE if beyond <= self._limits.late else Age.STORED

    def _meet(self, lag: float, at: float) -> Age:
        """The first readings of a device: is its clock right, or at least the same all the time?"""
        if abs(lag) > self._limits.late and not self._has_settled(lag, at, self._limits.first):
            return Age.UNKNOWN
        self._lowest, self._late, self._seen_at = lag, None, at
        return Age.LIVE

    def _is_early_again(self, lag: float, at: float) -> bool:
        """Of one wrong stamp alone all that follows would be late, and the bed blind."""
        before, self._early = self._early, (lag, at)
        if before is None or at - before[1] > self._limits.early:
            return False
        return abs(lag - before[0]) <= self._limits.steady

    def _has_settled(self, lag: float, at: float, after: float) -> bool:
        """A wrong clock makes every reading late by the same; a backlog catches up."""
        if self._late is None or abs(lag - self._late) > self._limits.steady:
            self._late, self._late_since = lag, at
        if at - self._late_since < after:
            return False
        self._lowest, self._late = lag, None
        return True
