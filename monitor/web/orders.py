"""From what a person sent to what the engine understands: commands, and readings made by hand."""

import uuid
from typing import Any

import msgspec
from pydantic import AwareDatetime

from alerts.command import Attend, Command, EndInfusion, Entry, GiveDose, Measure, TakeBaseline
from alerts.event import AlarmEvent
from devices.reading import Cuff, Header, Metric, Reading, Report, ReportKind, ReportSource, Sample
from monitor.board import STAFF
from monitor.times import iso
from monitor.web.bodies import (
    AntiemeticBody,
    AttendBody,
    BaselineBody,
    DoseBody,
    EntryBody,
    EventBody,
    InfusionEndBody,
    MeasureBody,
    MoaasBody,
    NauseaBody,
    NauseaEventBody,
    VitalsBody,
)
from monitor.web.desk import Desk
from monitor.web.problems import Problem
from monitor.wire import event_json

Json = dict[str, Any]
FUTURE_S = 5.0  # how far a person's clock may go before ours
TABLET = "tablet"  # the device name of what a patient enters


async def carry_out(desk: Desk, bed: str, order: Command | Reading) -> Json:
    """Give an order to the service; the answer holds the alarm events it led to."""
    if isinstance(order, Header):
        return answer(await desk.observe_staff(order))
    return answer(await desk.command(bed, order))


def answer(events: list[AlarmEvent]) -> Json:
    """The answer to any order."""
    return {"events": [event_json(event) for event in events]}


def stated_time(at: AwareDatetime | None, now: float) -> float:
    """Timeline seconds of a stated time; now if none was. What has not happened is refused."""
    if at is None:
        return now
    stated = at.timestamp()
    if stated > now + FUTURE_S:
        raise Problem(422, f"at: {iso(stated)} lies in the future; it is {iso(now)} now.")
    return min(stated, now)


def event_order(body: EventBody, bed: str, by: str, desk: Desk) -> Command | Reading:
    """The command or the staff-entered reading that an event of a session is."""
    now = desk.now()
    happened = stated_time(body.at, now)
    match body:
        case BaselineBody():
            return TakeBaseline(at=now, by=by, id=body.id)
        case DoseBody():
            return GiveDose(
                at=now,
                by=by,
                id=body.id,
                given_at=happened,
                amount_mg=body.value,
                planned_s=body.planned_s,
                override=body.override,
            )
        case InfusionEndBody():
            return EndInfusion(at=now, by=by, id=body.id)
        case MeasureBody() | AttendBody():
            return _asked(body, now, by)
        case EntryBody():
            return Entry(
                at=now, by=by, id=body.id, kind=body.kind, happened_at=happened, value=body.value
            )
        case VitalsBody() | MoaasBody() | NauseaEventBody() | AntiemeticBody():
            header = Header(at=now, bed=bed, device=STAFF, origin=desk.origin, device_time=happened)
            return _observed(body, header, by)


def _asked(body: MeasureBody | AttendBody, now: float, by: str) -> Command:
    if isinstance(body, MeasureBody):
        return Measure(at=now, by=by, id=body.id)
    return Attend(at=now, by=by, id=body.id, leaves=body.value == "leaves")


def nausea_report(body: NauseaBody, bed: str, by: str, desk: Desk) -> Report:
    """What a patient or staff said of nausea, as a reading."""
    now = desk.now()
    source = ReportSource(body.source)
    header = Header(
        at=now,
        bed=bed,
        device=STAFF if source is ReportSource.STAFF else TABLET,
        origin=desk.origin,
        device_time=stated_time(body.at, now),
    )
    name = by if source is ReportSource.STAFF else None
    kind = ReportKind(body.kind)
    return _report(header, kind, body.value, report_id=body.id, source=source, by=name)


def _observed(
    body: VitalsBody | MoaasBody | NauseaEventBody | AntiemeticBody, header: Header, by: str
) -> Reading:
    match body:
        case VitalsBody():
            return Cuff(
                **msgspec.structs.asdict(header),
                systolic=body.systolic,
                diastolic=body.diastolic,
                mean_pressure=body.mean_pressure,
                pulse_rate=body.pulse_rate,
                by=by,
            )
        case MoaasBody():
            return Sample(
                **msgspec.structs.asdict(header),
                metric=Metric.MOAAS,
                value=float(body.value),
                by=by,
            )
        case NauseaEventBody():
            kind = ReportKind(body.report)
            return _report(header, kind, body.value, report_id=body.id, by=by)
        case AntiemeticBody():
            kind = ReportKind.ANTIEMETIC
            return _report(header, kind, None, report_id=body.id, by=by)


def _report(
    header: Header,
    kind: ReportKind,
    value: float | None,
    *,
    report_id: str,
    source: ReportSource = ReportSource.STAFF,
    by: str | None,
) -> Report:
    return Report(
        **msgspec.structs.asdict(header),
        id=report_id or uuid.uuid4().hex,
        source=source,
        kind=kind,
        value=None if value is None else float(value),
        by=by,
    )
