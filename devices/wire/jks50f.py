"""The data frame of a JKS50F oximeter (characteristic FFE1), put together from its packets."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.frame import FrameReader

_HEADER = b"\xff\x44\x01"
_LENGTH = 68  # without the checksum, which some stacks cut off
_NO_NUMBER = 0x7F


@dataclass(frozen=True, slots=True)
class Jks50fReading:
    """SpO2 in percent, pulse per minute, None where the device has none."""

    finger: bool
    spo2: int | None
    pulse: int | None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where header, length or checksum are wrong."""
        reader = FrameReader("JKS50F frame", data)
        frame = reader.take(_LENGTH, "frame")
        if not frame.startswith(_HEADER):
            raise MalformedFrame(f"JKS50F frame: it begins {frame[:3].hex()}, not {_HEADER.hex()}")
        if reader.remaining and reader.take_int(1, "checksum") != sum(frame) + 1 & 0xFF:
            raise MalformedFrame("JKS50F frame: its checksum is wrong")
        return cls(finger=frame[3] == 0, spo2=_number(frame[4]), pulse=_number(frame[5]))


def _number(byte: int) -> int | None:
    return None if byte == _NO_NUMBER else byte
