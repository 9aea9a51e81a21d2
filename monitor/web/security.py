"""Who may talk to us at all: hosts we answer to, and pages whose requests we accept.

Until there are accounts the service listens on loopback only. A foreign web page could still reach
it through this machine's browser (DNS rebinding, cross-site requests); these checks refuse it.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.web.problems import problem_response

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Gate:
    """ASGI middleware: refuses foreign Host names, and foreign Origins of whatever is no read.

    `hosts` are names beside loopback's under which staff may reach this service.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = LOOPBACK | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass, answer 403 to the rest (a WebSocket is never opened)."""
        wrong = self._wrong(scope) if scope["type"] in {"http", "websocket"} else None
        if wrong is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": wrong})
        else:
            await problem_response(403, wrong)(scope, receive, send)

    def _wrong(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return f"This service does not answer to the name {host!r}; add it to allowed_hosts."
        origin = headers.get("origin")
        reads = scope["type"] == "http" and scope["method"] in _READS
        if origin is None or reads or urlsplit(origin).netloc.lower() == host.lower():
            return None
        return f"A page of {origin} may not do this; open the dashboard at this service's address."


def _name(host: str) -> str | None:
    """The name in a Host header, without port and brackets; None if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
