"""What may pass to the writer: a row is checked when it is put, so that none fails in the database.

SQLite keeps a NaN as NULL, and one NULL too many aborts a whole group of good rows.
"""

import math
from typing import NamedTuple

import msgspec

from alerts.event import AlarmEvent
from devices.reading import Beats, Cuff, Reading, Sample, Validity
from monitor.store.errors import BadRowError
from monitor.store.rows import EventRow, InputRow, Row

_LARGEST = 2**63 - 1
_FURTHEST_S = 1e12  # the year 33658: whatever lies beyond is no time
_READING_KINDS = frozenset({"sample", "cuff", "beats", "report", "link", "malformed"})
_USABLE = frozenset({Validity.VALID, Validity.QUESTIONABLE})
_reading_decoder: msgspec.json.Decoder[Reading] = msgspec.json.Decoder(Reading)


class Entry(NamedTuple):
    """A row that passed, with the reading that it holds if it holds one."""

    row: Row
    reading: Reading | None = None


def enter(row: Row) -> Entry:
    """The row as the writer takes it. Raises BadRowError, telling what would be right."""
    if isinstance(row, InputRow):
        if not (-_FURTHEST_S < row.at < _FURTHEST_S and 0 < row.seq <= _LARGEST):
            raise BadRowError(f"{row}: at must be a finite time in seconds, seq a number from 1")
        return Entry(row, _reading_of(row) if row.kind in _READING_KINDS else None)
    _check_numbers(row)
    if isinstance(row, EventRow):
        _check_numbers(row.event)
    return Entry(row)


def decode_reading(body: bytes) -> Reading:
    """The reading of a stored body."""
    return _reading_decoder.decode(body)


def _reading_of(row: InputRow) -> Reading:
    try:
        reading = decode_reading(row.body)
    except msgspec.MsgspecError as error:
        raise BadRowError(f"input {row.seq} is no {row.kind}: {error}") from error
    if not -_FURTHEST_S < reading.at < _FURTHEST_S or (
        isinstance(reading, Beats) and sum(reading.rr_ms) > _FURTHEST_S
    ):
        raise BadRowError(f"input {row.seq} stands at no possible time: {reading}")
    if _lost_its_number(reading):
        raise BadRowError(
            f"input {row.seq}: a valid {row.kind} of {reading.device} has no number; "
            "a NaN turns to null on the way: mark it unavailable"
        )
    return reading


def _lost_its_number(reading: Reading) -> bool:
    if isinstance(reading, Sample):
        return reading.value is None and reading.validity in _USABLE
    if isinstance(reading, Cuff):
        return reading.systolic is None and reading.validity in _USABLE
    return False


def _check_numbers(row: Row | AlarmEvent) -> None:
    for name in row.__struct_fields__:
        value: object = getattr(row, name)
        if isinstance(value, float) and not math.isfinite(value):
            raise BadRowError(f"{type(row).__name__}.{name} is {value}: it must be a finite number")
        if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
            raise BadRowError(f"{type(row).__name__}.{name} is {value}: it must fit into 64 bits")
        if name == "at" and isinstance(value, float) and abs(value) >= _FURTHEST_S:
            raise BadRowError(f"{type(row).__name__}.at is {value}: it must be a time in seconds")
