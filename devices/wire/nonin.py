"""The Continuous Oximetry characteristic of a Nonin 3230 (Nonin's 113142-000-02), big-endian."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.frame import FrameReader

NONIN_SERVICE = "46a970e0-0d5f-11e2-8b5e-0002a5d5c51b"
NONIN_NOTIFIES = "0aad7ea0-0d60-11e2-8e3c-0002a5d5c51b"

_LENGTH = 10
_NO_SPO2 = 127
_NO_PULSE = 511


class NoninStatus(IntFlag):
    """The status byte; other bits are reserved and ignored.

    SMART_POINT: the numbers are good enough for a spot-check.
    """

    WEAK_SIGNAL = 0x02
    SMART_POINT = 0x04
    SEARCHING = 0x08
    ON_FINGER = 0x10
    LOW_BATTERY = 0x20
    ENCRYPTED = 0x40


_KNOWN = sum(NoninStatus)


@dataclass(frozen=True, slots=True)
class NoninReading:
    """SpO2 in percent, pulse per minute, None where it has none; amplitude index in percent."""

    spo2: int | None
    pulse: int | None
    amplitude: float
    status: NoninStatus
    volts: float = 0.0
    counter: int = 0

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short or its length is wrong."""
        frame = FrameReader("Nonin frame", data)
        length = frame.take_int(1, "length")
        if length < _LENGTH or length != len(data):
            raise MalformedFrame(f"Nonin frame: it says {length} bytes and has {len(data)}")
        status = NoninStatus(frame.take_int(1, "status") & _KNOWN)
        volts = frame.take_int(1, "battery") / 10
        amplitude = frame.take_big_int(2, "amplitude") / 100
        counter = frame.take_big_int(2, "counter")
        spo2 = frame.take_int(1, "SpO2")
        pulse = frame.take_big_int(2, "pulse")
        return cls(
            spo2=None if spo2 == _NO_SPO2 else spo2,
            pulse=None if pulse == _NO_PULSE else pulse,
            amplitude=amplitude,
            status=status,
            volts=volts,
            counter=counter,
        )

    def __bytes__(self) -> bytes:
        spo2 = _NO_SPO2 if self.spo2 is None else self.spo2
        pulse = _NO_PULSE if self.pulse is None else self.pulse
        return (
            bytes((_LENGTH, self.status, round(self.volts * 10)))
            + round(self.amplitude * 100).to_bytes(2, "big")
            + self.counter.to_bytes(2, "big")
            + bytes((spo2,))
            + pulse.to_bytes(2, "big")
        )
