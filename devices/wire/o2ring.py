"""Messages of a Viatom/Wellue O2Ring: AA asks, 55 replies, command, complement, block, CRC-8."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.assembler import NO_FRAME, UNKNOWN, FrameAssembler
from devices.wire.crc8 import crc8
from devices.wire.frame import FrameReader

O2RING_SERVICE = "14839ac4-7d7e-415c-9a42-167340cf2339"
O2RING_ASKED = "8b00ace7-eb0b-49b0-bbe9-9aee0a26e1a3"
O2RING_NOTIFIES = "0734594a-a8e7-4b1a-a6b1-cd5243059a57"

READ_SENSORS = 0x17
"""The command that asks for what it measures now."""

_ASKS, _REPLIES = 0xAA, 0x55
_HEAD = 7
_LONGEST_FRAME = 64  # a reply to READ_SENSORS has 21 bytes
_SENSORS = 13
_MISSING = (0, 0xFF, 0xFFFF)


@dataclass(frozen=True, slots=True)
class O2RingFrame:
    """A command, or a reply: its `command` is then a status, 0 if the ring obeyed."""

    command: int
    payload: bytes = b""
    block: int = 0
    reply: bool = False

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where lead, complement or checksum are wrong."""
        frame = FrameReader("O2Ring frame", data)
        lead = frame.take_int(1, "lead")
        if lead not in {_ASKS, _REPLIES}:
            raise MalformedFrame(f"O2Ring frame: it begins {lead:02x}, not aa or 55")
        command, complement = frame.take(2, "command")
        if command ^ complement != 0xFF:
            raise MalformedFrame(f"O2Ring frame: {complement:02x} complements no {command:02x}")
        block = frame.take_int(2, "block")
        payload = frame.take(frame.take_int(2, "length"), "payload")
        if frame.take_int(1, "checksum") != crc8(data[: _HEAD + len(payload)]):
            raise MalformedFrame("O2Ring frame: its checksum is wrong")
        return cls(command, payload, block, lead == _REPLIES)

    def __bytes__(self) -> bytes:
        head = bytes((_REPLIES if self.reply else _ASKS, self.command, self.command ^ 0xFF))
        length = len(self.payload).to_bytes(2, "little")
        body = head + self.block.to_bytes(2, "little") + length + self.payload
        return body + bytes((crc8(body),))


@dataclass(frozen=True, slots=True)
class O2RingReading:
    """SpO2 in percent, pulse per minute, perfusion index in percent; None where it has none.

    `battery` in percent.
    """

    spo2: int | None
    pulse: int | None
    perfusion: float | None
    worn: bool
    battery: int
    motion: int = 0

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Decode the payload of a reply to READ_SENSORS; MalformedFrame where it is too short."""
        sensors = FrameReader("O2Ring reply", payload).take(_SENSORS, "sensors")
        return cls(
            spo2=_number(sensors[0]),
            pulse=_number(int.from_bytes(sensors[1:3], "little")),
            perfusion=sensors[10] / 10 or None,
            worn=bool(sensors[11]),
            battery=sensors[7],
            motion=sensors[9],
        )

    def __bytes__(self) -> bytes:
        sensors = bytearray(_SENSORS)
        sensors[0] = 0xFF if self.spo2 is None else self.spo2
        sensors[1:3] = (0xFFFF if self.pulse is None else self.pulse).to_bytes(2, "little")
        sensors[7], sensors[9] = self.battery, self.motion
        sensors[10] = round((self.perfusion or 0) * 10)
        sensors[11] = self.worn
        return bytes(sensors)


def o2ring_assembler() -> FrameAssembler:
    """For the replies of one connection."""
    return FrameAssembler("O2Ring", _length_of, longest=_LONGEST_FRAME, is_sound=_is_sound)


def _length_of(data: bytes) -> int:
    if data[0] != _REPLIES or (len(data) > 2 and data[1] ^ data[2] != 0xFF):
        return NO_FRAME
    if len(data) < _HEAD:
        return UNKNOWN
    return _HEAD + int.from_bytes(data[5:7], "little") + 1


def _is_sound(frame: bytes) -> bool:
    return crc8(frame[:-1]) == frame[-1]


def _number(value: int) -> int | None:
    return None if value in _MISSING else value
