"""Fields of makers' own frames, named as the golden vectors name them."""

from collections.abc import Callable

from devices.wire.contec import ContecReading
from devices.wire.jks50f import Jks50fReading
from devices.wire.omron import OmronRecord
from devices.wire.viatom import OxyiiFrame, Pc60fwReading
from devices.wire.yonker import YonkerReading

Fields = dict[str, object]

_EMPTY: Fields = {"empty": True}


def _omron_little_endian(data: bytes) -> Fields:
    record = OmronRecord.from_little_endian(data)
    if record is None:
        return _EMPTY
    clock = record.timestamp
    return {**_pressures(record), "timestamp": clock and clock.isoformat()}


def _omron_big_endian(data: bytes) -> Fields:
    record = OmronRecord.from_big_endian(data)
    return _EMPTY if record is None else _pressures(record)


def _yonker(data: bytes) -> Fields:
    reading = YonkerReading.from_bytes(data)
    clock = reading.timestamp
    return {**_pressures(reading), "timestamp": clock and clock.isoformat()}


def _contec(data: bytes) -> Fields:
    reading = ContecReading.from_bytes(data)
    return {"pulse": reading.pulse, "spo2": reading.spo2, "finger": reading.finger}


def _pc60fw(data: bytes) -> Fields:
    reading = Pc60fwReading.from_bytes(data)
    return {"spo2": reading.spo2, "pulse": reading.pulse, "pi": reading.perfusion}


def _jks50f(data: bytes) -> Fields:
    reading = Jks50fReading.from_bytes(data)
    return {"finger": reading.finger, "spo2": reading.spo2, "pulse": reading.pulse}


def _oxyii(data: bytes) -> Fields:
    frame = OxyiiFrame.from_bytes(data)
    return {"cmd": frame.command, "seq": frame.sequence, "payload": frame.payload.hex()}


VENDOR_DECODERS: dict[str, Callable[[bytes], Fields]] = {
    "contec-cms50d-ff02": _contec,
    "jks50f": _jks50f,
    "omron-eeprom-14-be-bitpacked": _omron_big_endian,
    "omron-eeprom-14-le": _omron_little_endian,
    "viatom-oxyii-frame": _oxyii,
    "viatom-pc60fw-nus": _pc60fw,
    "yonker-cdeacd81": _yonker,
}
"""By the names of the golden vectors."""


def _pressures(reading: OmronRecord | YonkerReading) -> Fields:
    return {
        "systolic": reading.systolic,
        "diastolic": reading.diastolic,
        "pulse": reading.pulse,
    }
