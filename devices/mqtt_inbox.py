"""From a message of the broker to the intake: who sent it, what it says, whether it is new."""

import asyncio
import functools
import logging
from collections.abc import Callable, Iterable, Sequence

import msgspec

from devices.complaints import Complaints
from devices.errors import MalformedFrame
from devices.mapping import Mapping
from devices.mqtt_connection import Arrival
from devices.mqtt_dating import Dating
from devices.mqtt_duplicates import Duplicates, Known
from devices.mqtt_presence import Presence
from devices.mqtt_settings import MqttDevice, MqttSettings
from devices.reading import Intake, Link, LinkReason, Malformed, Origin, Reading, Rejected, Stored
from devices.wire.bedside import Decoded, decode, decode_status
from devices.wire.bedside_json import Kind, Topic

_LOG = logging.getLogger(__name__)
_NATIVE_SLASHES = 4  # kat/<site>/<bed>/<device>/<kind>


class _Device:
    """What is remembered of one device."""

    __slots__ = ("dating", "duplicates", "origin", "presence", "row")

    def __init__(self, row: MqttDevice, origin: Origin, known: Known) -> None:
        self.row = row
        self.origin = origin  # of its last reading: a link has none of its own
        self.presence = Presence(row)
        self.duplicates = Duplicates(f"{row.bed}/{row.device}", known)
        self.dating = Dating()


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
        self._mapping = Mapping(settings.mapping, settings.origin)
        self._complaints = Complaints(_LOG)
        self._retained: list[Arrival] = []
        self._devices = {
            (row.bed, row.device): _Device(row, settings.origin, known) for row in devices
        }

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
        device = self._known(topic.bed, topic.device)
        if topic.kind is Kind.STATUS:
            self._take_status(device, arrival)
        else:
            say = functools.partial(decode, topic, arrival.payload)
            self._take_readings(device, arrival, say, arrival.acknowledge)

    def _take_foreign(self, arrival: Arrival) -> None:
        found = self._mapping.find(arrival.topic)
        if not found:
            raise MalformedFrame(f"no mapping row is for topic {arrival.topic[:120]!r}")
        devices = [self._known(mapped.bed, mapped.device) for mapped in found]
        acknowledge = _after(len(found), arrival.acknowledge)
        for mapped, device in zip(found, devices, strict=True):
            say = functools.partial(self._mapping.decode, mapped, arrival.payload)
            self._take_readings(device, arrival, say, acknowledge)

    def _known(self, bed: str, name: str) -> _Device:
        device = self._devices.get((bed, name))
        if device is not None:
            return device
        there = sorted(known for at, known in self._devices if at == bed)
        if not there:
            raise MalformedFrame(f"no bed {bed!r} with MQTT devices is configured")
        raise MalformedFrame(f"no device {name!r} at bed {bed!r}; it has {', '.join(there)}")

    def _take_status(self, device: _Device, arrival: Arrival) -> None:
        try:
            online = decode_status(arrival.payload)
        except MalformedFrame as error:
            self._malformed(device, arrival, str(error), arrival.acknowledge)
            return
        presence = device.presence
        reason = presence.said_online(_seconds()) if online else presence.said_offline()
        if reason is None:
            arrival.acknowledge()
        else:
            self._intake.receive((self._link(device, reason),), arrival.acknowledge)

    def _take_readings(
        self,
        device: _Device,
        arrival: Arrival,
        say: Callable[[], Decoded],
        acknowledge: Callable[[], None],
    ) -> None:
        at = self._intake.now()
        try:
            said = say()
        except MalformedFrame as error:
            self._malformed(device, arrival, str(error), acknowledge)
            return
        receipt, first = device.duplicates.admit(
            arrival.payload, at, stamped=said.stamped, dup=arrival.dup or arrival.retain
        )
        receipt.when_stored(acknowledge)
        if not first:
            return
        stored = arrival.backlog or arrival.retain or arrival.dup
        readings = self._marked(device.dating.date(said, at, stored=stored))
        device.origin = readings[0].origin if readings else device.origin
        live = any(not reading.history for reading in readings)
        if live and (reason := device.presence.sent_live(_seconds())):
            readings = (self._link(device, reason), *readings)
        if said.impossible:  # first the letter: once the readings are durable, both are
            reason = f"out of the possible: {said.impossible}"
            self._reject(arrival, reason, None, device.row)
        self._intake.receive(readings, receipt.stored, receipt.mark)

    def _marked(self, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
        """Where the site as a whole is a test, so is all that it hears; else the device knows."""
        if self._origin is Origin.REAL:
            return readings
        return tuple(msgspec.structs.replace(reading, origin=self._origin) for reading in readings)

    def _malformed(
        self, device: _Device, arrival: Arrival, reason: str, acknowledge: Callable[[], None]
    ) -> None:
        frame = Malformed(
            at=self._intake.now(),
            bed=device.row.bed,
            device=device.row.device,
            origin=device.origin,
            history=arrival.backlog or arrival.retain or arrival.dup,
            where=arrival.topic,
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
        self._complaints.complain(arrival.topic, at, reason)
        letter = Rejected(
            at=at,
            where=arrival.topic,
            reason=reason,
            payload=arrival.payload,
            bed=row.bed if row else None,
            device=row.device if row else None,
        )
        self._intake.reject(letter, stored)

    def _tell(self, news: Iterable[tuple[_Device, LinkReason | None]]) -> None:
        links: Sequence[Reading] = [
            self._link(device, reason) for device, reason in news if reason is not None
        ]
        if links:
            self._intake.receive(tuple(links))

    def _link(self, device: _Device, reason: LinkReason) -> Link:
        return Link(
            at=self._intake.now(),
            bed=device.row.bed,
            device=device.row.device,
            origin=device.origin,
            up=reason is LinkReason.CONNECTED,
            reason=reason,
        )


def _seconds() -> float:
    """Silence is a matter of transport: real seconds, whatever the speed of the service's time."""
    return asyncio.get_running_loop().time()


def _nothing() -> None:
    """It is acknowledged already."""


def _after(times: int, call: Callable[[], None]) -> Callable[[], None]:
    """What calls `call` when it has itself been called `times` times."""
    left = times

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            call()

    return count
