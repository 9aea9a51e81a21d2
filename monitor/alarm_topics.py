"""Alarms out over MQTT: for lights, nurse-call relays and other systems.

`kat/<site>/<bed>/alarm` holds the standing alarms of a bed (retained, a list of the latest events),
`kat/<site>/<bed>/alarm/event` every event; `kat/<site>/alarm` and `…/alarm/event` the site's own.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from alerts.event import AlarmEvent, Change
from devices.reading import Reading
from monitor.wire import event_json


class Publish(Protocol):
    """As devices.mqtt.MqttDriver.publish."""

    def __call__(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Take a message without waiting."""
        ...


class AlarmTopics:
    """Hears every event after it was decided (a listener of the intake) and publishes it."""

    def __init__(self, site: str, publish: Publish) -> None:
        self._site = site
        self._publish = publish
        self._standing: dict[str | None, dict[str, AlarmEvent]] = {}
        self._held: list[AlarmEvent] | None = None
        self._sent: deque[str] = deque()  # ids of events whose confirmation nobody has asked for

    def begin(self, bed: str | None, standing: Iterable[AlarmEvent]) -> None:
        """Replace what the broker holds from an earlier life of ours; bed None is the site."""
        self._standing[bed] = {event.occurrence: event for event in standing}
        self._publish_standing(bed)

    def hold(self) -> None:
        """Keep events back until those of an earlier run are known."""
        self._held = []

    def release(self, untold: Iterable[AlarmEvent]) -> None:
        """Publish events of an earlier run that nobody heard, then those held back, each once."""
        held, self._held = self._held or [], None
        known = {event.id for event in held}
        for event in untold:
            if event.id not in known:
                self._send(event)
        for event in held:
            self._send(event)

    def confirmed(self, waiting: int) -> str | None:
        """The id of the last event the broker has, if that is news; `waiting` it has not yet."""
        last = None
        while len(self._sent) > waiting:
            last = self._sent.popleft()
        return last

    def end(self, bed: str) -> None:
        """The bed is no more: clear what the broker holds of it."""
        if self._standing.pop(bed, None) is not None:
            self._publish(self._topic(bed), b"", retain=True)

    def offer_reading(self, reading: Reading) -> None:
        """Readings are not published again."""

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        """Alarm events, in order."""
        changed: dict[str | None, None] = {}
        for event in events:
            if event.change is Change.PENDING:
                continue
            self._send(event)
            changed |= self._leave_others(event)
            standing = self._standing.setdefault(event.bed, {})
            if event.change is Change.END:
                standing.pop(event.occurrence, None)
            else:
                standing[event.occurrence] = event
            changed[event.bed] = None
        for bed in changed:
            self._publish_standing(bed)

    def _send(self, event: AlarmEvent) -> None:
        if self._held is not None:
            self._held.append(event)
            return
        self._publish(f"{self._topic(event.bed)}/event", _json(event_json(event)))
        self._sent.append(event.id)

    def _leave_others(self, event: AlarmEvent) -> dict[str | None, None]:
        """A session that moved took its alarms along: they stand at one bed only."""
        left: dict[str | None, None] = {}
        for bed, standing in self._standing.items():
            if bed != event.bed and standing.pop(event.occurrence, None) is not None:
                left[bed] = None
        return left

    def _publish_standing(self, bed: str | None) -> None:
        events = [event_json(event) for event in self._standing[bed].values()]
        self._publish(self._topic(bed), _json(events), retain=True)

    def _topic(self, bed: str | None) -> str:
        return f"kat/{self._site}/alarm" if bed is None else f"kat/{self._site}/{bed}/alarm"


def _json(said: object) -> bytes:
    return msgspec.json.encode(said)
