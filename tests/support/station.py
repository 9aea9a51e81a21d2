"""A nursing station's stand-in: a screen that answers every message, armed and in view or not."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator

from websockets.asyncio.client import ClientConnection, connect


@contextlib.asynccontextmanager
async def station(url: str, *, armed: bool = True) -> AsyncGenerator[None]:
    """A screen of the service at `url` that confirms as long as the block runs."""
    async with connect(url.replace("http", "ws").rstrip("/") + "/ws", max_size=None) as screen:
        task = asyncio.create_task(_confirm(screen, armed), name="station")
        try:
            yield
        finally:
            task.cancel()


async def _confirm(screen: ClientConnection, armed: bool) -> None:
    async for message in screen:
        word = {"ack": json.loads(message)["seq"], "armed": armed, "visible": True}
        await screen.send(json.dumps(word))
