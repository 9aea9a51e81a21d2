"""The Bluetooth services of cuffs, oximeters and straps: every frame is one measurement."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
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
from devices.wire.pulse_oximeter import Continuous, OximeterStatus, SpotCheck
from devices.wire.record_access import RecordOperation, RecordRequest, RecordResponse

CLOCK = "2A08"
"""Date Time: the clock of a device that lets itself be set."""

RECORD_ACCESS = "2A52"
"""Record Access Control Point: where an oximeter is asked for what it has stored."""

_NOTHING = OximeterStatus(0)
_REPORT_PAUSE = 5.0  # s; records of a report follow each other within a connection interval or two


class StandardSpeech(Speech):
    """Blood pressure, pulse oximetry, heart rate and battery as their services define them.

    `decode_pressure` reads the frames of a cuff that departs from the standard; `sets_clock`: its
    clock is set at each connection, where it lets itself be. A device with stored records is asked
    for all of them; what it tells until it says that this was all had been stored.
    """

    def __init__(
        self,
        decode_pressure: Callable[[bytes], BloodPressure] = BloodPressure.from_bytes,
        *,
        sets_clock: bool = False,
    ) -> None:
        self._sets_clock = sets_clock
        self._reports = False  # it is telling what it has stored
        self._reported = False  # and has told some of it since we last looked
        self._readers: dict[str, Callable[[bytes], Measurement]] = {
            BATTERY: _battery,
            "2A35": partial(_pressure, decode_pressure),
            "2A37": _heart_rate,
            "2A5E": self._spot_check,
            "2A5F": _continuous,
        }

    def open(self, now: datetime, offered: AbstractSet[str]) -> Iterable[Ask]:
        """Set the clock, then ask for what is stored: dated right, if it dates at sending."""
        if self._sets_clock and CLOCK in offered:
            yield Ask(CLOCK, encode_date_time(now))
        if RECORD_ACCESS in offered:
            self._reports, self.period = True, _REPORT_PAUSE
            yield Ask(RECORD_ACCESS, bytes(RecordRequest(RecordOperation.REPORT)))

    def repeat(self) -> Iterable[Ask]:
        """Nothing; but a report in which nothing has come for so long is over, though unended."""
        if not self._reported:
            self._end_report()
        self._reported = False
        return ()

    def refused(self, ask: Ask) -> None:
        """It has no report to make."""
        if ask.characteristic == RECORD_ACCESS:
            self._end_report()

    def hear(self, characteristic: str, data: bytes) -> Iterable[Said]:
        """One measurement a frame."""
        if characteristic == RECORD_ACCESS:
            self._end_report()  # however it ended, and whatever it says
            RecordResponse.from_bytes(data)
            return ()
        read = self._readers.get(characteristic)
        if read is None:
            raise MalformedFrame(f"{characteristic} carries no measurement that we read")
        return (read(data),)

    def _end_report(self) -> None:
        self._reports, self.period = False, None

    def _spot_check(self, data: bytes) -> Measurement:
        measured = SpotCheck.from_bytes(data)
        # The same record may come live first and from the storage later.
        status = (measured.status or _NOTHING) & ~OximeterStatus.FROM_STORAGE
        content = bytes(replace(measured, status=status))
        if self._reports:
            self._reported = True
            measured = replace(measured, status=status | OximeterStatus.FROM_STORAGE)
        clock = None if measured.clock_not_set else measured.timestamp
        say = partial(oximeter_readings, measured=measured)
        return Measurement(say, delivered=True, clock=clock, content=content)


def _pressure(decode: Callable[[bytes], BloodPressure], data: bytes) -> Measurement:
    measured = decode(data)
    say = partial(cuff_readings, measured=measured)
    return Measurement(say, delivered=True, clock=measured.timestamp)


def _continuous(data: bytes) -> Measurement:
    return Measurement(partial(oximeter_readings, measured=Continuous.from_bytes(data)))


def _heart_rate(data: bytes) -> Measurement:
    return Measurement(partial(strap_readings, measured=HeartRateMeasurement.from_bytes(data)))


def _battery(data: bytes) -> Measurement:
    return battery_measurement(BatteryLevel.from_bytes(data))
