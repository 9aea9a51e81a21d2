"""Blood Pressure Measurement (2A35), Intermediate Cuff Pressure (2A36), Feature (2A49): BLS 1.1."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag
from typing import Literal, Self

from devices.wire.date_time import encode_date_time
from devices.wire.frame import FrameReader
from devices.wire.medfloat import SFLOAT_LENGTH, decode_sfloat, encode_sfloat

Unit = Literal["mmHg", "kPa"]

USER_UNKNOWN = 0xFF
"""The user id that means nobody knows whose arm it was."""

_KNOWN_FLAGS = 0x1F
_KNOWN_STATUS = 0x3F


class PressureFlags(IntFlag):
    """Unit, and which fields follow; the bits above are reserved and ignored."""

    KPA = 0x01
    TIME = 0x02
    PULSE = 0x04
    USER = 0x08
    STATUS = 0x10


class PressureStatus(IntFlag):
    """Measurement Status: what was wrong with a cuff cycle. Bits 3 and 4 are one field."""

    MOVEMENT = 0x01
    CUFF_LOOSE = 0x02
    IRREGULAR_PULSE = 0x04
    PULSE_ABOVE_RANGE = 0x08
    PULSE_BELOW_RANGE = 0x10
    BAD_POSITION = 0x20


@dataclass(frozen=True, slots=True)
class BloodPressure:
    """One cuff cycle as sent: pressures in `unit`, pulse per minute, None where there is none.

    `timestamp` is the device's own clock; `user` None covers both "not sent" and "unknown".
    """

    systolic: float | None
    diastolic: float | None
    mean: float | None
    unit: Unit = "mmHg"
    timestamp: datetime | None = None
    pulse: float | None = None
    user: int | None = None
    status: PressureStatus | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short for what its flags announce."""
        frame = FrameReader("2A35", data)
        flags = PressureFlags(frame.take_int(1, "flags") & _KNOWN_FLAGS)
        systolic = frame.take_sfloat("systolic")
        diastolic = frame.take_sfloat("diastolic")
        mean = frame.take_sfloat("mean pressure")
        return cls(systolic, diastolic, mean, _unit(flags), *_take_optional(frame, flags))

    @classmethod
    def from_bytes_of_bm85(cls, data: bytes) -> Self:
        """Decode a Beurer BM85's frame, which departs from the standard.

        Pulse and status are big-endian, and the user id is always there although its flag is not.
        """
        frame = FrameReader("2A35 of a Beurer BM85", data)
        flags = PressureFlags(frame.take_int(1, "flags") & _KNOWN_FLAGS)
        systolic = frame.take_sfloat("systolic")
        diastolic = frame.take_sfloat("diastolic")
        mean = frame.take_sfloat("mean pressure")
        time = frame.take_date_time("time") if PressureFlags.TIME in flags else None
        pulse = None
        if PressureFlags.PULSE in flags:
            pulse = decode_sfloat(frame.take(SFLOAT_LENGTH, "pulse")[::-1])
        user = _known_user(frame.take_int(1, "user"))
        status = None
        if PressureFlags.STATUS in flags:
            status = PressureStatus(frame.take_big_int(2, "status") & _KNOWN_STATUS)
        return cls(systolic, diastolic, mean, _unit(flags), time, pulse, user, status)

    def __bytes__(self) -> bytes:
        pressures = b"".join(map(encode_sfloat, (self.systolic, self.diastolic, self.mean)))
        return _framed(pressures, self)


@dataclass(frozen=True, slots=True)
class CuffPressure:
    """The pressure in the cuff while it inflates and deflates; the fields are BloodPressure's."""

    cuff: float | None
    unit: Unit = "mmHg"
    timestamp: datetime | None = None
    pulse: float | None = None
    user: int | None = None
    status: PressureStatus | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short for what its flags announce."""
        frame = FrameReader("2A36", data)
        flags = PressureFlags(frame.take_int(1, "flags") & _KNOWN_FLAGS)
        cuff = frame.take_sfloat("cuff pressure")
        frame.take(4, "unused diastolic and mean pressure")
        return cls(cuff, _unit(flags), *_take_optional(frame, flags))

    def __bytes__(self) -> bytes:
        return _framed(encode_sfloat(self.cuff) + encode_sfloat(None) * 2, self)


@dataclass(frozen=True, slots=True)
class PressureFeature:
    """What a cuff can tell (2A49): bits 0-5 as the status bits, then multiple bonds and others."""

    features: int

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame if it is shorter than two bytes."""
        return cls(FrameReader("2A49", data).take_int(2, "features"))

    def __bytes__(self) -> bytes:
        return self.features.to_bytes(2, "little")


_Optional = tuple[datetime | None, float | None, int | None, PressureStatus | None]


def _take_optional(frame: FrameReader, flags: PressureFlags) -> _Optional:
    time = frame.take_date_time("time") if PressureFlags.TIME in flags else None
    pulse = frame.take_sfloat("pulse") if PressureFlags.PULSE in flags else None
    user = _known_user(frame.take_int(1, "user")) if PressureFlags.USER in flags else None
    status = None
    if PressureFlags.STATUS in flags:
        status = PressureStatus(frame.take_int(2, "status") & _KNOWN_STATUS)
    return time, pulse, user, status


def _unit(flags: PressureFlags) -> Unit:
    return "kPa" if PressureFlags.KPA in flags else "mmHg"


def _known_user(user: int) -> int | None:
    return None if user == USER_UNKNOWN else user


def _framed(pressures: bytes, measured: BloodPressure | CuffPressure) -> bytes:
    flags = PressureFlags.KPA if measured.unit == "kPa" else PressureFlags(0)
    fields = pressures
    if measured.timestamp is not None:
        flags |= PressureFlags.TIME
        fields += encode_date_time(measured.timestamp)
    if measured.pulse is not None:
        flags |= PressureFlags.PULSE
        fields += encode_sfloat(measured.pulse)
    if measured.user is not None:
        flags |= PressureFlags.USER
        fields += bytes((measured.user,))
    if measured.status is not None:
        flags |= PressureFlags.STATUS
        fields += measured.status.to_bytes(2, "little")
    return bytes((flags,)) + fields
