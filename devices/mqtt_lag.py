"""Telling stored readings from live ones by the device's own time. Pure.

A device's clock may be wrong by hours; what counts is that a live reading is always about equally
late. It may only demote a reading to stored, never make one live.
"""

from enum import Enum, auto

import msgspec

# Faster than any clock drifts, slower than a backlog grows: 0.1 % from reading to reading, and in a
# pause what the poorest quartz does (100 ppm), for a pause must not make old data live.
_DRIFT = 0.001
_PAUSE_DRIFT = 0.0001
_PAUSE = 60.0  # s


class Age(Enum):
    """What its own time says of a reading. UNKNOWN: stored, or of a clock not known yet."""

    LIVE = auto()
    STORED = auto()
    UNKNOWN = auto()


class Limits(msgspec.Struct, frozen=True):
    """When a lag tells something; all in seconds.

    late: so far beyond the lowest lag a reading is stored; early: so far below the lag at which the
    clock was known, it is another clock, or stored data of a clock that is ahead; steady: as far as
    the lowest lags of a known clock wander; first, again: after so long steady a clock is known, or
    was set back; gap: none so low for longer, nor among the last few, and it was not steady.
    """

    late: float
    early: float
    steady: float
    first: float
    again: float
    gap: float


STREAM = Limits(late=5.0, early=7.0, steady=2.0, first=10.0, again=30.0, gap=10.0)
"""For what is sent all the time; `late` is the contract's."""

CUFF = Limits(late=180.0, early=240.0, steady=60.0, first=60.0, again=60.0, gap=60.0)
"""For cuff readings, of which some devices tell the begin and some the end; `late` is that of the
alarm rules."""

# A device that sends every ten minutes has its gap in readings: after so many others, a low lag was
# that of one wrong stamp.
_FEW = 3


class Lag:
    """The lowest (receipt time - device time) of one device, and what is late against it.

    A device whose first lag is not small either has a wrong clock or sends what it had stored:
    nobody can tell until its lowest lags hold steady. Those of a flush fall (each reading is less
    late than the one before), those of a crowded link rise; those of a wrong clock stay, however
    much the others wander above them. So it is with a lag far below the usual one: a clock that was
    set forward, a flush of one that is ahead, or a single wrong stamp.
    """

    def __init__(self, limits: Limits = STREAM) -> None:
        self._limits = limits
        self._lowest: float | None = None
        self._known = 0.0  # the lag at which the clock became known, as far as no drift explains
        self._live_at = 0.0
        self._other: float | None = None  # a low lag that may be that of the clock from now on
        self._other_since = 0.0
        self._other_at = 0.0  # when a reading last had it
        self._others = 0  # readings since

    def age_of(self, at: float, device_time: float) -> Age:
        """Whether a reading received at `at` had lain somewhere before it came."""
        lag = at - device_time
        if self._lowest is None:
            usual = abs(lag) <= self._limits.late
            return self._learn(lag, at) if usual else self._doubt(lag, at, self._limits.first)
        drift = self._drift(at)
        age = self._compare(lag, drift, self._lowest)
        if age is Age.LIVE:
            self._lowest = min(lag, self._lowest + drift)
            self._known = max(self._lowest, self._known - drift)
            self._live_at, self._other = at, None
            return age
        back = age is Age.STORED
        found = self._doubt(lag, at, self._limits.again if back else self._limits.first)
        return found if found is Age.LIVE else age

    def compare(self, at: float, device_time: float) -> Age:
        """As age_of, and nothing is learned: for what lay beside something newer."""
        if self._lowest is None:
            return Age.UNKNOWN
        return self._compare(at - device_time, self._drift(at), self._lowest)

    def _drift(self, at: float) -> float:
        """How far its clock may have gone astray, either way, since a reading was live."""
        since = max(0.0, at - self._live_at)
        return _DRIFT * min(since, _PAUSE) + _PAUSE_DRIFT * max(0.0, since - _PAUSE)

    def _compare(self, lag: float, drift: float, lowest: float) -> Age:
        if lag > lowest + drift + self._limits.late:
            return Age.STORED
        return Age.LIVE if lag >= self._known - drift - self._limits.early else Age.UNKNOWN

    def _learn(self, lag: float, at: float) -> Age:
        self._lowest = self._known = lag
        self._live_at, self._other = at, None
        return Age.LIVE

    def _doubt(self, lag: float, at: float, steady_s: float) -> Age:
        """Is this the lag of a clock not known yet? Only once its lowest has stayed so long."""
        other, limits = self._other, self._limits
        lower = other is not None and lag < other - limits.steady
        self._others += 1
        seldom = self._others > _FEW and at - self._other_at > limits.gap
        if other is None or lower or seldom:
            self._other, self._other_since, self._other_at, self._others = lag, at, at, 0
        elif lag <= other + limits.steady:
            self._other_at, self._others = at, 0
            if at - self._other_since >= steady_s:
                return self._learn(lag, at)
        return Age.UNKNOWN
