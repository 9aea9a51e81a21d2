"""Stored rows as InfluxDB line protocol, precision ms; pure, written by hand for its price.

One measurement per shape of data: `vitals`, `nibp`, `rr`, `alarm`. Every measured number is a
float, whatever it looks like: one integer written to a float field is a conflict for ever. Only
valid and questionable values are written, questionable ones with quality=1i. Every line of a
measurement carries the same tags, bed first: InfluxDB 3 fixes tags by the first write.
"""

import math
from collections.abc import Iterable

from alerts.event import AlarmEvent
from devices.reading import Beats, Cuff, Header, Metric, Reading, Report, Sample, Validity
from monitor.store.points import beats_back

SITE_BED = "(site)"
"""The bed tag of the site's own alarms; no bed can be called that."""

_USABLE = frozenset({Validity.VALID, Validity.QUESTIONABLE})
_TAG_ESCAPES = str.maketrans(
    {",": r"\,", "=": r"\=", " ": r"\ ", "\n": r"\ ", "\r": r"\ ", "\\": "_"}
)
_TEXT_ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\"})


Fields = Iterable[tuple[str, float | None]]


def reading_lines(reading: Reading, session: str | None, point_ms: int) -> list[bytes]:
    """The points of a reading that ends at `point_ms`: none, one, or one for each beat."""
    match reading:
        case Sample(metric=metric, value=value, validity=validity) if validity in _USABLE:
            fields = _numbers([(metric.value, value)])
            return _points("vitals", reading, session, [(point_ms, fields)], validity)
        case Cuff(validity=validity) if validity in _USABLE:
            fields = _numbers(_pressures(reading))
            return _points("nibp", reading, session, [(point_ms, fields)], validity)
        case Beats(rr_ms=rr_ms):
            times = [point_ms - back for back in beats_back(reading)]
            beats = [_numbers([(Metric.RR_MS.value, beat)]) for beat in rr_ms]
            return _points("rr", reading, session, zip(times, beats, strict=True))
        case Report(value=value):
            fields = _numbers([(Metric.NAUSEA.value, value)])
            return _points("vitals", reading, session, [(point_ms, fields)])
        case _:
            return []  # unusable, or a link or a broken frame, which measure nothing


def event_line(event: AlarmEvent, point_ms: int) -> bytes:
    """The point of one change of an alarm."""
    tags = f"bed={_tag(event.bed or SITE_BED)},condition={_tag(event.condition)}"
    fields = (
        f"session={_text(event.session or '')},change={_text(event.change.value)}"
        f",priority={event.priority.rank}i"
        f"{_numbers([('value', event.value), ('limit', event.limit)])}"
        f",text={_text(event.text)},occurrence={_text(event.occurrence)}"
    )
    return _encode(f"alarm,{tags},origin={_tag(event.origin.value)} {fields} {point_ms}")


def _points(
    measurement: str,
    header: Header,
    session: str | None,
    points: Iterable[tuple[int, str]],
    validity: Validity = Validity.VALID,
) -> list[bytes]:
    """The lines of those points that have a number."""
    series = (
        f"{measurement},bed={_tag(header.bed)},device={_tag(header.device)}"
        f",origin={_tag(header.origin.value)} session={_text(session or '')}"
    )
    quality = ",quality=1i" if validity is Validity.QUESTIONABLE else ""
    return [_encode(f"{series}{fields}{quality} {moment}") for moment, fields in points if fields]


def _numbers(fields: Fields) -> str:
    """Fields that have a number, as floats, each with a comma before it."""
    return "".join(
        f",{name}={float(value)!r}"
        for name, value in fields
        if value is not None and math.isfinite(value)
    )


def _pressures(cuff: Cuff) -> Fields:
    return (
        (Metric.SYSTOLIC.value, cuff.systolic),
        (Metric.DIASTOLIC.value, cuff.diastolic),
        (Metric.MEAN_PRESSURE.value, cuff.mean_pressure),
        (Metric.PULSE_RATE.value, cuff.pulse_rate),
    )


def _tag(value: str) -> str:
    """A tag value. Servers disagree on a backslash before a comma: no id has one, none gets in."""
    return value.translate(_TAG_ESCAPES) or "-"


def _text(value: str) -> str:
    return f'"{value.translate(_TEXT_ESCAPES)}"'


def _encode(line: str) -> bytes:
    return line.encode("utf-8", errors="replace")
