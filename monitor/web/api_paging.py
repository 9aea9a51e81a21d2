"""Endpoints of those who are called: take an alarm, decline it, give it back."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from alerts.command import Accept, Command, Reject, Revoke
from monitor.web.bodies import Body
from monitor.web.face import Face, Here
from monitor.web.orders import answer

Json = dict[str, Any]
router = APIRouter(prefix="/api/alarms", tags=["alarms"])


class AnswerBody(Body):
    """What a called person says; `seq` of the event that was seen, where it is known."""

    seq: Annotated[int, Field(ge=0)] | None = None


class ComingBody(AnswerBody):
    """The same from on or off site, which decides how long an acceptance holds."""

    on_site: bool = True


@router.post("/{occurrence}/accept")
async def accept(occurrence: str, body: ComingBody, here: Here, request: Request) -> Json:
    """Come: paging stops for a while, the sound goes on; 409 if it is over or has risen."""
    order = Accept(
        at=here.desk.now(),
        by=here.who(body.by),
        id=body.id,
        occurrence=occurrence,
        on_site=body.on_site,
        seq=body.seq,
    )
    return await _once(here, request, body, order)


@router.post("/{occurrence}/reject")
async def reject(occurrence: str, body: ComingBody, here: Here, request: Request) -> Json:
    """Decline: the next step is paged at once."""
    order = Reject(
        at=here.desk.now(),
        by=here.who(body.by),
        id=body.id,
        occurrence=occurrence,
        on_site=body.on_site,
        seq=body.seq,
    )
    return await _once(here, request, body, order)


@router.post("/{occurrence}/revoke")
async def revoke(occurrence: str, body: AnswerBody, here: Here, request: Request) -> Json:
    """Give back what one has accepted (the next step is paged at once) or rejected."""
    order = Revoke(
        at=here.desk.now(),
        by=here.who(body.by),
        id=body.id,
        occurrence=occurrence,
        seq=body.seq,
    )
    return await _once(here, request, body, order)


async def _once(
    here: Face, request: Request, body: AnswerBody, order: Accept | Reject | Revoke
) -> Json:
    return await here.answers.once(
        request.url.path, body.id, body, lambda: _command(here, order.occurrence, order)
    )


async def _command(here: Face, occurrence: str, order: Command) -> Json:
    return answer(await here.desk.command(here.desk.bed_of_occurrence(occurrence), order))
