"""An HTTP proxy that fails on command: what stands between a sink and its real server in tests."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from enum import StrEnum

import aiohttp
from aiohttp import web


class Fault(StrEnum):
    """How the next writes fail. Queries always pass."""

    NONE = "none"
    RESET = "reset"  # the connection breaks before anything is written
    HANG = "hang"  # no answer, nothing written
    APPLIED_BUT_500 = "applied_but_500"  # written, then an error is answered
    APPLIED_BUT_RESET = "applied_but_reset"  # written, then the connection breaks
    PARTLY_APPLIED = "partly_applied"  # the first half is written, then 503
    S401 = "401"
    S404 = "404"
    S413 = "413"  # of any write of more than `lines_most` lines
    S429 = "429"
    S503 = "503"


class FaultProxy:
    """A proxy at `url`; set `fault`, or `poison` (a write that contains these bytes gets 400)."""

    def __init__(self, upstream: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.fault = Fault.NONE
        self.poison: bytes | None = None
        self.retry_after: str | None = None
        self.lines_most = 10
        self.writes = 0  # that arrived, whatever became of them
        self.blobs: list[bytes] = []  # what the writes brought
        self.seen = asyncio.Event()  # set by each write that arrives
        self._upstream = upstream
        self._port = port
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Listen again after `stop`."""
        app = web.Application(client_max_size=100_000_000)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._session = aiohttp.ClientSession()
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()

    async def stop(self) -> None:
        """Be gone: connections are refused."""
        if self._runner is not None and self._session is not None:
            await self._runner.cleanup()
            await self._session.close()
            self._runner = self._session = None

    async def writes_seen(self, count: int) -> None:
        """Wait until `count` more writes have arrived."""
        wanted = self.writes + count
        while self.writes < wanted:
            self.seen.clear()
            await self.seen.wait()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not request.path.endswith("/write"):
            return await self._forward(request, body)
        self.writes += 1
        self.blobs.append(body)
        self.seen.set()
        if self.poison is not None and self.poison in body:
            return web.json_response({"error": "unable to parse 'x': poisoned"}, status=400)
        return await self._fail(request, body)

    async def _fail(self, request: web.Request, body: bytes) -> web.StreamResponse:
        fault = self.fault
        match fault:
            case Fault.NONE:
                return await self._forward(request, body)
            case Fault.HANG:
                await asyncio.sleep(60)
            case Fault.APPLIED_BUT_500 | Fault.APPLIED_BUT_RESET:
                await self._forward(request, body)
            case Fault.PARTLY_APPLIED:
                lines = body.split(b"\n")
                await self._forward(request, b"\n".join(lines[: len(lines) // 2 or 1]))
            case Fault.S413 if body.count(b"\n") < self.lines_most:
                return await self._forward(request, body)
            case _:
                pass
        if fault in {Fault.RESET, Fault.APPLIED_BUT_RESET} and request.transport is not None:
            request.transport.abort()
        status = int(fault.value) if fault.value.isdigit() else _STATUS.get(fault, 503)
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        return web.json_response(
            {"error": f"made to fail: {fault}"}, status=status, headers=headers
        )

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        assert self._session is not None
        async with self._session.request(
            request.method, self._upstream + request.path_qs, data=body
        ) as answer:
            return web.Response(
                body=await answer.read(), status=answer.status, content_type=answer.content_type
            )


_STATUS = {Fault.APPLIED_BUT_500: 500}


@contextlib.asynccontextmanager
async def fault_proxy(upstream: str, port: int) -> AsyncGenerator[FaultProxy]:
    """A proxy that lives as long as the block."""
    proxy = FaultProxy(upstream, port)
    try:
        await proxy.start()
        yield proxy
    finally:
        await proxy.stop()
