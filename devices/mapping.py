"""Foreign MQTT devices: rows of configuration say what their messages mean. Pure.

A row per metric (mapping_row). What the rows of one device find in a message is put together by its
time: values of one time are one measurement, and one message may carry several.
"""

from collections.abc import Sequence
from typing import NamedTuple

from devices.errors import MalformedFrame
from devices.mapping_message import Message
from devices.mapping_row import MappingRow, Pattern
from devices.mapping_values import beats_of, number_of, shown, time_of
from devices.reading import Header, Metric, Origin
from devices.wire.bedside import Decoded, Values, decoded_from
from devices.wire.bounded_json import Limits, leaves, read
from devices.wire.json_pointer import Json, resolve

_NEAR = 200  # characters of an unknown topic that are compared
_MENTIONED = 4  # values in a reason


class Mapped(NamedTuple):
    """A foreign message recognised: who sent it, and the rows that read it."""

    bed: str
    device: str
    rows: tuple[MappingRow, ...]


Outcome = tuple[Mapped, Sequence[Decoded] | MalformedFrame]
"""What a message says of one device (oldest first), or why it says nothing."""


class Mapping:
    """All rows of the configuration."""

    def __init__(
        self,
        rows: Sequence[MappingRow],
        origin: Origin = Origin.REAL,
        limits: Limits | None = None,
    ) -> None:
        self._origin = origin
        self._limits = limits or Limits()
        groups: dict[tuple[str, str | None, str | None], list[MappingRow]] = {}
        for row in rows:
            groups.setdefault((row.topic, row.bed, row.device), []).append(row)
        self._groups = [
            (Pattern(topic), bed, device, tuple(group))
            for (topic, bed, device), group in groups.items()
        ]

    def find(self, topic: str) -> list[Mapped]:
        """Whom a message on this topic comes from; empty where no row knows the topic.

        Raises MalformedFrame where a named level is no id.
        """
        levels = topic.split("/")
        found: list[Mapped] = []
        for pattern, bed, device, rows in self._groups:
            named = pattern.match(levels)
            if named is not None:
                found.append(Mapped(bed or named["bed"], device or named["device"], rows))
        return found

    def miss(self, topic: str) -> str:
        """Why no row knows the topic, and which comes nearest."""
        said = f"no mapping row is for topic {topic[:120]!r}"
        if not self._groups:
            return f"{said}: there are no mapping rows"
        levels = topic[:_NEAR].split("/")
        far = [(*pattern.misfit(levels), pattern.text) for pattern, *_ in self._groups]
        _, what, nearest = min(far, key=lambda one: one[0])
        return f"{said}; the nearest is {nearest!r}: {what}"

    def decode(self, found: Sequence[Mapped], payload: bytes) -> list[Outcome]:
        """What a foreign payload says of each device that it speaks of.

        Raises MalformedFrame where it speaks of none of them.
        """
        try:
            message = Message(read(payload, self._limits))
        except MalformedFrame as error:
            return [(mapped, error) for mapped in found]
        outcomes = [(mapped, self._outcome(mapped, message)) for mapped in found]
        spoken: list[Outcome] = [(mapped, said) for mapped, said in outcomes if said is not None]
        if not spoken:
            raise MalformedFrame(_no_element([row for one in found for row in one.rows], message))
        return spoken

    def _outcome(
        self, mapped: Mapped, message: Message
    ) -> Sequence[Decoded] | MalformedFrame | None:
        try:
            return self._decode(mapped, message)
        except MalformedFrame as error:
            return error

    def _decode(self, mapped: Mapped, message: Message) -> Sequence[Decoded] | None:
        """None: every row asks for elements (`where`), and there are none of this device."""
        shared = _time_of_message(mapped.rows, message)
        parts: dict[float | None, _Part] = {}
        left = self._limits.readings
        asked = False
        for row in mapped.rows:
            for element in message.elements_for(row):
                asked = True
                found, value = resolve(element, row.pointer)
                if not found:
                    continue
                left -= len(value) if isinstance(value, list) else 1
                if left < 0:
                    raise MalformedFrame(f"more than {self._limits.readings} readings in a message")
                at = _time_of(row, element, message, shared)
                parts.setdefault(at, _Part()).add(row, value)
        parts = {at: part for at, part in parts.items() if part.numbers or part.beats}
        if not parts:
            if not asked and all(row.where for row in mapped.rows):
                return None
            raise MalformedFrame(_nothing(mapped.rows, message.document))
        oldest_first = sorted(parts, key=lambda at: (at is None, at))
        return [self._decoded(mapped, at, parts[at]) for at in oldest_first]

    def _decoded(self, mapped: Mapped, at: float | None, part: "_Part") -> Decoded:
        header = Header(
            at=0.0,
            bed=mapped.bed,
            device=mapped.device,
            origin=self._origin,
            device_time=at,
        )
        values = Values(numbers=part.numbers, rr_ms=tuple(part.beats))
        content = b"" if at is None else f"{at!r} {part.said()}".encode()
        return decoded_from(header, values, seq=None, content=content)


