"""Device models as rows: what they speak, how often, and where they depart from the standard."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from devices.errors import UnknownModel
from devices.wire.blood_pressure import BloodPressure


class DeviceKind(StrEnum):
    """What a device measures; the `kind` of a device in config.toml."""

    CUFF = "cuff"
    OXIMETER = "oximeter"
    STRAP = "strap"


BLOOD_PRESSURE_SERVICE = "1810"
HEART_RATE_SERVICE = "180D"
PULSE_OXIMETER_SERVICE = "1822"

# A stream packet comes about every second; a link that carries none for this long is dead.
_STREAM_SILENCE = 10.0


@dataclass(frozen=True, slots=True)
class DeviceModel:
    """One kind of device.

    `measurements` are the characteristics it sends by itself. A device that `streams` is lost after
    `silence` seconds without data; one that does not wakes only to deliver and is never silent.
    `can_start`: the monitor can start a measurement. `advertised` are name prefixes by which a scan
    tells the model from the generic one.
    """

    name: str
    kind: DeviceKind
    service: str
    measurements: tuple[str, ...]
    silence: float | None = None
    can_start: bool = False
    advertised: tuple[str, ...] = ()
    note: str = ""
    decode_pressure: Callable[[bytes], BloodPressure] = BloodPressure.from_bytes

    @property
    def streams(self) -> bool:
        """Whether it sends all the time, so that its silence is a loss."""
        return self.silence is not None


def _cuff(
    name: str,
    *advertised: str,
    note: str = "",
    decode_pressure: Callable[[bytes], BloodPressure] = BloodPressure.from_bytes,
) -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.CUFF,
        service=BLOOD_PRESSURE_SERVICE,
        measurements=("2A35",),
        advertised=advertised,
        note=note,
        decode_pressure=decode_pressure,
    )


def _strap(name: str, *advertised: str, note: str = "") -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.STRAP,
        service=HEART_RATE_SERVICE,
        measurements=("2A37",),
        silence=_STREAM_SILENCE,
        advertised=advertised,
        note=note,
    )


def _oximeter(name: str, *advertised: str, note: str = "", streams: bool = True) -> DeviceModel:
    return DeviceModel(
        name=name,
        kind=DeviceKind.OXIMETER,
        service=PULSE_OXIMETER_SERVICE,
        measurements=("2A5F", "2A5E"),
        silence=_STREAM_SILENCE if streams else None,
        advertised=advertised,
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
    _cuff("A&D UA-651BLE", "A&D_UA-651", "UA-651"),
    _cuff(
        "Beurer BM85",
        "BM85",
        note="pulse and status big-endian, user id without its flag, mean pressure sent as 0",
        decode_pressure=BloodPressure.from_bytes_of_bm85,
    ),
    _cuff("boso medicus", "boso", note="a failed cycle is all NaN with status 0"),
    _strap("Polar H10", "Polar H10", note="never tells skin contact: both contact bits stay 0"),
    _oximeter("ChoiceMMed", "ChoiceMMed", note="its clock is never set", streams=False),
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
