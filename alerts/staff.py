"""What staff typed in themselves: who did, so that nobody is called to what they know already."""

from devices.reading import Cuff, Reading, Report, ReportSource, Sample

STAFF = "staff"  # the device name of whatever a person typed in


def entered_by(reading: Reading) -> str | None:
    """Who typed a reading in ("staff" where no name is known); None: a device or the patient."""
    match reading:
        case Report(source=ReportSource.STAFF):
            return reading.by or STAFF
        case Sample(device="staff") | Cuff(device="staff"):
            return reading.by or STAFF
        case _:
            return None


def stated_at(at: float, reading: Reading) -> float:
    """When it was so: staff state a time; a device's own clock is believed only of stored data."""
    believed = reading.history or reading.device == STAFF
    told = reading.device_time
    return at if told is None or not believed else min(at, told)
