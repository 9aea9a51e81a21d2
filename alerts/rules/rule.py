"""What every rule shows to its ladder, and nothing about how it decides."""

from abc import ABC, abstractmethod
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

from alerts.event import Priority
from alerts.rows import Row
from devices.reading import Metric

StateT = TypeVar("StateT", bound="RuleState")
RowT = TypeVar("RowT", bound=Row)


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


class Rule(ABC, Generic[StateT]):
    """A rule on a ladder; what it says changes only by its own data and by `elapse`.

    armed: it judges; held: what it has begun goes on, but it begins nothing (standby); factor:
    multiplies the clear dwell of a chattering alarm.
    """

    __slots__ = ("armed", "factor", "held", "state")

    def __init__(self, state: StateT) -> None:
        self.state = state
        self.armed = False
        self.held = False
        self.factor = 1

    @property
    @abstractmethod
    def condition(self) -> str:
        """Its id in the alarm rules."""

    @property
    @abstractmethod
    def priority(self) -> Priority:
        """The priority once met."""

    @property
    def order(self) -> int:
        """Among equal priorities the higher order is the graver."""
        return 0

    @property
    def latching(self) -> bool:
        """Its unanswered signal outlives the condition."""
        return False

    @property
    def sound(self) -> bool:
        """Whether it may be heard."""
        return True

    @property
    def worse_low(self) -> bool:
        """Whether a smaller value is worse."""
        return False

    @property
    def restates(self) -> bool:
        """Whether other words are news even where nothing is worse: people said something."""
        return False

    @property
    def easing(self) -> bool:
        """Met, though its newest data are good: only the clear dwell is missing."""
        return False

    @property
    def unknown(self) -> bool:
        """Met, but nobody knows whether it still is so (a reading that was not repeated)."""
        return False

    def take_renewed(self) -> bool:
        """Once, whether the same cause asked again for attention."""
        return False

    def lose(self) -> None:
        """The source went silent: waiting ends, a pending violation counts for nothing."""

    def meet(self) -> None:
        """The source went silent while this was pending: it counts as met."""

    @abstractmethod
    def elapse(self, at: float) -> None:
        """Do what the deadline asks for, if it has come."""

    @abstractmethod
    def reset(self) -> None:
        """Forget everything: the session closed or a person settled the condition."""

    @abstractmethod
    def describe(self) -> Finding:
        """The numbers and words of the condition as last judged."""

    @abstractmethod
    def why(self) -> dict[str, str | float]:
        """The machine-readable reason: rule, delay, confirmation."""


AnyRule: TypeAlias = Rule[Any]


class RowRule(Rule[StateT], Generic[RowT, StateT]):
    """A rule that its profile row describes."""

    __slots__ = ("place", "row")

    def __init__(self, row: RowT, place: int, state: StateT) -> None:
        super().__init__(state)
        self.row = row
        self.place = place

    @property
    def condition(self) -> str:
        """The row's id."""
        return self.row.id

    @property
    def priority(self) -> Priority:
        """The row's priority."""
        return self.row.priority

    @property
    def order(self) -> int:
        """Its place among the rows."""
        return self.place

    @property
    def latching(self) -> bool:
        """As the row says."""
        return self.row.latching

    @property
    def sound(self) -> bool:
        """As the row says."""
        return self.row.sound
