"""The heart beat by beat: RR intervals with breathing swing and jitter, counted from a start."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi, sin

from simulators.noise import normal

JITTER = 0.008  # of an interval: what is left of variability without breathing


@dataclass(frozen=True)
class Rhythm:
    """What varies the intervals: breaths a second, and their swing as a share of an interval."""

    seed: int
    breaths_per_s: float
    swing: float

    def stretch(self, index: int, at: float) -> float:
        """Factor on the interval that follows beat `index`, which falls at `at`."""
        breath = self.swing * sin(2 * pi * self.breaths_per_s * at)
        return 1 + breath + JITTER * normal(self.seed, "beat", index)


@dataclass(frozen=True)
class Heart:
    """Beats from `since` on. Beat n + 1 follows from beat n alone; the list only remembers."""

    rhythm: Rhythm
    rate: Callable[[float], float]  # per minute, at an instant
    since: float
    _beats: list[float] = field(default_factory=list[float], repr=False, compare=False)

    def intervals(self, since: float, until: float) -> tuple[float, ...]:
        """RR intervals in ms of the beats that end after `since` and not after `until`."""
        self._beat_on(until)
        first = max(bisect_right(self._beats, since), 1)
        last = bisect_right(self._beats, until)
        return tuple(
            round((self._beats[n] - self._beats[n - 1]) * 1000, 1) for n in range(first, last)
        )

    def _beat_on(self, until: float) -> None:
        beats = self._beats
        if not beats:
            beats.append(self.since)
        while beats[-1] <= until:
            at = beats[-1]
            beats.append(at + 60 / self.rate(at) * self.rhythm.stretch(len(beats) - 1, at))
