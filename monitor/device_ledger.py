"""What each device last told of itself, wherever it is: its link, its battery, its last reading."""

import msgspec

from devices.reading import Link, LinkReason, Metric, Reading, Sample


class DeviceNotes(msgspec.Struct):
    """What is known of one device since the start; instants are timeline seconds.

    up None: neither a link nor a reading was ever told. since: of the last change of `up`.
    """

    up: bool | None = None
    reason: LinkReason | None = None
    since: float | None = None
    battery: float | None = None
    battery_at: float | None = None
    heard_at: float | None = None


class DeviceLedger:
    """The notes of all devices, by the home and name under which drivers tell of them."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], DeviceNotes] = {}

    def of(self, home: str, device: str) -> DeviceNotes:
        """What is known of a device."""
        return self._notes.get((home, device)) or DeviceNotes()

    def forget(self, home: str, device: str) -> None:
        """Another device has this name now."""
        self._notes.pop((home, device), None)

    def take(self, told: Reading) -> None:
        """A driver told this."""
        key = told.bed, told.device
        notes = self._notes.get(key)
        if notes is None:
            notes = self._notes[key] = DeviceNotes()
        if isinstance(told, Link):
            if notes.up is not told.up:
                notes.since = told.at
            notes.up, notes.reason = told.up, told.reason
            return
        notes.heard_at = told.at
        if notes.up is None and not told.history:
            notes.up, notes.since = True, told.at
        if isinstance(told, Sample) and told.metric is Metric.BATTERY and told.value is not None:
            notes.battery, notes.battery_at = told.value, told.at
