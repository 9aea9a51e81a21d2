"""Telling stored readings from live ones by the device's own time. Pure.

A device's clock may be wrong by hours; what counts is that a live reading is always about equally
late. It may only demote a reading to stored, never make one live.
"""

_LATE = 5.0  # s beyond the lowest lag seen: the contract's limit
_STEADY = 2.0  # s: as far as the lag of live readings wanders
_SETTLED = 30.0  # s of steady lag after which the device's clock must have been set back
_DRIFT = 0.001  # s per s: faster than any clock drifts, slower than a backlog grows


class Lag:
    """The lowest (receipt time - device time) of one device, and what is late against it."""

    def __init__(self) -> None:
        self._lowest: float | None = None
        self._seen_at = 0.0
        self._late: float | None = None  # the lag of late readings, while it holds steady
        self._late_since = 0.0

    def is_late(self, at: float, device_time: float) -> bool:
        """Whether a reading received at `at` had lain somewhere before it came."""
        lag = at - device_time
        if self._lowest is None:
            self._lowest = lag
        self._lowest = min(lag, self._lowest + _DRIFT * max(0.0, at - self._seen_at))
        self._seen_at = at
        if lag - self._lowest <= _LATE:
            self._late = None
            return False
        return not self._has_settled(lag, at)

    def _has_settled(self, lag: float, at: float) -> bool:
        """A clock set back makes every reading late by the same; a backlog catches up."""
        if self._late is None or abs(lag - self._late) > _STEADY:
            self._late, self._late_since = lag, at
        if at - self._late_since < _SETTLED:
            return False
        self._lowest, self._late = lag, None
        return True
