"""The Bluetooth services of cuffs, oximeters and straps: every frame is one measurement."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial

from devices.errors import MalformedFrame
from devices.measured import cuff_readings, oximeter_readings, strap_readings
from devices.speech.battery import BATTERY, battery_measurement
from devices.speech.talk import Ask, Measurement, Said, Speech
from devices.wire.battery import BatteryLevel
from devices.wire.blood_pressure import BloodPressure
from devices.wire.date_time import encode_date_time
from devices.wire.heart_rate import HeartRateMeasurement
from devices.wire.pulse_oximeter import Continuous, SpotCheck

CLOCK = "2A08"
"""Date Time: the clock of a device that lets itself be set."""


class StandardSpeech(Speech):
    """Blood pressure, pulse oximetry, heart rate and battery as their services define them.

    `decode_pressure` reads the frames of a cuff that departs from the standard; `sets_clock`: its
    clock is set at each connection, where it lets itself be.
    """

    def __init__(
        self,
        decode_pressure: Callable[[bytes], BloodPressure] = BloodPressure.from_bytes,
        *,
        sets_clock: bool = False,
    ) -> None:
        self._sets_clock = sets_clock
        self._readers: dict[str, Callable[[bytes], Measurement]] = {
            BATTERY: _battery,
            "2A35": partial(_pressure, decode_pressure),
            "2A37": _heart_rate,
            "2A5E": _spot_check,
            "2A5F": _continuous,
        }

    def open(self, now: datetime, offered: AbstractSet[str]) -> Iterable[Ask]:
        """Set the clock."""
        if self._sets_clock and CLOCK in offered:
            yield Ask(CLOCK, encode_date_time(now))

    def hear(self, characteristic: str, data: bytes) -> Iterable[Said]:
        """One measurement a frame."""
        read = self._readers.get(characteristic)
        if read is None:
            raise MalformedFrame(f"{characteristic} carries no measurement that we read")
        return (read(data),)


def _pressure(decode: Callable[[bytes], BloodPressure], data: bytes) -> Measurement:
    measured = decode(data)
    say = partial(cuff_readings, measured=measured)
    return Measurement(say, delivered=True, clock=measured.timestamp)


def _spot_check(data: bytes) -> Measurement:
    measured = SpotCheck.from_bytes(data)
    clock = None if measured.clock_not_set else measured.timestamp
    return Measurement(partial(oximeter_readings, measured=measured), delivered=True, clock=clock)


def _continuous(data: bytes) -> Measurement:
    return Measurement(partial(oximeter_readings, measured=Continuous.from_bytes(data)))


def _heart_rate(data: bytes) -> Measurement:
    return Measurement(partial(strap_readings, measured=HeartRateMeasurement.from_bytes(data)))


def _battery(data: bytes) -> Measurement:
    return battery_measurement(BatteryLevel.from_bytes(data))
