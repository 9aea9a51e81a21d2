"""Frames of a Viatom PC-60FW oximeter (Nordic UART): AA 55, token, length, body, CRC-8."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.assembler import NO_FRAME, UNKNOWN, FrameAssembler
from devices.wire.crc8 import crc8_maxim
from devices.wire.frame import FrameReader

PC60FW_SERVICE = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
PC60FW_NOTIFIES = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"

_LEAD = b"\xaa\x55"
_OXIMETER = 0x0F  # the token of what it measures; F0 is the token of what it is
_TOKENS = (_OXIMETER, 0xF0)
_MEASUREMENT = 0x01
_SHORTEST_BODY = 7  # kind, SpO2, pulse (2), perfusion, status, checksum
_LONGEST_FRAME = 64
_PROBE_OFF, _SEARCHING = 0x02, 0x04  # of the status byte


@dataclass(frozen=True, slots=True)
class Pc60fwReading:
    """SpO2 in percent, pulse per minute, perfusion index in percent; 0 means none.

    `battery` is a level of 0 (up to a quarter) to 3, None where it does not tell.
    """

    spo2: int
    pulse: int
    perfusion: float
    probe_off: bool = False
    searching: bool = False
    battery: int | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is another kind or its checksum is wrong."""
        frame = FrameReader("PC-60FW frame", data)
        lead, token = frame.take(2, "lead"), frame.take_int(1, "token")
        if lead != _LEAD or token != _OXIMETER:
            raise MalformedFrame(f"PC-60FW frame: it begins {lead.hex()}{token:02x}, not aa550f")
        body = frame.take(frame.take_int(1, "length"), "body")
        if not body or crc8_maxim(data[: 3 + len(body)]) != body[-1]:
            raise MalformedFrame("PC-60FW frame: its checksum is wrong")
        if body[0] != _MEASUREMENT or len(body) < _SHORTEST_BODY:
            raise MalformedFrame(f"PC-60FW frame: kind {body[0]} is no measurement (1)")
        return cls(
            spo2=body[1],
            pulse=int.from_bytes(body[2:4], "little"),
            perfusion=body[4] / 10,
            probe_off=bool(body[5] & _PROBE_OFF),
            searching=bool(body[5] & _SEARCHING),
            battery=body[6] >> 6 if len(body) > _SHORTEST_BODY else None,
        )

    def __bytes__(self) -> bytes:
        status = _PROBE_OFF * self.probe_off | _SEARCHING * self.searching
        measured = bytes((self.spo2,)) + self.pulse.to_bytes(2, "little")
        told = bytes((round(self.perfusion * 10), status))
        battery = b"" if self.battery is None else bytes((self.battery << 6,))
        return pc60fw_frame(_OXIMETER, bytes((_MEASUREMENT,)) + measured + told + battery)


def pc60fw_frame(token: int, content: bytes) -> bytes:
    """A frame of any kind: `content` begins with the kind."""
    head = _LEAD + bytes((token, len(content) + 1)) + content
    return head + bytes((crc8_maxim(head),))


def is_pc60fw_measurement(frame: bytes) -> bool:
    """Whether a whole frame measures; others tell waveform, battery, version, working mode."""
    return frame[2] == _OXIMETER and frame[4] == _MEASUREMENT


def pc60fw_assembler() -> FrameAssembler:
    """For the stream of one connection."""
    return FrameAssembler("PC-60FW", _length_of, longest=_LONGEST_FRAME, is_sound=_is_sound)


def _length_of(data: bytes) -> int:
    if not _LEAD.startswith(data[:2]) or (len(data) > 2 and data[2] not in _TOKENS):
        return NO_FRAME
    if len(data) < len(_LEAD) + 2:
        return UNKNOWN
    body = data[3]
    return len(_LEAD) + 2 + body if body > 1 else NO_FRAME


def _is_sound(frame: bytes) -> bool:
    return crc8_maxim(frame[:-1]) == frame[-1]
