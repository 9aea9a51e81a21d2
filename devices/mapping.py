"""Foreign MQTT devices: rows of configuration that say where in their JSON a metric stands. Pure.

A row per metric; the rows of one topic and device make one message together.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from devices.errors import MalformedFrame
from devices.reading import METRICS, Header, Metric, Origin
from devices.wire.bedside import Decoded, Values, decoded_from, parse
from devices.wire.bedside_json import ID, epoch_time
from devices.wire.json_pointer import Json, resolve

_LEVEL = re.compile(r"\{([a-z]+)\}")
_JSON = msgspec.json.Decoder()
_MS_EPOCH = 1e11  # a number beyond is ms: as seconds it would be the year 5138

# (unit of the device, unit of METRICS): (factor, then offset)
_UNITS: dict[tuple[str, str], tuple[float, float]] = {
    ("kPa", "mm[Hg]"): (7.500617, 0.0),
    ("mmHg", "mm[Hg]"): (1.0, 0.0),
    ("1", "%"): (100.0, 0.0),
    ("Hz", "/min"): (60.0, 0.0),
    ("bpm", "/min"): (1.0, 0.0),
    ("s", "ms"): (1000.0, 0.0),
    ("K", "Cel"): (1.0, -273.15),
    ("[degF]", "Cel"): (5 / 9, -160 / 9),
    ("degC", "Cel"): (1.0, 0.0),
}

Absent = float | int | str | bool


class MappingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of a foreign device.

    `topic` has named levels ({bed}, {device}) and may have `+`; `pointer` and `time_pointer` are
    JSON pointers (RFC 6901); value = (number x scale), turned from `unit` into the metric's own;
    a number or text in `absent` means no value. Raises ValueError for what cannot work.
    """

    topic: str
    metric: Metric
    pointer: str
    device: str | None = None
    unit: str | None = None
    scale: float = 1.0
    absent: tuple[Absent, ...] = ()
    time_pointer: str | None = None

    def __post_init__(self) -> None:
        """Check the row by itself."""
        levels = self.topic.split("/")
        named = [match[1] for level in levels if (match := _LEVEL.fullmatch(level))]
        if sorted(named) not in (["bed"], ["bed", "device"]):
            raise ValueError(f"mapping topic {self.topic!r} needs {{bed}} and may have {{device}}")
        if "#" in self.topic or any(
            "{" in level and not _LEVEL.fullmatch(level) for level in levels
        ):
            raise ValueError(
                f"mapping topic {self.topic!r}: a named level stands alone, # cannot be"
            )
        if ("device" in named) == (self.device is not None):
            raise ValueError(
                f"mapping {self.topic!r}: the device is a level or a key: give one of the two"
            )
        for pointer in (self.pointer, self.time_pointer):
            if pointer and not pointer.startswith("/"):
                raise ValueError(f"JSON pointer {pointer!r} starts with /")
        self.convert(0.0)

    @property
    def filter(self) -> str:
        """The MQTT topic filter of the row."""
        return _LEVEL.sub("+", self.topic)

    def convert(self, number: float) -> float:
        """A number of the device in the metric's own unit."""
        own = METRICS[self.metric].unit
        if self.unit in {None, own}:
            return number * self.scale
        try:
            factor, offset = _UNITS[self.unit or "", own]
        except KeyError:
            known = sorted(given for given, to in _UNITS if to == own)
            raise ValueError(
                f"unit {self.unit!r} of {self.metric} is none of {', '.join([own, *known])}"
            ) from None
        return number * self.scale * factor + offset


class Mapped(NamedTuple):
    """A foreign message recognised: who sent it, and the rows that read it."""

    bed: str
    device: str
    rows: tuple[MappingRow, ...]


class Mapping:
    """All rows of the configuration."""

    def __init__(self, rows: Sequence[MappingRow], origin: Origin = Origin.REAL) -> None:
        self._origin = origin
        self._groups: dict[tuple[str, str | None], tuple[MappingRow, ...]] = {}
        for row in rows:
            key = (row.topic, row.device)
            self._groups[key] = (*self._groups.get(key, ()), row)

    def find(self, topic: str) -> list[Mapped]:
        """Whom a message on this topic comes from; empty where no row knows the topic.

        Raises MalformedFrame where a named level is no id.
        """
        levels = topic.split("/")
        found: list[Mapped] = []
        for (pattern, device), rows in self._groups.items():
            named = _match(pattern.split("/"), levels)
            if named is not None:
                found.append(Mapped(named["bed"], device or named["device"], rows))
        return found

    def decode(self, mapped: Mapped, payload: bytes) -> Decoded:
        """What a foreign payload says. Raises MalformedFrame and nothing else."""
        said: Json = parse(_JSON, payload)
        numbers: dict[Metric, float | None] = {}
        beats: tuple[float, ...] = ()
        device_time: float | None = None
        for row in mapped.rows:
            found, value = resolve(said, row.pointer)
            if found and row.metric is Metric.RR_MS:
                beats = _beats(row, value)
            elif found:
                numbers[row.metric] = _number(row, value)
            if row.time_pointer is not None and device_time is None:
                device_time = _time(resolve(said, row.time_pointer)[1])
        if not numbers and not beats:
            pointers = ", ".join(row.pointer for row in mapped.rows)
            raise MalformedFrame(f"the payload has nothing at {pointers}")
        header = Header(
            at=0.0,
            bed=mapped.bed,
            device=mapped.device,
            origin=self._origin,
            device_time=device_time,
        )
        return decoded_from(header, Values(numbers=numbers, rr_ms=beats), seq=None)


def _match(pattern: list[str], levels: list[str]) -> dict[str, str] | None:
    if len(pattern) != len(levels):
        return None
    named: dict[str, str] = {}
    for expected, level in zip(pattern, levels, strict=True):
        if name := _LEVEL.fullmatch(expected):
            named[name[1]] = level
        elif expected not in {"+", level}:
            return None
    for name, level in named.items():
        if not ID.fullmatch(level):
            raise MalformedFrame(f"{name} {level[:40]!r} in the topic is not {ID.pattern}")
    return named


def _beats(row: MappingRow, value: Json) -> tuple[float, ...]:
    values = value if isinstance(value, list) else [value]
    numbers = [_number(row, one) for one in values]
    return tuple(number for number in numbers if number is not None)


def _number(row: MappingRow, value: Json) -> float | None:
    if value is None or any(_same(value, absent) for absent in row.absent):
        return None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:  # many gateways quote their numbers
            return row.convert(float(value))
        except (ValueError, OverflowError):
            pass
    raise MalformedFrame(f"{row.metric} at {row.pointer} is {str(value)[:40]!r}, not a number")


def _same(value: Json, absent: Absent) -> bool:
    return isinstance(value, bool) == isinstance(absent, bool) and value == absent


def _time(value: Json) -> float | None:
    """ISO 8601 with a zone, or a number of seconds or ms since 1970."""
    if value is None:
        return None
    if isinstance(value, str):
        return epoch_time(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 0 <= value <= _MS_EPOCH:
            return float(value)
        if 0 <= value <= _MS_EPOCH * 1000:
            return value / 1000
    raise MalformedFrame(
        f"the time {str(value)[:40]!r} is neither ISO 8601 nor a number of s or ms"
    )
