"""Whether one MQTT device is there: from what it sends, what it says of itself, and silence. Pure.

Instants are seconds of any clock that only moves forward. Each method answers the reason of the
device's link where that has changed, else None.
"""

from devices.mqtt_settings import MqttDevice
from devices.reading import LinkReason


class Presence:
    """The link of one device. Before the first news it is unknown: neither up nor down."""

    def __init__(self, row: MqttDevice) -> None:
        self.row = row
        self._reason: LinkReason | None = None
        self._was_up = False
        self._silent_at: float | None = None

    @property
    def up(self) -> bool:
        """Whether the link is up."""
        return self._reason is LinkReason.CONNECTED

    def sent_live(self, at: float) -> LinkReason | None:
        """A live reading arrived: nothing proves a link better."""
        self._expect(at)
        return self._turn(LinkReason.CONNECTED)

    def said_online(self, at: float) -> LinkReason | None:
        """It says it is online. One that streams must prove it by a reading."""
        if self.row.streams:
            if self._silent_at is None:
                self._expect(at)
            return None
        return self.sent_live(at)

    def said_offline(self) -> LinkReason | None:
        """It, or its last will, says it is offline."""
        self._silent_at = None
        return self._turn(LinkReason.DEVICE_OFFLINE)

    def broker_came(self, at: float) -> None:
        """We are connected: from now on its silence counts."""
        self._expect(at)

    def broker_went(self) -> LinkReason | None:
        """Nothing can reach us."""
        self._silent_at = None
        return self._turn(LinkReason.BROKER_LOST)

    def look(self, at: float) -> LinkReason | None:
        """Time has passed: has it been silent too long?"""
        if self._silent_at is None or at < self._silent_at:
            return None
        self._silent_at = None
        return self._turn(LinkReason.SILENT if self._was_up else LinkReason.NOT_SEEN)

    def _expect(self, at: float) -> None:
        after = self.row.silent_after
        self._silent_at = None if after is None else at + after

    def _turn(self, reason: LinkReason) -> LinkReason | None:
        if reason is self._reason:
            return None
        self._reason = reason
        self._was_up = self._was_up or self.up
        return reason
