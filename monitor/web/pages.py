"""The dashboard's built files, each kept by the browser for as long as it may be."""

from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
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
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FOR_EVER = "public, max-age=31536000, immutable"  # names under assets/ carry their content's hash


class Pages(StaticFiles):
    """Serves `folder`; a page in the dashboard's place says so while it is not built."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)

    async def check_config(self) -> None:
        """Nothing to check: a folder that is missing is told page by page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file with its caching headers."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if path != "." or error.status_code != HTTPStatus.NOT_FOUND:
                raise
            return HTMLResponse(_NOT_BUILT, status_code=503, headers=_HEADERS)
        response.headers.update(_HEADERS)
        response.headers["Cache-Control"] = _FOR_EVER if path.startswith("assets/") else "no-cache"
        return response
