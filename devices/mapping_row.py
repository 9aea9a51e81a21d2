"""A row of `[[mqtt.mapping]]`: where one metric of a foreign device stands. Pure."""

import re

import msgspec

from devices.errors import MalformedFrame
from devices.reading import METRICS, Metric
from devices.wire.bedside_json import ID

Scalar = float | int | str | bool

_LEVEL = re.compile(r"\{([a-z]+)\}")
_NAMES = ("bed", "device")
_ESCAPE = re.compile(r"~(?![01])")

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


class MappingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of a foreign device.

    `topic` is a topic filter: a level is a name, `+`, `{bed}` or `{device}`; bed and device stand
    in the topic or are given by key. Pointers are JSON pointers (RFC 6901): `pointer` leads to the
    value ("" is the whole payload, also one that is no JSON), `time_pointer` to its time. With
    `each`, the pointer of an array, both count from each of its elements; a time that an element
    does not have is looked for in the message. `where` are pairs of pointer and value: only an
    element (without `each`: a message) that has these values is read.

    value = (number x scale), turned from `unit` into the metric's own; what is in `absent` means
    no value. Raises ValueError with everything that cannot work.
    """

    topic: str
    metric: Metric
    pointer: str
    bed: str | None = None
    device: str | None = None
    each: str | None = None
    where: tuple[tuple[str, Scalar], ...] = ()
    unit: str | None = None
    scale: float = 1.0
    absent: tuple[Scalar, ...] = ()
    time_pointer: str | None = None

    def __post_init__(self) -> None:
        """Check the row by itself."""
        mistakes = [*self._topic_mistakes(), *self._pointer_mistakes(), *self._unit_mistakes()]
        if mistakes:
            raise ValueError("; ".join(mistakes))

    @property
    def filter(self) -> str:
        """The MQTT topic filter of the row."""
        return _LEVEL.sub("+", self.topic)

    def convert(self, number: float) -> float:
        """A number of the device in the metric's own unit."""
        own = METRICS[self.metric].unit
        if self.unit in {None, own}:
            return number * self.scale
        factor, offset = _UNITS[self.unit or "", own]
        return number * self.scale * factor + offset

    def _topic_mistakes(self) -> list[str]:
        levels = self.topic.split("/")
        names = [match[1] for level in levels if (match := _LEVEL.fullmatch(level))]
        mistakes: list[str] = []
        strange = [level for level in levels if _is_strange(level)]
        if strange or not set(names) <= set(_NAMES) or len(set(names)) < len(names):
            mistakes.append(
                f"topic {self.topic!r}: a level is a name, +, {{bed}} or {{device}} as a whole, "
                "and # cannot be"
            )
        if levels[0] == "kat":
            mistakes.append(f"topic {self.topic!r}: what begins with kat/ is read without rows")
        for name, given in zip(_NAMES, (self.bed, self.device), strict=True):
            if (name in names) == (given is not None):
                mistakes.append(
                    f"topic {self.topic!r}: the {name} is its level {{{name}}} or the key {name}: "
                    "give one of the two"
                )
        return mistakes

    def _pointer_mistakes(self) -> list[str]:
        pointers = {
            "pointer": self.pointer,
            "time_pointer": self.time_pointer,
            "each": self.each,
            **{f"where {pointer!r}": pointer for pointer, _ in self.where},
        }
        return [
            f'{key}: the JSON pointer {pointer!r} is "" or starts with /; ~ is ~0 and / is ~1 in it'
            for key, pointer in pointers.items()
            if pointer and (not pointer.startswith("/") or _ESCAPE.search(pointer))
        ]

    def _unit_mistakes(self) -> list[str]:
        own = METRICS[self.metric].unit
        mistakes = ["scale is a factor: it cannot be 0"] if self.scale == 0 else []
        if self.unit not in {None, own} and (self.unit, own) not in _UNITS:
            known = sorted(given for given, to in _UNITS if to == own)
            mistakes.append(
                f"unit {self.unit!r} of {self.metric} is none of {', '.join([own, *known])}"
            )
        return mistakes


class Pattern:
    """The topic of a row, ready to be compared."""

    __slots__ = ("_levels", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        named = (_LEVEL.fullmatch(level) for level in text.split("/"))
        self._levels = [
            (level, match[1] if match else None)
            for level, match in zip(text.split("/"), named, strict=True)
        ]

    def match(self, levels: list[str]) -> dict[str, str] | None:
        """The named levels of a topic that fits, else None.

        Raises MalformedFrame where a named level is no id.
        """
        if len(levels) != len(self._levels):
            return None
        named: dict[str, str] = {}
        for (expected, name), level in zip(self._levels, levels, strict=True):
            if name is not None:
                named[name] = level
            elif expected not in {"+", level}:
                return None
        for name, level in named.items():
            if not ID.fullmatch(level):
                raise MalformedFrame(f"{name} {level[:40]!r} in the topic is not {ID.pattern}")
        return named

    def misfit(self, levels: list[str]) -> tuple[int, str]:
        """How far a topic is from fitting, and in what it does not."""
        wrong = [
            (number, expected, level)
            for number, ((expected, name), level) in enumerate(
                zip(self._levels, levels, strict=False), start=1
            )
            if name is None and expected not in {"+", level}
        ]
        surplus = abs(len(levels) - len(self._levels))
        said = [f"level {number} is {have[:40]!r}, not {want!r}" for number, want, have in wrong]
        if surplus:
            said.append(f"it has {len(levels)} levels, not {len(self._levels)}")
        return len(wrong) + 2 * surplus, ", ".join(said)


def _is_strange(level: str) -> bool:
    if level == "+" or _LEVEL.fullmatch(level):
        return False
    return not level or any(sign in level for sign in "#+{}")
