"""A Yonker YK-IBPA1 cuff: its maker's characteristic carries one measurement a frame."""

from collections.abc import Iterable
from functools import partial

from devices.measured import cuff_readings
from devices.speech.battery import BATTERY, battery_measurement
from devices.speech.talk import Measurement, Said, Speech
from devices.wire.battery import BatteryLevel
from devices.wire.blood_pressure import BloodPressure
from devices.wire.yonker import YonkerReading


class YonkerSpeech(Speech):
    """It speaks by itself; its clock tells minutes and is often wrong."""

    def hear(self, characteristic: str, data: bytes) -> Iterable[Said]:
        """One measurement a frame."""
        if characteristic == BATTERY:
            return (battery_measurement(BatteryLevel.from_bytes(data)),)
        told = YonkerReading.from_bytes(data)
        measured = BloodPressure(
            told.systolic, told.diastolic, None, timestamp=told.timestamp, pulse=told.pulse
        )
        say = partial(cuff_readings, measured=measured)
        return (Measurement(say, delivered=True, clock=told.timestamp),)
