"""The dashboard's built files, each kept by the browser for as long as it may be."""

import mimetypes
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>KAT Monitor</title>
<body style="font: 1.1rem system-ui; margin: 4rem auto; max-width: 40rem">
<h1>The dashboard is not built</h1>
<p>The service runs and watches, but its page was not built yet. Run <code>./kat setup</code>
in the repository and load this page again. The state of every bed is at
<a href="/api/beds">/api/beds</a>.</p></body></html>"""

# Nothing comes from elsewhere, nobody may frame us; styles are set by script on elements.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FOR_EVER = "public, max-age=31536000, immutable"  # names under assets/ carry their content's hash


mimetypes.init()  # reads the system's tables: once, before any loop runs


def install(app: FastAPI, folder: Path) -> None:
    """Serve the dashboard built into `folder` at /, its hashed files under /assets."""
    root = _Files(folder, "no-cache")

    async def page(request: Request) -> Response:
        try:
            return await root.get_response("index.html", request.scope)
        except HTTPException:
            return HTMLResponse(_NOT_BUILT, status_code=503, headers=HEADERS)

    app.add_route("/", page, include_in_schema=False)
    app.mount("/assets", _Files(folder / "assets", _FOR_EVER), name="assets")


class _Files(StaticFiles):
    """Files of a folder that may be missing, each with our headers."""

    def __init__(self, folder: Path, cache: str) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._all_headers = {**HEADERS, "Cache-Control": cache}

    async def check_config(self) -> None:
        """Nothing to check: what a missing folder lacks is told file by file."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file, or HTTPException 404."""
        response = await super().get_response(path, scope)
        response.headers.update(self._all_headers)
        return response
