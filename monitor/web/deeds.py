"""From an event of a session to what the engine understands: commands, and readings by hand."""

import uuid

import msgspec

from alerts.command import Attend, Entry, Measure
from devices.reading import Header, Metric, Reading, Report, ReportKind, ReportSource, Sample
from monitor.board import STAFF
from monitor.web.bodies import (
    AntiemeticBody,
    AttendBody,
    EntryBody,
    EventBody,
    MeasureBody,
    MoaasBody,
    NauseaEventBody,
)
from monitor.web.told import Deeds, SessionBody, Told


def deeds_of(body: EventBody, told: Told) -> Deeds:
    """The commands and the staff-entered readings that an event of a session is, in order."""
    match body:
        case SessionBody():
            return body.deeds(told)
        case MeasureBody():
            return (Measure(at=told.now, by=told.by, id=told.id),)
        case AttendBody():
            leaves = body.value == "leaves"
            return (Attend(at=told.now, by=told.by, id=told.id, leaves=leaves),)
        case EntryBody():
            entry = Entry(
                at=told.now,
                by=told.by,
                id=told.id,
                kind=body.kind,
                happened_at=told.happened,
                value=body.value,
            )
            return (entry,)
        case MoaasBody() | NauseaEventBody() | AntiemeticBody():
            header = Header(
                at=told.now,
                bed=told.bed,
                device=STAFF,
                origin=told.origin,
                device_time=told.happened,
            )
            return (_observed(body, header, told.by),)


def report_of(
    header: Header,
    kind: ReportKind,
    value: float | None,
    *,
    report_id: str,
    source: ReportSource = ReportSource.STAFF,
    by: str | None,
) -> Report:
    """What somebody said of nausea; it gets an id where the sender gave none."""
    return Report(
        **msgspec.structs.asdict(header),
        id=report_id or uuid.uuid4().hex,
        source=source,
        kind=kind,
        value=None if value is None else float(value),
        by=by,
    )


def _observed(
    body: MoaasBody | NauseaEventBody | AntiemeticBody, header: Header, by: str
) -> Reading:
    match body:
        case MoaasBody():
            return Sample(
                **msgspec.structs.asdict(header),
                metric=Metric.MOAAS,
                value=float(body.value),
                by=by,
            )
        case NauseaEventBody():
            kind = ReportKind(body.report)
            return report_of(header, kind, body.value, report_id=body.id, by=by)
        case AntiemeticBody():
            kind = ReportKind.ANTIEMETIC
            return report_of(header, kind, None, report_id=body.id, by=by)
