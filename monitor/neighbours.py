"""What the one path needs of its neighbours: a clock, a record, and those who listen."""

from collections.abc import Callable, Sequence
from typing import Protocol

from alerts.event import AlarmEvent
from devices.reading import Reading
from monitor.store.rows import Row


class Clock(Protocol):
    """The service's timeline."""

    def now(self) -> float:
        """The present instant."""
        ...

    def to_loop(self, at: float) -> float:
        """When that is on the event loop's clock."""
        ...


class Record(Protocol):
    """The durable store, as this path uses it."""

    def put(
        self,
        rows: Sequence[Row],
        stored: Callable[[], None] | None = None,
        *,
        urgent: bool = False,
    ) -> None:
        """Hand rows to the writer; `stored` is called on the loop once they are durable."""
        ...

    def next_input_seq(self) -> int:
        """One more than the number of the last stored input."""
        ...


class Listener(Protocol):
    """Hears of everything once it is decided and handed to the store; never waits."""

    def offer_reading(self, reading: Reading) -> None:
        """A reading passed."""
        ...

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        """Alarm events came of it, in order."""
        ...
