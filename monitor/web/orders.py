"""Giving orders to the service over HTTP, and what is answered to them."""

from typing import Any

from pydantic import AwareDatetime

from alerts.command import Command
from alerts.event import AlarmEvent
from devices.reading import Header, Reading, Report, ReportKind, ReportSource
from monitor.board import STAFF
from monitor.times import iso
from monitor.web.bodies import EventBody, NauseaBody
from monitor.web.bodies_people import report_of
from monitor.web.deeds import deeds_of
from monitor.web.desk import Desk
from monitor.web.problems import Problem
from monitor.web.told import Deeds, Told
from monitor.wire import event_json

Json = dict[str, Any]
FUTURE_S = 5.0  # how far a person's clock may go before ours
TABLET = "tablet"  # the device name of what a patient enters


async def carry_out(desk: Desk, bed: str, *orders: Command | Reading) -> Json:
    """Give orders to the service one by one; the answer holds the alarm events they led to."""
    events: list[AlarmEvent] = []
    for order in orders:
        if isinstance(order, Header):
            events += await desk.observe_staff(order)
        else:
            events += await desk.command(bed, order)
    return answer(events)


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


def event_deeds(body: EventBody, bed: str, by: str, desk: Desk) -> Deeds:
    """The commands and the staff-entered readings that an event of a session is."""
    now = desk.now()
    happened = stated_time(body.at, now)
    return deeds_of(body, Told(bed, by, body.id, now, happened, desk.origin))


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
    return report_of(header, kind, body.value, report_id=body.id, source=source, by=name)
