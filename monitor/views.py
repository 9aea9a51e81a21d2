"""What a screen receives: the shapes of /ws and of GET /api/beds, as they go over the wire.

Instants are ISO 8601 UTC with ms (str); the page measures ages against the frame's own `at`, never
against the browser's clock.
"""

from typing import Any

import msgspec

from devices.reading import Origin, Reason, Validity

Json = dict[str, Any]


class ReadingView(msgspec.Struct, frozen=True, kw_only=True):
    """The newest reading of one metric at one bed; `value` None shows as dashes."""

    value: float | None
    at: str
    age: float
    validity: Validity
    origin: Origin
    device: str
    reason: Reason | None = None
    history: bool = False
    unit: str = ""
    # what the last number was, kept for "SpO2 82, then lost"
    last_value: float | None = None
    last_value_at: str | None = None


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """One device of a bed: is it there?"""

    device: str
    kind: str
    up: bool | None  # None: never seen since start
    since: str | None
    reason: str | None
    battery: float | None = None


class BedView(msgspec.Struct, frozen=True, kw_only=True):
    """One bed, whole. In frames a bed may carry a part of these keys: see Frame."""

    bed: str
    label: str
    state: str  # "ok", or "unknown" when the bed's engine failed: ALARM STATE UNKNOWN
    phase: str
    session: Json | None
    readings: dict[str, ReadingView]
    alarms: list[Json]  # StandingAlarm, times in ISO
    pending: list[Json]  # PendingMark
    holds: list[Json]  # Hold
    tasks: list[Json]  # Task
    nausea_index: Json | None  # NauseaIndex; None: switched off, or no session
    devices: list[DeviceView]
    standby: Json | None  # StandbyStatus
    not_ready: list[str]
    note: str
    pause_until: str | None
    trend: dict[str, list[tuple[float, float]]]  # snapshot only: last 30 min, [epoch s, value]
    ward: str = ""  # as configured, never in a frame; "": the site has no wards


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, tag="snapshot", tag_field="kind"):
    """Everything a screen shows, sent first and whenever it fell too far behind."""

    epoch: str
    seq: int
    at: str
    site: str
    origin: Origin
    speed: float
    version: str
    station: str
    beds: list[BedView]
    site_alarms: list[Json]  # StandingAlarm of the site
    log: list[Json]  # the last 100 alarm events, oldest first
    limits: dict[str, Json]  # what the page prints beside a value: low, high per metric
    stale_after_s: dict[str, float]
    red_flags: list[str]  # the symptoms that alarm, as the clinic names them


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag="frame", tag_field="kind"):
    """What changed since the frame before: 5 a second, one more at once for an alarm event.

    An empty one is a heartbeat. `beds` maps bed to the changed keys of its BedView: `readings` is
    merged by metric, every other key replaces the old one. `events` are alarm events in order, none
    ever dropped. `since` is the `seq` of the message this one builds on: another number there means
    to connect anew.
    """

    seq: int
    at: str
    beds: dict[str, Json]
    events: list[Json]
    site_alarms: list[Json] | None = None
    since: int = 0
