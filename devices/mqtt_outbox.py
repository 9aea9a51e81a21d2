"""What we publish: states that are kept until the broker has them, and events in their order."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Never

_LOG = logging.getLogger(__name__)
_WAITING = 1_000  # events kept while the broker is away; beyond, the oldest is given up

Publish = Callable[[str, bytes, bool], Awaitable[None]]
"""`publish(topic, payload, retain)` returns once the broker has confirmed it (QoS 1)."""


class _Event(NamedTuple):
    topic: str
    payload: bytes


class Outbox:
    """Takes messages at any time without waiting; `deliver` hands them to whoever is connected.

    `sending(topic)` hears of each message just before it is handed over.
    """

    def __init__(self, sending: Callable[[str], None]) -> None:
        self._sending = sending
        self._kept: dict[str, bytes] = {}
        self._unsent: dict[str, None] = {}  # topics of `_kept` in the order they changed
        self._events: deque[_Event] = deque()
        self._state_news, self._event_news = asyncio.Event(), asyncio.Event()
        self._given_up = 0
        self.lost = 0
        """Events given up because the broker was away for too long, since we began."""

    def keep(self, topic: str, payload: bytes) -> None:
        """A retained state: only its newest payload is sent, and again after every reconnect.

        An empty payload clears the topic; once it has, nothing is kept of it.
        """
        self._kept[topic] = payload
        self._unsent.pop(topic, None)
        self._unsent[topic] = None
        self._state_news.set()

    @property
    def waiting(self) -> int:
        """Events that are not confirmed yet."""
        return len(self._events)

    def keeps(self, topic: str) -> bool:
        """Whether there is a state for this topic."""
        return topic in self._kept

    def send(self, topic: str, payload: bytes) -> None:
        """An event: sent in order, at least once."""
        if len(self._events) >= _WAITING:
            self._give_up(self._events.popleft())
        self._events.append(_Event(topic, payload))
        self._event_news.set()

    async def deliver(self, publish: Publish) -> Never:
        """Publish for one connection, for ever; what is not confirmed is kept for the next one.

        States and events go beside each other: neither waits for the other's confirmation.
        """
        if self._given_up:
            _LOG.warning("%d events were never published, the oldest first", self._given_up)
            self._given_up = 0
        self._unsent = dict.fromkeys(self._kept)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deliver_states(publish), name="mqtt states out")
            group.create_task(self._deliver_events(publish), name="mqtt events out")
        raise AssertionError("unreachable: both go on for ever")

    async def _deliver_states(self, publish: Publish) -> Never:
        while True:
            self._state_news.clear()
            while self._unsent:
                await self._deliver_state(publish, next(iter(self._unsent)))
            await self._state_news.wait()

    async def _deliver_events(self, publish: Publish) -> Never:
        while True:
            self._event_news.clear()
            while self._events:
                await self._deliver_event(publish, self._events[0])
            await self._event_news.wait()

    def _give_up(self, oldest: _Event) -> None:
        if not self._given_up:
            _LOG.error("the broker is away for too long: events as of %s are lost", oldest.topic)
        self._given_up += 1
        self.lost += 1

    async def _deliver_state(self, publish: Publish, topic: str) -> None:
        payload = self._kept[topic]
        self._sending(topic)
        await publish(topic, payload, True)
        if self._kept[topic] is payload:
            self._unsent.pop(topic, None)
            if not payload:
                del self._kept[topic]

    async def _deliver_event(self, publish: Publish, event: _Event) -> None:
        self._sending(event.topic)
        await publish(event.topic, event.payload, False)
        if self._events and self._events[0] is event:
            self._events.popleft()
