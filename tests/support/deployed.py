"""Brokers run by the very files of deploy/, with only paths, ports and passwords put in."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.broker import find_nats_server
from tests.support.certificates import Authority
from tests.support.ports import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
USERS = ("kat-monitor", "light-corridor", "room-1/button-1", "room-2/monitor-2", "room-2/button-2")


class Deployed(NamedTuple):
    """A running broker: its port, whom to trust, and each user's password in a file."""

    port: int
    ca: Path
    folder: Path

    def password_file(self, user: str) -> Path:
        """Where the user's password stands."""
        return self.folder / user.replace("/", "-")

    def password(self, user: str) -> str:
        """The user's password."""
        return self.password_file(user).read_text().strip()


def deployed(name: str, folder: Path) -> contextlib.AbstractAsyncContextManager[Deployed]:
    """A broker by its name in deploy/, as it would run there."""
    return {"mosquitto": _mosquitto, "nats": _nats}[name](folder)


@contextlib.asynccontextmanager
async def _mosquitto(folder: Path) -> AsyncGenerator[Deployed]:
    binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if binary is None:
        pytest.skip("mosquitto is absent (Debian package mosquitto)")
    broker = await asyncio.to_thread(_prepare, folder)
    for user in USERS:
        await _run("mosquitto_passwd", "-b", str(folder / "passwords"), user, broker.password(user))
    config = await asyncio.to_thread(_mosquitto_config, folder, broker.port)
    async with _serving([binary, "-c", str(config)], broker.port):
        yield broker


def _mosquitto_config(folder: Path, port: int) -> Path:
    shutil.copy(DEPLOY / "mosquitto" / "acl", folder / "acl")
    (folder / "acl").chmod(0o600)
    (folder / "var").mkdir()
    return _config(
        DEPLOY / "mosquitto" / "mosquitto.conf",
        folder / "mosquitto.conf",
        [
            ("listener 8883", f"user root\nlistener {port} 127.0.0.1"),
            ("/etc/mosquitto/kat/", f"{folder}/"),
            ("/var/lib/mosquitto/", f"{folder}/var/"),
            ("log_dest syslog", f"log_dest file {folder}/mosquitto.log"),
        ],
    )


@contextlib.asynccontextmanager
async def _nats(folder: Path) -> AsyncGenerator[Deployed]:
    broker = await asyncio.to_thread(_prepare, folder)
    config = await asyncio.to_thread(_nats_config, folder, broker)
    binary = await asyncio.to_thread(find_nats_server)
    log = str(folder / "nats.log")
    async with _serving([binary, "-c", str(config), "--log", log], broker.port):
        yield broker


def _nats_config(folder: Path, broker: Deployed) -> Path:
    lines = [f'{re.sub("[-/]", "_", user).upper()}: "{broker.password(user)}"' for user in USERS]
    (folder / "passwords.conf").write_text("\n".join(lines))
    return _config(
        DEPLOY / "nats" / "nats-server.conf",
        folder / "nats-server.conf",
        [
            ("port: 8883", f'host: "127.0.0.1", port: {broker.port}'),
            ("port: 4222", "port: -1"),
            ("/etc/nats/kat/", f"{folder}/"),
            ("/var/lib/nats", f"{folder}/var"),
        ],
    )


def _prepare(folder: Path) -> Deployed:
    authority = Authority(folder, "ca")
    server = authority.sign("server", hosts=("127.0.0.1",))
    server.cert.rename(folder / "server.pem")
    (folder / "passwords").touch(mode=0o600)
    broker = Deployed(free_port(), authority.ca, folder)
    for user in USERS:
        path = broker.password_file(user)
        path.touch(mode=0o600)
        path.write_text(f"secret-of-{path.name}\n")
    return broker


def _config(source: Path, target: Path, changes: Iterable[tuple[str, str]]) -> Path:
    text = source.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{source} has no {old!r}"
        text = text.replace(old, new)
    target.write_text(text, encoding="utf-8")
    return target


async def _run(*line: str) -> None:
    process = await asyncio.create_subprocess_exec(*line)
    assert await process.wait() == 0


@contextlib.asynccontextmanager
async def _serving(line: list[str], port: int) -> AsyncGenerator[None]:
    process = await asyncio.create_subprocess_exec(*line)
    try:
        async with asyncio.timeout(20):
            while not await _listens(port):
                assert process.returncode is None, f"{line} ended with {process.returncode}"
                await asyncio.sleep(0.02)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
