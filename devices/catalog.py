"""Device models as rows: what they speak, how often, and where they depart from the standard."""

from collections.abc import Callable
from functools import partial

from devices.catalog_cuffs import MAKERS_CUFFS
from devices.catalog_oximeters import OXIMETERS
from devices.device_model import STREAM_SILENCE, DeviceKind, DeviceModel, Evidence
from devices.errors import UnknownModel
from devices.speech.standard import StandardSpeech
from devices.wire.blood_pressure import BloodPressure

__all__ = ["GENERIC", "MODELS", "DeviceKind", "DeviceModel", "Evidence", "find_model", "recognise"]


BLOOD_PRESSURE_SERVICE = "1810"
HEART_RATE_SERVICE = "180D"
PULSE_OXIMETER_SERVICE = "1822"


def _cuff(  # a row of a table
    name: str,
    *advertised: str,
    note: str = "",
    evidence: Evidence = Evidence.STANDARD,
    bonds: bool = False,
    sets_clock: bool = False,
    decode_pressure: Callable[[bytes], BloodPressure] = BloodPressure.from_bytes,
) -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.CUFF,
        service=BLOOD_PRESSURE_SERVICE,
        measurements=("2A35",),
        speech=partial(StandardSpeech, decode_pressure, sets_clock=sets_clock),
        bonds=bonds,
        advertised=advertised,
        evidence=evidence,
        note=note,
        decode_pressure=decode_pressure,
    )


def _strap(
    name: str, *advertised: str, note: str = "", evidence: Evidence = Evidence.STANDARD
) -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.STRAP,
        service=HEART_RATE_SERVICE,
        measurements=("2A37",),
        silence=STREAM_SILENCE,
        advertised=advertised,
        evidence=evidence,
        note=note,
    )


def _oximeter(
    name: str,
    *advertised: str,
    note: str = "",
    evidence: Evidence = Evidence.STANDARD,
    streams: bool = True,
) -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.OXIMETER,
        service=PULSE_OXIMETER_SERVICE,
        measurements=("2A5F", "2A5E", "2A52"),
        silence=STREAM_SILENCE if streams else None,
        advertised=advertised,
        evidence=evidence,
        note=note,
    )


GENERIC: dict[DeviceKind, DeviceModel] = {
    DeviceKind.CUFF: _cuff("Blood Pressure cuff"),
    DeviceKind.OXIMETER: _oximeter("Pulse Oximeter"),
    DeviceKind.STRAP: _strap("Heart Rate strap"),
}
"""The model of a device that simply follows its Bluetooth service."""

MODELS: tuple[DeviceModel, ...] = (
    *GENERIC.values(),
    _oximeter("Spot-check Oximeter", streams=False),
    _cuff(
        "A&D UA-651BLE",
        "A&D_UA-651",
        "UA-651",
        bonds=True,
        sets_clock=True,
        evidence=Evidence.LAYOUT,
        note="indicates only to whom it is paired with; takes the time at each connection",
    ),
    _cuff(
        "Beurer BM85",
        "BM85",
        evidence=Evidence.CAPTURE,
        note="pulse and status big-endian, user id without its flag, mean pressure sent as 0",
        decode_pressure=BloodPressure.from_bytes_of_bm85,
    ),
    _cuff(
        "boso medicus",
        "boso",
        evidence=Evidence.CAPTURE,
        note="a failed cycle is all NaN with status 0",
    ),
    _cuff(
        "Omron",
        bonds=True,
        evidence=Evidence.LAYOUT,
        note="models with the standard service only: others are read by their memory",
    ),
    _strap(
        "Polar H7",
        "Polar H7",
        evidence=Evidence.LAYOUT,
        note="tells skin contact: off the skin it has no heart rate",
    ),
    _strap(
        "Polar H10",
        "Polar H10",
        evidence=Evidence.CAPTURE,
        note="never tells skin contact: both contact bits stay 0",
    ),
    _oximeter(
        "ChoiceMMed",
        "ChoiceMMed",
        evidence=Evidence.CAPTURE,
        note="its clock is never set",
        streams=False,
    ),
    *OXIMETERS,
    *MAKERS_CUFFS,
)
"""Every device model we know by name."""


def find_model(name: str) -> DeviceModel:
    """The model of that name in any case; UnknownModel lists what exists."""
    wanted = name.strip().casefold()
    for model in MODELS:
        if model.name.casefold() == wanted:
            return model
    known = ", ".join(model.name for model in MODELS)
    raise UnknownModel(f"no device model {name!r}; there are {known}")


def recognise(advertised_name: str | None, services: frozenset[str]) -> DeviceModel | None:
    """The model of an advertisement: by its name, else by its service ("1810"), else None."""
    heard = (advertised_name or "").casefold()
    for model in MODELS:
        if any(heard.startswith(prefix.casefold()) for prefix in model.advertised):
            return model
    offered = {service.upper() for service in services}
    return next((model for model in GENERIC.values() if model.service in offered), None)
