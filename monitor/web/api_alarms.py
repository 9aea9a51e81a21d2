"""Endpoints of alarms: which stand, which were, and what staff do about one."""

import uuid
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from alerts.command import Acknowledge, Command, Reset, Resolve
from alerts.event import AlarmEvent
from monitor.web.bodies import AcknowledgeBody, NauseaBody, ResetBody, ResolveBody
from monitor.web.face import Face, Here
from monitor.web.orders import answer, nausea_report
from monitor.wire import event_json

Json = dict[str, Any]
Limit = Annotated[int, Query(ge=1, le=1000)]
router = APIRouter(prefix="/api/alarms", tags=["alarms"])


@router.get("")
async def alarms(here: Here, limit: Limit = 100, active: bool = False) -> Response:
    """Occurrences, newest first, each by its latest event; `active` gives those that stand."""
    if active:
        events = sorted(_standing(here), key=lambda event: event.at, reverse=True)[:limit]
    else:
        events = await here.desk.read(lambda reader: reader.occurrences(limit=limit))
    body = msgspec.json.encode([event_json(event) for event in events])
    return Response(body, media_type="application/json")


@router.post("/{occurrence}/acknowledge")
async def acknowledge(occurrence: str, body: AcknowledgeBody, here: Here, request: Request) -> Json:
    """Acknowledge an occurrence as it was seen; 409 if it has risen since."""
    order = Acknowledge(
        at=here.desk.now(),
        by=here.who(body.by),
        id=body.id,
        occurrence=occurrence,
        seq=body.seq,
    )
    return await here.answers.once(
        request.url.path, body.id, body, lambda: _command(here, occurrence, order)
    )


@router.post("/{occurrence}/reset")
async def reset(occurrence: str, body: ResetBody, here: Here, request: Request) -> Json:
    """End an occurrence that is latched and over; 409 while its condition is present."""
    order = Reset(
        at=here.desk.now(),
        by=here.who(body.by),
        id=body.id,
        occurrence=occurrence,
        seq=body.seq,
    )
    return await here.answers.once(
        request.url.path, body.id, body, lambda: _command(here, occurrence, order)
    )


@router.post("/{occurrence}/resolve")
async def resolve(occurrence: str, body: ResolveBody, here: Here, request: Request) -> Json:
    """Settle a reported condition: attended, or resolved with its outcome.

    `nrs` is how sick the patient feels now, `antiemetic` that one was given.
    """
    order = Resolve(
        at=here.desk.now(),
        by=here.who(body.by),
        id=body.id or uuid.uuid4().hex,
        occurrence=occurrence,
        outcome=body.outcome,
        nrs=body.nrs,
        antiemetic=body.antiemetic,
    )
    return await here.answers.once(
        request.url.path, body.id, body, lambda: _attend(here, order, body.nrs)
    )


async def _command(here: Face, occurrence: str, order: Command) -> Json:
    return answer(await here.desk.command(here.desk.bed_of_occurrence(occurrence), order))


async def _attend(here: Face, order: Resolve, nrs: int | None) -> Json:
    """Settle it, and keep what the patient said under the order's id, so that it is no news."""
    bed = here.desk.bed_of_occurrence(order.occurrence)
    events = await here.desk.command(bed, order)
    if bed is not None and nrs is not None:
        rated = NauseaBody(id=order.id, value=nrs, source="staff")
        events += await here.desk.observe_staff(nausea_report(rated, bed, order.by, here.desk))
    return answer(events)


def _standing(here: Face) -> list[AlarmEvent]:
    standing = list(here.hub.site_standing())
    for bed in here.desk.bed_names():
        standing += here.desk.status(bed).alarms
    return [alarm.event for alarm in standing]
