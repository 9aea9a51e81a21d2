"""Heart Rate Measurement (2A37) of the Heart Rate Service 1.0."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Self

from devices.wire.frame import FrameReader

_KNOWN_FLAGS = 0x1F
_RR_LENGTH = 2
_BYTE_MAX = 0xFF


class HeartRateFlags(IntFlag):
    """Which fields follow; the bits above are reserved and ignored."""

    WIDE = 0x01
    CONTACT = 0x02
    CONTACT_SUPPORTED = 0x04
    ENERGY = 0x08
    RR = 0x10


@dataclass(frozen=True, slots=True)
class HeartRateMeasurement:
    """One heart rate in beats per minute.

    `contact` is None where the strap does not sense skin contact; `energy_kj` is kilojoules since
    its reset; `rr_1024` are beat-to-beat intervals in 1/1024 s, oldest first, often none.
    """

    bpm: int
    contact: bool | None = None
    energy_kj: int | None = None
    rr_1024: tuple[int, ...] = ()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is too short for what its flags announce."""
        frame = FrameReader("2A37", data)
        flags = HeartRateFlags(frame.take_int(1, "flags") & _KNOWN_FLAGS)
        bpm = frame.take_int(2 if HeartRateFlags.WIDE in flags else 1, "heart rate")
        contact = None
        if HeartRateFlags.CONTACT_SUPPORTED in flags:
            contact = HeartRateFlags.CONTACT in flags
        energy = frame.take_int(2, "energy") if HeartRateFlags.ENERGY in flags else None
        intervals: list[int] = []
        while HeartRateFlags.RR in flags and frame.remaining:
            intervals.append(frame.take_int(_RR_LENGTH, "RR interval"))
        return cls(bpm, contact, energy, tuple(intervals))

    def __bytes__(self) -> bytes:
        flags = HeartRateFlags(0)
        fields = bytearray()
        if self.bpm > _BYTE_MAX:
            flags |= HeartRateFlags.WIDE
        fields += self.bpm.to_bytes(2 if HeartRateFlags.WIDE in flags else 1, "little")
        if self.contact is not None:
            flags |= HeartRateFlags.CONTACT_SUPPORTED
            flags |= HeartRateFlags.CONTACT if self.contact else HeartRateFlags(0)
        if self.energy_kj is not None:
            flags |= HeartRateFlags.ENERGY
            fields += self.energy_kj.to_bytes(2, "little")
        if self.rr_1024:
            flags |= HeartRateFlags.RR
        for interval in self.rr_1024:
            fields += interval.to_bytes(_RR_LENGTH, "little")
        return bytes((flags,)) + fields
