"""A seat: one engine (a bed's, or the site's) with its timer, and what guards it when it fails.

An exception in one bed's engine stops that bed only: the seat goes out of order, keeps what comes,
and comes back with a restored engine. Three failures in ten minutes and it stays down, loudly.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from alerts.command import Arrive, Begin, Close
from alerts.event import AlarmEvent
from monitor.journal import Engine, Input, apply_input
from monitor.store.rows import SessionRow

E = TypeVar("E", bound=Engine)

FAILURES_ALLOWED = 3
FAILURES_WITHIN_S = 600.0
SESSIONS_REMEMBERED = 20
"""Stored readings that are older than so many sessions of a bed belong to none."""


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
        self.past: deque[SessionRow] = deque(maxlen=SESSIONS_REMEMBERED)
        self.last_seq = 0
        self.waiting: list[tuple[int, Input]] = []  # numbered, while out of order
        self.here_since = 0.0  # since when the open session is at this bed
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
        self.here_since = begin.at
        return self.session

    def recall(
        self, session: SessionRow | None, here_since: float, past: Iterable[SessionRow]
    ) -> None:
        """Take up again what the record says of this bed's sessions, newest first."""
        self.session = session
        self.here_since = here_since
        self.past.extend(row for row in past if row.closed_at is not None)

    def close_session(self, close: Close) -> SessionRow:
        """The record of the session that the engine has just closed."""
        if self.session is None:
            raise RuntimeError(f"{self.bed} closed a session that was never opened here")
        row = msgspec.structs.replace(self.session, closed_at=close.at, outcome=close.outcome)
        self._leave(row)
        return row

    def hand_over(self, at: float) -> SessionRow:
        """The session leaves for another bed; what was measured here until then stays its own."""
        if self.session is None:
            raise RuntimeError(f"{self.bed} hands over a session that it does not have")
        session = self.session
        self._leave(msgspec.structs.replace(session, closed_at=at))
        return session

    def take_over(self, session: SessionRow, arrive: Arrive) -> SessionRow:
        """The record of a session that goes on here since `arrive`."""
        self.here_since = arrive.at
        self.session = msgspec.structs.replace(session, bed=self.bed or "")
        return self.session

    def session_at(self, at: float) -> SessionRow | None:
        """The session that this bed had at an instant; None: it had none."""
        if self.session is not None and at >= self.here_since:
            return self.session
        return next((s for s in self.past if s.began_at <= at < (s.closed_at or at)), None)

    def _leave(self, ended: SessionRow) -> None:
        self.past.appendleft(msgspec.structs.replace(ended, began_at=self.here_since))
        self.session = None

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

    @property
    def armed(self) -> bool:
        """Whether a timer is set."""
        return self._timer is not None

    def disarm(self) -> None:
        """Cancel the timer, if one is set."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self, wake: Callable[["Seat[E]"], None]) -> None:
        self._timer = None
        wake(self)
