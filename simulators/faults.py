"""What goes wrong between a patient and the service: sensors and radio, never the body."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """A way to fail."""

    PROBE_OFF = "probe_off"  # the sensor is not on the patient
    WEAK_SIGNAL = "weak_signal"  # it is, but hardly sees a pulse: its values are questionable
    CUFF_FAILS = "cuff_fails"  # a cuff cycle ends without pressures
    LINK_LOSS = "link_loss"  # out of range


@dataclass(frozen=True)
class Fault:
    """One fault of one kind of device from `after_s` for `for_s` seconds (None: for ever)."""

    kind: FaultKind
    device: str
    after_s: float
    for_s: float | None = None

    @property
    def ends_s(self) -> float:
        """When it is over; infinity for a fault that stays."""
        return float("inf") if self.for_s is None else self.after_s + self.for_s


class Faults(tuple[Fault, ...]):
    """All faults of one bed."""

    __slots__ = ()

    def of(self, device: str) -> "Faults":
        """Those of one kind of device."""
        return Faults(fault for fault in self if fault.device == device)

    def active(self, kind: FaultKind, at: float) -> bool:
        """Whether a fault of this kind is there at an instant (its end is not part of it)."""
        return any(f.kind is kind and f.after_s <= at < f.ends_s for f in self)

    def over_at(self, kind: FaultKind, at: float) -> float | None:
        """When the fault of this kind that is there at an instant ends; None if none is there."""
        ends = [f.ends_s for f in self if f.kind is kind and f.after_s <= at < f.ends_s]
        return max(ends, default=None)

    def edges(self, kind: FaultKind) -> tuple[float, ...]:
        """When faults of this kind begin and end, in order; touching ones are one."""
        return tuple(_edges((f.after_s, f.ends_s) for f in self if f.kind is kind))


def _edges(spans: Iterable[tuple[float, float]]) -> Iterable[float]:
    edges: list[float] = []
    for start, end in sorted(spans):
        if edges and start <= edges[-1]:
            edges[-1] = max(edges[-1], end)
        else:
            edges += [start, end]
    return (edge for edge in edges if edge != float("inf"))
