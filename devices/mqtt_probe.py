"""What the broker keeps for a session that is away, measured: with ids and a topic of its own.

The real session hears nothing of it: no filter of ours has as many levels as the probe's topic.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from typing import Any, NamedTuple

import aiomqtt

from devices.mqtt_credentials import Credentials, load_credentials
from devices.mqtt_handshake import NoConnection, connected, make_client, paho_of
from devices.mqtt_settings import MqttSettings

PROBE_MOST = 10_000
"""No more messages than this are sent, whatever was asked for."""

_BURST = 40  # messages on the way at once: 3 ms of our loop
_ANSWER_DELAY = 10.0  # s
_RETURN_DELAY = 5.0  # s for a message to come back while we are there
_QUIET = 2.0  # s without a further message: the broker has no more


class ProbeFailed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The broker does not let us measure; the message says what it must allow."""


class Kept(NamedTuple):
    """Of `sent` messages to an absent session `came` arrived on its return."""

    sent: int
    came: int


async def measure_keeping(
    settings: MqttSettings, messages: int, *, name: str = "probe", rests: float = 0.0
) -> Kept:
    """Subscribe, go away, let so many messages of QoS 1 be published, come back, and count.

    The session is `name` behind our client id and is gone after; two probes of one name disturb
    each other. `rests`: so many times as long as a burst took we wait before the next one, to
    spare the loop and the broker. Raises ProbeFailed, CredentialUnusable, NoConnection,
    aiomqtt.MqttError or TimeoutError.
    """
    credentials = await asyncio.to_thread(load_credentials, settings, time.time())
    probe = _Probe(settings, credentials, f"{settings.client_id}-{name}", rests)
    try:
        await probe.forget()  # what a probe that was killed has left
        await probe.subscribe()
        sent = min(messages, PROBE_MOST)
        await probe.send(sent)
        return Kept(sent, await probe.count(sent))
    finally:
        with contextlib.suppress(aiomqtt.MqttError, NoConnection, TimeoutError):
            await probe.forget()


class _Probe:
    """The steps, each with a connection of its own."""

    def __init__(
        self, settings: MqttSettings, credentials: Credentials, identifier: str, rests: float
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._identifier = identifier
        self._rests = rests
        self._topic = f"kat/{settings.site}/monitor/probe/{identifier}/kept"
        self._came: set[bytes] = set()
        self._news = asyncio.Event()

    async def forget(self) -> None:
        """A clean session takes the place of the kept one, and ends with its connection."""
        async with self._there(clean=True):
            pass

    async def subscribe(self) -> None:
        """Make the session, and see that what we send reaches it at all."""
        async with self._there(clean=False) as client, asyncio.timeout(_ANSWER_DELAY):
            await client.subscribe(self._topic, qos=1)
            await client.publish(self._topic, b"here", qos=1)
            if not await self._has_come(1, _RETURN_DELAY):
                raise ProbeFailed(
                    f"it does not pass on what we publish to {self._topic}: may we publish and "
                    f"read kat/{self._settings.site}/monitor/#?"
                )

    async def send(self, count: int) -> None:
        """Publish to the absent session; a broker that is full may confirm no more."""
        out = self._connection(f"{self._identifier}-out", clean=True)
        try:
            async with out as client, asyncio.TaskGroup() as group:
                loss = group.create_task(_lost(client), name="mqtt probe loss")
                for start in range(0, count, _BURST):
                    began = time.monotonic()
                    await self._send_burst(client, range(start, min(count, start + _BURST)))
                    await asyncio.sleep(self._rests * (time.monotonic() - began))
                loss.cancel()
        except* (aiomqtt.MqttError, TimeoutError):
            pass

    async def count(self, wanted: int) -> int:
        """How many come on the session's return. Raises aiomqtt.MqttError if it breaks off."""
        self._came.clear()
        async with self._there(clean=False) as client:
            while await self._has_come(len(self._came) + 1, _QUIET) and len(self._came) < wanted:
                pass
            if not paho_of(client).is_connected():
                raise aiomqtt.MqttError("the connection broke off while messages came")
            return len(self._came)

    async def _send_burst(self, client: aiomqtt.Client, numbers: range) -> None:
        async with asyncio.timeout(_ANSWER_DELAY), asyncio.TaskGroup() as group:
            for number in numbers:
                group.create_task(client.publish(self._topic, b"%d" % number, qos=1))

    async def _has_come(self, count: int, within_s: float) -> bool:
        """Whether so many are there, once that is clear."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while len(self._came) < count:
                    self._news.clear()
                    await self._news.wait()
        return len(self._came) >= count

    @contextlib.asynccontextmanager
    async def _there(self, *, clean: bool) -> AsyncGenerator[aiomqtt.Client]:
        async with self._connection(self._identifier, clean=clean) as client:
            yield client

    @contextlib.asynccontextmanager
    async def _connection(self, identifier: str, *, clean: bool) -> AsyncGenerator[aiomqtt.Client]:
        client = make_client(
            self._settings, self._credentials, identifier=identifier, clean_session=clean
        )
        paho_of(client).on_message = self._on_message  # aiomqtt would queue each and make a task
        async with connected(client, self._settings):
            yield client

    def _on_message(self, _: object, __: object, message: Any) -> None:
        self._came.add(bytes(message.payload))
        self._news.set()


async def _lost(client: aiomqtt.Client) -> None:
    """Wait until the connection is lost, then raise aiomqtt.MqttError."""
    await anext(client.messages)  # its queue stays empty
