"""The data frame of a Contec CMS50D-BT oximeter (characteristic FF02)."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.frame import FrameReader

_HEADER = b"\xeb\x01"
_FINGER = 0x02  # of the status byte: 4 without, 6 with a finger
_LENGTH = 8


@dataclass(frozen=True, slots=True)
class ContecReading:
    """SpO2 in percent, pulse per minute. Without a finger the numbers are the last ones: stale."""

    pulse: int
    spo2: int
    finger: bool

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where header, length or checksum are wrong."""
        frame = FrameReader("Contec frame", data).take(_LENGTH, "frame")
        if not frame.startswith(_HEADER):
            raise MalformedFrame(f"Contec frame: it begins {frame[:2].hex()}, not {_HEADER.hex()}")
        checksum = sum(frame[:-1]) & 0xFF
        if frame[-1] != checksum:
            raise MalformedFrame(f"Contec frame: checksum {frame[-1]:02x}, not {checksum:02x}")
        return cls(pulse=frame[3], spo2=frame[4], finger=bool(frame[2] & _FINGER))
