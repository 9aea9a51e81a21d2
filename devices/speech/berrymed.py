"""A BerryMed oximeter: it streams about a hundred packets a second, mostly for the waveform."""

from collections.abc import Iterable
from functools import partial

from devices.measured_oximeters import berrymed_readings
from devices.speech.framed import FramedSpeech
from devices.speech.talk import Measurement, Said
from devices.wire.berrymed import BerryMedReading, berrymed_assembler

CHANGED_AFTER = 50
"""Packets from one reading to a next that differs: half a second to a second (60 to 100 Hz)."""

SAME_AFTER = 100
"""Packets from one reading to its repetition, so that a steady number stays fresh."""


class BerryMedSpeech(FramedSpeech):
    """About one reading a second. A number that is lost is told with the packet that lost it."""

    def __init__(self) -> None:
        super().__init__(berrymed_assembler())
        self._told: BerryMedReading | None = None
        self._since = 0  # packets since it was told

    def read(self, frame: bytes) -> Iterable[Said]:
        """A measurement, unless one was told just now."""
        measured = BerryMedReading.from_bytes(frame)
        self._since += 1
        if self._since >= self._due(measured):
            self._told, self._since = measured, 0
            yield Measurement(partial(berrymed_readings, measured=measured))

    def _due(self, measured: BerryMedReading) -> int:
        told = self._told
        if told is None or _loses(told, measured):
            return 0
        return SAME_AFTER if measured == told else CHANGED_AFTER


def _loses(before: BerryMedReading, now: BerryMedReading) -> bool:
    """Whether a number is gone, or may no longer be trusted."""
    return (
        (now.spo2 is None and before.spo2 is not None)
        or (now.pulse is None and before.pulse is not None)
        or (_warns(now) and not _warns(before))
    )


def _warns(measured: BerryMedReading) -> bool:
    return measured.no_signal or measured.probe_off or measured.no_finger or measured.searching
