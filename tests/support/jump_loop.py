"""An event loop whose clock jumps to the next timer when nothing is ready: hours in seconds.

Only the virtual radio runs on it; whatever has a socket runs on real time. While a thread owes the
loop an answer the clock must stand still, or minutes would pass in the millisecond it takes: hold()
before handing work to a thread, release() when its answer is on the loop. Jobs given to
run_in_executor hold the clock by themselves.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class JumpLoop(asyncio.SelectorEventLoop):
    """`time()` starts at `start` and moves only by jumping from timer to timer."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._held = 0
        super().__init__(_JumpingSelector(self))
        self._clock_resolution = 1e-6  # coarser than a float's step at the size of an epoch time

    def time(self) -> float:
        """Virtual seconds."""
        return self._now

    @property
    def held(self) -> bool:
        """Whether a thread owes an answer, so that the clock stands still."""
        return self._held > 0

    def hold(self) -> None:
        """A thread now owes the loop an answer; from the loop's own thread only."""
        self._held += 1

    def release(self) -> None:
        """That answer has come; from the loop's own thread (else by call_soon_threadsafe)."""
        if self._held == 0:
            raise RuntimeError("release() without a hold(): each answer releases its own hold once")
        self._held -= 1

    @contextmanager
    def holding(self) -> Generator[None]:
        """Hold for the length of a block."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    def jump(self, seconds: float) -> None:
        """Move the clock; called by the selector when nothing is ready."""
        self._now += seconds

    def run_in_executor(
        self,
        executor: Any,
        func: Callable[[*Arguments], Result],
        *args: *Arguments,
    ) -> asyncio.Future[Result]:
        """As asyncio's; the clock stands still until the job is done."""
        self.hold()
        answer = super().run_in_executor(executor, func, *args)
        answer.add_done_callback(lambda _: self.release())
        return answer


def run_jumping(main: Coroutine[Any, Any, Result], *, start: float = 0.0) -> Result:
    """Run a coroutine to its end on a fresh JumpLoop, as asyncio.run would."""
    with asyncio.Runner(loop_factory=lambda: JumpLoop(start)) as runner:
        return runner.run(main)


class _JumpingSelector(selectors.DefaultSelector):
    """Never sleeps for a timer: it jumps the loop's clock instead."""

    def __init__(self, loop: JumpLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or (timeout > 0 and self._loop.held):
            return super().select(None)  # only a thread or a signal can wake us now
        ready = super().select(0)
        if not ready and timeout > 0:
            self._loop.jump(timeout)
        return ready
