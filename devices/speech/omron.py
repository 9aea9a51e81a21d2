"""An Omron cuff that is not asked for measurements but for its memory, block by block."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from devices.errors import MalformedFrame
from devices.measured import cuff_readings
from devices.speech.battery import BATTERY, battery_measurement
from devices.speech.talk import Ask, Measurement, Said, Speech
from devices.wire.battery import BatteryLevel
from devices.wire.blood_pressure import BloodPressure
from devices.wire.omron import RECORD_LENGTH, OmronRecord
from devices.wire.omron_memory import (
    ANSWER,
    END,
    OMRON_ASKED,
    OMRON_NOTIFIES,
    OMRON_UNLOCK,
    PIECE,
    READ,
    START,
    MemoryPacket,
    packet_length,
)

KEY = b"KAT Monitor cuff"
"""16 bytes that a cuff is taught in its pairing mode and asks for ever after; no secret."""

_SESSION = 0x10  # what the cuff is told at the start of a session (omblepy)
_BLOCK_RECORDS = 3  # as many whole records as an answer has room for
_TRIES = 5

_UNLOCK, _LEARN, _TEACH = b"\x01" + KEY, b"\x02" + bytes(16), b"\x00" + KEY


@dataclass(frozen=True, slots=True)
class OmronMemory:
    """Where a model keeps its records: a ring for each user, of so many records."""

    users: tuple[int, ...]
    records: int


class OmronSpeech(Speech):
    """Unlock, start, read every record, end. What is not answered is asked again.

    A cuff that does not know our key is taught it if it is in its pairing mode; nothing else is
    ever written to it.
    """

    period = 2.0

    def __init__(self, memory: OmronMemory) -> None:
        self._reads = _blocks(memory)
        self._waits_for: Ask | None = None
        self._expected = (START | ANSWER, 0)  # kind and address of the answer
        self._tries = 0
        self._pieces: list[bytes] = []  # of a packet, by channel

    def open(self, now: datetime, offered: AbstractSet[str]) -> Iterable[Ask]:
        """Unlock it."""
        del now, offered
        return (self._ask(OMRON_UNLOCK, _UNLOCK),)

    def repeat(self) -> Iterable[Ask]:
        """The question that is not answered, a few times."""
        if self._waits_for is None or self._tries >= _TRIES:
            return ()
        self._tries += 1
        return (self._waits_for,)

    def hear(self, characteristic: str, data: bytes) -> Iterable[Said]:
        """What an answer says, and the next question."""
        if characteristic == BATTERY:
            return (battery_measurement(BatteryLevel.from_bytes(data)),)
        if characteristic == OMRON_UNLOCK:
            return (self._unlock(data),)
        packet = self._joined(OMRON_NOTIFIES.index(characteristic), data)
        if packet is None:
            return ()
        refused = packet.kind == END | ANSWER and packet.code != 0
        if (packet.kind, packet.address) != self._expected and not refused:
            return ()  # it answers what was asked twice
        if packet.kind == READ | ANSWER and not packet.code and len(packet.data) != packet.count:
            raise MalformedFrame(
                f"Omron packet: {len(packet.data)} bytes of memory, {packet.count} announced"
            )
        return (*_said(packet), *self._next(packet.kind))

    def _unlock(self, data: bytes) -> Ask:
        match data[:2]:
            case b"\x81\x00":  # unlocked
                return self._question(MemoryPacket(START, count=_SESSION))
            case b"\x82\x00":  # it learns
                return self._ask(OMRON_UNLOCK, _TEACH)
            case b"\x80\x00":  # it has learned
                return self._ask(OMRON_UNLOCK, _UNLOCK)
            case _ if self._waits_for is not None and self._waits_for.data == _UNLOCK:
                return self._ask(OMRON_UNLOCK, _LEARN)
            case refusal:
                self._waits_for = None
                raise MalformedFrame(
                    f"Omron key: refused with {refusal.hex() or 'nothing'}; the cuff learns ours"
                    " when it is connected to in its pairing mode, once"
                )

    def _next(self, answered: int) -> Iterable[Ask]:
        if answered == END | ANSWER:
            self._waits_for = None
            return ()
        block = next(self._reads, None)
        if block is None:
            return (self._question(MemoryPacket(END)),)
        address, count = block
        return (self._question(MemoryPacket(READ, address, count)),)

    def _question(self, packet: MemoryPacket) -> Ask:
        self._expected = (packet.kind | ANSWER, packet.address)
        return self._ask(OMRON_ASKED, bytes(packet), confirmed=False)

    def _ask(self, characteristic: str, data: bytes, *, confirmed: bool = True) -> Ask:
        self._waits_for = Ask(characteristic, data, confirmed)
        self._tries = 0
        return self._waits_for

    def _joined(self, channel: int, piece: bytes) -> MemoryPacket | None:
        """The packet that is whole with this piece."""
        if channel == 0:
            self._pieces = []
        if channel != len(self._pieces):
            return None  # one before it was lost: the question will be asked again
        self._pieces.append(piece)
        length = packet_length(self._pieces[0])
        if len(self._pieces) * PIECE < length:
            return None
        whole, self._pieces = b"".join(self._pieces), []
        return MemoryPacket.from_bytes(whole)


def _blocks(memory: OmronMemory) -> Iterator[tuple[int, int]]:
    """Addresses and sizes of what to read: whole records."""
    for user in memory.users:
        for first in range(0, memory.records, _BLOCK_RECORDS):
            count = min(_BLOCK_RECORDS, memory.records - first)
            yield user + first * RECORD_LENGTH, count * RECORD_LENGTH


def _said(packet: MemoryPacket) -> Iterator[Said]:
    if packet.code:
        what = f"{packet.kind:04x} at {packet.address:04x}"
        yield MalformedFrame(f"Omron packet: {what} refused with code {packet.code}")
    for at in range(0, len(packet.data) - RECORD_LENGTH + 1, RECORD_LENGTH):
        stored = packet.data[at : at + RECORD_LENGTH]
        record = OmronRecord.from_big_endian(stored)
        if record is not None:
            measured = BloodPressure(record.systolic, record.diastolic, None, pulse=record.pulse)
            say = partial(cuff_readings, measured=measured)
            yield Measurement(say, delivered=True, clock=record.timestamp, content=stored)
