"""A Nonin 3230: one frame a second, each one notification."""

from collections.abc import Iterable
from functools import partial

from devices.measured_oximeters import nonin_readings
from devices.speech.battery import BATTERY, battery_measurement
from devices.speech.talk import Measurement, Said, Speech
from devices.wire.battery import BatteryLevel
from devices.wire.nonin import NoninReading, NoninStatus

# Of a battery that it calls low without a number; below any limit that means low.
_LOW = BatteryLevel(10)


class NoninSpeech(Speech):
    """A measurement a frame; that the battery becomes low is told once."""

    def __init__(self) -> None:
        self._low = False

    def hear(self, characteristic: str, data: bytes) -> Iterable[Said]:
        """One measurement a frame."""
        if characteristic == BATTERY:
            yield battery_measurement(BatteryLevel.from_bytes(data))
            return
        measured = NoninReading.from_bytes(data)
        yield Measurement(partial(nonin_readings, measured=measured))
        low = NoninStatus.LOW_BATTERY in measured.status
        if low and not self._low:
            yield battery_measurement(_LOW)
        self._low = low
