"""The service's timeline: an event loop that counts through suspend, and `at` for every moment.

Only this file knows how the loop's clock, the wall clock and `at` belong together.
"""

import asyncio
import selectors
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from alerts.command import Gap
from monitor.store.rows import ClockRow

WALL_STEADY_S = 300.0
"""A wall clock that has kept pace for so long after it was set is the right one from then on."""

WALL_STEP_S = 2.0
"""A wall clock that moves this far against the loop's has been set (architecture, law 1)."""

_LONGEST_SLEEP_S = 1.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boottime() -> float:
    """Seconds since boot, suspend included; where a system has no such clock, its monotonic one."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class _WakefulSelector(selectors.DefaultSelector):
    """Never sleeps long: the kernel's wait stands still in suspend, so a timer would come late."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As the base class, returning early with nothing after one second."""
        bounded = _LONGEST_SLEEP_S if timeout is None else min(timeout, _LONGEST_SLEEP_S)
        return super().select(bounded)


class BoottimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time() counts through suspend; timers due then run within a second."""

    def __init__(self) -> None:
        super().__init__(_WakefulSelector())

    def time(self) -> float:
        """Seconds on CLOCK_BOOTTIME."""
        return boottime()


def new_event_loop() -> asyncio.AbstractEventLoop:
    """For asyncio.Runner(loop_factory=new_event_loop)."""
    return BoottimeLoop()


def read_boot_id() -> str:
    """A name of this boot of the machine; blocks for a moment. Empty where there is none."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


class WallWatch:
    """How far the wall clock lies from where it stood when it was last trusted.

    After a step nobody here can know which of the two times was wrong; `at` never moves, and the
    new pair of clocks is stored. So the doubt is over when the wall clock is set back to where it
    was, or when it has kept pace for WALL_STEADY_S: then what it shows is the time.
    """

    def __init__(self, loop_time: float, *, doubted: bool = False) -> None:
        """`doubted`: the alarm of an earlier run still stands."""
        self.off_s = 0.0
        self._doubted = doubted
        self._since = loop_time

    def step(self, loop_time: float, step_s: float) -> float:
        """It was set by `step_s`; how far it is off now (not over WALL_STEP_S: trusted again)."""
        self.off_s += step_s
        self._doubted = abs(self.off_s) > WALL_STEP_S
        self._since = loop_time
        return abs(self.off_s)

    def settled(self, loop_time: float) -> bool:
        """Once, when it has kept pace for long enough to be trusted again."""
        if not self._doubted or loop_time - self._since < WALL_STEADY_S:
            return False
        self._doubted, self.off_s = False, 0.0
        return True


class Opening(msgspec.Struct, frozen=True):
    """A clock that goes on from the last run, and how long the service was away (None: new)."""

    clock: "ServiceClock"
    gap: Gap | None


class ServiceClock:
    """`at` = offset + (loop time - origin) * speed.

    Speed other than 1 is for demonstrations. `at` never follows the wall clock once it runs.
    """

    def __init__(
        self,
        at: float,
        *,
        boot_id: str = "",
        speed: float = 1.0,
        origin: float | None = None,
        loop_time: Callable[[], float] = boottime,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Begin so that `at` belongs to the loop time `origin` (None: now)."""
        started = loop_time() if origin is None else origin
        self.speed = speed
        # at speed 1 the offset tells it all: a later start in this boot agrees exactly
        self._offset, self._origin = (at - started, 0.0) if speed == 1 else (at, started)
        self._boot_id = boot_id
        self._loop_time = loop_time
        self._wall = wall
        self._wall_lead = wall() - loop_time()

    @classmethod
    def resume(
        cls,
        last: ClockRow | None,
        last_at: float | None,
        *,
        boot_id: str,
        speed: float = 1.0,
        loop_time: Callable[[], float] = boottime,
        wall: Callable[[], float] = time.time,
    ) -> Opening:
        """Go on from the last stored pair of clocks and the last instant stored at all.

        In the same boot the offset stays. After another boot the wall clock tells how long the
        machine was away, unless it went back: then the gap is unknown and `at` goes on from
        `last_at`. A new store starts at the wall clock's time.
        """
        now, wall_now = loop_time(), wall()

        def begin(at: float, origin: float = now) -> "ServiceClock":
            return cls(
                at, boot_id=boot_id, speed=speed, origin=origin, loop_time=loop_time, wall=wall
            )

        if last is None:
            return Opening(begin(wall_now), None)
        since = last.at if last_at is None else max(last_at, last.at)
        same_boot = last.boot_id == boot_id != ""
        at = now + last.offset
        if same_boot and at >= since:
            clock = begin(last.offset, origin=0.0) if speed == 1 else begin(at)
            return Opening(clock, Gap(since=since, at=at))
        at = last.at + wall_now - last.wall
        return Opening(
            begin(max(since, at)), Gap(since=since, at=max(since, at), known=at >= since)
        )

    def now(self) -> float:
        """The present instant, seconds."""
        return self._at(self._loop_time())

    def to_loop(self, at: float) -> float:
        """When `at` is on the event loop's clock, for loop.call_at."""
        return self._origin + (at - self._offset) / self.speed

    def row(self) -> ClockRow:
        """How the clocks stand to each other now: stored at each start and after a step."""
        now = self._loop_time()
        at = self._at(now)
        offset = self._offset if self.speed == 1 else at - now
        return ClockRow(
            boot_id=self._boot_id, boottime=now, wall=self._wall(), offset=offset, at=at
        )

    def check_wall(self) -> float | None:
        """How far, in seconds, the wall clock was set since the last call; None below 2 s.

        After a step store row() again, or the next boot would count the step as time away.
        """
        lead = self._wall() - self._loop_time()
        step = lead - self._wall_lead
        if abs(step) <= WALL_STEP_S:
            return None
        self._wall_lead = lead
        return step

    def _at(self, loop_time: float) -> float:
        return self._offset + (loop_time - self._origin) * self.speed
