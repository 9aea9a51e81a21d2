"""A real influxd (Debian 1.x) of one's own: temporary folder, loopback ports, no reports home."""

import asyncio
import contextlib
import shutil
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from tests.support.ports import free_port

_CONFIG = """
reporting-enabled = false
bind-address = "127.0.0.1:{rpc}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[subscriber]
enabled = false
[continuous_queries]
enabled = false
[http]
bind-address = "127.0.0.1:{port}"
log-enabled = false
max-body-size = {body_most}
"""
_READY_WITHIN_S = 20.0


class Influxd:
    """A running server at `url`, with an empty database "kat"."""

    def __init__(self, folder: Path, *, body_most: int = 25_000_000) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._body_most = body_most
        self._process: Process | None = None

    async def start(self) -> None:
        """Start the process and wait for its answer; the folder keeps what a run before wrote."""
        program = shutil.which("influxd", path="/usr/bin:/usr/sbin:/usr/local/bin")
        if program is None:
            pytest.skip("influxd is absent (Debian package influxdb)")
        config = self.folder / "influxdb.conf"
        config.write_text(
            _CONFIG.format(
                rpc=free_port(), folder=self.folder, port=self.port, body_most=self._body_most
            )
        )
        with (self.folder / "influxd.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                program, "run", "-config", str(config), stdout=log, stderr=log
            )
        async with asyncio.timeout(_READY_WITHIN_S):
            while not await self._answers():  # noqa: ASYNC110 - a process has no Event
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """End the process and wait for its end."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            await self._process.wait()
            self._process = None

    async def order(self, query: str) -> None:
        """Run a query that changes the server; aiohttp's errors come through."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/query", params={"q": query}) as answer,
        ):
            answer.raise_for_status()

    async def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, (self.folder / "influxd.log").read_text()[-2000:]
        try:
            await self.order("CREATE DATABASE kat")
        except aiohttp.ClientError:
            return False
        return True


@contextlib.asynccontextmanager
async def influxd(folder: Path, *, body_most: int = 25_000_000) -> AsyncGenerator[Influxd]:
    """A server that lives as long as the block."""
    server = Influxd(folder, body_most=body_most)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()
