"""A virtual Omron cuff whose memory is read block by block (HEM-7600T): a lock, and a ring."""

from datetime import datetime

from devices.wire.omron import RECORD_LENGTH
from devices.wire.omron_memory import (
    ANSWER,
    END,
    OMRON_ASKED,
    OMRON_NOTIFIES,
    OMRON_SERVICE,
    OMRON_UNLOCK,
    PIECE,
    READ,
    START,
    MemoryPacket,
)
from simulators.gatt import Offer, VirtualService
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio

_FIRST, _RECORDS = 0x02AC, 100
_REFUSED = 0x01


class OmronCuff(Peripheral):
    """Its memory keeps what was measured, read or not; the newest replaces the oldest.

    In its `pairing` mode it learns a key; it opens for no other. `packets` are the questions that
    it was asked over all its links.
    """

    def __init__(self, radio: VirtualRadio, address: str, name: str = "BLESmart") -> None:
        self.pairing = True
        self.packets: list[MemoryPacket] = []
        self._key = b""
        self._learns = self._open = False
        self._memory = bytearray(b"\xff" * (_RECORDS * RECORD_LENGTH))
        self._stored = 0
        super().__init__(
            radio,
            address,
            name,
            VirtualService(
                OMRON_SERVICE,
                (
                    *(Offer(uuid, notifies=True) for uuid in OMRON_NOTIFIES),
                    Offer(OMRON_ASKED, written=self._hear),
                    Offer(OMRON_UNLOCK, notifies=True, written=self._hear_key),
                ),
            ),
        )

    def store(self, systolic: int, diastolic: int, pulse: int, when: float) -> None:
        """Measure: pressures in mmHg, pulse per minute, `when` in epoch seconds."""
        at = datetime.fromtimestamp(when)  # noqa: DTZ006  # its own local time
        date = at.month << 10 | at.day << 5 | at.hour
        record = (
            bytes((diastolic, systolic - 25, at.year - 2000, pulse))
            + date.to_bytes(2)
            + (at.minute << 6 | at.second).to_bytes(2)
        )
        slot = self._stored % _RECORDS * RECORD_LENGTH
        self._memory[slot : slot + RECORD_LENGTH] = record.ljust(RECORD_LENGTH, b"\x00")
        self._stored += 1

    async def _hear_key(self, data: bytes) -> None:
        wish, key = data[0], data[1:]
        match wish:
            case 0x02:
                self._learns = accepted = self.pairing
            case 0x00:
                accepted = self._learns
                self._key, self.pairing = (key, False) if accepted else (self._key, self.pairing)
            case _:
                self._open = accepted = key == self._key
        await self.send(bytes((0x80 | wish, 0x00 if accepted else 0x0F)), OMRON_UNLOCK)

    async def _hear(self, data: bytes) -> None:
        question = MemoryPacket.from_bytes(data)
        self.packets.append(question)
        await self._say(self._answer_to(question))
        if question.kind == END:
            self._open = False
            await self.drop()

    def _answer_to(self, question: MemoryPacket) -> MemoryPacket:
        kind, address, count = question.kind, question.address, question.count
        begin = address - _FIRST
        if not self._open or kind not in {START, READ, END}:
            return MemoryPacket(END | ANSWER, code=_REFUSED)
        if kind != READ:
            return MemoryPacket(kind | ANSWER, address)
        if begin < 0 or begin + count > len(self._memory):
            return MemoryPacket(READ | ANSWER, address, count, code=_REFUSED)
        return MemoryPacket(READ | ANSWER, address, count, bytes(self._memory[begin:][:count]))

    async def _say(self, packet: MemoryPacket) -> None:
        whole = bytes(packet)
        pieces = (whole[at : at + PIECE] for at in range(0, len(whole), PIECE))
        for piece, channel in zip(pieces, OMRON_NOTIFIES, strict=False):
            await self.send(piece, channel)
