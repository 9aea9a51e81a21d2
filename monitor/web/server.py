"""uvicorn as a child of our own TaskGroup: our signals, our socket, our end."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Generator
from typing import cast

import uvicorn
from fastapi import FastAPI

from monitor.web.face import Face
from monitor.web.ws import tell_screens

GOODBYE_S = 2  # how long open requests may take at the end
_WORD_BYTES = 65_536  # a screen's messages are short


class CannotListen(Exception):  # noqa: N818 - said in one line at the start, no fault of the code
    """The address cannot be had; the text says why and what to do."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: SIGTERM stops the service in the service's order."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def run_until_cancelled(self, listener: socket.socket) -> None:
        try:
            await self.serve(sockets=[listener])
        except asyncio.CancelledError:
            if self.started:
                await self.shutdown(sockets=[listener])
            raise


async def serve(app: FastAPI, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until cancelled, then say goodbye to open connections.

    `ready` is called with the address once requests are answered. Port 0 takes a free one. Raises
    CannotListen before anything is started.
    """
    face = cast("Face", app.state.face)
    listener = _listen(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    try:
        server = _Server(_config(app), lambda: ready(address))
        async with asyncio.TaskGroup() as group:
            group.create_task(server.run_until_cancelled(listener), name="web server")
            group.create_task(tell_screens(face.hub, face.metrics), name="frames to screens")
    finally:
        listener.close()


def check_port(host: str, port: int) -> None:
    """Raise CannotListen now if the address cannot be had, before anything is started."""
    _listen(host, port).close()


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # it costs 6x the CPU and loopback gains nothing
        ws_max_size=_WORD_BYTES,
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_S,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotListen(_why(host, port, error)) from error


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use by another program: stop it or choose another port"
    return f"cannot listen on {host} port {port}: {error.strerror or error}"
