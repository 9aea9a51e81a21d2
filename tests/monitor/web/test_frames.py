"""The beat of the frames: five a second of the loop's own time, none made up for afterwards."""

import asyncio

from monitor.metrics import Metrics
from monitor.web.ws import tell_screens
from tests.monitor.web.page import make_hub
from tests.support.jump_loop import JumpLoop, run_jumping


def frames_in(seconds: float, *, asleep: float = 0.0) -> int:
    """Frames made in so many seconds of a loop, at whose end the machine slept for a while."""
    hub = make_hub()
    before = hub.seq

    async def run() -> None:
        beat = asyncio.create_task(tell_screens(hub, Metrics()), name="frames")
        await asyncio.sleep(seconds)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JumpLoop)
        loop.jump(asleep)
        await asyncio.sleep(0.1)
        beat.cancel()
        await asyncio.wait([beat])

    run_jumping(run())
    return hub.seq - before


def test_frames_come_five_times_a_second() -> None:
    assert frames_in(60.05) == 300


def test_frames_missed_while_the_machine_slept_are_not_made_up_for() -> None:
    assert frames_in(60.05, asleep=3600.0) == 301
