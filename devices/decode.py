"""One frame, by the name of its characteristic, as JSON-ready fields: `kat-monitor decode`."""

import math
from collections.abc import Callable
from datetime import datetime

from devices.catalog import DeviceModel, find_model
from devices.decode_vendor import VENDOR_DECODERS, Fields
from devices.errors import UnknownCharacteristic
from devices.wire.battery import BatteryLevel
from devices.wire.blood_pressure import BloodPressure, CuffPressure, PressureFeature
from devices.wire.date_time import decode_date_time
from devices.wire.heart_rate import HeartRateMeasurement
from devices.wire.medfloat import decode_sfloat
from devices.wire.pulse_oximeter import Continuous, OximeterFeatures, Oximetry, SpotCheck


def decode(characteristic: str, data: bytes, model: str | None = None) -> Fields:
    """Decode one frame of `characteristic`, as the catalogue's device `model` sends it.

    Both names in any case. Raises MalformedFrame, UnknownCharacteristic or UnknownModel.
    """
    row = None if model is None else find_model(model)
    wanted = characteristic.strip().casefold()
    for name, fields_of in _DECODERS.items():
        if name.casefold() == wanted:
            return fields_of(data, row)
    if wanted in VENDOR_DECODERS:
        return VENDOR_DECODERS[wanted](data)
    known = ", ".join(sorted(CHARACTERISTICS))
    raise UnknownCharacteristic(f"no characteristic {characteristic!r}; there are {known}")


def _blood_pressure(data: bytes, model: DeviceModel | None) -> Fields:
    measured = BloodPressure.from_bytes(data) if model is None else model.decode_pressure(data)
    return {
        "systolic": _plain(measured.systolic),
        "diastolic": _plain(measured.diastolic),
        "map": _plain(measured.mean),
        "unit": measured.unit,
        "timestamp": _iso(measured.timestamp),
        "pulse": _plain(measured.pulse),
        "user": measured.user,
        "status": _bits(measured.status),
    }


def _cuff_pressure(data: bytes, _: DeviceModel | None) -> Fields:
    measured = CuffPressure.from_bytes(data)
    return {
        "cuff": _plain(measured.cuff),
        "unit": measured.unit,
        "pulse": _plain(measured.pulse),
        "user": measured.user,
        "status": _bits(measured.status),
    }


def _heart_rate(data: bytes, _: DeviceModel | None) -> Fields:
    measured = HeartRateMeasurement.from_bytes(data)
    return {
        "bpm": measured.bpm,
        "contact": measured.contact,
        "energy_kj": measured.energy_kj,
        "rr_1024": list(measured.rr_1024),
    }


def _spot_check(data: bytes, _: DeviceModel | None) -> Fields:
    measured = SpotCheck.from_bytes(data)
    return {
        **_oximetry(measured.normal),
        "timestamp": _iso(measured.timestamp),
        "status": _bits(measured.status),
        "sensor": _bits(measured.sensor),
        "pai": _plain(measured.amplitude),
        "clock_not_set": measured.clock_not_set,
    }


def _continuous(data: bytes, _: DeviceModel | None) -> Fields:
    measured = Continuous.from_bytes(data)
    return {
        **_oximetry(measured.normal),
        "fast": None if measured.fast is None else _oximetry(measured.fast),
        "slow": None if measured.slow is None else _oximetry(measured.slow),
        "status": _bits(measured.status),
        "sensor": _bits(measured.sensor),
        "pai": _plain(measured.amplitude),
    }


def _oximeter_features(data: bytes, _: DeviceModel | None) -> Fields:
    told = OximeterFeatures.from_bytes(data)
    return {
        "features": told.features,
        "measurement_status_support": _bits(told.status_support),
        "sensor_status_support": _bits(told.sensor_support),
    }


def _pressure_feature(data: bytes, _: DeviceModel | None) -> Fields:
    return {"features": PressureFeature.from_bytes(data).features}


def _battery(data: bytes, _: DeviceModel | None) -> Fields:
    return {"battery": BatteryLevel.from_bytes(data).percent}


def _date_time(data: bytes, _: DeviceModel | None) -> Fields:
    return {"timestamp": _iso(decode_date_time(data))}


def _sfloat(data: bytes, _: DeviceModel | None) -> Fields:
    return {"value": _plain(decode_sfloat(data))}


_DECODERS: dict[str, Callable[[bytes, DeviceModel | None], Fields]] = {
    "2A08": _date_time,
    "2A19": _battery,
    "2A35": _blood_pressure,
    "2A36": _cuff_pressure,
    "2A37": _heart_rate,
    "2A49": _pressure_feature,
    "2A5E": _spot_check,
    "2A5F": _continuous,
    "2A60": _oximeter_features,
    "SFLOAT": _sfloat,
}

CHARACTERISTICS = frozenset(_DECODERS) | frozenset(VENDOR_DECODERS)
"""The names that `decode` knows."""


def _oximetry(pair: Oximetry) -> Fields:
    return {"spo2": _plain(pair.spo2), "pulse": _plain(pair.pulse)}


def _plain(number: float | None) -> int | float | str | None:
    """120 rather than 120.0, and infinity as a word, which JSON has no number for."""
    if number is None:
        return None
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return int(number) if number.is_integer() else number


def _bits(flags: int | None) -> int | None:
    return None if flags is None else int(flags)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
