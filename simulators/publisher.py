"""A simulated device on a real MQTT broker: a client of its own, with a last will, reconnecting."""

import asyncio
import contextlib
import logging
import math
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import aiomqtt

from devices.reading import Reading
from simulators.instrument import Badge
from simulators.messages import Message, messages_of, status_message

_LOG = logging.getLogger(__name__)
_RETRY_DELAY = 1.0
_KEEPALIVE = 10
_ANSWER_DELAY = 10.0
_MESSAGES_A_WORD = 16  # at most: keeps the numbers of a device's messages apart


class BrokerAddress(NamedTuple):
    """Where a broker listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> Self:
        """From mqtt://HOST[:PORT] or HOST[:PORT]. Raises ValueError."""
        parts = urlsplit(url if "://" in url else f"mqtt://{url}")
        if parts.scheme != "mqtt" or not parts.hostname:
            raise ValueError(f"{url!r} is no broker; give mqtt://HOST or mqtt://HOST:PORT")
        return cls(parts.hostname, parts.port or 1883)


class Publisher:
    """The voice of one MQTT device. It speaks while `run` runs and the broker is there."""

    def __init__(self, site: str, badge: Badge, broker: BrokerAddress) -> None:
        self._site = site
        self._badge = badge
        self._broker = broker
        self._client: aiomqtt.Client | None = None
        self._words = 0

    async def run(self) -> None:
        """Stay connected until cancelled; the same trouble again is told once."""
        told = ""
        while True:
            try:
                await self._stay_connected()
            except (aiomqtt.MqttError, TimeoutError) as error:
                why = str(error) or type(error).__name__
                level = logging.DEBUG if why == told else logging.INFO
                _LOG.log(level, "%s: broker lost: %s", self._badge.device, why)
                told = why
            await asyncio.sleep(_RETRY_DELAY)

    async def say(self, readings: tuple[Reading, ...]) -> bool:
        """Publish one word at QoS 1; True once the broker has it all."""
        client = self._client
        if client is None:
            return False
        self._words += 1
        seq = self._words * _MESSAGES_A_WORD
        try:
            for message in messages_of(self._site, self._badge, readings, seq):
                await _publish(client, message)
        except (aiomqtt.MqttError, TimeoutError):
            return False  # `run` sees it too, and connects again
        return True

    async def _stay_connected(self) -> None:
        will = status_message(self._site, self._badge, online=False)
        client = aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            identifier=f"sim-{self._badge.bed}-{self._badge.device}",
            protocol=aiomqtt.ProtocolVersion.V311,
            keepalive=_KEEPALIVE,
            # its own limit would be asyncio.wait_for, which in Python 3.11 can swallow our end
            timeout=math.inf,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True),
        )
        async with contextlib.AsyncExitStack() as connected:
            async with asyncio.timeout(_ANSWER_DELAY):
                await connected.enter_async_context(client)
            await _publish(client, status_message(self._site, self._badge, online=True))
            self._client = client
            try:
                async for _ in client.messages:  # it subscribes to nothing: this waits for the end
                    pass
            finally:
                self._client = None
                with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                    await _publish(client, will)


async def _publish(client: aiomqtt.Client, message: Message) -> None:
    async with asyncio.timeout(_ANSWER_DELAY):
        await client.publish(message.topic, message.payload, qos=1, retain=message.retain)
