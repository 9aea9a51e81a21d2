"""A reading in the memory of an Omron cuff: 14 bytes in one of two layouts. We only read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from devices.wire.frame import FrameReader

RECORD_LENGTH = 14

_SYSTOLIC_OFFSET = 25
_FIRST_YEAR = 2000
_HIGHEST_SYSTOLIC = 0xE1
_EMPTY = frozenset({bytes(RECORD_LENGTH), b"\xff" * RECORD_LENGTH})


@dataclass(frozen=True, slots=True)
class OmronRecord:
    """Pressures in mmHg, pulse per minute, the cuff's own clock (None: impossible date)."""

    systolic: int
    diastolic: int
    pulse: int
    timestamp: datetime | None

    @classmethod
    def from_little_endian(cls, data: bytes) -> Self | None:
        """Decode a HEM-7142T2's record; None for an empty slot."""
        frame = FrameReader("Omron record", data)
        record = frame.take(RECORD_LENGTH, "record")
        if record in _EMPTY or record[0] > _HIGHEST_SYSTOLIC:
            return None
        date, time = (int.from_bytes(record[at : at + 2], "little") for at in (4, 6))
        return cls(
            systolic=record[0] + _SYSTOLIC_OFFSET,
            diastolic=record[1],
            pulse=record[2],
            timestamp=_moment(record[3] & 0x3F, date, time),
        )

    @classmethod
    def from_big_endian(cls, data: bytes) -> Self | None:
        """Decode a HEM-7600T's record; None for an empty slot."""
        frame = FrameReader("Omron record", data)
        record = frame.take(RECORD_LENGTH, "record")
        if record in _EMPTY or record[1] > _HIGHEST_SYSTOLIC:
            return None
        date, time = (int.from_bytes(record[at : at + 2], "big") for at in (4, 6))
        return cls(
            systolic=record[1] + _SYSTOLIC_OFFSET,
            diastolic=record[0],
            pulse=record[3],
            timestamp=_moment(record[2], date, time),
        )


def _moment(year: int, date: int, time: int) -> datetime | None:
    """Both layouts pack month, day, hour and minute, second into two words alike."""
    month, day, hour = date >> 10 & 0xF, date >> 5 & 0x1F, date & 0x1F
    minute, second = time >> 6 & 0x3F, min(time & 0x3F, 59)
    try:
        return datetime(_FIRST_YEAR + year, month, day, hour, minute, second)  # noqa: DTZ001  # it tells no zone
    except ValueError:
        return None
