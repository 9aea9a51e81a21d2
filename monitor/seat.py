"""A seat: one engine (a bed's, or the site's) with its timer, and what guards it when it fails.

An exception in one bed's engine stops that bed only: the seat goes out of order, keeps what comes,
and comes back with a restored engine. Three failures in ten minutes and it stays down, loudly.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from alerts.command import Begin, Close
from alerts.event import AlarmEvent
from monitor.journal import Engine, Input, apply_input
from monitor.store.rows import SessionRow

E = TypeVar("E", bound=Engine)

FAILURES_ALLOWED = 3
FAILURES_WITHIN_S = 600.0


class SeatState(StrEnum):
    """Whether a seat's engine decides."""

    OK = "ok"
    RESTORING = "restoring"
    DOWN = "down"


class Seat(Generic[E]):
    """One engine and its circumstances. `bed` is None for the site's own."""

    def __init__(self, bed: str | None, engine: E) -> None:
        self.bed = bed
        self.engine = engine
        self.state = SeatState.OK
        self.session: SessionRow | None = None
        self.last_seq = 0
        self.waiting: list[tuple[int, Input]] = []  # numbered, while out of order
        self._timer: asyncio.TimerHandle | None = None
        self._failed_at: deque[float] = deque(maxlen=FAILURES_ALLOWED)

    def decide(self, item: Input) -> list[AlarmEvent]:
        """The engine's answer to one input; whatever the engine raises comes through."""
        return apply_input(self.engine, item)

    def open_session(self, begin: Begin) -> SessionRow:
        """The record of the session that the engine has just begun."""
        self.session = SessionRow(
            id=begin.session,
            bed=self.bed or "",
            protocol=begin.protocol,
            visit=begin.visit,
            initials=begin.initials,
            origin=begin.origin,
            began_at=begin.at,
            profile=self.engine.profile.version,
        )
        return self.session

    def close_session(self, close: Close) -> SessionRow:
        """The record of the session that the engine has just closed."""
        if self.session is None:
            raise RuntimeError(f"{self.bed} closed a session that was never opened here")
        row = msgspec.structs.replace(self.session, closed_at=close.at, outcome=close.outcome)
        self.session = None
        return row

    def fail(self, at: float) -> SeatState:
        """Take the seat out of order after its engine failed at `at`; says for how long."""
        self.disarm()
        self._failed_at.append(at)
        often = len(self._failed_at) == FAILURES_ALLOWED
        hopeless = often and at - self._failed_at[0] <= FAILURES_WITHIN_S
        self.state = SeatState.DOWN if hopeless else SeatState.RESTORING
        return self.state

    def restore(self, engine: E) -> list[tuple[int, Input]]:
        """Put a restored engine in; returns what arrived meanwhile, for the caller to apply."""
        self.engine = engine
        self.state = SeatState.OK
        waiting, self.waiting = self.waiting, []
        return waiting

    def arm(
        self,
        loop: asyncio.AbstractEventLoop,
        to_loop: Callable[[float], float],
        wake: Callable[["Seat[E]"], None],
    ) -> None:
        """Have `wake` called at the engine's next deadline; a timer that comes earlier stays."""
        deadline = self.engine.next_deadline
        if deadline is None or self.state is not SeatState.OK:
            return
        when = to_loop(deadline)
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = loop.call_at(when, self._fire, wake)

    def disarm(self) -> None:
        """Cancel the timer, if one is set."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self, wake: Callable[["Seat[E]"], None]) -> None:
        self._timer = None
        wake(self)
