"""The data frame of a JKS50F oximeter (characteristic FFE1), put together from its packets."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.assembler import NO_FRAME, UNKNOWN, FrameAssembler
from devices.wire.frame import FrameReader

JKS50F_SERVICE = "FFE0"
JKS50F_NOTIFIES = "FFE1"

_HEADER = b"\xff\x44\x01"
_LENGTH = 68  # without the checksum, which some stacks cut off
_NO_NUMBER = 0x7F
_NO_PERFUSION = 0x1FFF


@dataclass(frozen=True, slots=True)
class Jks50fReading:
    """SpO2 in percent, pulse per minute, perfusion index in percent, None where it has none.

    Its own mark of no pulse is 127: a pulse of 127 per minute cannot be told from none.
    """

    finger: bool
    spo2: int | None
    pulse: int | None
    perfusion: float | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where header, length or checksum are wrong."""
        reader = FrameReader("JKS50F frame", data)
        frame = reader.take(_LENGTH, "frame")
        if not frame.startswith(_HEADER):
            raise MalformedFrame(f"JKS50F frame: it begins {frame[:3].hex()}, not {_HEADER.hex()}")
        if reader.remaining and reader.take_int(1, "checksum") != _checksum(frame):
            raise MalformedFrame("JKS50F frame: its checksum is wrong")
        return cls(
            finger=frame[3] == 0,
            spo2=_number(frame[4]),
            pulse=_number(frame[5]),
            perfusion=_perfusion(frame[6:8]),
        )

    def __bytes__(self) -> bytes:
        perfusion = _NO_PERFUSION if self.perfusion is None else round(self.perfusion * 100)
        told = (not self.finger, _byte(self.spo2), _byte(self.pulse))
        frame = _HEADER + bytes((*told, perfusion & 0x7F, perfusion >> 7))
        frame = frame.ljust(_LENGTH, b"\x00")  # the waveform
        return frame + bytes((_checksum(frame),))


def jks50f_assembler() -> FrameAssembler:
    """For the stream of one connection.

    A frame is whole once the byte after it has come: its checksum, or the first of the next frame.
    """
    return FrameAssembler("JKS50F", _length_of, longest=_LENGTH + 1, is_sound=_is_sound)


def _length_of(data: bytes) -> int:
    if not _HEADER.startswith(data[: len(_HEADER)]):
        return NO_FRAME
    if len(data) <= _LENGTH:
        return UNKNOWN
    cut = data[_LENGTH] == _HEADER[0] != _checksum(data[:_LENGTH])
    return _LENGTH if cut else _LENGTH + 1


def _is_sound(frame: bytes) -> bool:
    return len(frame) == _LENGTH or frame[_LENGTH] == _checksum(frame[:_LENGTH])


def _checksum(frame: bytes) -> int:
    return sum(frame) + 1 & 0xFF


def _number(byte: int) -> int | None:
    return None if byte == _NO_NUMBER else byte


def _byte(number: int | None) -> int:
    return _NO_NUMBER if number is None else number


def _perfusion(pair: bytes) -> float | None:
    hundredths = pair[0] & 0x7F | (pair[1] & 0x3F) << 7
    return None if hundredths == _NO_PERFUSION else hundredths / 100
