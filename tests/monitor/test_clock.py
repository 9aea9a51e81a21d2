"""The service's timeline never runs backwards, and says when it cannot know."""

import asyncio
import time

from hypothesis import assume, given
from hypothesis import strategies as st

from alerts.command import Gap
from monitor.clock import (
    WALL_STEADY_S,
    Opening,
    ServiceClock,
    WallWatch,
    boottime,
    new_event_loop,
    read_boot_id,
)
from monitor.store.rows import ClockRow

WALL = 1795406720.0


class Machine:
    """A computer whose clocks a test turns by hand."""

    def __init__(self, *, wall: float = WALL, uptime: float = 1_000.0, boot_id: str = "a") -> None:
        self.wall = wall
        self.uptime = uptime
        self.boot_id = boot_id

    def pass_time(self, seconds: float) -> None:
        self.wall += seconds
        self.uptime += seconds

    def boot(self, away: float) -> None:
        self.wall += away
        self.uptime = 5.0
        self.boot_id += "+"

    def resume(
        self, last: ClockRow | None = None, last_at: float | None = None, speed: float = 1.0
    ) -> Opening:
        return ServiceClock.resume(
            last,
            last_at,
            boot_id=self.boot_id,
            speed=speed,
            loop_time=lambda: self.uptime,
            wall=lambda: self.wall,
        )


spans = st.floats(0, 1e6)
speeds = st.sampled_from([1.0, 0.5, 10.0, 60.0])


def test_a_new_store_starts_at_the_wall_clock() -> None:
    opening = Machine().resume()
    assert opening.clock.now() == WALL
    assert opening.gap is None


def test_time_in_suspend_and_wall_steps_do_not_split_the_timeline() -> None:
    machine = Machine()
    clock = machine.resume().clock
    machine.uptime += 3_600  # suspended: the wall clock of this machine stood still
    assert clock.now() == WALL + 3_600
    machine.wall -= 86_400
    assert clock.now() == WALL + 3_600


@given(run=spans, away=spans)
def test_a_restart_in_the_same_boot_keeps_the_offset_whatever_the_wall_says(
    run: float, away: float
) -> None:
    machine = Machine()
    first = machine.resume().clock
    row = first.row()
    machine.pass_time(run)
    last_at = first.now()
    machine.pass_time(away)
    machine.wall -= 5_000
    second = machine.resume(row, last_at)
    assert second.clock.now() == first.now()
    assert second.gap == Gap(since=last_at, at=first.now())
    assert second.clock.row().offset == row.offset


@given(run=spans, away=spans)
def test_after_another_boot_the_wall_clock_tells_the_gap(run: float, away: float) -> None:
    machine = Machine()
    clock = machine.resume().clock
    row = clock.row()
    machine.pass_time(run)
    last_at = clock.now()
    machine.boot(away + 1)
    opening = machine.resume(row, last_at)
    assert opening.gap is not None
    assert opening.gap.known
    assert abs(opening.clock.now() - last_at - away - 1) < 1e-3


@given(run=spans, back=st.floats(1, 1e6))
def test_a_wall_clock_that_went_back_makes_the_gap_unknown(run: float, back: float) -> None:
    machine = Machine()
    clock = machine.resume().clock
    row = clock.row()
    machine.pass_time(run)
    last_at = clock.now()
    machine.boot(-back)
    opening = machine.resume(row, last_at)
    assert opening.gap == Gap(since=last_at, at=last_at, known=False)
    assert opening.clock.now() == last_at


@given(
    steps=st.lists(st.tuples(st.sampled_from(["run", "boot", "set"]), st.floats(-1e5, 1e5))),
    speed=speeds,
)
def test_the_timeline_never_runs_backwards(steps: list[tuple[str, float]], speed: float) -> None:
    machine = Machine()
    clock = machine.resume(speed=speed).clock
    row = clock.row()
    latest = clock.now()
    for action, seconds in steps:
        if action == "run":
            machine.pass_time(abs(seconds))
        elif action == "set":
            machine.wall += seconds
        else:
            machine.boot(seconds)
            opening = machine.resume(row, latest, speed)
            clock, gap = opening.clock, opening.gap
            row = clock.row()
            assert gap is not None
            assert gap.since == latest
            assert gap.at == clock.now()
        assert clock.now() >= latest
        latest = clock.now()


@given(at=st.floats(0, 1e5), speed=speeds)
def test_a_deadline_is_reached_when_the_loop_says_so(at: float, speed: float) -> None:
    machine = Machine()
    clock = machine.resume(speed=speed).clock
    machine.uptime = clock.to_loop(WALL + at)
    assert abs(clock.now() - WALL - at) < 1e-3


def test_speed_scales_the_timeline_only() -> None:
    machine = Machine()
    clock = machine.resume(speed=10.0).clock
    machine.pass_time(60)
    assert clock.now() == WALL + 600
    assert clock.check_wall() is None
    assert clock.row().at == clock.row().boottime + clock.row().offset


@given(before=spans, step=st.floats(-1e6, 1e6))
def test_a_set_wall_clock_is_told_once(before: float, step: float) -> None:
    assume(abs(abs(step) - 2.0) > 1e-3)
    machine = Machine()
    clock = machine.resume().clock
    machine.pass_time(before)
    assert clock.check_wall() is None
    machine.wall += step
    told = clock.check_wall()
    assert (told is not None) == (abs(step) > 2.0)
    assert told is None or abs(told - step) < 1e-3
    if told is not None:
        assert clock.check_wall() is None


def test_after_a_step_a_new_row_keeps_the_next_boot_right() -> None:
    machine = Machine()
    clock = machine.resume().clock
    machine.wall += 7_200
    assert clock.check_wall() == 7_200
    row = clock.row()
    machine.boot(30.0)
    assert machine.resume(row, clock_at := row.at).clock.now() == clock_at + 30


def test_a_wall_clock_that_was_set_back_to_where_it_was_is_right_again() -> None:
    wall = WallWatch(0)
    assert wall.step(10, 40) == 40
    assert wall.step(20, -39.5) == 0.5
    assert not wall.settled(20 + WALL_STEADY_S)


def test_a_wall_clock_that_keeps_pace_is_trusted_again_once() -> None:
    wall = WallWatch(0)
    wall.step(10, 40)
    assert not wall.settled(9 + WALL_STEADY_S)
    assert wall.settled(10 + WALL_STEADY_S)
    assert not wall.settled(11 + WALL_STEADY_S)
    assert wall.step(1000, 3) == 3  # counted from where it is trusted now


def test_a_doubt_of_an_earlier_run_ends_in_this_one() -> None:
    assert WallWatch(0, doubted=True).settled(WALL_STEADY_S)
    assert not WallWatch(0).settled(WALL_STEADY_S)


def test_the_loop_counts_through_suspend_and_its_timers_run() -> None:
    async def main() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(0.02)
        return began, loop.time()

    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        began, ended = runner.run(main())
    assert before <= began < began + 0.02 <= ended + 0.001
    assert ended <= boottime()


def test_a_boot_has_one_name() -> None:
    assert read_boot_id() == read_boot_id() != ""