class _Part:
    """What was measured at one time."""

    __slots__ = ("beats", "numbers")

    def __init__(self) -> None:
        self.numbers: dict[Metric, float | None] = {}
        self.beats: list[float] = []

    def add(self, row: MappingRow, value: Json) -> None:
        """Take in what a row found. Raises MalformedFrame for two values of one metric."""
        metric = row.metric
        if metric is Metric.RR_MS:
            self.beats += beats_of(row, value)
            return
        number, known = number_of(row, value), self.numbers.get(metric)
        if known is not None and number is not None and number != known:
            raise MalformedFrame(
                f"{metric} is {known:g} and {number:g} at one time: "
                "the row needs a time_pointer or a where that tells them apart"
            )
        self.numbers[metric] = known if number is None else number

    def said(self) -> str:
        """All of it, the same for the same."""
        numbers = [f"{metric.value}={number!r}" for metric, number in self.numbers.items()]
        return " ".join([*numbers, *map(repr, self.beats)])


def _time_of_message(rows: Sequence[MappingRow], message: Message) -> float | None:
    """The first time that a row of whole messages finds: it holds for rows without one."""
    for row in rows:
        if row.each is None and row.time_pointer is not None:
            at = time_of(resolve(message.document, row.time_pointer)[1])
            if at is not None:
                return at
    return None


def _time_of(
    row: MappingRow, element: Json, message: Message, shared: float | None
) -> float | None:
    if row.time_pointer is None:
        return shared
    found, value = resolve(element, row.time_pointer)
    if not found:
        found, value = resolve(message.document, row.time_pointer)
    return time_of(value) if found else shared


def _nothing(rows: Sequence[MappingRow], document: Json) -> str:
    pointers = ", ".join(dict.fromkeys(_path(row) for row in rows))
    if isinstance(document, str):
        return f"the payload is {document[:40]!r}, which has nothing at {pointers}"
    return f"the payload has nothing at {pointers}; it has {leaves(document)}"


def _path(row: MappingRow) -> str:
    inner = repr(row.pointer)
    return inner if row.each is None else f"{inner} of the elements of {row.each!r}"


def _no_element(rows: Sequence[MappingRow], message: Message) -> str:
    """What the rows ask for and what the payload has there."""
    wanted: dict[tuple[str | None, str], list[str]] = {}
    for row in rows:
        for pointer, value in row.where:
            wanted.setdefault((row.each, pointer), []).append(shown(value))
    said = [
        f"{pointer} must be {_some(values)} and "
        + (f"is {_some(has)}" if (has := message.values_at(each, pointer)) else "is not there")
        for (each, pointer), values in wanted.items()
    ]
    return "nothing in the payload is of our devices: " + "; ".join(said)


def _some(values: Sequence[str]) -> str:
    unique = list(dict.fromkeys(values))
    more = ", ..." if len(unique) > _MENTIONED else ""
    return f"{', '.join(unique[:_MENTIONED])}{more}"
