"""Where a driver under test delivers: it keeps everything and says "stored" when told to."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from devices.reading import Link, Reading, Rejected, Sample, Stored

_R = TypeVar("_R", bound=Reading)


class Desk:
    """An Intake of a test. `keep` says at once that things are stored; else `store()` does."""

    def __init__(self, *, keep: bool = True) -> None:
        self.keep = keep
        self.readings: list[Reading] = []
        self.messages: dict[bytes, float] = {}
        self.rejected: list[Rejected] = []
        self.unstored: list[Callable[[], None]] = []
        self.broker: list[tuple[bool, str]] = []
        self._news = asyncio.Event()

    def now(self) -> float:
        """The loop's seconds, far from zero."""
        return 1_000_000.0 + asyncio.get_running_loop().time()

    def receive(
        self, readings: tuple[Reading, ...], stored: Stored = None, message: bytes | None = None
    ) -> None:
        """Keep the readings."""
        self.readings += readings
        if message is not None:
            self.messages[message] = self.now()
        self._take(stored)

    def reject(self, rejected: Rejected, stored: Stored = None) -> None:
        """Keep the dead letter."""
        self.rejected.append(rejected)
        self._take(stored)

    def on_broker(self, up: bool, detail: str) -> None:
        """Keep what is said of the broker."""
        self.broker.append((up, detail))
        self._news.set()

    def store(self) -> None:
        """Everything taken so far is durable."""
        waiting, self.unstored = self.unstored, []
        for stored in waiting:
            stored()

    def of(self, kind: type[_R]) -> list[_R]:
        """The readings of one kind, in order."""
        return [reading for reading in self.readings if isinstance(reading, kind)]

    @property
    def values(self) -> list[float | None]:
        """The values of all samples, in order."""
        return [sample.value for sample in self.of(Sample)]

    @property
    def links(self) -> list[tuple[str, str]]:
        """(device, reason) of all links, in order."""
        return [(link.device, link.reason) for link in self.of(Link)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something taken makes the condition true."""
        async with asyncio.timeout(20):
            while not condition():
                self._news.clear()
                await self._news.wait()

    def _take(self, stored: Stored) -> None:
        if stored is not None:
            if self.keep:
                stored()
            else:
                self.unstored.append(stored)
        self._news.set()
