"""Reading the native JSON of MQTT devices: payload bytes to Readings, no I/O.

Keys we do not know are ignored, so that a device may say more than we ask; a payload in which we
know nothing is malformed. Shapes and writing: bedside_json.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import UnsetType

from devices.errors import MalformedFrame
from devices.reading import (
    METRICS,
    Beats,
    Cuff,
    Header,
    Metric,
    Reading,
    Reason,
    Report,
    ReportKind,
    Validity,
    checked_sample,
)
from devices.wire.bedside_json import Kind, NauseaJson, ReadingJson, Topic, epoch_time

MAX_PAYLOAD = 16_384  # bytes; a second of every metric is under 300
_PRESSURES = (Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN_PRESSURE)
_NUMBERS = tuple((metric, metric.value) for metric in Metric if metric is not Metric.RR_MS)
_READING = msgspec.json.Decoder(ReadingJson)
_NAUSEA = msgspec.json.Decoder(NauseaJson)
_T = TypeVar("_T")


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What one message measured, before anyone knows when it was received."""

    numbers: dict[Metric, float | None]
    rr_ms: tuple[float, ...] = ()
    validity: Validity = Validity.VALID
    reason: Reason | None = None

    def impossible(self) -> str:
        """The numbers that cannot be true, as "spo2 250.0, systolic 900.0"; else ""."""
        said = [*self.numbers.items(), *((Metric.RR_MS, beat) for beat in self.rr_ms)]
        return ", ".join(
            f"{metric} {value}"
            for metric, value in said
            if value is not None and not possible(metric, value)
        )


class Decoded(NamedTuple):
    """A payload understood: its stamps, and how to make the readings of it."""

    stamped: bool
    """It has a number, time or id of its own, by which a copy of it can be told."""
    device_time: float | None
    impossible: str
    readings: Callable[[float, bool], tuple[Reading, ...]]
    """`readings(at, history)`."""
    content: bytes = b""
    """What it says, where its message says more: a copy is known by it; b"": by the message."""


def decode(topic: Topic, payload: bytes) -> Decoded:
    """The payload of a `reading` or `nausea` topic. Raises MalformedFrame and nothing else."""
    if topic.kind is Kind.READING:
        return _decode_reading(topic, parse(_READING, payload))
    if topic.kind is Kind.NAUSEA:
        return _decode_nausea(topic, parse(_NAUSEA, payload))
    raise MalformedFrame(f"{topic} carries no readings, only a status")


def decode_status(payload: bytes) -> bool:
    """Whether the device says it is online. Raises MalformedFrame."""
    if payload not in {b"online", b"offline"}:
        raise MalformedFrame(f"status {payload[:40]!r} is neither online nor offline")
    return payload == b"online"


def decoded_from(header: Header, values: Values, seq: int | None, content: bytes = b"") -> Decoded:
    """What `values` make, once `at` and `history` of the header are known."""

    def readings(at: float, history: bool) -> tuple[Reading, ...]:
        return _readings(msgspec.structs.replace(header, at=at, history=history), values)

    return Decoded(
        stamped=seq is not None or header.device_time is not None,
        device_time=header.device_time,
        impossible=values.impossible(),
        readings=readings,
        content=content,
    )


def possible(metric: Metric, value: float) -> bool:
    """Whether a number of this metric can be true (a NaN cannot)."""
    info = METRICS[metric]
    return info.possible_low <= value <= info.possible_high


def parse(decoder: "msgspec.json.Decoder[_T]", payload: bytes) -> _T:
    """Decode with the limits on size and depth. Raises MalformedFrame."""
    if len(payload) > MAX_PAYLOAD:
        raise MalformedFrame(f"payload of {len(payload)} bytes; at most {MAX_PAYLOAD} are read")
    try:
        return decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedFrame(f"bad JSON: {error}") from None
    except RecursionError:
        raise MalformedFrame("bad JSON: nested too deeply") from None


def _decode_reading(topic: Topic, said: ReadingJson) -> Decoded:
    numbers: dict[Metric, float | None] = {}
    for metric, name in _NUMBERS:
        value: float | UnsetType | None = getattr(said, name)
        if not isinstance(value, UnsetType):
            numbers[metric] = value
    beats = () if isinstance(said.rr_ms, UnsetType) else tuple(said.rr_ms)
    if not numbers and not beats:
        raise MalformedFrame(f"no metric in the payload; known are {', '.join(Metric)}")
    values = Values(numbers=numbers, rr_ms=beats, validity=said.validity, reason=said.reason)
    header = Header(
        at=0.0,
        bed=topic.bed,
        device=topic.device,
        origin=said.origin,
        device_time=epoch_time(said.device_time),
    )
    return decoded_from(header, values, said.seq)


def _readings(header: Header, values: Values) -> tuple[Reading, ...]:
    """Readings that obey the rules of their types; pressures become one Cuff.

    A pulse beside a saturation is the oximeter's; alone with pressures it is the cuff's.
    """
    made: list[Reading] = []
    rest = dict(values.numbers)
    if any(metric in rest for metric in _PRESSURES):
        pulse = None if Metric.SPO2 in rest else rest.pop(Metric.PULSE_RATE, None)
        made.append(_cuff(header, [rest.pop(metric, None) for metric in _PRESSURES], pulse, values))
    made += [
        checked_sample(header, metric, value, values.validity, values.reason)
        for metric, value in rest.items()
    ]
    beats = tuple(beat for beat in values.rr_ms if possible(Metric.RR_MS, beat))
    if beats:
        made.append(Beats(**msgspec.structs.asdict(header), rr_ms=beats))
    return tuple(made)


def _decode_nausea(topic: Topic, said: NauseaJson) -> Decoded:
    if said.kind is ReportKind.NRS and said.value is None:
        raise MalformedFrame("a report of kind nrs needs a value from 0 to 10")
    report = Report(
        at=0.0,
        bed=topic.bed,
        device=topic.device,
        origin=said.origin,
        device_time=epoch_time(said.device_time),
        id=said.id,
        source=said.source,
        kind=said.kind,
        value=said.value,
    )

    def readings(at: float, history: bool) -> tuple[Reading, ...]:
        return (msgspec.structs.replace(report, at=at, history=history),)

    return Decoded(stamped=True, device_time=report.device_time, impossible="", readings=readings)


def _cuff(
    header: Header, pressures: list[float | None], pulse: float | None, values: Values
) -> Cuff:
    validity, reason = values.validity, values.reason
    systolic, diastolic, mean = pressures
    if any(
        value is not None and not possible(metric, value)
        for metric, value in zip(_PRESSURES, pressures, strict=True)
    ) or _inverted(systolic, diastolic):
        validity, reason = Validity.INVALID, Reason.OUT_OF_RANGE
    elif systolic is None and validity in _NUMBERED:  # nothing can be judged by the others alone
        validity, reason = Validity.UNAVAILABLE, Reason.CUFF_FAILED
    usable = validity in _NUMBERED
    pulse_is_true = pulse is not None and possible(Metric.PULSE_RATE, pulse)
    return Cuff(
        **msgspec.structs.asdict(header),
        systolic=systolic if usable else None,
        diastolic=diastolic if usable else None,
        mean_pressure=mean if usable else None,
        pulse_rate=pulse if usable and pulse_is_true else None,
        validity=validity,
        reason=reason,
    )


_NUMBERED = frozenset({Validity.VALID, Validity.QUESTIONABLE})


def _inverted(systolic: float | None, diastolic: float | None) -> bool:
    return systolic is not None and diastolic is not None and systolic <= diastolic
