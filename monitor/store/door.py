"""What may pass to the writer: a row is checked when it is put, so that none fails in the database.

SQLite keeps a NaN as NULL, and one NULL too many aborts a whole group of good rows.
"""

import math
from typing import NamedTuple

import msgspec

from alerts.event import AlarmEvent
from devices.reading import Cuff, Reading, Sample, Validity
from monitor.store.errors import BadRowError
from monitor.store.points import Place, place_of_event, place_of_reading
from monitor.store.rows import EventRow, InputRow, Row

_LARGEST = 2**63 - 1
_FURTHEST_MS = 10**15  # the year 33658
_READING_KINDS = frozenset({"sample", "cuff", "beats", "report", "link", "malformed"})
_reading_decoder: msgspec.json.Decoder[Reading] = msgspec.json.Decoder(Reading)


class Entry(NamedTuple):
    """A row that passed, with what the tables need to know besides; `reading` only of its kinds."""

    row: Row
    place: Place | None = None
    reading: Reading | None = None


def enter(row: Row) -> Entry:
    """The row as the writer takes it. Raises BadRowError, telling what would be right."""
    _check_numbers(row)
    if isinstance(row, EventRow):
        _check_numbers(row.event)
        return Entry(row, _possible(row, place_of_event(row.event)))
    if isinstance(row, InputRow) and row.kind in _READING_KINDS:
        reading = _reading_of(row)
        place = place_of_reading(reading, row.session)
        return Entry(row, place and _possible(row, place), reading)
    return Entry(row)


def decode_reading(body: bytes) -> Reading:
    """The reading of a stored body."""
    return _reading_decoder.decode(body)


def _reading_of(row: InputRow) -> Reading:
    try:
        reading = decode_reading(row.body)
    except msgspec.MsgspecError as error:
        raise BadRowError(f"input {row.seq} is no {row.kind}: {error}") from error
    if _lost_its_number(reading):
        raise BadRowError(
            f"input {row.seq}: a valid {row.kind} of {reading.device} has no number; "
            "a NaN turns to null on the way: mark it unavailable"
        )
    return reading


def _possible(row: Row, place: Place) -> Place:
    if abs(place.wanted_ms) + place.span_ms > _FURTHEST_MS:
        raise BadRowError(f"{row} stands at no possible time: at is in epoch seconds")
    return place


def _lost_its_number(reading: Reading) -> bool:
    match reading:
        case Sample(value=None, validity=validity) | Cuff(systolic=None, validity=validity):
            return validity in {Validity.VALID, Validity.QUESTIONABLE}
        case _:
            return False


def _check_numbers(row: Row | AlarmEvent) -> None:
    for name in row.__struct_fields__:
        value: object = getattr(row, name)
        if isinstance(value, float) and not math.isfinite(value):
            raise BadRowError(f"{type(row).__name__}.{name} is {value}: it must be a finite number")
        if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
            raise BadRowError(f"{type(row).__name__}.{name} is {value}: it must fit into 64 bits")
