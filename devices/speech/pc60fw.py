"""A Viatom PC-60FW: it streams by itself; its measurements among waveform and status frames."""

from collections.abc import Iterable
from functools import partial

from devices.measured_oximeters import pc60fw_readings
from devices.speech.battery import BatteryNews
from devices.speech.framed import FramedSpeech
from devices.speech.talk import Measurement, Said
from devices.wire.pc60fw import Pc60fwReading, is_pc60fw_measurement, pc60fw_assembler

# It tells quarters: the middle of each, so that the lowest is a low battery.
_PERCENT_OF_LEVEL = (12, 37, 62, 87)


class Pc60fwSpeech(FramedSpeech):
    """One measurement a second, and the battery when its level changes."""

    def __init__(self) -> None:
        super().__init__(pc60fw_assembler())
        self._battery = BatteryNews()

    def read(self, frame: bytes) -> Iterable[Said]:
        """A measurement; nothing of a waveform, battery, version or working mode."""
        if not is_pc60fw_measurement(frame):
            return
        measured = Pc60fwReading.from_bytes(frame)
        yield Measurement(partial(pc60fw_readings, measured=measured))
        if measured.battery is not None:
            yield from self._battery.hear(_PERCENT_OF_LEVEL[measured.battery])
