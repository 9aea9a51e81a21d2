"""Endpoints of sessions: what one is, what happens in it, and its end."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import Field

from alerts.command import Close
from monitor.web.bodies import CloseBody, EventBody
from monitor.web.entries import entries_of
from monitor.web.face import Face, Here
from monitor.web.orders import answer, carry_out, event_deeds
from monitor.web.problems import Problem
from monitor.web.transfers import TransferBody, transfer_order
from monitor.wire import event_json, outward, status_json

Json = dict[str, Any]
EVENTS = 500  # alarm events in a session's answer, newest first
SessionEventBody = Annotated[EventBody | TransferBody, Field(discriminator="kind")]
router = APIRouter(prefix="/api/sessions/{session}", tags=["sessions"])


@router.get("")
async def session(session: str, here: Here) -> Response:
    """A session as recorded: what was entered, its newest alarm events, its status while open."""
    row, events, entries = await here.desk.read(
        lambda reader: (
            reader.session(session),
            reader.events(EVENTS, session=session),
            entries_of(reader.inputs_of_session(session)),
        )
    )
    if row is None:
        raise Problem(404, f"There is no session {session!r} in the record.")
    open_at = here.desk.bed_of_session(session)
    body = {
        "session": outward(row),
        "status": status_json(here.desk.status(open_at)) if open_at else None,
        "events": [event_json(item) for item in events],
        "entries": entries,
    }
    return Response(msgspec.json.encode(body), media_type="application/json")


@router.post("/events")
async def event(session: str, body: SessionEventBody, here: Here, request: Request) -> Json:
    """Enter something that happened: a command, an observation, or an entry of the record."""

    async def act() -> Json:
        bed = here.bed_of_session(session)
        if isinstance(body, TransferBody):
            return await _transfer(here, bed, body)
        deeds = event_deeds(body, bed, here.who(body.by), here.desk)
        return await carry_out(here.desk, bed, *deeds)

    return await here.answers.once(request.url.path, body.id, body, act)


async def _transfer(here: Face, bed: str, body: TransferBody) -> Json:
    order = transfer_order(body, bed, here.who(body.by), here.desk)
    return answer(await here.desk.transfer(order))


@router.post("/close")
async def close(session: str, body: CloseBody, here: Here, request: Request) -> Json:
    """Discharge, or abort with a reason."""
    order = Close(
        at=here.desk.now(),
        by=here.who(body.by),
        id=body.id,
        outcome=body.outcome,
        reason=body.reason,
    )

    async def act() -> Json:
        return await carry_out(here.desk, here.bed_of_session(session), order)

    return await here.answers.once(request.url.path, body.id, body, act)
