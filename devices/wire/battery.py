"""Battery Level (2A19) of the Battery Service: percent in one byte."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.frame import FrameReader

_FULL = 100


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """Charge in percent, 0 to 100."""

    percent: int

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame if it is empty or above 100 percent (reserved)."""
        percent = FrameReader("2A19", data).take_int(1, "level")
        if percent > _FULL:
            raise MalformedFrame(f"2A19: level {percent}, a level is 0 to {_FULL} percent")
        return cls(percent)

    def __bytes__(self) -> bytes:
        return bytes((self.percent,))
