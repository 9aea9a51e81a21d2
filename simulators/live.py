"""A simulated device in the present: wait for its next word, then put it on the air."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from devices.reading import Link, Reading
from simulators.instrument import Instrument
from simulators.voices import Voice

LATE_S = 5.0  # a word this late (the machine slept) is not said any more; a link is still moved


class Timeline(Protocol):
    """The time the scenario runs by."""

    def now(self) -> float:
        """The present instant, seconds."""
        ...

    def to_loop(self, at: float) -> float:
        """When that is on the event loop's clock."""
        ...


class Pace:
    """A timeline of its own: `speed` scenario seconds a second, `at` at its making."""

    def __init__(self, at: float, speed: float = 1.0) -> None:
        self._loop = asyncio.get_running_loop()
        self._at, self._origin, self._speed = at, self._loop.time(), speed

    def now(self) -> float:
        """The present instant, seconds."""
        return self._at + (self._loop.time() - self._origin) * self._speed

    def to_loop(self, at: float) -> float:
        """When that is on the event loop's clock."""
        return self._origin + (at - self._at) / self._speed


async def play(
    device: Instrument,
    voice: Voice,
    timeline: Timeline,
    before_heard: Callable[[tuple[Reading, ...]], None] | None = None,
) -> None:
    """Say what the device says, from now on, until it has nothing more to say.

    `before_heard` is given what it said before anybody listened for the first time.
    """
    loop = asyncio.get_running_loop()
    starts_at = device.badge.starts_at
    last, heard = timeline.now() - starts_at, False
    while (at := device.next_at(last)) is not None:
        await asyncio.sleep(timeline.to_loop(starts_at + at) - loop.time())
        late = loop.time() - timeline.to_loop(starts_at + at) > LATE_S
        said = device.emit(at)
        if late:
            said = tuple(reading for reading in said if isinstance(reading, Link))
        heard = await voice.say(said) or heard
        if not heard and before_heard is not None:
            before_heard(said)
        last = at
