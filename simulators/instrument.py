"""What every simulated device has in common: it says, at an instant, what it says next and when.

Time is the scenario's. What a device says is given as the Readings a faultless driver would make of
it, so the past can be fed straight to the service and a live shell can put the same on the air.
A Link reading in the answer is the device leaving, or coming back into, the range of the radio.
"""

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, inf
from typing import Any

from devices.reading import Header, Link, LinkReason, Origin, Reading
from simulators.faults import FaultKind, Faults
from simulators.patient import Patient
from simulators.scenario import DeviceKind


@dataclass(frozen=True)
class Badge:
    """Which device at which bed, and when (in service time) its scenario's second 0 is."""

    bed: str
    device: str
    kind: DeviceKind
    starts_at: float = 0.0
    origin: Origin = Origin.DEMO

    def header(self, at: float) -> Header:
        """The header of a reading made at a scenario instant."""
        return Header(**self.fields(at))

    def fields(self, at: float) -> dict[str, Any]:
        """The same as keyword arguments."""
        return {
            "at": self.starts_at + at,
            "bed": self.bed,
            "device": self.device,
            "origin": self.origin,
        }


@dataclass(frozen=True)
class Instrument(ABC):
    """A device on a patient. Frozen: what it says depends on time alone."""

    badge: Badge
    patient: Patient
    faults: Faults

    def next_at(self, after: float) -> float | None:
        """The first instant later than `after` at which it speaks; None if it never will."""
        word = self.next_word(after)
        while word is not None:
            back = self.faults.over_at(FaultKind.LINK_LOSS, word)
            if back is None:
                break
            word = None if back == inf else self.next_word(back)
        return _earliest((word, later(self._edges, after)))

    def emit(self, at: float) -> tuple[Reading, ...]:
        """What it says at an instant that next_at gave."""
        away = self.faults.over_at(FaultKind.LINK_LOSS, at) is not None
        link = (self._link(at, up=not away),) if at in self._edges else ()
        return link if away else (*link, *self.words(at))

    @abstractmethod
    def next_word(self, after: float) -> float | None:
        """As next_at, for a link that is never lost."""

    @abstractmethod
    def words(self, at: float) -> tuple[Reading, ...]:
        """As emit, for a link that is never lost: nothing between two words."""

    @property
    def _edges(self) -> tuple[float, ...]:
        """When it is switched on, lost, back."""
        return (self.patient.since, *self.faults.edges(FaultKind.LINK_LOSS))

    def _link(self, at: float, *, up: bool) -> Link:
        reason = LinkReason.CONNECTED if up else LinkReason.DISCONNECTED
        return Link(**self.badge.fields(at), up=up, reason=reason)


@dataclass(frozen=True)
class Stream(Instrument):
    """A device that speaks every `period_s`; `phase_s` keeps a ward's devices out of step."""

    period_s: float = 1.0
    phase_s: float = 0.5

    def next_word(self, after: float) -> float:
        """The next tick."""
        count = max(floor((after - self._tick(0)) / self.period_s), 0)
        while self._tick(count) <= after:
            count += 1
        return self._tick(count)

    def words(self, at: float) -> tuple[Reading, ...]:
        """What it measures, at a tick."""
        count = max(round((at - self._tick(0)) / self.period_s), 0)
        return tuple(self.measure(at)) if self._tick(count) == at else ()

    @abstractmethod
    def measure(self, at: float) -> Iterable[Reading]:
        """Everything it measures, now."""

    def _tick(self, count: int) -> float:
        return self.patient.since + self.phase_s + count * self.period_s


@dataclass(frozen=True)
class Occasional(Instrument):
    """A device that speaks at `times`, in order."""

    times: tuple[float, ...] = ()

    def next_word(self, after: float) -> float | None:
        """The next of its times."""
        return later(self.times, after)


def later(times: tuple[float, ...], after: float) -> float | None:
    """The first of these times that is later than `after`; None if none is."""
    position = bisect_right(times, after)
    return times[position] if position < len(times) else None


def _earliest(times: Iterable[float | None]) -> float | None:
    first = min((time for time in times if time is not None), default=inf)
    return None if first == inf else first
