"""What every rule shows to its ladder, and nothing about how it decides."""

from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from alerts.event import Priority
from alerts.limits import Row
from devices.reading import Metric

RowT = TypeVar("RowT", bound=Row)
StateT = TypeVar("StateT", bound="RuleState")


class Finding(NamedTuple):
    """The numbers and words of a rule's condition, for the event."""

    value: float | None
    limit: float | None
    metric: Metric | None
    text: str


class RuleState(msgspec.Struct):
    """The plain data of a rule; subclasses add theirs.

    level: the priority at which the condition is met, None while it is not; since: the data are
    beyond the limit but the delay or the confirmation is missing; deadline: when `elapse` has
    something to do; by_time: met by waiting alone, which never raises an answered alarm.
    """

    level: Priority | None = None
    since: float | None = None
    deadline: float | None = None
    by_time: bool = False


class Rule(Protocol):
    """A rule on a ladder. Among equal priorities the higher `order` is the graver.

    `factor` multiplies the clear dwell of a chattering alarm; `worse_low`: a smaller value is worse.
    """

    armed: bool
    factor: int

    @property
    def state(self) -> RuleState: ...

    @property
    def order(self) -> int: ...

    @property
    def condition(self) -> str: ...

    @property
    def priority(self) -> Priority: ...

    @property
    def latching(self) -> bool: ...

    @property
    def sound(self) -> bool: ...

    @property
    def worse_low(self) -> bool: ...

    @property
    def unknown(self) -> bool:
        """Met, but nobody knows whether it still is so (a reading that was not repeated)."""
        ...

    def take_renewed(self) -> bool:
        """Once, whether the same cause asked again for attention."""
        ...

    def lose(self, *, met: bool) -> None:
        """The source went silent: waiting ends; `met`: what was pending counts as met."""

    def elapse(self, at: float) -> None:
        """Do what the deadline asks for, if it has come."""

    def reset(self) -> None:
        """Forget everything: the session closed or a person settled the condition."""

    def put_back(self, state: Any) -> None:
        """Take a state of this rule's own type, from a snapshot."""

    def describe(self) -> Finding:
        """The numbers and words of the condition as last judged."""
        ...

    def why(self) -> dict[str, str | float]:
        """The machine-readable reason: rule, delay, confirmation."""
        ...


class RowRule(Generic[RowT, StateT]):
    """The part of a rule that its profile row decides."""

    __slots__ = ("armed", "factor", "order", "row", "state")

    def __init__(self, row: RowT, order: int, state: StateT) -> None:
        self.row = row
        self.order = order
        self.state = state
        self.armed = False
        self.factor = 1

    @property
    def condition(self) -> str:
        """Its id in the alarm rules."""
        return self.row.id

    @property
    def priority(self) -> Priority:
        """The priority once met."""
        return self.row.priority

    @property
    def latching(self) -> bool:
        """Its unanswered signal outlives the condition."""
        return self.row.latching

    @property
    def sound(self) -> bool:
        """Whether it may be heard."""
        return self.row.sound

    @property
    def worse_low(self) -> bool:
        """Whether a smaller value is worse."""
        return False

    @property
    def unknown(self) -> bool:
        """Whether nobody knows if it is still so."""
        return False

    def take_renewed(self) -> bool:
        """Only what people report can be reported again."""
        return False

    def lose(self, *, met: bool) -> None:
        """Most rules do not wait for a stream."""

    def put_back(self, state: StateT) -> None:
        """Take a state from a snapshot."""
        self.state = state
