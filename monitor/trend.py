"""The last half hour of one metric, thinned for a sparkline without hiding a dip or a peak."""

from collections import deque

WINDOW_S = 1800.0
BIN_S = 15.0


class _Bin:
    """The lowest and the highest value of one stretch of time, each with its instant."""

    __slots__ = ("high", "high_at", "index", "low", "low_at")

    def __init__(self, index: int, at: float, value: float) -> None:
        self.index = index
        self.low = self.high = value
        self.low_at = self.high_at = at

    def add(self, at: float, value: float) -> None:
        if value < self.low:
            self.low, self.low_at = value, at
        elif value > self.high:
            self.high, self.high_at = value, at

    def points(self) -> list[tuple[float, float]]:
        low, high = (round(self.low_at, 1), self.low), (round(self.high_at, 1), self.high)
        return [low] if low == high else sorted((low, high))


class Trend:
    """Keeps WINDOW_S seconds, at most two points (lowest, highest) for each BIN_S seconds."""

    __slots__ = ("_bins",)

    def __init__(self) -> None:
        self._bins: deque[_Bin] = deque()

    def add(self, at: float, value: float) -> None:
        """Take in one value; one older than the newest stretch is not drawn."""
        index = int(at // BIN_S)
        newest = self._bins[-1].index if self._bins else index - 1
        if index == newest:
            self._bins[-1].add(at, value)
        elif index > newest:
            self._bins.append(_Bin(index, at, value))
            while self._bins[0].index < index - WINDOW_S / BIN_S:
                self._bins.popleft()

    def forget_before(self, at: float) -> None:
        """What was before is of another patient."""
        while self._bins and self._bins[0].index < at // BIN_S:
            self._bins.popleft()

    def points(self, now: float) -> list[tuple[float, float]]:
        """The points of the last WINDOW_S seconds, [timeline seconds, value], oldest first."""
        oldest = (now - WINDOW_S) // BIN_S
        return [point for bin_ in self._bins if bin_.index >= oldest for point in bin_.points()]
