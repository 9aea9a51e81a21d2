"""The tables of config.toml that say which beds and devices there are."""

import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from alerts.custody import UNASSIGNED
from devices.reading import Metric

_NO_DEVICE = frozenset({"00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF"})


def _bluetooth_address(said: str) -> str:
    if re.fullmatch(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}", said) and said.upper() not in _NO_DEVICE:
        return said
    raise ValueError(
        f"{said!r} is no Bluetooth address: six pairs of hexadecimal digits such as"
        " C0:26:DF:01:A2:B3; `kat-monitor scan` prints those in range"
    )


Identifier = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,32}$"),
]
Address = Annotated[str, AfterValidator(_bluetooth_address)]
HUMAN_SOURCES = frozenset({"staff", "tablet"})  # the `device` of readings that people enter
Seconds = Annotated[float, Field(gt=0)]


class Table(BaseModel):
    """A table of config.toml: unknown keys and numbers that are none are mistakes."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class Device(Table):
    """One bedside device, of a bed or a spare one."""

    id: Identifier
    kind: Literal["cuff", "oximeter", "strap", "monitor", "button"]
    address: Address | None = None
    model: str | None = None
    required: bool = False
    metrics: list[Metric] | None = None
    period_s: Seconds | None = None
    same_limb_as: Identifier | None = None
    shared: bool = False

    @model_validator(mode="after")
    def _has_one_way_in(self) -> Self:
        by_radio = self.kind in {"cuff", "oximeter", "strap"}
        if self.kind in {"monitor", "button"} and self.address is not None:
            raise ValueError(f"a {self.kind} speaks MQTT; take the address away")
        if not by_radio and self.model is not None:
            raise ValueError(f"a {self.kind} speaks MQTT; take the model away")
        if by_radio and self.address is None and self.model is not None:
            raise ValueError("a Bluetooth device has an address; add it or take the model away")
        return self


class Bed(Table):
    """One bed (a room) and its devices."""

    id: Identifier
    label: str = ""
    ward: str = ""
    device: list[Device] = []

    @model_validator(mode="after")
    def _is_none_of_our_topics(self) -> Self:
        if self.id in {"monitor", "alarm"}:
            raise ValueError(f"{self.id} is a level of our own MQTT topics; use another id")
        if self.id == UNASSIGNED:
            raise ValueError(f"{self.id} stands for what is at no bed; use another id")
        return self

    @model_validator(mode="after")
    def _devices_have_names_of_their_own(self) -> Self:
        names = [device.id for device in self.device]
        refuse_doubled(f"device id of bed {self.id}", names)
        taken = sorted(HUMAN_SOURCES.intersection(names))
        if taken:
            raise ValueError(f"{', '.join(taken)} stands for what people enter; use another id")
        for device in self.device:
            if device.same_limb_as is not None and device.same_limb_as not in names:
                raise ValueError(f"{device.id}: same_limb_as names no device of bed {self.id}")
        return self


def refuse_doubled(what: str, names: list[str]) -> None:
    """Raise ValueError where a name stands twice."""
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ValueError(f"each {what} may stand once; twice: {', '.join(doubled)}")
