"""One connection to the broker: this and the handshake alone touch aiomqtt and, beneath it, paho.

aiomqtt acknowledges a message before our code sees it and hands messages over through a queue and a
task each. Here paho is told to let us acknowledge, and calls us back directly. aiomqtt's own time
limits are off because asyncio.wait_for of Python 3.11 can swallow a cancellation.
"""

import asyncio
import contextlib
import math
import secrets
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Never, Self, cast

import aiomqtt
from paho.mqtt.client import Client as PahoClient
from paho.mqtt.client import ConnectFlags, MQTTMessage

from devices.mqtt_credentials import Credentials
from devices.mqtt_handshake import certificate_end, connected, make_client, paho_of
from devices.mqtt_settings import MqttSettings
from devices.wire.bedside_json import encode_status

_REFUSED = 0x80  # SUBACK: the broker does not let us subscribe
_ANSWER_DELAY = 10.0  # s for any answer of the broker
_OFFLINE_DELAY = 1.0  # s for saying good-bye; the last will says it otherwise


class Arrival(NamedTuple):
    """A message as it came. `backlog`: the broker had it before we were connected.

    `late`: it lay with us for some seconds, so a streamed value in it is no longer live.
    """

    topic: str
    payload: bytes
    retain: bool
    dup: bool
    backlog: bool
    acknowledge: Callable[[], None]
    """To be called once what it says is stored; does nothing after its connection has ended.

    Equal for the copies of one delivery: the broker gives them one packet id.
    """
    late: bool = False


class SubscriptionRefused(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The broker does not let us hear a topic filter; its access list must."""


class Connection:
    """From CONNECT to loss. Use as `async with`, then `subscribe()`, with `lost()` beside it.

    `receive` is called on the loop for every message; `caught_up` once, when the marker that went
    out after the connect has come back, that is when everything the broker had kept is through.
    """

    def __init__(
        self,
        settings: MqttSettings,
        credentials: Credentials,
        receive: Callable[[Arrival], None],
        caught_up: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._receive = receive
        self._caught_up = caught_up
        self._marker = secrets.token_hex(8).encode()
        self._backlog = True
        self._open = False
        self._connected = contextlib.AsyncExitStack()
        self.resumed = False  # whether the broker still had our session
        self._client = make_client(
            settings,
            credentials,
            identifier=settings.client_id,
            clean_session=False,
            timeout=math.inf,
            keepalive=math.ceil(settings.keepalive_s),
            will=aiomqtt.Will(settings.status_topic, encode_status(online=False), 1, retain=True),
        )
        # before the connect, as a backlog follows it at once
        self._paho: PahoClient = paho_of(self._client)
        self._hear_connack()
        self._paho.manual_ack_set(on=True)
        self._paho.on_message = self._on_message

    async def __aenter__(self) -> Self:
        """Connect. Raises NoConnection."""
        self._open = True
        await self._connected.enter_async_context(connected(self._client, self._settings))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        try:
            await self._say_offline()
        finally:
            self._open = False
            await self._connected.aclose()

    async def subscribe(self, filters: Sequence[str]) -> None:
        """Ask for topic filters and send the marker behind them.

        Raises SubscriptionRefused, aiomqtt.MqttError or TimeoutError.
        """
        await self.hear(filters)
        await self.mark()

    async def hear(self, filters: Sequence[str]) -> None:
        """Ask for topic filters. Raises as `subscribe`; some may have been granted all the same."""
        async with asyncio.timeout(_ANSWER_DELAY):
            granted = await self._client.subscribe([(name, 1) for name in filters])
        refused = [name for name, code in zip(filters, granted, strict=True) if code == _REFUSED]
        if refused:
            raise SubscriptionRefused(
                f"the broker refuses us {', '.join(refused)}; its access list must let us"
            )

    async def leave(self, filters: Sequence[str]) -> None:
        """Hear these no more: a kept session goes on with them otherwise.

        Raises aiomqtt.MqttError or TimeoutError.
        """
        if not filters:
            return
        async with asyncio.timeout(_ANSWER_DELAY):
            await self._client.unsubscribe(list(filters))

    async def mark(self) -> None:
        """Send the marker (again)."""
        await self.publish(self._settings.marker_topic, self._marker, retain=False)

    async def publish(self, topic: str, payload: bytes, retain: bool) -> None:
        """Publish at QoS 1 and wait for the broker's word.

        Raises aiomqtt.MqttError or TimeoutError.
        """
        async with asyncio.timeout(_ANSWER_DELAY):
            await self._client.publish(topic, payload, qos=1, retain=retain)

    @property
    def certificate_end(self) -> float | None:
        """When the broker's certificate ends, in seconds since 1970; None: without TLS."""
        return certificate_end(self._client)

    async def lost(self) -> Never:
        """Wait until the connection is lost, then raise aiomqtt.MqttError."""
        await anext(self._client.messages)  # its queue stays empty: only the loss ends the wait
        raise aiomqtt.MqttError("the connection ended")

    def _hear_connack(self) -> None:
        """Of the CONNACK aiomqtt keeps only whether we are let in."""
        answered = cast("Callable[..., None]", self._paho.on_connect)

        def on_connect(client: PahoClient, data: Any, flags: ConnectFlags, *rest: Any) -> None:
            self.resumed = flags.session_present
            answered(client, data, flags, *rest)

        self._paho.on_connect = on_connect

    def _on_message(self, _: PahoClient, __: Any, message: MQTTMessage) -> None:
        if not self._open:
            return
        acknowledge = _Acknowledgement(self, message.mid) if message.qos else _no_acknowledgement
        topic = _topic_of(message)
        if topic == self._settings.marker_topic:
            acknowledge()
            if self._backlog and message.payload == self._marker:
                self._backlog = False
                self._caught_up()
            return
        payload = bytes(message.payload)
        self._receive(
            Arrival(topic, payload, message.retain, message.dup, self._backlog, acknowledge)
        )

    def acknowledge(self, mid: int) -> None:
        """Confirm the message of that packet id; nothing happens after the end."""
        if self._open:
            self._paho.ack(mid, 1)

    async def _say_offline(self) -> None:
        """The last will is for accidents; a clean end must say so itself."""
        try:
            async with asyncio.timeout(_OFFLINE_DELAY):
                await self.publish(self._settings.status_topic, encode_status(online=False), True)
        except (TimeoutError, aiomqtt.MqttError):
            return


class _Acknowledgement(NamedTuple):
    """The PUBACK of one delivery."""

    connection: Connection
    mid: int

    def __call__(self) -> None:
        self.connection.acknowledge(self.mid)


def _topic_of(message: MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:  # no broker should pass it on
        return "(a topic that is not UTF-8)"


def _no_acknowledgement() -> None:
    """A message of QoS 0 wants none."""
