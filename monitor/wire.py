"""The house's plain data as outward JSON: the same keys, instants as ISO 8601 text.

Replay lines, HTTP, /ws and MQTT all speak the shapes made here (docs/schemas).
"""

from typing import Any, cast

import msgspec

from alerts.event import AlarmEvent
from alerts.status import BedStatus, PendingMark, SessionStatus, StandingAlarm
from monitor.times import iso

Json = dict[str, Any]

# Fields that hold an instant of the service's timeline, in every type that leaves the house.
INSTANTS = frozenset(
    {
        "again_at",
        "announced_at",
        "at",
        "began_at",
        "closed_at",
        "device_time",
        "dose_at",
        "due_at",
        "due_from",
        "due_until",
        "ended_at",
        "entry_at",
        "first_dose_at",
        "given_at",
        "happened_at",
        "here_since",
        "infusion_end_at",
        "lapses_at",
        "last_dose_at",
        "last_value_at",
        "next_cuff_at",
        "onset_at",
        "opened_at",
        "pause_until",
        "paused_since",
        "paused_until",
        "phase_since",
        "phase_until",
        "sensors_off_until",
        "signed_at",
        "since",
        "voided",
        "until",
    }
)


def event_json(event: AlarmEvent) -> Json:
    """An alarm event as contract and docs/schemas/alarm_event.json have it."""
    return outward(event)


def standing_json(alarm: StandingAlarm) -> Json:
    """A standing alarm: its latest event under "event", and what its signal is doing."""
    return outward(alarm)


def pending_json(mark: PendingMark) -> Json:
    """A condition whose delay is running."""
    return outward(mark)


def session_json(session: SessionStatus) -> Json:
    """The session of a bed."""
    return outward(session)


def status_json(status: BedStatus) -> Json:
    """A bed as its engine sees it."""
    return outward(status)


def outward(struct: msgspec.Struct) -> Json:
    """Any of our structs as JSON-ready builtins; free-form dicts inside are left as they are."""
    out: Json = {}
    tag_field = struct.__struct_config__.tag_field
    if tag_field is not None:
        out[tag_field] = struct.__struct_config__.tag
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        out[name] = _instants(value) if name in INSTANTS else _plain(value)
    return out


def _instants(value: Any) -> Any:
    """An instant, or several of them, as text; what is none yet stays as it is."""
    if isinstance(value, tuple):
        return [_instants(one) for one in cast("tuple[Any, ...]", value)]
    return iso(value) if isinstance(value, int | float) else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return outward(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType] - any
    return value
