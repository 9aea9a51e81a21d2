"""config.toml as a plan: every table turned into the settings of the part it speaks of."""

from pathlib import Path

from devices.ble import AdapterRow, BleDevice
from devices.mqtt import MqttDevice, MqttSettings
from devices.wire.bounded_json import Limits
from monitor.config import Config, PayloadLimits
from monitor.equipment import (
    bed_setups,
    broker_devices,
    device_kinds,
    model_mistakes,
    model_of,
    radio_devices,
    spare_rows,
    streams,
)
from monitor.influx.settings import InfluxSettings
from monitor.mapping_mistakes import mapping_mistakes
from monitor.mistakes import ConfigError
from monitor.pager.settings import PagerSettings
from monitor.parts import broker_part, influx_part, pager_part, radio_part
from monitor.plan import Plan, PlannedPart
from monitor.profile import load_profile

SILENT_PERIODS = 3.0  # a streaming device is silent after this many of its periods, at least
LEAST_SILENCE_S = 10.0  # this long
REPORT_PERIOD_S = 60.0  # between messages of a device that only reports, at the most


def plan_from(config: Config, path: Path) -> Plan:
    """The plan of a configuration; `path` is its file, for relative names and for mistakes.

    Raises ConfigError with every unknown model and every mapping row of nobody, and ProfileError
    for a profile that cannot be used.
    """
    mistakes = [*model_mistakes(config, path), *mapping_mistakes(config, path)]
    if mistakes:
        raise ConfigError(mistakes)
    return Plan(
        site=config.site.id,
        label=config.site.label or config.site.id,
        station=config.site.station,
        origin=config.origin,
        beds=bed_setups(config),
        kinds=device_kinds(config),
        spares=spare_rows(config),
        wards={bed.id: bed.ward for bed in config.bed if bed.ward},
        profile=load_profile(_profile(path, config.site.profile)),
        folder=path.parent / config.site.data,
        host=config.web.host,
        port=config.web.port,
        hosts=tuple(config.web.allowed_hosts),
        parts=tuple(_parts(config, path)),
        config=config,
        config_file=path,
    )


def _parts(config: Config, path: Path) -> list[PlannedPart]:
    parts: list[PlannedPart] = []
    if config.bluetooth.enabled:  # without a device too: one may come while the service runs
        parts.append(radio_part(ble_devices(config), ble_adapters(config)))
    if config.mqtt.enabled:
        parts.append(
            broker_part(
                mqtt_settings(config, path), mqtt_devices(config), outage_s=config.mqtt.outage_s
            )
        )
    if config.influx.enabled:
        parts.append(influx_part(influx_settings(config, path)))
    parts.append(pager_part(pager_settings(config, path), config.pager.medium_after_s))
    return parts


def ble_devices(config: Config) -> tuple[BleDevice, ...]:
    """The Bluetooth devices as the driver wants them."""
    found: list[BleDevice] = []
    for bed, device in radio_devices(config):
        model = model_of(device)
        if model is not None and device.address is not None:
            found.append(BleDevice(bed, device.id, device.address.upper(), model, config.origin))
    return tuple(found)


def ble_adapters(config: Config) -> tuple[AdapterRow, ...]:
    """The Bluetooth adapters to read through; the system's default one where none is named."""
    return tuple(AdapterRow(name) for name in config.bluetooth.adapters) or (AdapterRow(),)


def mqtt_settings(config: Config, path: Path) -> MqttSettings:
    """The broker as the driver wants it."""
    mqtt = config.mqtt
    return MqttSettings(
        site=config.site.id,
        host=mqtt.host,
        port=mqtt.port,
        client_id=f"kat-monitor-{config.site.id}",
        username=mqtt.username,
        password_file=_file(path, mqtt.password_file),
        ca_file=_file(path, mqtt.ca_file),
        cert_file=_file(path, mqtt.cert_file),
        key_file=_file(path, mqtt.key_file),
        keepalive_s=mqtt.keepalive_s,
        origin=config.origin,
        mapping=tuple(row.row() for row in mqtt.mapping),
        one_filter=mqtt.one_filter,
        limits=_limits(mqtt.limits),
    )


def _limits(said: PayloadLimits) -> Limits:
    return Limits(
        bytes=said.max_bytes,
        depth=said.max_depth,
        values=said.max_values,
        readings=said.max_readings,
    )


def mqtt_devices(config: Config) -> tuple[MqttDevice, ...]:
    """The MQTT devices as the driver wants them."""
    return tuple(
        MqttDevice(
            bed=bed.id,
            device=device.id,
            streams=streams(device),
            silent_after=max(LEAST_SILENCE_S, SILENT_PERIODS * (device.period_s or 1.0))
            if streams(device)
            else None,
            period_s=device.period_s or (1.0 if streams(device) else REPORT_PERIOD_S),
        )
        for bed, device in broker_devices(config)
    )


def influx_settings(config: Config, path: Path) -> InfluxSettings:
    """The InfluxDB as the sink wants it."""
    influx = config.influx
    return InfluxSettings(
        url=influx.url,
        api=influx.api,
        database=influx.database,
        org=influx.org,
        username=influx.username,
        token_file=_file(path, influx.token_file),
    )


def pager_settings(config: Config, path: Path) -> PagerSettings:
    """The on-call channels as the pager wants them."""
    return PagerSettings(
        urls_file=_file(path, config.pager.urls_file), urls_env=config.pager.urls_env
    )


def _file(config_file: Path, name: str | None) -> Path | None:
    """A file named in the configuration: relative names count from where the configuration lies."""
    return None if name is None else config_file.parent / name


def _profile(config_file: Path, name: str) -> str | Path:
    """A profile by its name, or the file beside the configuration."""
    return config_file.parent / name if name.endswith(".toml") else name
