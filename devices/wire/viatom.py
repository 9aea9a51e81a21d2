"""Frames of two Viatom oximeters: the PC-60FW's measurement and the O2Ring S's envelope."""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.crc8 import crc8, crc8_maxim
from devices.wire.frame import FrameReader

_PC60FW_LEAD = b"\xaa\x55"
_PC60FW_TOKEN = 0x0F
_PC60FW_MEASUREMENT = 0x01
_PC60FW_BODY = 7  # what a measurement holds between its length and its checksum
_OXYII_LEAD = 0xA5


@dataclass(frozen=True, slots=True)
class Pc60fwReading:
    """SpO2 in percent, pulse per minute, perfusion index in percent; 0 means none."""

    spo2: int
    pulse: int
    perfusion: float

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one frame; MalformedFrame where it is another kind or its checksum is wrong."""
        frame = FrameReader("PC-60FW frame", data)
        lead, token = frame.take(2, "lead"), frame.take_int(1, "token")
        if lead != _PC60FW_LEAD or token != _PC60FW_TOKEN:
            raise MalformedFrame(f"PC-60FW frame: it begins {lead.hex()}{token:02x}, not aa550f")
        body = frame.take(frame.take_int(1, "length"), "body")
        if not body or crc8_maxim(data[: 3 + len(body)]) != body[-1]:
            raise MalformedFrame("PC-60FW frame: its checksum is wrong")
        if body[0] != _PC60FW_MEASUREMENT or len(body) <= _PC60FW_BODY - 1:
            raise MalformedFrame(f"PC-60FW frame: kind {body[0]} is no measurement (1)")
        return cls(body[1], int.from_bytes(body[2:4], "little"), body[4] / 10)


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
        if (lead := frame.take_int(1, "lead")) != _OXYII_LEAD:
            raise MalformedFrame(f"OxyII frame: it begins {lead:02x}, not {_OXYII_LEAD:02x}")
        command, complement = frame.take(2, "command")
        if command ^ complement != 0xFF:
            raise MalformedFrame(f"OxyII frame: {complement:02x} is no complement of {command:02x}")
        reply, sequence = frame.take(2, "direction and sequence")
        payload = frame.take(frame.take_int(2, "length"), "payload")
        if frame.take_int(1, "checksum") != crc8(data[: 7 + len(payload)]):
            raise MalformedFrame("OxyII frame: its checksum is wrong")
        return cls(command, sequence, payload, bool(reply))

    def __bytes__(self) -> bytes:
        head = bytes((_OXYII_LEAD, self.command, self.command ^ 0xFF, self.reply, self.sequence))
        body = head + len(self.payload).to_bytes(2, "little") + self.payload
        return body + bytes((crc8(body),))
