"""The jump loop itself: what the virtual clinic stands on."""

import asyncio
import threading
import time

import pytest

from tests.support.jump_loop import JumpLoop, run_jumping


def running_jump_loop() -> JumpLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JumpLoop)
    return loop


def test_hours_of_sleep_pass_in_their_order_without_waiting() -> None:
    async def main() -> list[tuple[float, str]]:
        log: list[tuple[float, str]] = []

        async def note(delay: float, name: str) -> None:
            await asyncio.sleep(delay)
            log.append((asyncio.get_running_loop().time(), name))

        async with asyncio.TaskGroup() as group:
            for delay, name in ((7200.0, "two hours"), (0.5, "half"), (3600.0, "hour")):
                group.create_task(note(delay, name), name=name)
        return log

    assert run_jumping(main(), start=1000.0) == [
        (1000.5, "half"),
        (4600.0, "hour"),
        (8200.0, "two hours"),
    ]


def test_a_loop_that_starts_at_an_epoch_time_still_fires_each_timer() -> None:
    async def main() -> float:
        for _ in range(1000):
            await asyncio.sleep(0.001)
        return asyncio.get_running_loop().time()

    assert run_jumping(main(), start=1_795_406_720.0) == pytest.approx(1_795_406_721.0, abs=0.01)


def test_the_clock_stands_still_while_a_thread_owes_an_answer() -> None:
    async def main() -> tuple[float, float]:
        loop = running_jump_loop()
        answered = asyncio.Event()

        def answer() -> None:
            loop.release()
            answered.set()

        def work() -> None:
            time.sleep(0.05)
            loop.call_soon_threadsafe(answer)

        other = asyncio.create_task(asyncio.sleep(3600), name="an hour")
        loop.hold()
        thread = threading.Thread(target=work)
        thread.start()
        await answered.wait()
        at_answer = loop.time()
        await other
        thread.join()
        return at_answer, loop.time()

    assert run_jumping(main()) == (0.0, 3600.0)


def test_a_job_in_a_thread_holds_the_clock_by_itself() -> None:
    async def main() -> float:
        async with asyncio.timeout(1):
            await asyncio.to_thread(time.sleep, 0.05)
        return asyncio.get_running_loop().time()

    assert run_jumping(main()) == 0.0


def test_a_timeout_fires_when_nothing_else_is_due() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run_jumping(main()) == pytest.approx(30)


def test_a_release_without_its_hold_is_an_error() -> None:
    async def main() -> None:
        loop = running_jump_loop()
        with loop.holding():
            assert loop.held
        assert not loop.held
        with pytest.raises(RuntimeError, match="hold"):
            loop.release()

    run_jumping(main())
