"""A Contec CMS50D-BT: it streams for less than a minute each time it is asked."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial

from devices.measured_oximeters import contec_readings
from devices.speech.framed import FramedSpeech
from devices.speech.talk import Ask, Measurement, Said
from devices.wire.contec import (
    CONTEC_ASKED,
    CONTEC_START,
    ContecReading,
    contec_assembler,
    is_contec_measurement,
)

_START = Ask(CONTEC_ASKED, CONTEC_START)


class ContecSpeech(FramedSpeech):
    """Keeps it streaming; its measurements come among the waveform."""

    period = 20.0

    def __init__(self) -> None:
        super().__init__(contec_assembler())

    def open(self, now: datetime, offered: AbstractSet[str]) -> Iterable[Ask]:
        """Start."""
        del now, offered
        return (_START,)

    def repeat(self) -> Iterable[Ask]:
        """Go on."""
        return (_START,)

    def read(self, frame: bytes) -> Iterable[Said]:
        """A measurement; nothing of a waveform."""
        if is_contec_measurement(frame):
            measured = ContecReading.from_bytes(frame)
            yield Measurement(partial(contec_readings, measured=measured))
