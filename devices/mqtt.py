"""The MQTT driver: devices that publish to a broker, and what we publish there ourselves."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Never

import aiomqtt
from msgspec.structs import replace

from devices.link import Backoff
from devices.mapping import MappingRow
from devices.mqtt_connection import Arrival, Connection, SubscriptionRefused
from devices.mqtt_credentials import CredentialUnusable, CredentialWatch
from devices.mqtt_duplicates import MESSAGES_REMEMBERED_S, Known
from devices.mqtt_echo import Echo
from devices.mqtt_handshake import NoConnection
from devices.mqtt_inbox import Inbox
from devices.mqtt_outbox import Outbox
from devices.mqtt_settings import MqttDevice, MqttSettings
from devices.reading import Intake
from devices.wire.bedside_json import encode_status

__all__ = ["MESSAGES_REMEMBERED_S", "MqttDevice", "MqttDriver", "MqttSettings"]

_LOG = logging.getLogger(__name__)
_HEARTBEAT = 10.0  # s: the contract's, for lights that must say when they hear nothing
_LONGEST_DELAY = 5.0  # s between two connects: whoever presses a button waits so long at most
_LOOK = 0.5  # s between two looks for silent devices
_MARKER_REPEAT = 5.0  # s: a broker drops what exceeds its queue, our marker too
_MARKER_PATIENCE = 30.0  # s of backlog before we say that it does not end
_FORGOTTEN = (
    "it no longer knew our session: what devices sent while we were away is lost. mosquitto: "
    "persistence true, and a persistent_client_expiration longer than any outage; nats-server: a "
    "jetstream store_dir that stays, and no mqtt consumer_inactive_threshold"
)
_ENDINGS = (aiomqtt.MqttError, CredentialUnusable, NoConnection, SubscriptionRefused, OSError)


class MqttDriver:
    """Keeps one session at a broker for ever and delivers what devices say to `intake`.

    `on_broker(up, detail)` hears of every change: up once we are connected, allowed to listen, and
    everything old is through. On nats-server mappings need `one_filter`: it gives no order between
    the filters of a session, so a backlog could pass for live.
    """

    def __init__(
        self,
        settings: MqttSettings,
        devices: Iterable[MqttDevice],
        intake: Intake,
        on_broker: Callable[[bool, str], None],
        known: Known | None = None,
    ) -> None:
        """`known`: marks of the messages that the record holds already, with their receipt."""
        self._settings = settings
        self._inbox = Inbox(settings, devices, intake, known or {})
        self._echo = Echo(settings.site)
        self._outbox = Outbox(lambda topic: self._echo.expect(topic, _seconds()))
        self._on_broker = on_broker
        self._credentials = CredentialWatch(settings)
        self._backoff = Backoff(longest=_LONGEST_DELAY)
        self._connection: Connection | None = None
        self._heard = settings.filters
        self._gone: dict[str, None] = {}  # filters of which the broker has not been told yet
        self._up: bool | None = None
        self._detail = ""
        self._caught_up = asyncio.Event()
        self._had_session = bool(known)
        self._forgotten = False

    @property
    def site(self) -> str:
        """The site in our topics."""
        return self._settings.site

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish at QoS 1 without waiting, now or after the next reconnect.

        Of a retained topic only the newest payload is sent, an empty one clears it; other messages
        go out in order. Retained alarms of beds for which nothing was published are cleared.
        """
        if retain:
            self._outbox.keep(topic, payload)
        else:
            self._outbox.send(topic, payload)

    async def prepare(self, mapping: Sequence[MappingRow]) -> None:
        """Ask the broker for the topics of these rows too; `change` and `settle` follow.

        What comes on them meanwhile is held. While the broker is away the next connection asks.
        Raises SubscriptionRefused, also where it does not answer; then `change` back to the rows
        before.
        """
        before = self._settings
        both = tuple(dict.fromkeys([*before.mapping, *mapping]))
        self._inbox.hold()
        self._settings = replace(before, mapping=both)
        self._heard = self._settings.filters
        more = [name for name in self._settings.filters if name not in before.filters]
        if self._connection is not None and more:
            try:
                with contextlib.suppress(aiomqtt.MqttError):  # the next connection asks
                    await self._connection.hear(more)
            except TimeoutError:
                raise SubscriptionRefused(
                    f"the broker does not say whether we may hear {', '.join(more)}"
                ) from None

    def change(self, mapping: Sequence[MappingRow], devices: Iterable[MqttDevice]) -> None:
        """Expect these rows and devices from now on; a plain call that tells the intake nothing."""
        self._settings = replace(self._settings, mapping=tuple(mapping))
        self._inbox.change(mapping, devices)

    async def settle(self) -> None:
        """After `change`: take what was held, and hear no more what no row is for."""
        self._inbox.settle(connected=self._caught_up.is_set())
        heard, self._heard = self._heard, self._settings.filters
        gone = [name for name in heard if name not in self._heard]
        self._gone |= dict.fromkeys(gone)
        gone = [name for name in self._gone if name not in self._heard]
        if self._connection is not None and gone:
            with contextlib.suppress(aiomqtt.MqttError, TimeoutError):
                await self._connection.leave(gone)
                self._told_gone(gone)

    @property
    def events_waiting(self) -> int:
        """Messages that are not retained and that the broker has not confirmed yet."""
        return self._outbox.waiting

    @property
    def events_lost(self) -> int:
        """Messages that were never published because the broker was away for too long."""
        return self._outbox.lost

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stay_connected(), name="mqtt connection")
            group.create_task(self._watch_for_silence(), name="mqtt silence")
            group.create_task(self._beat(), name="mqtt heartbeat")
            group.create_task(self._credentials.watch(), name="mqtt certificates")

    @property
    def _broker(self) -> str:
        return f"broker {self._settings.host}:{self._settings.port}"

    async def _stay_connected(self) -> Never:
        while True:
            detail = await self._hold_connection()
            self._tell(up=False, detail=detail)
            self._inbox.broker_went()
            await asyncio.sleep(self._backoff.next_delay())

    async def _hold_connection(self) -> str:
        """Connect and work until the connection ends; answers why it did."""
        self._caught_up.clear()
        detail = "the connection ended"
        try:
            shown = await self._credentials.load()
            connection = Connection(self._settings, shown, self._take, self._on_caught_up)
            async with connection, asyncio.TaskGroup() as group:
                self._credentials.broker_shows(connection.certificate_end)
                self._forgotten = self._had_session and not connection.resumed
                self._connection = connection
                group.create_task(connection.lost(), name="mqtt loss")
                group.create_task(self._catch_up(connection), name="mqtt backlog")
                group.create_task(self._outbox.deliver(connection.publish), name="mqtt outbox")
        except* _ENDINGS as errors:
            detail = str(_first(errors)) or "no answer in time"
        finally:
            self._connection = None
        return f"{self._broker}: {detail}"

    async def _catch_up(self, connection: Connection) -> None:
        gone = [name for name in self._gone if name not in self._settings.filters]
        await connection.leave([*self._settings.other_filters, *gone])
        self._told_gone(gone)
        await connection.subscribe(self._settings.filters)  # as a reload has left them by now
        waited = 0.0
        while not self._caught_up.is_set():
            try:
                async with asyncio.timeout(_MARKER_REPEAT):
                    await self._caught_up.wait()
            except TimeoutError:
                waited += _MARKER_REPEAT
                await connection.mark()
            if waited == _MARKER_PATIENCE:
                topic = self._settings.marker_topic
                detail = f"connected, but {topic} does not come back: may we publish and read it?"
                self._tell(up=False, detail=detail)

    def _told_gone(self, names: Iterable[str]) -> None:
        for name in names:
            self._gone.pop(name, None)

    def _on_caught_up(self) -> None:
        self._backoff.reset()
        self._caught_up.set()
        self._echo.restart(_seconds())
        self._inbox.broker_came()
        self._had_session = True
        lost = f"; {self.events_lost} alarm events never published" if self.events_lost else ""
        if self._forgotten:
            lost += f"; {_FORGOTTEN}"
            _LOG.warning("%s: %s", self._broker, _FORGOTTEN)
        self._tell(up=True, detail=f"{self._broker}: connected{lost}")

    def _take(self, arrival: Arrival) -> None:
        if arrival.topic.startswith(self._settings.own_topics):
            arrival.acknowledge()  # the marker of a `check` beside us, say
            return
        if not self._echo.is_ours(arrival.topic):
            self._inbox.take(arrival)
            return
        arrival.acknowledge()
        self._echo.hear(arrival.topic)
        gone = arrival.retain and arrival.payload and not self._outbox.keeps(arrival.topic)
        if gone:  # a bed of an earlier configuration: its light would burn for ever
            _LOG.info("clearing %s: we have no such bed", arrival.topic)
            self._outbox.keep(arrival.topic, b"")

    def _tell(self, *, up: bool, detail: str) -> None:
        known, self._detail = self._detail, detail
        if up is not self._up:
            self._up = up
            self._on_broker(up, detail)
        elif detail != known:  # the broker is back, say, but refuses us now
            _LOG.warning("%s", detail)

    async def _watch_for_silence(self) -> Never:
        while True:
            await asyncio.sleep(_LOOK)
            self._inbox.look()
            if self._caught_up.is_set() and (topic := self._echo.overdue(_seconds())):
                detail = f"connected, but {topic} does not come back: may we publish and read it?"
                self._on_broker(True, f"{self._broker}: {detail}")
                _LOG.error("%s: %s", self._broker, detail)

    async def _beat(self) -> Never:
        while True:
            self._outbox.keep(self._settings.status_topic, encode_status(online=True))
            await asyncio.sleep(_HEARTBEAT)


def _seconds() -> float:
    return asyncio.get_running_loop().time()


def _first(errors: BaseExceptionGroup[Exception]) -> Exception:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
