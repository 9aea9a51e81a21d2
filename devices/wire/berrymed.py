"""Packets of a BerryMed oximeter (BCI protocol 1.2): five bytes, the first with its high bit."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.assembler import NO_FRAME, UNKNOWN, FrameAssembler
from devices.wire.frame import FrameReader

BERRYMED_SERVICE = "49535343-fe7d-4ae5-8fa9-9fafd205e455"
BERRYMED_NOTIFIES = "49535343-1e4d-4bd9-ba61-23c647249616"

_SYNC = 0x80
_LENGTH = 5
_NO_SIGNAL, _PROBE_OFF = 0x10, 0x20  # of the first byte
_NO_FINGER, _SEARCHING, _PULSE_HIGH = 0x10, 0x20, 0x40  # of the third byte
_SEVEN_BITS = 0x7F
_NO_SPO2 = (0, 127)
_NO_PULSE = (0, 255)


@dataclass(frozen=True, slots=True)
class BerryMedReading:
    """SpO2 in percent, pulse per minute; None where it has none."""

    spo2: int | None
    pulse: int | None
    no_signal: bool = False
    probe_off: bool = False
    no_finger: bool = False
    searching: bool = False

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one packet; MalformedFrame where it is too short or out of step."""
        packet = FrameReader("BCI packet", data).take(_LENGTH, "packet")
        if _length_of(packet) != _LENGTH:
            raise MalformedFrame(f"BCI packet: {packet.hex()} has a high bit elsewhere than first")
        state, _wave, finger, pulse, spo2 = packet
        rate = pulse | (finger & _PULSE_HIGH) << 1
        return cls(
            spo2=None if spo2 in _NO_SPO2 else spo2,
            pulse=None if rate in _NO_PULSE else rate,
            no_signal=bool(state & _NO_SIGNAL),
            probe_off=bool(state & _PROBE_OFF),
            no_finger=bool(finger & _NO_FINGER),
            searching=bool(finger & _SEARCHING),
        )

    def __bytes__(self) -> bytes:
        rate = 0xFF if self.pulse is None else self.pulse
        return bytes(
            (
                _SYNC | _NO_SIGNAL * self.no_signal | _PROBE_OFF * self.probe_off,
                0,
                _NO_FINGER * self.no_finger | _SEARCHING * self.searching | rate >> 1 & _PULSE_HIGH,
                rate & _SEVEN_BITS,
                _SEVEN_BITS if self.spo2 is None else self.spo2,
            )
        )


def berrymed_assembler() -> FrameAssembler:
    """For the stream of one connection."""
    return FrameAssembler("BerryMed", _length_of, longest=_LENGTH)


def _length_of(data: bytes) -> int:
    if not data[0] & _SYNC or any(byte & _SYNC for byte in data[1:_LENGTH]):
        return NO_FRAME
    return _LENGTH if len(data) >= _LENGTH else UNKNOWN
