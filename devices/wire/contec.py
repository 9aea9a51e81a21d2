"""The data frame of a Contec CMS50D-BT oximeter (characteristic FF02)."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.assembler import NO_FRAME, UNKNOWN, FrameAssembler
from devices.wire.frame import FrameReader

CONTEC_SERVICE = "FF12"
CONTEC_ASKED = "FF01"
CONTEC_NOTIFIES = "FF02"

CONTEC_START = b"\x9b\x01\x1c"
"""Asks it to measure aloud, which it does for less than a minute."""

_LEAD = 0xEB
_HEADER = bytes((_LEAD, 1))
_FINGER = 0x02  # of the status byte: 4 without, 6 with a finger
_ALWAYS = 0x04
_LENGTH = 8
_LENGTHS = {0: 6, 1: _LENGTH, 2: 8, 0x7F: 3}  # of the frames that begin with EB, by their kind
_HIGH = 0x80  # the first byte of a frame has it, no other byte does


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
        if not is_contec_measurement(frame):
            raise MalformedFrame(f"Contec frame: it begins {frame[:2].hex()}, not {_HEADER.hex()}")
        if not _is_sound(frame):
            raise MalformedFrame(f"Contec frame: checksum {frame[-1]:02x}, not {_sum(frame):02x}")
        return cls(pulse=frame[3], spo2=frame[4], finger=bool(frame[2] & _FINGER))

    def __bytes__(self) -> bytes:
        status = _ALWAYS | _FINGER * self.finger
        return contec_frame(_HEADER + bytes((status, self.pulse, self.spo2, 0x7F, 0)))


def contec_frame(content: bytes) -> bytes:
    """The content with its checksum."""
    return content + bytes((sum(content) & 0x7F,))


def is_contec_measurement(frame: bytes) -> bool:
    """Whether it measures; EB 00 is a waveform."""
    return frame.startswith(_HEADER)


def contec_assembler() -> FrameAssembler:
    """For the stream of one connection."""
    return FrameAssembler("Contec", _length_of, longest=_LENGTH, is_sound=_is_sound)


def _length_of(data: bytes) -> int:
    if data[0] != _LEAD:
        return NO_FRAME
    if len(data) == 1:
        return UNKNOWN
    length = _LENGTHS.get(data[1], NO_FRAME)
    return NO_FRAME if any(byte & _HIGH for byte in data[1:length]) else length


def _is_sound(frame: bytes) -> bool:
    return frame[-1] == _sum(frame)


def _sum(frame: bytes) -> int:
    return sum(frame[:-1]) & 0x7F
