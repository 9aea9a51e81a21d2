"""What the parts of a bed have in common: orders, deadlines, sessions that open, tasks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from alerts.order import Order
from alerts.status import Task

Orders = Mapping[type[Order], Callable[[float, Any], None]]
"""What carries out each kind of order: called with the time and an order of that kind."""


def earliest(*found: float | None) -> float | None:
    """The first of some deadlines; None where there is none."""
    return min((d for d in found if d is not None), default=None)


def both(
    first: Callable[[float, Any], None], then: Callable[[float, Any], None]
) -> Callable[[float, Any], None]:
    """An order that concerns two parts; only the first may refuse it."""

    def carry_out(at: float, order: Order) -> None:
        first(at, order)
        then(at, order)

    return carry_out


class Part(Protocol):
    """One part of a bed. Its plain data are its `state`, which the snapshot keeps."""

    @property
    def orders(self) -> Orders:
        """The orders it carries out; one that makes no sense now raises Refused first."""
        ...

    @property
    def deadline(self) -> float | None:
        """When it has something to do by itself; its ladders' own deadlines do not count."""
        ...

    def elapse(self, at: float) -> None:
        """Do what is due at `at`; called at every deadline of the bed, also of other parts."""
        ...

    def begin(self, at: float) -> None:
        """A session opened: forget the patient before."""
        ...

    def arm(self) -> None:
        """The phase, the baseline or the devices may have changed: take them as they are now."""
        ...

    @property
    def tasks(self) -> Sequence[Task]:
        """What it asks staff to do now."""
        ...
