"""Endpoints of beds: what each shows now, how it went, and what staff ask of it."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from alerts.command import Begin, Measure, PauseAudio
from monitor.web.bodies import BeginBody, Body, NauseaBody, PauseBody
from monitor.web.face import Face, Here
from monitor.web.orders import answer, carry_out, nausea_report

Json = dict[str, Any]
router = APIRouter(prefix="/api/beds", tags=["beds"])


@router.get("")
async def beds(here: Here) -> Response:
    """Every bed with its phase, session, newest readings and standing alarms."""
    body = msgspec.json.encode(here.hub.beds())
    return Response(body, media_type="application/json")


@router.post("/{bed}/session", status_code=201)
async def begin(bed: str, body: BeginBody, here: Here, request: Request) -> Json:
    """Open a session at a free bed."""
    here.bed(bed)
    return await here.answers.once(request.url.path, body.id, body, lambda: _begin(here, bed, body))


@router.post("/{bed}/audio-pause")
async def pause(bed: str, body: PauseBody, here: Here, request: Request) -> Json:
    """Silence what sounds at this bed now; whatever starts or rises later sounds."""
    order = PauseAudio(
        at=here.desk.now(), by=here.who(body.by), id=body.id, seconds=float(body.seconds)
    )
    return await here.answers.once(
        request.url.path, body.id, body, lambda: carry_out(here.desk, here.bed(bed), order)
    )


@router.post("/{bed}/measure")
async def measure(bed: str, body: Body, here: Here, request: Request) -> Json:
    """Ask for a cuff reading."""
    order = Measure(at=here.desk.now(), by=here.who(body.by), id=body.id)
    return await here.answers.once(
        request.url.path, body.id, body, lambda: carry_out(here.desk, here.bed(bed), order)
    )


@router.post("/{bed}/nausea")
async def nausea(bed: str, body: NauseaBody, here: Here, request: Request) -> Json:
    """Take in what a patient or staff say of nausea."""
    order = nausea_report(body, here.bed(bed), here.desk)
    return await here.answers.once(
        request.url.path, body.id, body, lambda: carry_out(here.desk, bed, order)
    )


async def _begin(here: Face, bed: str, body: BeginBody) -> Json:
    now = here.desk.now()
    session = f"{bed}-{round(now * 1000)}"
    order = Begin(
        at=now,
        by=here.who(body.by),
        id=body.id,
        session=session,
        protocol=body.protocol,
        visit=body.visit,
        initials=body.initials,
        origin=here.desk.origin,
    )
    events = await here.desk.command(bed, order)
    return {"session": session, **answer(events)}
