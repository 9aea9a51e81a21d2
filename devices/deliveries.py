"""Which measurement of a device that wakes to deliver is new, and which it had stored. Pure."""

from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

LIVE_AGE = 180.0
"""A delivered measurement is live up to this age in seconds (alarm-rules, stored and late data)."""

SURELY_NEWEST_AGE = 15.0
"""A cuff cycle takes longer than this many seconds, so nothing newer can follow one so young."""

CLOCK_RESET = 30 * 86_400.0
"""A device clock that falls back by more seconds than this has lost its battery."""

MINUTE = 60.0
"""Seconds that a clock of minutes leaves out; so far a measurement may seem to lie ahead."""

_DRIFT = 0.0001  # s per s: what the poorest quartz does (100 ppm)

SETTLE_DELAY = 2.0
"""Seconds without a further measurement after which a burst is over."""

RETURN_DELAY = 5.0
"""Seconds after which a device whose link broke in mid-burst is back to send the rest."""

CYCLE = 10.0
"""No cuff cycle or spot-check is shorter (seconds), so what comes sooner was measured before."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Delivery(Generic[T]):
    """One measurement: receipt time, the device's own time (both in seconds), and what it says.

    undated: of a burst in which no clock tells which is new; it is history as well. measured_at:
    when it was measured, in seconds of `at`, where the clock tells it.
    """

    at: float
    device_time: float | None
    measured: T
    history: bool = False
    undated: bool = False
    measured_at: float | None = field(default=None, compare=False)


class Deliveries(Generic[T]):
    """The memory of one device's deliveries.

    The device's clock may be wrong, so its age is counted from an offset learned when a measurement
    was certainly new. Of a burst only the newest may be live; with a clock that says nothing, only
    a measurement that comes alone: with no other within CYCLE before it, nor on its link or within
    RETURN_DELAY of the end of that. A clock that tells something else than before (somebody set it,
    or summer ended) is believed once a second measurement agrees: until then they are history.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._learned_at = 0.0
        self._newest: float | None = None
        self._odd: Delivery[T] | None = None  # came alone, at a lag that is not the clock's
        self._waiting: list[Delivery[T]] = []
        self._last: float | None = None  # receipt of the last one
        self._resumed = False  # whether what waits goes on with a burst decided before

    @property
    def settle_delay(self) -> float | None:
        """Seconds after the last measurement at which to `settle`; None where nothing waits."""
        return SETTLE_DELAY if self._waiting else None

    @property
    def return_delay(self) -> float | None:
        """Seconds after the end of its link at which to `settle`; None: at once.

        Whether one measurement comes alone is clear only if the device does not come back to go on.
        """
        return RETURN_DELAY if self._may_be_alone(self._waiting) else None

    def take(self, delivery: Delivery[T]) -> list[Delivery[T]]:
        """What is decided by this one, in order; it may have to wait for `settle`."""
        age = self._age(delivery)
        delivery = replace(delivery, measured_at=self._measured_at(delivery))
        if not self._waiting:
            self._resumed = self._last is not None and delivery.at - self._last < CYCLE
        self._last = delivery.at
        if age is not None and age <= SURELY_NEWEST_AGE:
            stored = [replace(waiting, history=True) for waiting in self._waiting]
            self._waiting.clear()
            self._learn(delivery)
            return [*stored, delivery]
        self._waiting.append(delivery)
        return []

    def settle(self) -> list[Delivery[T]]:
        """The burst is over: decide on everything that waits."""
        waiting, self._waiting = self._waiting, []
        alone = self._may_be_alone(waiting)
        live = self._live_of(waiting)
        if live is not None:
            self._learn(live)
        unknown = live is None
        return [
            delivery
            if delivery is live
            else replace(
                delivery,
                history=True,
                undated=unknown and self._tells_nothing(delivery, alone=alone),
                measured_at=delivery.measured_at or self._measured_at(delivery),
            )
            for delivery in waiting
        ]

    def _live_of(self, waiting: list[Delivery[T]]) -> Delivery[T] | None:
        alone = self._may_be_alone(waiting)
        if alone and self._is_unset(waiting[0]):
            return waiting[0]
        dated = [
            (age, delivery) for delivery in waiting if (age := self._age(delivery)) is not None
        ]
        youngest = min(dated, key=lambda pair: pair[0], default=None)
        if youngest is not None and youngest[0] <= LIVE_AGE:
            return youngest[1]
        return waiting[0] if alone and self._agrees(waiting[0]) else None

    def _agrees(self, delivery: Delivery[T]) -> bool:
        """Whether the last one that came alone had the same odd lag; if not, the next may."""
        before, self._odd = self._odd, delivery
        return (
            before is not None
            and _lag(before) is not None
            and abs((_lag(delivery) or 0.0) - (_lag(before) or 0.0)) <= MINUTE
            and (delivery.device_time or 0.0) > (before.device_time or 0.0)
        )

    def _may_be_alone(self, waiting: list[Delivery[T]]) -> bool:
        """Whether it is one measurement that no age tells to be new, but its coming alone may."""
        if len(waiting) != 1 or self._resumed:
            return False
        age = self._age(waiting[0])
        return age is None or age > LIVE_AGE

    def _is_unset(self, delivery: Delivery[T]) -> bool:
        """Whether its clock was evidently never set, or lost its time since."""
        lag = _lag(delivery)
        if lag is None:
            return True
        if self._offset is None or delivery.device_time is None:
            return abs(lag) > CLOCK_RESET
        return self._newest is not None and delivery.device_time <= self._newest - CLOCK_RESET

    def _tells_nothing(self, delivery: Delivery[T], *, alone: bool) -> bool:
        """Whether nobody can say how old it is: its clock is unset, began anew, or is not known."""
        lag = _lag(delivery)
        if lag is None or self._is_unset(delivery):
            return True
        if self._offset is None:
            return alone
        begun_anew = self._newest is not None and (delivery.device_time or 0.0) <= self._newest
        return abs(lag) > CLOCK_RESET and begun_anew

    def _age(self, delivery: Delivery[T]) -> float | None:
        """Seconds since the measurement, None where the clock does not tell or it is a repeat."""
        lag = _lag(delivery)
        if lag is None or delivery.device_time is None:
            return None
        if self._newest is not None and delivery.device_time <= self._newest:
            return None
        if self._offset is None:
            # Never heard before: only a clock that agrees with ours can be believed.
            return abs(lag) if abs(lag) <= LIVE_AGE else None
        age = lag - self._offset - _DRIFT * (delivery.at - self._learned_at)
        return max(age, 0.0) if age >= -MINUTE - self._strayed(delivery.at) else None

    def _strayed(self, at: float) -> float:
        """How far a fast clock may have run ahead since it was known."""
        return 2 * _DRIFT * (at - self._learned_at)

    def _measured_at(self, delivery: Delivery[T]) -> float | None:
        """When it was measured; None where the device's clock does not tell."""
        lag = _lag(delivery)
        if lag is None or delivery.device_time is None:
            return None
        if self._offset is not None and not self._is_unset(delivery):
            return min(delivery.at, delivery.device_time + self._offset)
        agrees = self._offset is None and abs(lag) <= LIVE_AGE
        return min(delivery.at, delivery.device_time) if agrees else None

    def _learn(self, delivery: Delivery[T]) -> None:
        lag = _lag(delivery)
        if lag is None:
            return
        if self._offset is None or self._age(delivery) is None or delivery is self._odd:
            self._offset = lag
        else:
            drifted = self._offset + _DRIFT * (delivery.at - self._learned_at)
            self._offset = min(drifted, lag)
        self._learned_at, self._newest, self._odd = delivery.at, delivery.device_time, None


def _lag(delivery: Delivery[T]) -> float | None:
    return None if delivery.device_time is None else delivery.at - delivery.device_time
