"""Reading an Omron cuff's memory: packets over four channels, and the key that opens it.

Layout as omblepy and hass-omron describe it (HEM-7322T, HEM-7600T).
"""

from dataclasses import dataclass
from typing import Self

from devices.errors import MalformedFrame
from devices.wire.frame import FrameReader

OMRON_SERVICE = "ecbe3980-c9a2-11e1-b1bd-0002a5d5c51b"

OMRON_NOTIFIES = (
    "49123040-aee8-11e1-a74d-0002a5d5c51b",
    "4d0bf320-aee8-11e1-a0d9-0002a5d5c51b",
    "5128ce60-aee8-11e1-b84b-0002a5d5c51b",
    "560f1420-aee8-11e1-8184-0002a5d5c51b",
)
"""The channels that answer: each carries 16 bytes of a packet, the first one its begin."""

OMRON_ASKED = "db5b55e0-aee7-11e1-965e-0002a5d5c51b"
"""The first of the channels that are written to; no packet of ours needs the others."""

OMRON_UNLOCK = "b305b680-aee7-11e1-a730-0002a5d5c51b"

PIECE = 16
"""Bytes of a packet that one channel carries."""

START, READ, END = 0x0000, 0x0100, 0x0F00
"""Kinds of packets."""

ANSWER = 0x8000
"""The bit that an answer adds to the kind of what it answers."""

_OVERHEAD = 8
_LONGEST = PIECE * len(OMRON_NOTIFIES)


@dataclass(frozen=True, slots=True)
class MemoryPacket:
    """A question or an answer. `count` is of bytes at `address`, `code` 0 where all is well."""

    kind: int
    address: int = 0
    count: int = 0
    data: bytes = b""
    code: int = 0

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Decode one whole packet; MalformedFrame where its length or its checksum is wrong."""
        length = packet_length(data)
        packet = FrameReader("Omron packet", data).take(length, "packet")
        if _checksum(packet) != 0:
            raise MalformedFrame(f"Omron packet: wrong checksum in {packet.hex()}")
        frame = FrameReader("Omron packet", packet[1:])
        kind, address = frame.take_big_int(2, "kind"), frame.take_big_int(2, "address")
        count = frame.take_int(1, "count")
        carried = frame.take(length - _OVERHEAD, "data")
        return cls(kind, address, count, carried, frame.take_int(1, "code"))

    def __bytes__(self) -> bytes:
        packet = (
            bytes((_OVERHEAD + len(self.data),))
            + self.kind.to_bytes(2)
            + self.address.to_bytes(2)
            + bytes((self.count,))
            + self.data
            + bytes((self.code,))
        )
        return packet + bytes((_checksum(packet),))


def packet_length(begin: bytes) -> int:
    """The whole length of a packet that begins so; MalformedFrame where none does."""
    length = FrameReader("Omron packet", begin).take_int(1, "length")
    if not _OVERHEAD <= length <= _LONGEST:
        raise MalformedFrame(f"Omron packet: {length} bytes; it has {_OVERHEAD} to {_LONGEST}")
    return length


def _checksum(packet: bytes) -> int:
    total = 0
    for byte in packet:
        total ^= byte
    return total
