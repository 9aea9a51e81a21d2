"""Endpoints of beds: what each shows now, how it went, and what staff ask of it."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from alerts.command import Begin, Measure, PauseAudio
from devices.reading import METRICS, Metric
from monitor.web.bodies import BeginBody, Body, NauseaBody, PauseBody
from monitor.web.face import Face, Here
from monitor.web.orders import answer, carry_out, nausea_report

Json = dict[str, Any]
Seconds = Annotated[float, Query(gt=0, le=7 * 86400)]
Points = Annotated[int, Query(ge=1, le=5000)]
router = APIRouter(prefix="/api/beds", tags=["beds"])


@router.get("")
async def beds(here: Here) -> Response:
    """Every bed with its phase, session, newest readings and standing alarms."""
    body = msgspec.json.encode(here.hub.beds())
    return Response(body, media_type="application/json")


@router.get("/{bed}/trend")
async def trend(
    bed: str, metric: Metric, here: Here, seconds: Seconds = 1800.0, points: Points = 300
) -> Json:
    """The last `seconds` of one metric, thinned to `points` spans that keep dips and peaks."""
    here.bed(bed)
    until = here.desk.now()
    found = await here.desk.read(
        lambda reader: reader.trend(bed, metric, until - seconds, until, points)
    )
    return {
        "bed": bed,
        "metric": metric,
        "unit": METRICS[metric].unit,
        "columns": ["at_seconds", "low", "mean", "high"],
        "points": found,
    }


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
    order = nausea_report(body, here.bed(bed), here.who(body.by), here.desk)
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
