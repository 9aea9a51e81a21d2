"""The measurement of a Yonker YK-IBPA1 cuff (characteristic CDEACD81-…)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.frame import FrameReader

YONKER_SERVICE = "cdeacd80-5235-4c07-8846-93a37ee6b86d"
YONKER_NOTIFIES = "cdeacd81-5235-4c07-8846-93a37ee6b86d"

_MEASUREMENT = 0x81
_LENGTH = 15
_FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class YonkerReading:
    """Pressures in mmHg, pulse per minute; its clock tells minutes and is often wrong."""

    systolic: int
    diastolic: int
    pulse: int
    timestamp: datetime | None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short or another kind."""
        frame = FrameReader("Yonker frame", data).take(_LENGTH, "frame")
        kind, systolic, diastolic, pulse = frame[:4]
        if kind != _MEASUREMENT:
            raise MalformedFrame(f"Yonker frame: kind {kind:02x} is no measurement (81)")
        day, month, year, hour, minute = frame[6:11]
        return cls(systolic, diastolic, pulse, _moment(year, month, day, hour, minute))


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(_FIRST_YEAR + year, month, day, hour, minute)  # noqa: DTZ001  # it tells no zone
    except ValueError:
        return None
