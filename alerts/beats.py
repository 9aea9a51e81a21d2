"""The beats of one heart: which intervals are clean, and how much they vary from beat to beat.

Beat by beat, in three steps. An interval must be possible and near the running median of the clean
ones; several refused ones that agree on another length are a true step of the rate. The change
from one clean interval to the next is left out where it is far beyond the usual change. Variability
is the root mean square of the smallest of the remaining changes: an ordinary RMSSD is ruined by a
single artefact, this one is not. What cannot be told is None with its reason, never 0.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from alerts.autonomic_limits import BeatRules
from devices.reading import METRICS, Metric

_MAD_TO_SD = 1.4826  # of a normal distribution
_CREEP = 0.005  # a strap's clock, and intervals cut off at 1/1024 s, lag by less than this
_LONGEST_MS = METRICS[Metric.RR_MS].possible_high
_MOST = 2000  # beats or changes kept, whatever comes


class BeatsState(msgspec.Struct):
    """Plain data; intervals in ms, `at` of a beat's end.

    clock: when the last beat ended; accepted: the last clean intervals; refused: those refused in a
    row; before: the interval just before if it was clean; sizes: the last changes, for the usual
    one; beats: (at, clean); changes: (at, size) of those that count.
    """

    device: str = ""
    heard_at: float | None = None
    clock: float | None = None
    accepted: list[float] = []
    refused: list[float] = []
    before: float | None = None
    sizes: list[float] = []
    beats: list[tuple[float, bool]] = []
    changes: list[tuple[float, float]] = []


class Told(NamedTuple):
    """A number, or None and why there is none."""

    value: float | None
    missing: str | None = None


class BeatFilter:
    """The beats of one strap or ECG, never of an oximeter: its pulse arrives too unevenly."""

    __slots__ = ("rules", "state")

    def __init__(self, rules: BeatRules) -> None:
        self.rules = rules
        self.state = BeatsState()

    def take(self, at: float, device: str, rr_ms: Sequence[float]) -> None:
        """Intervals of consecutive beats, oldest first; the last beat ended just before `at`.

        One device keeps the filter while it delivers. What does not follow on the beats before
        (a gap, a lost frame, another device) gives no change from beat to beat.
        """
        s = self.state
        silent = s.heard_at is None or at - s.heard_at >= self.rules.silent_s
        if not rr_ms or (device != s.device and not silent):
            return
        if device != s.device:
            self.cut()
        s.device, s.heard_at = device, at
        if not all(math.isfinite(rr) and 0 < rr <= _LONGEST_MS for rr in rr_ms):
            self.cut()
            s.beats += [(at, False)] * min(len(rr_ms), 3)
            self.forget(at)
            return
        self._follow_clock(at, rr_ms)
        ends_at = (s.clock or at) - sum(rr_ms) / 1000
        for rr in rr_ms:
            ends_at += rr / 1000
            self._take_beat(ends_at, rr)
        self.forget(at)

    def cut(self) -> None:
        """The next beat does not follow on the last one."""
        self.state.clock = self.state.before = None

    def forget(self, at: float) -> None:
        """Drop what lies before the window."""
        s, since = self.state, at - self.rules.window_s
        for kept in (s.beats, s.changes):
            old = 0
            while old < len(kept) and kept[old][0] <= since:
                old += 1
            del kept[: max(old, len(kept) - _MOST)]

    def blind(self, at: float) -> str | None:
        """Why the beats tell nothing at all now; None while they do."""
        s, r = self.state, self.rules
        if s.heard_at is None:
            return "no beats of a strap or ECG"
        if at - s.heard_at >= r.silent_s:
            return "no beats now"
        clean, rejected = self._count(at - r.clean_s)
        if rejected > r.blind * (clean + rejected):
            return f"over {100 * r.blind:g} % of beats unclear"
        if clean < r.clean_beats:
            return f"under {r.clean_beats} clear beats in {r.clean_s:g} s"
        return None

    def variability(self, at: float) -> Told:
        """The root mean square, in ms, of the smallest changes in the window."""
        r = self.rules
        if (missing := self.blind(at)) is not None:
            return Told(None, missing)
        clean, rejected = self._count(at - r.window_s)
        if rejected > r.rejected * (clean + rejected):
            return Told(None, f"over {100 * r.rejected:g} % of beats unclear")
        sizes = sorted(size for t, size in self.state.changes if t > at - r.window_s)
        if len(sizes) < r.changes:
            return Told(None, f"under {r.changes} changes from beat to beat")
        kept = sizes[: max(1, int(r.keep * len(sizes)))]
        value = math.sqrt(sum(size * size for size in kept) / len(kept))
        if value < r.still_ms:
            return Told(None, "beats do not vary: paced, or not measured one by one")
        return Told(value)

    def _follow_clock(self, at: float, rr_ms: Sequence[float]) -> None:
        """When the last of these beats ended.

        A strap tells its beats about once a second, so a frame comes up to one interval after its
        last beat. One that comes later than that has lost beats before it.
        """
        s = self.state
        if s.clock is None:
            s.clock = at
            return
        length_s = sum(rr_ms) / 1000
        late_s = at - s.clock - length_s
        if late_s > max(rr_ms) / 1000 + self.rules.slack_s:
            self.cut()
            s.clock = at
        else:
            s.clock = at - max(0.0, late_s - _CREEP * length_s)

    def _take_beat(self, at: float, rr: float) -> None:
        s = self.state
        reference = median(s.accepted) if s.accepted else None
        if reference is not None and self._near(rr, reference):
            s.accepted = [*s.accepted, rr][-self.rules.median_beats :]
            s.refused = []
            self._take_change(at, rr)
            s.before = rr
            s.beats.append((at, True))
            return
        s.before = None
        clean = self._reconsider(rr, starting=reference is None)
        if reference is not None or clean:
            s.beats.append((at, clean))
        if clean:
            s.before = rr

    def _near(self, rr: float, reference: float) -> bool:
        r = self.rules
        return r.least_ms <= rr <= r.most_ms and abs(rr - reference) <= r.apart * reference

    def _reconsider(self, rr: float, *, starting: bool) -> bool:
        """A refused interval: have enough in a row come to believe them? Is this one clean?

        A true step: the last ones agree. At the start, or where so many in a row were refused that
        the old rate must be wrong although they swing too much to agree: what lies around their
        median.
        """
        s, r = self.state, self.rules
        if not r.least_ms <= rr <= r.most_ms:
            s.refused = []
            return False
        s.refused.append(rr)
        last = s.refused[-r.relock_beats :]
        if len(last) < r.relock_beats:
            return False
        middle = median(last)
        agree = max(last) - min(last) <= r.relock_apart * middle
        if not (agree or starting or len(s.refused) >= r.median_beats):
            return False
        s.accepted = [x for x in last if self._near(x, middle)]
        s.refused = []
        return self._near(rr, middle)

    def _take_change(self, at: float, rr: float) -> None:
        s, r = self.state, self.rules
        if s.before is None:
            return
        size = abs(rr - s.before)
        s.sizes = [*s.sizes, size][-r.jump_beats :]
        usual = _MAD_TO_SD * median(s.sizes)
        if size <= max(r.jump_ms, r.jump_factor * usual):
            s.changes.append((at, size))

    def _count(self, since: float) -> tuple[int, int]:
        """Clean beats and refused ones after `since`."""
        recent = [clean for t, clean in self.state.beats if t > since]
        clean = sum(recent)
        return clean, len(recent) - clean


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the mean of the two."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
