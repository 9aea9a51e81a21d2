"""PLX Spot-Check (2A5E), Continuous Measurement (2A5F) and Features (2A60) of PLXS 1.0.1."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag
from typing import Self

from devices.wire.date_time import encode_date_time
from devices.wire.frame import FrameReader
from devices.wire.medfloat import encode_sfloat

_KNOWN_STATUS = 0xFFE0
_KNOWN_SENSOR = 0x00FFFF
_KNOWN_FEATURES = 0x00FF


class SpotCheckFlags(IntFlag):
    """Which fields of a spot-check follow; the bits above are reserved and ignored."""

    TIME = 0x01
    STATUS = 0x02
    SENSOR = 0x04
    AMPLITUDE = 0x08
    CLOCK_NOT_SET = 0x10


class ContinuousFlags(IntFlag):
    """Which fields of a continuous measurement follow; the bits above are reserved and ignored."""

    FAST = 0x01
    SLOW = 0x02
    STATUS = 0x04
    SENSOR = 0x08
    AMPLITUDE = 0x10


class FeatureFlags(IntFlag):
    """PLX Supported Features, the part that decides which fields follow."""

    STATUS_SUPPORT = 0x01
    SENSOR_SUPPORT = 0x02


class OximeterStatus(IntFlag):
    """Measurement Status; bits 0-4 are reserved."""

    ONGOING = 1 << 5
    EARLY_ESTIMATE = 1 << 6
    VALIDATED = 1 << 7
    FULLY_QUALIFIED = 1 << 8
    FROM_STORAGE = 1 << 9
    DEMONSTRATION = 1 << 10
    TESTING = 1 << 11
    CALIBRATING = 1 << 12
    UNAVAILABLE = 1 << 13
    QUESTIONABLE = 1 << 14
    INVALID = 1 << 15


class OximeterSensor(IntFlag):
    """Device and Sensor Status; bits 16-23 are reserved."""

    DISPLAY_UPDATING = 1 << 0
    EQUIPMENT_MALFUNCTION = 1 << 1
    SIGNAL_IRREGULAR = 1 << 2
    SIGNAL_INADEQUATE = 1 << 3
    SIGNAL_POOR = 1 << 4
    LOW_PERFUSION = 1 << 5
    SIGNAL_ERRATIC = 1 << 6
    NON_PULSATILE = 1 << 7
    PULSE_QUESTIONABLE = 1 << 8
    ANALYSING = 1 << 9
    INTERFERENCE = 1 << 10
    NOT_ON_PERSON = 1 << 11
    UNKNOWN_SENSOR = 1 << 12
    DISPLACED = 1 << 13
    SENSOR_MALFUNCTION = 1 << 14
    DISCONNECTED = 1 << 15


@dataclass(frozen=True, slots=True)
class Oximetry:
    """A pair that oximeters always send together: SpO2 in percent, pulse rate per minute."""

    spo2: float | None
    pulse: float | None

    def __bytes__(self) -> bytes:
        return encode_sfloat(self.spo2) + encode_sfloat(self.pulse)


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """One finished measurement, often one that the device had stored.

    `amplitude` is the pulse amplitude index in percent; `clock_not_set` says not to trust
    `timestamp`.
    """

    normal: Oximetry
    timestamp: datetime | None = None
    status: OximeterStatus | None = None
    sensor: OximeterSensor | None = None
    amplitude: float | None = None
    clock_not_set: bool = False

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short for what its flags announce."""
        frame = FrameReader("2A5E", data)
        flags = frame.take_int(1, "flags")
        return cls(
            normal=_take_oximetry(frame, "normal"),
            timestamp=frame.take_date_time("time") if flags & SpotCheckFlags.TIME else None,
            status=_take_status(frame) if flags & SpotCheckFlags.STATUS else None,
            sensor=_take_sensor(frame) if flags & SpotCheckFlags.SENSOR else None,
            amplitude=frame.take_sfloat("amplitude") if flags & SpotCheckFlags.AMPLITUDE else None,
            clock_not_set=bool(flags & SpotCheckFlags.CLOCK_NOT_SET),
        )

    def __bytes__(self) -> bytes:
        flags = SpotCheckFlags.CLOCK_NOT_SET if self.clock_not_set else SpotCheckFlags(0)
        fields = bytes(self.normal)
        if self.timestamp is not None:
            flags |= SpotCheckFlags.TIME
            fields += encode_date_time(self.timestamp)
        if self.status is not None:
            flags |= SpotCheckFlags.STATUS
            fields += self.status.to_bytes(2, "little")
        if self.sensor is not None:
            flags |= SpotCheckFlags.SENSOR
            fields += self.sensor.to_bytes(3, "little")
        if self.amplitude is not None:
            flags |= SpotCheckFlags.AMPLITUDE
            fields += encode_sfloat(self.amplitude)
        return bytes((flags,)) + fields


