"""A real mosquitto of a test's own: its process, port and folder; killed and restarted at will."""

import asyncio
import contextlib
import shutil
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.ports import free_port

_BINARY = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


class Mosquitto:
    """`async with Mosquitto(tmp_path) as broker`: listens on loopback at `broker.port`."""

    def __init__(
        self,
        folder: Path,
        access: str = "allow_anonymous true",
        *,
        saves_at_once: bool = True,
        saves_every_s: int = 60,
        most_queued: int | None = 100_000,
        more: str = "",
    ) -> None:
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._saved = folder / "mosquitto.db"
        self._process: asyncio.subprocess.Process | None = None
        self._text = (
            f"listener {self.port} 127.0.0.1\n"
            "user root\n"  # where it is started by root: keep the rights to our folder
            + ("" if most_queued is None else f"max_queued_messages {most_queued}\n")
            + "persistence true\n"
            f"persistence_location {folder}/\n"
            f"autosave_interval {1 if saves_at_once else saves_every_s}\n"
            f"autosave_on_changes {str(saves_at_once).lower()}\n"
            f"log_dest file {folder / 'mosquitto.log'}\n"
            f"{access}\n{more}\n"
        )

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, with what it kept in its folder, and wait until it listens."""
        if _BINARY is None:
            pytest.skip("mosquitto is absent (Debian package mosquitto)")
        self._config.write_text(self._text)
        self._process = await asyncio.create_subprocess_exec(
            _BINARY, "-c", str(self._config), stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(10):
            while not await self._listens():  # noqa: ASYNC110 - a process gives us no event
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """End it politely: it saves what it holds first."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            await process.wait()

    async def save(self) -> None:
        """Have it save what it holds now, and wait until it has."""
        if self._process is not None:
            before = _inode(self._saved)
            self._process.send_signal(signal.SIGUSR1)
            async with asyncio.timeout(10):
                while _inode(self._saved) == before:  # noqa: ASYNC110 - a file gives us no event
                    await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True


def _inode(file: Path) -> int | None:
    """Which file it is: mosquitto writes a new one and renames it."""
    return file.stat().st_ino if file.exists() else None
