"""A D-Bus of a test's own in the place of the system's, and a loop that ends with the test."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A D-Bus of our own in the place of the system's."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("dbus-daemon is not installed")
    command = [program, "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """On a loop that ends with the test: bleak keeps a task for as long as there is a bus."""
    asyncio.run(asyncio.wait_for(main(), 60))
