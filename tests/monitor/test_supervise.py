"""A part that fails is started again, later each time, and says so; nothing else stops for it."""

import asyncio

import pytest

from monitor.supervise import FIRST_DELAY_S, HEALTHY_AFTER_S, supervise
from tests.support.jump_loop import run_jumping


class Part:
    """Fails at once the first `failures` times, then runs for ever."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.started_at: list[float] = []

    async def run(self) -> None:
        self.started_at.append(asyncio.get_running_loop().time())
        if len(self.started_at) <= self.failures:
            raise OSError("no radio")
        await asyncio.Event().wait()


def test_a_part_that_fails_is_started_again_after_a_growing_delay() -> None:
    part = Part(failures=3)
    run_jumping(_for_a_while(supervise("radio", part.run), 100.0))
    waits = [b - a for a, b in zip(part.started_at, part.started_at[1:], strict=False)]
    assert waits == pytest.approx([FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S])


def test_each_failure_is_reported_and_the_recovery_once() -> None:
    part = Part(failures=2)
    heard: list[tuple[bool, str]] = []

    def note(up: bool, detail: str) -> None:
        heard.append((up, detail))

    run_jumping(_for_a_while(supervise("radio", part.run, note), 10 * HEALTHY_AFTER_S))
    assert [up for up, _ in heard] == [False, False, True]
    assert heard[0][1] == "radio: OSError: no radio"


def test_a_part_that_returns_has_failed_too() -> None:
    starts: list[float] = []

    async def done() -> None:
        starts.append(asyncio.get_running_loop().time())

    run_jumping(_for_a_while(supervise("radio", done), 10.0))
    assert len(starts) > 1


def test_a_fatal_error_passes_through() -> None:
    async def doomed() -> None:
        raise ValueError("port taken")

    with pytest.raises(ValueError, match="port taken"):
        run_jumping(supervise("web", doomed, fatal=(ValueError,)))


async def _for_a_while(forever: object, seconds: float) -> None:
    assert asyncio.iscoroutine(forever)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(forever, seconds)
