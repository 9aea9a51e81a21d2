"""A TCP proxy whose connections can be cut at any moment: a network cable in a test's hand."""

import asyncio
import contextlib
from collections.abc import Generator
from types import TracebackType
from typing import Self

from tests.support.ports import free_port


class TcpProxy:
    """`async with TcpProxy(upstream_port) as proxy`: listens on loopback at `proxy.port`."""

    def __init__(self, upstream_port: int) -> None:
        self.port = free_port()
        self._upstream_port = upstream_port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self._knock = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
            self.cut()
            await self._server.wait_closed()

    def cut(self) -> None:
        """Reset every connection, whatever is on the way."""
        for writer in self._open:
            writer.transport.abort()

    def hold(self) -> None:
        """Let clients connect, and pass nothing on until `release`."""
        self._passing.clear()
        self._knock.clear()

    def release(self) -> None:
        """Pass everything on."""
        self._passing.set()

    async def knocked(self) -> None:
        """Return once a client has connected since `hold`."""
        await self._knock.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with self._kept(writer):
            self._knock.set()
            await self._passing.wait()
            try:
                back, forth = await asyncio.open_connection("127.0.0.1", self._upstream_port)
            except OSError:
                return
            with self._kept(forth):
                async with asyncio.TaskGroup() as group:
                    group.create_task(_pump(reader, forth), name="to the server")
                    group.create_task(_pump(back, writer), name="to the client")

    @contextlib.contextmanager
    def _kept(self, writer: asyncio.StreamWriter) -> Generator[None]:
        self._open.add(writer)
        try:
            yield
        finally:
            self._open.discard(writer)
            writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes; where one side ends, so does the other."""
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
