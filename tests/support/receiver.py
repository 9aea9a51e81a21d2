"""A phone's stand-in: a real HTTP server that takes Apprise's JSON notifications and notes them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from enum import Enum, auto
from typing import Any

from aiohttp import web

from tests.support.ports import free_port


class Mood(Enum):
    """What the receiver does with a page."""

    TAKES = auto()
    REFUSES = auto()  # 500
    HANGS = auto()  # the page has arrived; no answer comes


class Receiver:
    """Pages sent to `url` stand in `pages` in the order of their arrival, taken or not."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"json://127.0.0.1:{self.port}/"
        self.mood = Mood.TAKES
        self.pages: list[dict[str, Any]] = []
        self._arrived = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen, again after `stop`."""
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def stop(self) -> None:
        """Be gone: connections are refused."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def page(self, number: int) -> dict[str, Any]:
        """Wait for the page of this number (from 1)."""
        while len(self.pages) < number:
            self._arrived.clear()
            await self._arrived.wait()
        return self.pages[number - 1]

    async def _take(self, request: web.Request) -> web.Response:
        self.pages.append(await request.json())
        self._arrived.set()
        if self.mood is Mood.HANGS:
            await asyncio.sleep(60)
        return web.Response(status=500 if self.mood is Mood.REFUSES else 204)


@contextlib.asynccontextmanager
async def receiver() -> AsyncGenerator[Receiver]:
    """A receiver that listens as long as the block runs."""
    one = Receiver()
    try:
        await one.start()
        yield one
    finally:
        await one.stop()
