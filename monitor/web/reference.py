"""/docs: the HTTP interface as a page that needs no other machine, made from /openapi.json."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse

from monitor.web.pages import HEADERS

Json = dict[str, Any]

_STYLE = """body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem;
padding: 0 1rem; color: #1b2430; background: #fff } h3 { margin: 2rem 0 0 }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
pre { background: #f2f4f7; padding: .8rem; overflow: auto } summary { cursor: pointer }"""
_ELSEWHERE = """<p>For programs: <a href="/openapi.json">/openapi.json</a>. Screens speak a
WebSocket at <code>/ws</code>; its messages are described in docs/schemas.</p>"""


def install(app: FastAPI) -> None:
    """Serve the page at /docs."""

    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse(render(app.openapi()), headers=HEADERS)

    app.add_route("/docs", page, include_in_schema=False)


def render(openapi: Json) -> str:
    """The page of an OpenAPI document."""
    info: Json = openapi["info"]
    title = escape(f"{info['title']} {info['version']}")
    return "\n".join(
        [
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>',
            f"<style>{_STYLE}</style><body><h1>{title}</h1>{_ELSEWHERE}",
            *_operations(openapi["paths"]),
            "<h2>Shapes</h2>",
            *_shapes(openapi.get("components", {}).get("schemas", {})),
            "</body></html>",
        ]
    )


def _operations(paths: Json) -> Iterator[str]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
            yield f"<p>{escape(operation.get('description', ''))}</p>"
            yield from _parameters(operation.get("parameters", []))
            if "requestBody" in operation:
                yield _details("Body", operation["requestBody"]["content"])
            yield _details("Answers", operation["responses"])


def _parameters(parameters: list[Json]) -> Iterator[str]:
    if parameters:
        yield "<ul>"
        for one in parameters:
            needed = "needed" if one.get("required") else "may be left out"
            shape = escape(json.dumps(one["schema"]))
            yield f"<li><code>{escape(one['name'])}</code> ({one['in']}, {needed}): {shape}</li>"
        yield "</ul>"


def _shapes(shapes: Json) -> Iterator[str]:
    for name in sorted(shapes):
        yield f"<h3>{escape(name)}</h3>{_code(shapes[name])}"


def _details(what: str, shape: Json) -> str:
    return f"<details><summary>{what}</summary>{_code(shape)}</details>"


def _code(shape: Json) -> str:
    return f"<pre>{escape(json.dumps(shape, indent=2, ensure_ascii=False))}</pre>"
