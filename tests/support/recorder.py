"""An intake that keeps what drivers deliver, and lets a test wait for it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from devices.reading import Link, Reading, Rejected, Stored

START = 1_795_000_000.0
R = TypeVar("R", bound=Reading)


class Recorder:
    """The intake of a service that does nothing but remember."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.messages: list[bytes] = []  # marks of the messages they came in
        self.rejected: list[Rejected] = []
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    def now(self) -> float:
        return START + self._loop.time() - self._began

    def receive(
        self, readings: tuple[Reading, ...], stored: Stored = None, message: bytes | None = None
    ) -> None:
        self.readings.extend(readings)
        if message is not None:
            self.messages.append(message)
        self._news.set()
        if stored is not None:
            stored()

    def reject(self, rejected: Rejected, stored: Stored = None) -> None:
        self.rejected.append(rejected)
        if stored is not None:
            stored()

    def of(self, kind: type[R], device: str | None = None) -> list[R]:
        """The readings of a kind, of one device if named."""
        return [
            reading
            for reading in self.readings
            if isinstance(reading, kind) and device in {None, reading.device}
        ]

    def links(self, device: str) -> list[tuple[bool, str]]:
        """The story of a device's link."""
        return [(link.up, link.reason.value) for link in self.of(Link, device)]

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until what was received makes it true; the test's timeout ends a vain wait."""
        while not true():
            self._news.clear()
            await self._news.wait()
