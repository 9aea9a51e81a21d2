"""A JKS50F: it streams by itself, in frames of several notifications."""

from collections.abc import Iterable
from functools import partial

from devices.measured_oximeters import jks50f_readings
from devices.speech.framed import FramedSpeech
from devices.speech.talk import Measurement, Said
from devices.wire.jks50f import Jks50fReading, jks50f_assembler


class Jks50fSpeech(FramedSpeech):
    """One measurement a frame."""

    def __init__(self) -> None:
        super().__init__(jks50f_assembler())

    def read(self, frame: bytes) -> Iterable[Said]:
        """The measurement; the waveform beside it is left."""
        measured = Jks50fReading.from_bytes(frame)
        yield Measurement(partial(jks50f_readings, measured=measured))
