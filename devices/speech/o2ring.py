"""A Viatom/Wellue O2Ring: it says nothing unasked, and answers in pieces."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial

from devices.errors import MalformedFrame
from devices.measured_oximeters import o2ring_readings
from devices.speech.battery import BatteryNews
from devices.speech.framed import FramedSpeech
from devices.speech.talk import Ask, Measurement, Said
from devices.wire.o2ring import (
    O2RING_ASKED,
    READ_SENSORS,
    O2RingFrame,
    O2RingReading,
    o2ring_assembler,
)

_QUESTION = Ask(O2RING_ASKED, bytes(O2RingFrame(READ_SENSORS)))


class O2RingSpeech(FramedSpeech):
    """Asks every two seconds what it measures; the battery is told when it changes."""

    period = 2.0

    def __init__(self) -> None:
        super().__init__(o2ring_assembler())
        self._battery = BatteryNews()

    def open(self, now: datetime, offered: AbstractSet[str]) -> Iterable[Ask]:
        """The first question."""
        del now, offered
        return (_QUESTION,)

    def repeat(self) -> Iterable[Ask]:
        """The same question."""
        return (_QUESTION,)

    def read(self, frame: bytes) -> Iterable[Said]:
        """The answer."""
        reply = O2RingFrame.from_bytes(frame)
        if reply.command != 0:
            raise MalformedFrame(f"O2Ring reply: status {reply.command}, 0 would be an answer")
        measured = O2RingReading.from_bytes(reply.payload)
        yield Measurement(partial(o2ring_readings, measured=measured))
        yield from self._battery.hear(measured.battery)
