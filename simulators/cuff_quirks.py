"""How cuffs that depart from the Blood Pressure Service write their frames."""

from dataclasses import replace

from devices.wire.blood_pressure import BloodPressure, PressureFlags
from devices.wire.date_time import encode_date_time
from devices.wire.medfloat import encode_sfloat


def encode_as_bm85(measured: BloodPressure) -> bytes:
    """A Beurer BM85's frame (device).

    Pulse and status are big-endian, a user id is there although its flag is not, and the mean
    pressure is 0.
    """
    flags = PressureFlags.TIME | PressureFlags.PULSE | PressureFlags.STATUS
    pressures = b"".join(map(encode_sfloat, (measured.systolic, measured.diastolic, 0)))
    user = 1 if measured.user is None else measured.user
    status = 0 if measured.status is None else int(measured.status)
    return (
        bytes((flags,))
        + pressures
        + encode_date_time(measured.timestamp)
        + encode_sfloat(measured.pulse)[::-1]
        + bytes((user,))
        + status.to_bytes(2, "big")
    )


def encode_as_boso(measured: BloodPressure) -> bytes:
    """A boso medicus's frame (device): a failed cycle is all NaN, with nothing in its status."""
    if measured.systolic is not None:
        return bytes(measured)
    flags = PressureFlags.TIME | PressureFlags.PULSE | PressureFlags.STATUS
    nothing = encode_sfloat(None)
    return bytes((flags,)) + nothing * 3 + encode_date_time(measured.timestamp) + nothing + bytes(2)


def encode_in_kilopascal(measured: BloodPressure) -> bytes:
    """The frame of a cuff that is set to kPa, in tenths."""
    pressures = (measured.systolic, measured.diastolic, measured.mean)
    told = (None if one is None else round(one / 7.50062, 1) for one in pressures)
    systolic, diastolic, mean = told
    return bytes(replace(measured, systolic=systolic, diastolic=diastolic, mean=mean, unit="kPa"))


def encode_as_yonker(measured: BloodPressure) -> bytes:
    """A Yonker YK-IBPA1's frame (device): whole numbers, 0 for none, and a clock of minutes."""
    told = (measured.systolic, measured.diastolic, measured.pulse)
    when = measured.timestamp
    clock = (when.day, when.month, when.year % 100, when.hour, when.minute) if when else (0,) * 5
    return bytes((0x81, *(round(number or 0) for number in told), 0, 0, *clock, 0, 0, 0, 0))
