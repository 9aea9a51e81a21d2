"""The beat of the frames: five a second of the loop's own time, none made up for afterwards."""

import asyncio

from monitor.metrics import Metrics
from monitor.web.ws import tell_screens
from tests.monitor.web.events import alarm_event
from tests.monitor.web.page import Watcher, make_hub
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


def test_an_alarm_is_told_at_once_and_a_storm_of_them_in_few_frames() -> None:
    hub = make_hub()
    watcher = Watcher(hub)

    async def run() -> list[int]:
        beat = asyncio.create_task(tell_screens(hub, Metrics()), name="frames")
        await asyncio.sleep(0.21)
        watcher.read()
        counts: list[int] = []
        for n in range(100):
            hub.offer_events([alarm_event(n)])
            await asyncio.sleep(0.001)
            counts.append(watcher.read())
        await asyncio.sleep(0.2)
        watcher.read()
        beat.cancel()
        await asyncio.wait([beat])
        return counts

    counts = run_jumping(run())
    assert counts[0] == 1, "a millisecond after the first alarm, between two beats"
    assert sum(counts) <= 3, "at most one more each 50 ms"
    assert watcher.page.events == [alarm_event(n).id for n in range(100)]


def test_frames_missed_while_the_machine_slept_are_not_made_up_for() -> None:
    assert frames_in(60.05, asleep=3600.0) == 301
