"""The shapes of native MQTT devices: their topics and JSON payloads, and how to write them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from devices.errors import MalformedFrame
from devices.reading import Metric, Origin, Reason, ReportKind, ReportSource, Validity

ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)

Number = float | UnsetType | None
Beats = Annotated[list[float], Meta(max_length=500)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
IsoTime = Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})]
ReportId = Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,64}$")]


class Kind(StrEnum):
    """What a topic of a device carries."""

    READING = "reading"
    STATUS = "status"
    NAUSEA = "nausea"


_KINDS = frozenset(Kind)


class Topic(NamedTuple):
    """A device's topic, taken apart: kat/<site>/<bed>/<device>/<kind>."""

    site: str
    bed: str
    device: str
    kind: Kind

    def __str__(self) -> str:
        return f"kat/{self.site}/{self.bed}/{self.device}/{self.kind}"

    @classmethod
    def parse(cls, text: str) -> "Topic":
        """Raises MalformedFrame when the text is no topic of a bedside device."""
        levels = text.split("/")
        if len(levels) != 5 or levels[0] != "kat" or levels[4] not in _KINDS:
            kinds = "|".join(Kind)
            raise MalformedFrame(f"topic {text[:120]!r} is not kat/<site>/<bed>/<device>/{kinds}")
        for name, level in zip(("site", "bed", "device"), levels[1:4], strict=True):
            if not ID.fullmatch(level):
                raise MalformedFrame(f"{name} {level[:40]!r} in the topic is not {ID.pattern}")
        return cls(levels[1], levels[2], levels[3], Kind(levels[4]))


class ReadingJson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Payload of `reading`; null is "no value now", an absent key is "not measured here"."""

    heart_rate: Number = UNSET
    pulse_rate: Number = UNSET
    spo2: Number = UNSET
    perfusion_index: Number = UNSET
    systolic: Number = UNSET
    diastolic: Number = UNSET
    mean_pressure: Number = UNSET
    respiratory_rate: Number = UNSET
    temperature: Number = UNSET
    nausea: Number = UNSET
    moaas: Number = UNSET
    battery: Number = UNSET
    rr_ms: Beats | UnsetType = UNSET
    device_time: IsoTime | None = None
    seq: Seq | None = None
    validity: Validity = Validity.VALID
    reason: Reason | None = None
    origin: Origin = Origin.REAL


class NauseaJson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Payload of `nausea`; `value` is the 0-10 rating, required with kind nrs."""

    id: ReportId
    source: ReportSource
    kind: ReportKind
    value: Annotated[float, Meta(ge=0, le=10)] | None = None
    device_time: IsoTime | None = None
    seq: Seq | None = None
    origin: Origin = Origin.REAL


def encode_reading(
    values: Mapping[Metric, float | None],
    *,
    rr_ms: tuple[float, ...] = (),
    device_time: float | None = None,
    seq: int | None = None,
    validity: Validity = Validity.VALID,
    reason: Reason | None = None,
    origin: Origin = Origin.REAL,
) -> bytes:
    """A `reading` payload; `device_time` in epoch seconds is written in ms."""
    said = ReadingJson(
        rr_ms=list(rr_ms) or UNSET,
        device_time=iso_time(device_time),
        seq=seq,
        validity=validity,
        reason=reason,
        origin=origin,
        **{metric.value: value for metric, value in values.items()},
    )
    return msgspec.json.encode(said)


def encode_nausea(
    report_id: str,
    source: ReportSource,
    kind: ReportKind,
    *,
    value: float | None = None,
    device_time: float | None = None,
    origin: Origin = Origin.REAL,
) -> bytes:
    """A `nausea` payload; `device_time` in epoch seconds is written in ms."""
    said = NauseaJson(
        id=report_id,
        source=source,
        kind=kind,
        value=value,
        device_time=iso_time(device_time),
        origin=origin,
    )
    return msgspec.json.encode(said)


def encode_status(*, online: bool) -> bytes:
    """A `status` payload."""
    return b"online" if online else b"offline"


def iso_time(seconds: float | None) -> str | None:
    """Epoch seconds as ISO 8601 UTC with ms."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def epoch_time(text: str | None) -> float | None:
    """Epoch seconds of an ISO 8601 time with a zone. Raises MalformedFrame."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise MalformedFrame(
            f'the time {text[:40]!r} is not ISO 8601 with a zone, as "2026-11-23T09:30:00.250Z"'
        )
    seconds = moment.timestamp()
    if seconds < 0:  # and some of those no calendar can write in UTC
        raise MalformedFrame(f"the time {text[:40]!r} is before 1970")
    return seconds