@dataclass(frozen=True, slots=True)
class Continuous:
    """One packet of a running measurement; `fast` and `slow` follow short and long averages."""

    normal: Oximetry
    fast: Oximetry | None = None
    slow: Oximetry | None = None
    status: OximeterStatus | None = None
    sensor: OximeterSensor | None = None
    amplitude: float | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short for what its flags announce."""
        frame = FrameReader("2A5F", data)
        flags = frame.take_int(1, "flags")
        return cls(
            normal=_take_oximetry(frame, "normal"),
            fast=_take_oximetry(frame, "fast") if flags & ContinuousFlags.FAST else None,
            slow=_take_oximetry(frame, "slow") if flags & ContinuousFlags.SLOW else None,
            status=_take_status(frame) if flags & ContinuousFlags.STATUS else None,
            sensor=_take_sensor(frame) if flags & ContinuousFlags.SENSOR else None,
            amplitude=frame.take_sfloat("amplitude") if flags & ContinuousFlags.AMPLITUDE else None,
        )

    def __bytes__(self) -> bytes:
        flags = ContinuousFlags(0)
        fields = bytes(self.normal)
        if self.fast is not None:
            flags |= ContinuousFlags.FAST
            fields += bytes(self.fast)
        if self.slow is not None:
            flags |= ContinuousFlags.SLOW
            fields += bytes(self.slow)
        if self.status is not None:
            flags |= ContinuousFlags.STATUS
            fields += self.status.to_bytes(2, "little")
        if self.sensor is not None:
            flags |= ContinuousFlags.SENSOR
            fields += self.sensor.to_bytes(3, "little")
        if self.amplitude is not None:
            flags |= ContinuousFlags.AMPLITUDE
            fields += encode_sfloat(self.amplitude)
        return bytes((flags,)) + fields


@dataclass(frozen=True, slots=True)
class OximeterFeatures:
    """What an oximeter can tell (2A60); the support masks are None where it does not say."""

    features: int
    status_support: OximeterStatus | None = None
    sensor_support: OximeterSensor | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short for what its flags announce."""
        frame = FrameReader("2A60", data)
        features = frame.take_int(2, "features") & _KNOWN_FEATURES
        return cls(
            features=features,
            status_support=_take_status(frame) if features & FeatureFlags.STATUS_SUPPORT else None,
            sensor_support=_take_sensor(frame) if features & FeatureFlags.SENSOR_SUPPORT else None,
        )

    def __bytes__(self) -> bytes:
        fields = self.features.to_bytes(2, "little")
        if self.status_support is not None:
            fields += self.status_support.to_bytes(2, "little")
        if self.sensor_support is not None:
            fields += self.sensor_support.to_bytes(3, "little")
        return fields


def _take_oximetry(frame: FrameReader, which: str) -> Oximetry:
    return Oximetry(frame.take_sfloat(f"{which} SpO2"), frame.take_sfloat(f"{which} pulse rate"))


def _take_status(frame: FrameReader) -> OximeterStatus:
    return OximeterStatus(frame.take_int(2, "measurement status") & _KNOWN_STATUS)


def _take_sensor(frame: FrameReader) -> OximeterSensor:
    return OximeterSensor(frame.take_int(3, "sensor status") & _KNOWN_SENSOR)
