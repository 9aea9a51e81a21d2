"""A plain MQTT client of a test, not ours: what a light or relay would hear, in order."""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiomqtt


class Heard(NamedTuple):
    """One message."""

    topic: str
    payload: bytes
    retained: bool


class Subscriber:
    """Follows what one site publishes of alarms, as long as its broker lives. Use as `async with`.

    `said` is everything heard in order, `kept` the newest by topic. With an identifier the broker
    keeps events for it while it is away.
    """

    def __init__(self, port: int, site: str, identifier: str | None = None) -> None:
        self.said: list[Heard] = []
        self.kept: dict[str, bytes] = {}
        self._base = f"kat/{site}/"
        self._client = aiomqtt.Client(
            "127.0.0.1", port, identifier=identifier, clean_session=identifier is None
        )
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        self._reading = asyncio.create_task(self._read(), name="subscriber")
        for name in ("monitor/status", "alarm", "alarm/event", "+/alarm", "+/alarm/event"):
            await self._client.subscribe(self._base + name, 1)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        try:
            await self._client.__aexit__(None, None, None)
        except aiomqtt.MqttError:
            return  # its broker was killed

    def events(self, bed: str) -> list[dict[str, Any]]:
        """The bed's event stream so far."""
        topic = f"{self._base}{bed}/alarm/event"
        return [json.loads(heard.payload) for heard in self.said if heard.topic == topic]

    def standing(self, bed: str | None) -> dict[str, dict[str, Any]]:
        """The bed's present alarms (or the site's) by condition, as retained or last told."""
        payload = self.kept.get(f"{self._base}{bed}/alarm" if bed else f"{self._base}alarm")
        alarms: list[dict[str, Any]] = json.loads(payload) if payload else []
        return {alarm["condition"]: alarm for alarm in alarms}

    @property
    def statuses(self) -> list[tuple[bytes, bool]]:
        """(payload, retained) of the monitor's own status, repetitions left out."""
        said = [one[1:] for one in self.said if one.topic == f"{self._base}monitor/status"]
        return [one for number, one in enumerate(said) if number == 0 or one != said[number - 1]]

    async def publish(self, topic: str, payload: str) -> None:
        """Say something ourselves, at QoS 1."""
        await self._client.publish(topic, payload, qos=1)

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait until something heard makes it true."""
        async with asyncio.timeout(60):
            while not met():
                self._news.clear()
                await self._news.wait()

    async def _read(self) -> None:
        async for message in self._client.messages:
            topic, payload = str(message.topic), bytes(message.payload)
            self.said.append(Heard(topic, payload, bool(message.retain)))
            self.kept[topic] = payload
            self._news.set()
