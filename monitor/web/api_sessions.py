"""Endpoints of sessions: what one is, what happens in it, and its end."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from alerts.command import Close
from monitor.web.bodies import CloseBody, EventBody
from monitor.web.face import Here
from monitor.web.orders import carry_out, event_order
from monitor.web.problems import Problem
from monitor.wire import status_json

Json = dict[str, Any]
router = APIRouter(prefix="/api/sessions/{session}", tags=["sessions"])


@router.get("")
async def session(session: str, here: Here) -> Response:
    """An open session: its bed's phase, clock, baseline, alarms and marks."""
    status = here.desk.status(here.bed_of_session(session))
    return Response(msgspec.json.encode(status_json(status)), media_type="application/json")


@router.post("/events")
async def event(session: str, body: EventBody, here: Here, request: Request) -> Json:
    """Enter something that happened: a command, an observation, or an entry of the record."""
    bed = here.bed_of_session(session)
    order = event_order(body, bed, here.who(body.by), here.desk)
    return await here.answers.once(
        request.url.path, body.id, body, lambda: carry_out(here.desk, bed, order)
    )


@router.post("/close")
async def close(session: str, body: CloseBody, here: Here, request: Request) -> Json:
    """Discharge, or abort with a reason."""

    async def act() -> Json:
        if body.outcome == "aborted" and not body.reason:
            raise Problem(422, "reason: say why the session is aborted.")
        order = Close(
            at=here.desk.now(),
            by=here.who(body.by),
            id=body.id,
            outcome=body.outcome,
            reason=body.reason,
        )
        return await carry_out(here.desk, here.bed_of_session(session), order)

    return await here.answers.once(request.url.path, body.id, body, act)
