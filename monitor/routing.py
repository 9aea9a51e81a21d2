"""Whose a reading is: a device may speak for another bed than the one it is configured at."""

import msgspec

from alerts.custody import UNASSIGNED, Custody
from devices.reading import Reading
from monitor.journal import measured_at


def owned(custody: Custody, reading: Reading) -> Reading:
    """The reading under the bed that had its device when it was measured.

    Of a device that was at no bed it is kept in the record as UNASSIGNED and shown on none.
    """
    owner = custody.owner(reading.bed, reading.device, measured_at(reading))
    bed = UNASSIGNED if owner.bed is None else owner.bed
    if (bed, owner.device) == (reading.bed, reading.device):
        return reading
    return msgspec.structs.replace(reading, bed=bed, device=owner.device)
