"""Whose a reading is: a device may speak for another bed than the one it is configured at."""

import math
from collections.abc import Mapping

import msgspec

from alerts.custody import UNASSIGNED, Custody
from alerts.engine import BedEngine
from devices.reading import Reading
from monitor.journal import measured_at
from monitor.seat import Seat

_MINUTE = 60.0  # s


def owned(custody: Custody, reading: Reading) -> Reading:
    """The reading under the bed that had its device when it was measured.

    Of a device that was at no bed it is kept in the record as UNASSIGNED and shown on none.
    """
    if not custody.moved:
        return reading
    owner = custody.owner(reading.bed, reading.device, measured_at(reading))
    bed = UNASSIGNED if owner.bed is None else owner.bed
    if (bed, owner.device) == (reading.bed, reading.device):
        return reading
    return msgspec.structs.replace(reading, bed=bed, device=owner.device)


def of_its_session(seats: Mapping[str, Seat[BedEngine]], reading: Reading) -> Reading:
    """A reading that was delivered as new, as the session takes it that it was measured in.

    That session may have moved to another bed meanwhile; if it has ended the reading is history,
    and so it is for a session that began after it was measured, as far as the device's clock tells.
    """
    seat = seats.get(reading.bed)
    if reading.measured_at is None or reading.history or seat is None:
        return reading
    then = seat.session_at(measured_at(reading))
    if then is seat.session:
        return reading
    began_at = seat.here_since if seat.session is not None and then is None else math.inf
    if began_at - measured_at(reading) <= _resolution(reading):
        return msgspec.structs.replace(reading, measured_at=None)
    if then is not None:
        for bed, other in seats.items():
            if other.session is not None and other.session.id == then.id:
                return msgspec.structs.replace(reading, bed=bed, measured_at=None)
    return msgspec.structs.replace(reading, history=True)


def _resolution(reading: Reading) -> float:
    """Seconds that a device's time leaves out: the clocks of many cuffs tell minutes only."""
    whole_minute = reading.device_time is not None and reading.device_time % _MINUTE == 0
    return _MINUTE if whole_minute else 1.0
