"""The rows that the store keeps: plain frozen data, one Struct a table."""

from typing import NamedTuple

import msgspec

from alerts.event import AlarmEvent
from devices.reading import Origin, Reading


class InputRow(msgspec.Struct, frozen=True, gc=False):
    """One input of the engines, in the one global order given by `seq` (ascending, from 1).

    `kind` is the tag of what `body` holds (sample, cuff, ..., begin, ..., gap, tick, or profile);
    `body` is its JSON and comes back byte for byte. `bed` is None for the site; `session` is the
    one that owned the device when it measured. `message` is the mark of the message that it came
    in, where its driver gave one: of several inputs of a message the first has it.
    """

    seq: int
    at: float
    bed: str | None
    session: str | None
    kind: str
    body: bytes
    message: bytes | None = None


class EventRow(msgspec.Struct, frozen=True):
    """An alarm event. Its id is unique: a second put of the same id changes nothing."""

    event: AlarmEvent


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it stands; a later row of the same id replaces it."""

    id: str
    bed: str
    protocol: str
    visit: str
    began_at: float
    initials: str = ""
    origin: Origin = Origin.REAL
    closed_at: float | None = None
    outcome: str | None = None
    profile: str | None = None


class SnapshotRow(msgspec.Struct, frozen=True):
    """A bed's engine after input `seq`; bed "" is the site. The last two of a bed are kept."""

    bed: str
    at: float
    seq: int
    schema: int
    body: bytes


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """Wall and service time at one moment: `at` = `boottime` + `offset` then."""

    boot_id: str
    boottime: float
    wall: float
    offset: float
    at: float


class PageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the pager's log: an intent or an outcome of the page `key`."""

    key: str
    at: float
    state: str
    body: bytes = b""


class DeadLetterRow(msgspec.Struct, frozen=True, kw_only=True):
    """A message that became nothing else, kept with its reason."""

    at: float
    where: str
    reason: str
    payload: bytes
    bed: str | None = None
    device: str | None = None


class PoisonRow(msgspec.Struct, frozen=True):
    """An input that broke its bed's engine: kept in the log, skipped at restore."""

    seq: int
    error: str


Row = (
    InputRow | EventRow | SessionRow | SnapshotRow | ClockRow | PageRow | DeadLetterRow | PoisonRow
)


class StoredReading(msgspec.Struct, frozen=True):
    """A reading as the store gives it to a sink.

    `point_ms` is the time of its point in a time-series database (of Beats: of the last beat), in
    ms: no two points of a series (measurement, bed, device, origin) share one, and it never
    changes, so that writing it twice writes one point. `cursor` is where to go on from.
    """

    cursor: int
    point_ms: int
    session: str | None
    reading: Reading


class StoredEvent(msgspec.Struct, frozen=True):
    """An alarm event as the store gives it to a sink; fields as in StoredReading."""

    cursor: int
    point_ms: int
    event: AlarmEvent


class TrendPoint(NamedTuple):
    """A span of a chart: `at` is the mean time of the values in it; a lone value is all three."""

    at: float
    low: float
    mean: float
    high: float
