"""config.toml as types: what a clinic writes down, validated whole, all mistakes at once.

Each table of the file is a class here; `load_config` reads it and raises ConfigError. Secrets never
stand in the text: they come from files or the environment.
"""

import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from devices.mapping_row import MappingRow, Scalar
from devices.reading import Metric, Origin
from monitor.config_beds import (
    HUMAN_SOURCES,
    Bed,
    Device,
    Identifier,
    Seconds,
    Table,
    refuse_doubled,
)
from monitor.mistakes import ConfigError, Mistake, mistakes_of

Port = Annotated[int, Field(ge=0, le=65535)]


class Site(Table):
    """Who we are, where the record lies, which alarm profile is signed."""

    id: Identifier
    label: str = ""
    station: str = "Nursing station"
    data: str = "data"
    profile: str = "default"
    origin: Literal["real", "test"] = "real"


class Web(Table):
    """Where staff open the dashboard."""

    host: Literal["127.0.0.1", "::1", "localhost"] = "127.0.0.1"
    port: Port = 8000
    allowed_hosts: list[str] = Field(default_factory=list[str])


class Bluetooth(Table):
    """The BlueZ adapters that read Bluetooth LE devices; none named: the default one."""

    enabled: bool = True
    adapters: list[str] = Field(default_factory=list[str])


class Mapping(Table):
    """How a foreign device's topic and JSON become readings; `row` is how the driver wants it."""

    topic: str
    metric: Metric
    pointer: str
    bed: Identifier | None = None
    device: Identifier | None = None
    each: str | None = None
    where: dict[str, Scalar] = Field(default_factory=dict[str, Scalar])
    unit: str | None = None
    scale: float = 1.0
    absent: list[Scalar] = Field(default_factory=list[Scalar])
    time_pointer: str | None = None

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        self.row()
        return self

    def row(self) -> MappingRow:
        """The row. Raises ValueError for what cannot work."""
        return MappingRow(
            topic=self.topic,
            metric=self.metric,
            pointer=self.pointer,
            bed=self.bed,
            device=self.device,
            each=self.each,
            where=tuple(self.where.items()),
            unit=self.unit,
            scale=self.scale,
            absent=tuple(self.absent),
            time_pointer=self.time_pointer,
        )


class PayloadLimits(Table):
    """What a payload that mapping rows read may have at most.

    The upper bounds are what the loop decodes in some 10 ms.
    """

    max_bytes: Annotated[int, Field(ge=1, le=1_048_576)] = 65_536
    max_depth: Annotated[int, Field(ge=1, le=64)] = 16
    max_values: Annotated[int, Field(ge=1, le=20_000)] = 2_000
    max_readings: Annotated[int, Field(ge=1, le=2_000)] = 500


class Mqtt(Table):
    """The broker that bedside monitors and nausea buttons publish to."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port = 1883
    username: str | None = None
    password_file: str | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    keepalive_s: Seconds = 10.0
    outage_s: Seconds = 600.0
    one_filter: bool = False
    mapping: list[Mapping] = Field(default_factory=list[Mapping])
    limits: PayloadLimits = PayloadLimits()

    @model_validator(mode="after")
    def _credentials_are_whole(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file belong together: give both or none")
        if self.cert_file is not None and self.ca_file is None:
            raise ValueError("cert_file needs TLS: give ca_file too")
        if self.password_file is not None and self.username is None:
            raise ValueError("password_file needs a username")
        return self


class Influx(Table):
    """One InfluxDB that receives a copy of the record."""

    enabled: bool = False
    url: str = "http://127.0.0.1:8086"
    api: Literal["v1", "v2"] = "v1"
    database: str = "kat"
    org: str = ""
    username: str | None = None
    token_file: str | None = None


class Pager(Table):
    """Where on-call pages go: a file or an environment variable with Apprise URLs, one a line."""

    urls_file: str | None = None
    urls_env: str | None = None
    medium_after_s: Seconds | None = None


class Config(Table):
    """The whole of config.toml."""

    site: Site
    web: Web = Web()
    bluetooth: Bluetooth = Bluetooth()
    mqtt: Mqtt = Mqtt()
    influx: Influx = Influx()
    pager: Pager = Pager()
    bed: Annotated[list[Bed], Field(min_length=1)]
    device: list[Device] = Field(default_factory=list[Device])

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        refuse_doubled("bed id", [bed.id for bed in self.bed])
        refuse_doubled("id of a device without a bed", [device.id for device in self.device])
        return self

    @model_validator(mode="after")
    def _spare_devices_can_be_anywhere(self) -> Self:
        for device in self.device:
            if device.address is None:
                raise ValueError(
                    f"{device.id} has no bed and no address; an MQTT device is of the bed in its"
                    " topic: write it there, or give a Bluetooth device its address"
                )
            if device.id in HUMAN_SOURCES:
                raise ValueError(f"{device.id} stands for what people enter; use another id")
            if device.same_limb_as is not None or device.required:
                raise ValueError(f"{device.id} has no bed yet; take same_limb_as and required away")
        return self

    @property
    def origin(self) -> Origin:
        """The origin of every reading of this service's devices."""
        return Origin(self.site.origin)

    def placed_devices(self) -> Iterator[tuple[str, Device]]:
        """Every device by its place in the file, "bed[1].device[2]"."""
        for b, bed in enumerate(self.bed, start=1):
            for d, device in enumerate(bed.device, start=1):
                yield f"bed[{b}].device[{d}]", device
        for d, device in enumerate(self.device, start=1):
            yield f"device[{d}]", device


def load_config(path: Path) -> Config:
    """The configuration of a file; ConfigError lists every mistake in it."""
    try:
        with path.open("rb") as file:
            raw = tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError.one(
            path, "", None, "there is no such file; name one with --config"
        ) from None
    except OSError as error:
        raise ConfigError.one(path, "", None, f"cannot be read: {error.strerror}") from None
    except ValueError as error:  # TOMLDecodeError, and UnicodeDecodeError
        raise ConfigError.one(path, "", None, f"this is not TOML: {error}") from None
    return parse_config(raw, path)


def parse_config(raw: dict[str, object], path: Path) -> Config:
    """The configuration of a parsed file; `path` is only named in mistakes."""
    try:
        config = Config.model_validate_json(json.dumps(raw, default=_iso_text), strict=True)
    except ValidationError as error:
        raise ConfigError(mistakes_of(error, path)) from None
    if doubled := list(_doubled_addresses(config, path)):
        raise ConfigError(doubled)
    return config


def read_secret(path: str | None) -> str | None:
    """The text of a secret's file without its line end; None where none is named."""
    return None if path is None else Path(path).read_text(encoding="utf-8").strip()


def _doubled_addresses(config: Config, path: Path) -> Iterator[Mistake]:
    """Only one of two devices with one address could ever be read."""
    first: dict[str, str] = {}
    for place, device in config.placed_devices():
        if device.address is not None:
            other = first.setdefault(device.address.upper(), f"{place} ({device.id})")
            if other != f"{place} ({device.id})":
                right = f"{device.id} has the address of {other}; each device has its own"
                yield Mistake(path, f"{place}.address", device.address, right)


def _iso_text(value: object) -> str:
    """TOML has dates and JSON has none: keep them as the text they were."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"config.toml cannot hold a {type(value).__name__}")
