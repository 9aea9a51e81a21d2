"""Date Time (2A08): the seven bytes of a device's own clock, without a time zone."""

from datetime import datetime

from devices.errors import MalformedFrame

DATE_TIME_LENGTH = 7

_UNKNOWN = bytes(DATE_TIME_LENGTH)


def decode_date_time(data: bytes) -> datetime | None:
    """The device's local time; None if it does not know it.

    Year, month or day 0 mean unknown. A date that no calendar has (31 February, hour 25) is a
    broken clock, not a broken measurement, so it is unknown as well: a pressure is never thrown
    away because of the clock beside it.
    """
    if len(data) < DATE_TIME_LENGTH:
        raise MalformedFrame(f"date time: {len(data)} bytes, it has {DATE_TIME_LENGTH}")
    year = int.from_bytes(data[:2], "little")
    month, day, hour, minute, second = data[2:DATE_TIME_LENGTH]
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # it tells no zone
    except ValueError:
        return None


def encode_date_time(moment: datetime | None) -> bytes:
    """Seven bytes, all zero for an unknown time; fractions of a second are dropped."""
    if moment is None:
        return _UNKNOWN
    return moment.year.to_bytes(2, "little") + bytes(
        (moment.month, moment.day, moment.hour, moment.minute, moment.second)
    )
