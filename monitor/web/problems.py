"""Every error over HTTP as problem+json (RFC 9457), with a detail that a person understands."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from math import isfinite
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from alerts.command import Refused

MEDIA_TYPE = "application/problem+json"

# For OpenAPI: what any endpoint may answer instead.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Why not (RFC 9457); `errors` names each field that was wrong",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "errors": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}


class Problem(Exception):  # noqa: N818 - the RFC's word
    """An answer that is not what was asked for; `more` are further members of the document."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more


class _Document(JSONResponse):
    """In ASCII: what is quoted of a request may hold half characters, which no UTF-8 can carry."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, allow_nan=False).encode("ascii")


def unknown(what: str, name: str, known: Sequence[str]) -> Problem:
    """404 for a name we do not have; the answer lists those we have."""
    listed = ", ".join(known) or "none"
    return Problem(404, f"There is no {what} {name!r}. Known: {listed}.", known=list(known))


def problem_response(status: int, detail: str, **more: Any) -> JSONResponse:
    """The document itself."""
    title = HTTPStatus(status).phrase
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return _Document(document, status_code=status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of the application leave as problem+json."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(Refused, _answer_refused)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_fault)


async def _answer_problem(_: Request, error: Exception) -> JSONResponse:
    problem = cast("Problem", error)
    return problem_response(problem.status, problem.detail, **problem.more)


async def _answer_refused(_: Request, error: Exception) -> JSONResponse:
    refused = cast("Refused", error)
    return problem_response(409 if refused.conflict else 422, refused.detail)


async def _answer_invalid(_: Request, error: Exception) -> JSONResponse:
    errors = [_mistake(item) for item in cast("RequestValidationError", error).errors()]
    detail = "; ".join(f"{item['field']}: {item['wrong']}" for item in errors)
    return problem_response(422, detail, errors=errors)


async def _answer_http(request: Request, error: Exception) -> JSONResponse:
    http = cast("HTTPException", error)
    detail = str(http.detail)
    if http.status_code == HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}. /docs lists what there is."
    elif http.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (http.headers or {}).get("Allow", "")
        detail = f"{request.method} is not possible at {request.url.path}; use {allowed}."
    response = problem_response(http.status_code, detail)
    response.headers.update(http.headers or {})
    return response


async def _answer_fault(_: Request, error: Exception) -> JSONResponse:
    """Our own fault: the server logs it with its traceback, the sender learns its kind."""
    return problem_response(500, f"The service failed at this ({type(error).__name__}).")


def _mistake(item: dict[str, Any]) -> dict[str, Any]:
    """Which field, what is wrong with it, and what was sent where that can be shown."""
    where = [str(part) for part in item["loc"] if part != "body"]
    wrong = str(item["msg"]).removeprefix("Value error, ")
    out = {"field": ".".join(where) or "body", "wrong": wrong}
    sent = item.get("input")
    shown = isinstance(sent, str | int) or (isinstance(sent, float) and isfinite(sent))
    return {**out, "sent": sent} if shown else out
