"""Which measurement of a device that wakes to deliver is new, and which it had stored. Pure."""

from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

LIVE_AGE = 180.0
"""A delivered measurement is live up to this age in seconds (alarm-rules, stored and late data)."""

SURELY_NEWEST_AGE = 15.0
"""A cuff cycle takes longer than this many seconds, so nothing newer can follow one so young."""

CLOCK_RESET = 30 * 86_400.0
"""A device clock that falls back by more seconds than this has lost its battery."""

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
    RETURN_DELAY of the end of that.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._newest: float | None = None
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
                undated=unknown and self._is_unset(delivery),
                measured_at=delivery.measured_at or self._measured_at(delivery),
            )
            for delivery in waiting
        ]

    def _live_of(self, waiting: list[Delivery[T]]) -> Delivery[T] | None:
        if self._may_be_alone(waiting):
            return waiting[0]
        dated = [
            (age, delivery) for delivery in waiting if (age := self._age(delivery)) is not None
        ]
        youngest = min(dated, key=lambda pair: pair[0], default=None)
        return youngest[1] if youngest is not None and youngest[0] <= LIVE_AGE else None

    def _may_be_alone(self, waiting: list[Delivery[T]]) -> bool:
        """Whether it is one measurement that only its coming alone can tell to be new."""
        return len(waiting) == 1 and not self._resumed and not self._clock_tells(waiting[0])

    def _clock_tells(self, delivery: Delivery[T]) -> bool:
        """Whether the device's clock is set and we know by how much it is wrong."""
        if delivery.device_time is None or self._offset is None:
            return False
        return self._newest is None or delivery.device_time > self._newest - CLOCK_RESET

    def _is_unset(self, delivery: Delivery[T]) -> bool:
        """Whether its clock is evidently unset, and tells nothing, or may have begun anew."""
        if delivery.device_time is None:
            return True
        begun_anew = self._newest is not None and delivery.device_time <= self._newest
        lag = delivery.at - delivery.device_time
        return abs(lag) > CLOCK_RESET and (begun_anew or not self._clock_tells(delivery))

    def _age(self, delivery: Delivery[T]) -> float | None:
        """Seconds since the measurement, None where the clock does not tell or it is a repeat."""
        if delivery.device_time is None:
            return None
        if self._newest is not None and delivery.device_time <= self._newest:
            return None
        lag = delivery.at - delivery.device_time
        if self._offset is not None:
            return lag - self._offset
        # Never heard before: only a clock that agrees with ours can be believed.
        return abs(lag) if abs(lag) <= LIVE_AGE else None

    def _measured_at(self, delivery: Delivery[T]) -> float | None:
        """When it was measured; None where the device's clock does not tell."""
        if delivery.device_time is None:
            return None
        if self._offset is not None and self._clock_tells(delivery):
            return min(delivery.at, delivery.device_time + self._offset)
        agrees = self._offset is None and abs(delivery.at - delivery.device_time) <= LIVE_AGE
        return min(delivery.at, delivery.device_time) if agrees else None

    def _learn(self, delivery: Delivery[T]) -> None:
        if delivery.device_time is None:
            return
        lag = delivery.at - delivery.device_time
        reset = not self._clock_tells(delivery)
        self._offset = lag if reset or self._offset is None else min(self._offset, lag)
        self._newest = delivery.device_time
