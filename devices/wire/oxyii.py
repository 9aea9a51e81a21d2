"""Messages of a Viatom O2Ring S ("OxyII"): A5, command, complement, direction, sequence, CRC-8."""

from dataclasses import dataclass
from hashlib import md5
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.assembler import NO_FRAME, UNKNOWN, FrameAssembler
from devices.wire.crc8 import crc8
from devices.wire.frame import FrameReader

OXYII_SERVICE = "e8fb0001-a14b-98f9-831b-4e2941d01248"
OXYII_ASKED = "e8fb0002-a14b-98f9-831b-4e2941d01248"
OXYII_NOTIFIES = "e8fb0003-a14b-98f9-831b-4e2941d01248"

LIVE, SETUP, OPENING = 0x04, 0x10, 0xFF
"""Commands: what it measures now, and the two that begin a conversation."""

_LEAD = 0xA5
_HEAD = 7
_LONGEST_FRAME = 1024  # a live reply carries a header of 24 bytes and a second of waveform
_LIVE_HEADER = 24
_FINGER = 0x01  # of the contact byte: 0 none, 1 on a finger, 3 on a finger and recording
_SALT = md5(b"lepucloud", usedforsecurity=False).digest()
_ANY_SERIAL = b"0000"  # the ring takes it before it has told its own


@dataclass(frozen=True, slots=True)
class OxyiiFrame:
    """An O2Ring S message: a command or its reply, with the payload still to be understood."""

    command: int
    sequence: int
    payload: bytes
    reply: bool = False

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where lead, complement or checksum are wrong."""
        frame = FrameReader("OxyII frame", data)
        if (lead := frame.take_int(1, "lead")) != _LEAD:
            raise MalformedFrame(f"OxyII frame: it begins {lead:02x}, not {_LEAD:02x}")
        command, complement = frame.take(2, "command")
        if command ^ complement != 0xFF:
            raise MalformedFrame(f"OxyII frame: {complement:02x} is no complement of {command:02x}")
        reply, sequence = frame.take(2, "direction and sequence")
        payload = frame.take(frame.take_int(2, "length"), "payload")
        if frame.take_int(1, "checksum") != crc8(data[: _HEAD + len(payload)]):
            raise MalformedFrame("OxyII frame: its checksum is wrong")
        return cls(command, sequence, payload, bool(reply))

    def __bytes__(self) -> bytes:
        head = bytes((_LEAD, self.command, self.command ^ 0xFF, self.reply, self.sequence))
        body = head + len(self.payload).to_bytes(2, "little") + self.payload
        return body + bytes((crc8(body),))


@dataclass(frozen=True, slots=True)
class OxyiiReading:
    """SpO2 in percent, pulse per minute (0 means none), battery in percent."""

    spo2: int
    pulse: int
    finger: bool
    battery: int
    motion: int = 0

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Decode the payload of a live reply; MalformedFrame where its header is too short."""
        header = FrameReader("OxyII live reply", payload).take(_LIVE_HEADER, "header")
        return cls(
            spo2=header[6],
            pulse=header[8],
            finger=bool(header[5] & _FINGER),
            battery=header[13],
            motion=header[7],
        )

    def __bytes__(self) -> bytes:
        header = bytearray(_LIVE_HEADER + 2)  # and a waveform of no samples
        header[5:9] = bytes((_FINGER * self.finger, self.spo2, self.motion, self.pulse))
        header[13] = self.battery
        return bytes(header)


def oxyii_opening(epoch: int) -> bytes:
    """The payload that opens a conversation, at that time in epoch seconds."""
    key = _SALT[::2] + _ANY_SERIAL + bytes(epoch >> shift & 0xFF for shift in range(4))
    return bytes(ours ^ salt for ours, salt in zip(key, _SALT, strict=True))


def oxyii_assembler() -> FrameAssembler:
    """For the stream of one connection."""
    return FrameAssembler("OxyII", _length_of, longest=_LONGEST_FRAME, is_sound=_is_sound)


def _length_of(data: bytes) -> int:
    if data[0] != _LEAD or (len(data) > 2 and data[1] ^ data[2] != 0xFF):
        return NO_FRAME
    if len(data) < _HEAD:
        return UNKNOWN
    return _HEAD + int.from_bytes(data[5:7], "little") + 1


def _is_sound(frame: bytes) -> bool:
    return crc8(frame[:-1]) == frame[-1]
