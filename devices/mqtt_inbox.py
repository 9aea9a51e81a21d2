"""From a message of the broker to the intake: who sent it, what it says, whether it is new."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

import msgspec

from devices.complaints import Complaints
from devices.errors import MalformedFrame
from devices.mapping import Mapping, MappingRow
from devices.mqtt_connection import Arrival
from devices.mqtt_duplicates import Known
from devices.mqtt_sender import News, Sender, after
from devices.mqtt_settings import MqttDevice, MqttSettings
from devices.mqtt_strangers import Strangers
from devices.reading import Intake, Link, LinkReason, Malformed, Origin, Reading, Rejected, Stored
from devices.wire.bedside import Decoded, decode, decode_status
from devices.wire.bedside_json import Kind, Topic

_LOG = logging.getLogger(__name__)
_HELD = 10_000  # messages held while rows change, which takes one answer of the broker
_HELD_LIVE = 2.0  # s held; beyond, a message came too late to stream
_NATIVE_SLASHES = 4  # kat/<site>/<bed>/<device>/<kind>
_KEPT_PAYLOAD = 16_384  # bytes of a dead letter; who floods us must not fill the disk
_KEPT_TOPIC = 256  # characters; MQTT allows 65,535 bytes
_KEPT_REASON = 500  # characters
_NAMED = 8  # beds or devices in a reason


class Inbox:
    """All devices we expect. Every call hands its readings to the intake before it returns.

    A message is acknowledged once what it said is stored, and a rejected one once it is kept as a
    dead letter.
    """

    def __init__(
        self,
        settings: MqttSettings,
        devices: Iterable[MqttDevice],
        intake: Intake,
        known: Known,
    ) -> None:
        self._intake = intake
        self._native = f"kat/{settings.site}/"
        self._origin = settings.origin
        self._hears_strangers = settings.one_filter
        self._limits = settings.limits
        self._mapping = Mapping(settings.mapping, settings.origin, settings.limits)
        self._complaints = Complaints(_LOG)
        self._retained: list[Arrival] = []
        self._strangers = Strangers()
        self._held: list[tuple[float, Arrival]] | None = None
        self._fresh: list[Sender] = []
        self._devices = {
            (row.bed, row.device): Sender(row, settings.origin, known) for row in devices
        }

    def hold(self) -> None:
        """Until `settle`, keep messages on topics that no row knows yet."""
        self._held = []

    def change(self, mapping: Sequence[MappingRow], devices: Iterable[MqttDevice]) -> None:
        """Expect these from now on; of a device that stays nothing is forgotten. Tells nobody."""
        self._mapping = Mapping(mapping, self._origin, self._limits)
        before, self._devices = self._devices, {}
        for row in devices:
            name = (row.bed, row.device)
            known = before.get(name)
            if known is None:
                known = Sender(row, self._origin, {})
                self._fresh.append(known)
            elif known.row != row:
                known.change(row)
                self._fresh.append(known)
            self._devices[name] = known

    def settle(self, *, connected: bool) -> None:
        """After `change`: take what was held, and what those who are new said of themselves."""
        held, self._held = self._held or [], None
        fresh, self._fresh = self._fresh, []
        if connected:
            for device in fresh:
                device.presence.broker_came(_seconds())
                online = self._strangers.introduce(device.row.bed, device.row.device)
                if online is not None:
                    self._tell([(device, _said(device, online=online))])
        for since, arrival in held:
            self._take(arrival._replace(late=_seconds() - since > _HELD_LIVE))

    def take(self, arrival: Arrival) -> None:
        """A message arrived.

        What is retained is the newest of its topic but may come before what the broker had queued:
        it waits for the end of that, so that a copy is known for one and the last status counts.
        """
        if arrival.retain and arrival.backlog:
            arrival.acknowledge()  # it stays retained; unconfirmed, it could hold up the queue
            self._retained.append(arrival._replace(acknowledge=_nothing))
        else:
            self._take(arrival)

    def broker_came(self) -> None:
        """Connected, and everything old is through."""
        for device in self._devices.values():
            device.presence.broker_came(_seconds())
        retained, self._retained = self._retained, []
        for arrival in retained:
            self._take(arrival)

    def broker_went(self) -> None:
        """No connection: no device can reach us."""
        self._retained.clear()  # they come again
        self._tell((device, device.presence.broker_went()) for device in self._devices.values())

    def look(self) -> None:
        """Time has passed: who has been silent too long?"""
        at = _seconds()
        self._tell((device, device.presence.look(at)) for device in self._devices.values())

    def _take(self, arrival: Arrival) -> None:
        try:
            if self._hears_strangers and self._is_strange(arrival.topic):
                arrival.acknowledge()
            elif arrival.topic.startswith(self._native):
                self._take_native(arrival)
            else:
                self._take_foreign(arrival)
        except MalformedFrame as error:  # of the topic: nobody we know sent it
            self._reject(arrival, str(error), arrival.acknowledge)

    def _is_strange(self, topic: str) -> bool:
        """Whether it came only because one filter must hold all that we want to hear."""
        if topic.startswith(self._native):
            return topic.count("/") != _NATIVE_SLASHES
        return not self._mapping.find(topic)

    def _take_native(self, arrival: Arrival) -> None:
        topic = Topic.parse(arrival.topic)
        if topic.kind is Kind.STATUS and (topic.bed, topic.device) not in self._devices:
            self._strangers.note(topic.bed, topic.device, arrival.payload)
        device = self._known(topic.bed, topic.device)
        if topic.kind is Kind.STATUS:
            self._take_status(device, arrival)
        else:
            try:
                said = decode(topic, arrival.payload)
            except MalformedFrame as error:
                self._malformed(device, arrival, str(error), arrival.acknowledge)
            else:
                self._take_readings(device, arrival, (said,), arrival.acknowledge)

    def _take_foreign(self, arrival: Arrival) -> None:
        found = self._mapping.find(arrival.topic)
        if self._held is not None and not found and len(self._held) < _HELD:
            self._held.append((_seconds(), arrival))
            return
        if not found:
            raise MalformedFrame(self._mapping.miss(arrival.topic))
        for mapped in found:
            self._known(mapped.bed, mapped.device)
        outcomes = self._mapping.decode(found, arrival.payload)
        acknowledge = after(len(outcomes), arrival.acknowledge)
        for mapped, said in outcomes:
            device = self._known(mapped.bed, mapped.device)
            if isinstance(said, MalformedFrame):
                self._malformed(device, arrival, str(said), acknowledge)
            else:
                self._take_readings(device, arrival, said, acknowledge)

    def _known(self, bed: str, name: str) -> Sender:
        device = self._devices.get((bed, name))
        if device is not None:
            return device
        there = sorted(known for at, known in self._devices if at == bed)
        if not there:
            beds = _some(sorted({known for known, _ in self._devices}))
            raise MalformedFrame(
                f"no bed {bed!r} with MQTT devices is configured; there are {beds}"
            )
        raise MalformedFrame(f"no device {name!r} at bed {bed!r}; it has {_some(there)}")

    def _take_status(self, device: Sender, arrival: Arrival) -> None:
        try:
            online = decode_status(arrival.payload)
        except MalformedFrame as error:
            self._malformed(device, arrival, str(error), arrival.acknowledge)
            return
        reason = _said(device, online=online)
        if reason is None:
            arrival.acknowledge()
        else:
            self._intake.receive((self._link(device, reason),), arrival.acknowledge)

    def _take_readings(
        self,
        device: Sender,
        arrival: Arrival,
        said: Sequence[Decoded],
        acknowledge: Callable[[], None],
    ) -> None:
        """Take in what a message says of a device: one measurement or, oldest first, several."""
        for news in device.news(arrival, said, self._intake.now(), acknowledge):
            self._receive(device, arrival, news)

    def _receive(self, device: Sender, arrival: Arrival, news: News) -> None:
        readings = self._marked(news.readings)
        device.origin = readings[0].origin if readings else device.origin
        live = any(not reading.history for reading in readings)
        if live and (reason := device.presence.sent_live(_seconds())):
            readings = (self._link(device, reason), *readings)
        if news.said.impossible:  # first the letter: once the readings are durable, both are
            reason = f"out of the possible: {news.said.impossible}"
            self._reject(arrival, reason, None, device.row)
        self._intake.receive(readings, news.receipt.stored, news.receipt.mark)

    def _marked(self, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
        """Where the site as a whole is a test, so is all that it hears; else the device knows."""
        if self._origin is Origin.REAL:
            return readings
        return tuple(msgspec.structs.replace(reading, origin=self._origin) for reading in readings)

    def _malformed(
        self, device: Sender, arrival: Arrival, reason: str, acknowledge: Callable[[], None]
    ) -> None:
        frame = Malformed(
            at=self._intake.now(),
            bed=device.row.bed,
            device=device.row.device,
            origin=device.origin,
            history=arrival.backlog or arrival.retain or arrival.dup,
            where=arrival.topic[:_KEPT_TOPIC],
            detail=reason,
        )
        self._intake.receive((frame,))
        self._reject(arrival, reason, acknowledge, device.row)

    def _reject(
        self,
        arrival: Arrival,
        reason: str,
        stored: Stored,
        row: MqttDevice | None = None,
    ) -> None:
        at = self._intake.now()
        where, reason = arrival.topic[:_KEPT_TOPIC], reason[:_KEPT_REASON]
        self._complaints.complain(where, at, reason)
        letter = Rejected(
            at=at,
            where=where,
            reason=reason,
            payload=arrival.payload[:_KEPT_PAYLOAD],
            bed=row.bed if row else None,
            device=row.device if row else None,
        )
        self._intake.reject(letter, stored)

    def _tell(self, news: Iterable[tuple[Sender, LinkReason | None]]) -> None:
        links: Sequence[Reading] = [
            self._link(device, reason) for device, reason in news if reason is not None
        ]
        if links:
            self._intake.receive(tuple(links))

    def _link(self, device: Sender, reason: LinkReason) -> Link:
        return Link(
            at=self._intake.now(),
            bed=device.row.bed,
            device=device.row.device,
            origin=device.origin,
            up=reason is LinkReason.CONNECTED,
            reason=reason,
        )


def _said(device: Sender, *, online: bool) -> LinkReason | None:
    presence = device.presence
    return presence.said_online(_seconds()) if online else presence.said_offline()


def _seconds() -> float:
    """Silence is a matter of transport: real seconds, whatever the speed of the service's time."""
    return asyncio.get_running_loop().time()


def _nothing() -> None:
    """It is acknowledged already."""


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
