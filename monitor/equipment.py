"""The configured beds and devices, as the engine and the drivers want them."""

from pathlib import Path

from alerts.custody import UNASSIGNED
from alerts.setup import BedSetup, DeviceRow
from devices.catalog import GENERIC, MODELS, DeviceKind, DeviceModel, find_model
from devices.errors import UnknownModel
from devices.reading import Metric
from monitor.config import Config
from monitor.config_beds import Bed, Device
from monitor.mistakes import Mistake

_MEASURED: dict[str, tuple[Metric, ...]] = {
    "cuff": (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN_PRESSURE, Metric.PULSE_RATE),
    "oximeter": (Metric.SPO2, Metric.PULSE_RATE),
    "strap": (Metric.HEART_RATE, Metric.RR_MS),
    "monitor": (Metric.SPO2, Metric.PULSE_RATE),
    "button": (Metric.NAUSEA,),
}
"""What a kind of device measures where its config names no metrics."""

_DELIVERS = frozenset({"cuff", "button"})  # wakes only to deliver: its silence is no fault


def bed_setups(config: Config) -> tuple[BedSetup, ...]:
    """Every bed as its engine must know it."""
    return tuple(
        BedSetup(
            bed=bed.id,
            label=bed.label or bed.id,
            devices=tuple(_device_row(device) for device in bed.device),
        )
        for bed in config.bed
    )


def model_of(device: Device) -> DeviceModel | None:
    """The catalogue row of a Bluetooth device; None for one that speaks MQTT.

    Raises UnknownModel where the configured model is not in the catalogue.
    """
    if device.kind not in set(DeviceKind):
        return None
    return GENERIC[DeviceKind(device.kind)] if device.model is None else find_model(device.model)


def model_mistakes(config: Config, file: Path) -> list[Mistake]:
    """Every configured device model that is not in the catalogue, or not of the device's kind."""
    mistakes: list[Mistake] = []
    for key, device in config.placed_devices():
        try:
            model = model_of(device)
        except UnknownModel as error:
            mistakes.append(Mistake(file, f"{key}.model", device.model, str(error)))
            continue
        if model is not None and model.kind != device.kind:
            right = ", ".join(one.name for one in MODELS if one.kind == device.kind)
            why = f"it is of kind {model.kind}; of kind {device.kind} there are {right}"
            mistakes.append(Mistake(file, f"{key}.model", device.model, why))
    return mistakes


def spare_rows(config: Config) -> tuple[DeviceRow, ...]:
    """The devices without a bed, as the engine of whoever gets one must know them."""
    return tuple(_device_row(device) for device in config.device)


def device_kinds(config: Config) -> dict[str, dict[str, str]]:
    """The kind of every device by its home and name."""
    kinds = {bed.id: {device.id: device.kind for device in bed.device} for bed in config.bed}
    if config.device:
        kinds[UNASSIGNED] = {device.id: device.kind for device in config.device}
    return kinds


def radio_devices(config: Config) -> tuple[tuple[str, Device], ...]:
    """The devices that are read by Bluetooth, those with an address, by their home."""
    at_beds = ((bed.id, device) for bed in config.bed for device in bed.device if device.address)
    return (*at_beds, *((UNASSIGNED, device) for device in config.device))


def broker_devices(config: Config) -> tuple[tuple[Bed, Device], ...]:
    """The devices that publish to the broker: all others."""
    return tuple((bed, device) for bed in config.bed for device in bed.device if not device.address)


def streams(device: Device) -> bool:
    """Whether it sends all the time, so that its silence is a loss."""
    model = model_of(device)
    return device.kind not in _DELIVERS and (model is None or model.streams)


def _device_row(device: Device) -> DeviceRow:
    metrics = _metrics(device)
    model = model_of(device)
    return DeviceRow(
        id=device.id,
        metrics=metrics,
        streams=streams(device),
        required=device.required,
        period_s=1.0 if device.period_s is None else device.period_s,
        can_start=model is not None and model.can_start,
        same_limb_as=device.same_limb_as,
        automatic=device.kind == "monitor" and Metric.SYSTOLIC in metrics,
        shared=device.shared,
    )


def _metrics(device: Device) -> tuple[Metric, ...]:
    return _MEASURED[device.kind] if device.metrics is None else tuple(device.metrics)
