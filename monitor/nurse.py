"""A nurse for recordings: answers each alarm a while after it called."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from alerts.command import Acknowledge, Refused
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change, Signal

_CALLING = {Signal.ON, Signal.LATCHED}


class _Call(NamedTuple):
    at: float
    occurrence: str
    seq: int


class Nurse:
    """Acknowledges what called `after_s` ago; what has ended or risen since is left alone."""

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._calls: deque[_Call] = deque()

    def hear(self, events: Iterable[AlarmEvent]) -> None:
        """Remember which alarms call."""
        for event in events:
            again = event.change is Change.UPDATE and any(
                call.occurrence == event.occurrence for call in self._calls
            )
            if event.signal in _CALLING and event.change is not Change.PENDING and not again:
                self._calls.append(_Call(event.at + self._after_s, event.occurrence, event.seq))

    def answer(self, engine: BedEngine, until: float) -> Iterator[list[AlarmEvent]]:
        """Answer those whose time comes before `until`; what the engine says to that."""
        while self._calls and self._calls[0].at < until:
            call = self._calls.popleft()
            order = Acknowledge(at=call.at, by="nurse", occurrence=call.occurrence, seq=call.seq)
            try:
                events = engine.command(order)
            except Refused:
                events = engine.advance(engine.now)
            self.hear(events)
            yield events
