"""Values as foreign devices write them: numbers, words for "no value", times. Pure."""

import re

from devices.errors import MalformedFrame
from devices.mapping_row import MappingRow, Scalar
from devices.wire.bedside_json import epoch_time
from devices.wire.json_pointer import Json

ABSENT_WORDS = frozenset({"", "unavailable", "unknown", "none", "null", "nan"})
"""Texts that mean "no value now", in any case: those of Home Assistant and ESPHome."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LONGEST = 40  # characters of a number, and of a strange value in a reason
_MS_EPOCH = 1e11  # a number beyond is ms: as seconds it would be the year 5138


def number_of(row: MappingRow, value: Json) -> float | None:
    """The number of a row in the metric's own unit, None where it is absent.

    A text that is a number counts as one. Raises MalformedFrame.
    """
    if _is_absent(value) or any(same(value, absent) for absent in row.absent):
        return None
    number = _number(value)
    if number is None:
        raise MalformedFrame(f"{row.metric} at {row.pointer!r} is {shown(value)}, not a number")
    if any(same(number, absent) for absent in row.absent):  # many gateways quote their numbers
        return None
    return row.convert(number)


def beats_of(row: MappingRow, value: Json) -> tuple[float, ...]:
    """One beat-to-beat interval or several, without the absent ones. Raises MalformedFrame."""
    values = value if isinstance(value, list) else [value]
    numbers = [number_of(row, one) for one in values]
    return tuple(number for number in numbers if number is not None)


def time_of(value: Json) -> float | None:
    """Epoch seconds of an ISO 8601 time with a zone, or of a number of s or ms since 1970.

    None where there is none: 0 is a clock that was never set. Raises MalformedFrame.
    """
    if _is_absent(value):
        return None
    number = _number(value)
    if number is None and isinstance(value, str):
        return epoch_time(value)
    if number is not None and 0 <= number <= _MS_EPOCH * 1000:
        return (number if number <= _MS_EPOCH else number / 1000) or None
    raise MalformedFrame(f"the time {shown(value)} is neither ISO 8601 nor a number of s or ms")


def same(value: Json, wanted: Scalar) -> bool:
    """Whether a value is the wanted one; true is not 1."""
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


def shown(value: Json) -> str:
    """A value in a reason, never long."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value[:_LONGEST]) if isinstance(value, str) else repr(value)[:_LONGEST]


def _is_absent(value: Json) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST and value.strip().casefold() in ABSENT_WORDS
    return value is None


def _number(value: Json) -> float | None:
    if isinstance(value, str):
        text = value.strip() if len(value) <= _LONGEST else ""
        return float(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
