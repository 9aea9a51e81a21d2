"""A Viatom O2Ring S: it wants a greeting, says nothing unasked, and answers in pieces."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial

from devices.measured_oximeters import oxyii_readings
from devices.speech.battery import BatteryNews
from devices.speech.framed import FramedSpeech
from devices.speech.talk import Ask, Measurement, Said
from devices.wire.oxyii import (
    LIVE,
    OPENING,
    OXYII_ASKED,
    SETUP,
    OxyiiFrame,
    OxyiiReading,
    oxyii_assembler,
    oxyii_opening,
)

_SEQUENCES = 256


class OxyiiSpeech(FramedSpeech):
    """Asks every second what it measures; the battery is told when it changes."""

    period = 1.0

    def __init__(self) -> None:
        super().__init__(oxyii_assembler())
        self._battery = BatteryNews()
        self._sequence = 0

    def open(self, now: datetime, offered: AbstractSet[str]) -> Iterable[Ask]:
        """The greeting, which it does not answer, the setup, and the first question."""
        del offered
        yield self._ask(OPENING, oxyii_opening(int(now.timestamp())))
        yield self._ask(SETUP, b"\x00")
        yield self._ask(LIVE)

    def repeat(self) -> Iterable[Ask]:
        """The same question."""
        return (self._ask(LIVE),)

    def read(self, frame: bytes) -> Iterable[Said]:
        """The answer; nothing of the setup's acknowledgement."""
        told = OxyiiFrame.from_bytes(frame)
        if told.command != LIVE:
            return
        measured = OxyiiReading.from_bytes(told.payload)
        yield Measurement(partial(oxyii_readings, measured=measured))
        yield from self._battery.hear(measured.battery)

    def _ask(self, command: int, payload: bytes = b"") -> Ask:
        frame = OxyiiFrame(command, self._sequence, payload)
        self._sequence = (self._sequence + 1) % _SEQUENCES
        return Ask(OXYII_ASKED, bytes(frame), confirmed=False)
