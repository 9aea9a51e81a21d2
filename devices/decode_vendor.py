"""Fields of makers' own frames, named as the golden vectors name them."""

from collections.abc import Callable
from dataclasses import asdict

from devices.errors import MalformedFrame
from devices.wire.berrymed import BerryMedReading
from devices.wire.contec import ContecReading
from devices.wire.jks50f import Jks50fReading
from devices.wire.nonin import NoninReading
from devices.wire.o2ring import O2RingFrame, O2RingReading
from devices.wire.omron import OmronRecord
from devices.wire.oxyii import LIVE, OxyiiFrame, OxyiiReading
from devices.wire.pc60fw import Pc60fwReading
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


def _oxyii_live(data: bytes) -> Fields:
    frame = OxyiiFrame.from_bytes(data)
    if frame.command != LIVE:
        raise MalformedFrame(f"OxyII frame: command {frame.command:02x} is not live ({LIVE:02x})")
    reading = OxyiiReading.from_bytes(frame.payload)
    return {
        "spo2": reading.spo2,
        "pulse": reading.pulse,
        "finger": reading.finger,
        "battery": reading.battery,
    }


def _o2ring(data: bytes) -> Fields:
    reading = O2RingReading.from_bytes(O2RingFrame.from_bytes(data).payload)
    return {
        "spo2": reading.spo2,
        "pulse": reading.pulse,
        "pi": reading.perfusion,
        "worn": reading.worn,
        "battery": reading.battery,
    }


def _nonin(data: bytes) -> Fields:
    reading = NoninReading.from_bytes(data)
    return {
        "spo2": reading.spo2,
        "pulse": reading.pulse,
        "pai": reading.amplitude,
        "status": int(reading.status),
        "volts": reading.volts,
        "counter": reading.counter,
    }


def _berrymed(data: bytes) -> Fields:
    return asdict(BerryMedReading.from_bytes(data))


VENDOR_DECODERS: dict[str, Callable[[bytes], Fields]] = {
    "berrymed-bci": _berrymed,
    "contec-cms50d-ff02": _contec,
    "jks50f": _jks50f,
    "nonin-0aad7ea0": _nonin,
    "omron-eeprom-14-be-bitpacked": _omron_big_endian,
    "omron-eeprom-14-le": _omron_little_endian,
    "viatom-o2ring": _o2ring,
    "viatom-oxyii-frame": _oxyii,
    "viatom-oxyii-live": _oxyii_live,
    "viatom-pc60fw-nus": _pc60fw,
    "yonker-cdeacd81": _yonker,
}
"""By the names of the golden vectors, where there are any."""


def _pressures(reading: OmronRecord | YonkerReading) -> Fields:
    return {
        "systolic": reading.systolic,
        "diastolic": reading.diastolic,
        "pulse": reading.pulse,
    }
