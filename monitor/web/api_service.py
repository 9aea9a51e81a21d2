"""Endpoints for those who run the service: is it alive, is it ready, what does it count."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from monitor.changes import ReloadRefused
from monitor.metrics import CONTENT_TYPE
from monitor.mistakes import ConfigError, Mistake
from monitor.web.body import Body
from monitor.web.face import Face, Here
from monitor.web.problems import Problem, problem_response

Json = dict[str, Any]

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


@router.post("/api/reload")
async def reload(body: Body, here: Here, request: Request) -> Json:
    """Read the configuration file again and apply it whole, or answer 422 or 409 with every reason.

    422: mistakes in the file; 409: it is right, but a session stands against it or it needs a
    restart. Then nothing has changed.
    """
    return await here.answers.once(
        request.url.path, body.id, body, lambda: _reload(here, here.who(body.by))
    )


@router.get("/metrics", response_class=Response)
async def metrics(here: Here) -> Response:
    """Counters and gauges in Prometheus' text format."""
    return Response(here.metrics.text(), media_type=CONTENT_TYPE)


async def _reload(here: Face, by: str) -> Json:
    try:
        changes = await here.desk.reload(by)
    except ConfigError as error:
        raise Problem(422, str(error), errors=[_mistake(one) for one in error.mistakes]) from None
    except ReloadRefused as refused:
        raise Problem(409, str(refused), reasons=list(refused.reasons)) from None
    return {name: list(names) for name, names in changes._asdict().items()}


def _mistake(mistake: Mistake) -> Json:
    return {"file": str(mistake.file), "key": mistake.key, "right": mistake.right}
