"""What a device says of its battery: by the standard service, or among its measurements."""

from functools import partial

from devices.measured import battery_readings
from devices.speech.talk import Measurement
from devices.wire.battery import BatteryLevel

BATTERY = "2A19"
"""Battery Level, which any device may have beside what it measures."""


def battery_measurement(measured: BatteryLevel) -> Measurement:
    """Worth knowing, but not what the device is there for."""
    return Measurement(partial(battery_readings, measured=measured), vital=False)


class BatteryNews:
    """The level of a device that repeats it with each measurement: told when it changes."""

    def __init__(self) -> None:
        self._told: int | None = None

    def hear(self, percent: int | None) -> tuple[Measurement, ...]:
        """Nothing for a level that is known, unknown (None) or beyond 100 percent."""
        if percent is None or percent == self._told or percent > 100:
            return ()
        self._told = percent
        return (battery_measurement(BatteryLevel(percent)),)
