"""Endpoints for those who run the service: is it alive, is it ready, what does it count."""

import msgspec
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from monitor.metrics import CONTENT_TYPE
from monitor.web.face import Here
from monitor.web.problems import problem_response

router = APIRouter(tags=["service"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(here: Here) -> JSONResponse:
    """Every part, and 503 while an essential one is down."""
    health = here.desk.health()
    parts = msgspec.to_builtins(health)
    down = [
        f"{name} ({part.detail or 'down'})"
        for name, part in health.items()
        if part.essential and not part.up
    ]
    if down:
        return problem_response(503, f"Not ready: {', '.join(down)}.", parts=parts)
    return JSONResponse({"status": "ready", "parts": parts})


@router.get("/metrics", response_class=Response)
async def metrics(here: Here) -> Response:
    """Counters and gauges in Prometheus' text format."""
    return Response(here.metrics.text(), media_type=CONTENT_TYPE)
