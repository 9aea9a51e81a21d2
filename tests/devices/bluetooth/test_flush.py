"""A cuff that delivers its memory over links that break: nothing lost, nothing twice, one new."""

import asyncio

import pytest

from devices.reading import Cuff
from tests.devices.bluetooth.ward import CUFF, Ward, one_cuff, reading, ward

STORED = 30
LINK_LENGTHS = (1, 2, 3, 4, 7, 10, 14, 15, 16, 28, 29, 30)
PERIOD = 600  # seconds between the stored readings


async def deliver_memory(here: Ward, *, clock: bool = True) -> list[Cuff]:
    """Thirty readings, the last of them new; what the intake has at the end."""
    now = here.intake.now()
    for number in range(STORED):
        when = now - (STORED - 1 - number) * PERIOD if clock else None
        here.cuff.store(100 + number, 70, 80, 60, when)
    await here.cuff.deliver()
    await asyncio.sleep(15)  # longer than anything waits to be decided
    return here.intake.of(Cuff)


def told(cuffs: list[Cuff]) -> list[tuple[float | None, bool]]:
    return [(cuff.systolic, cuff.history) for cuff in cuffs]


ALL_BUT_THE_LAST_ARE_HISTORY = [(100 + number, number < STORED - 1) for number in range(STORED)]


@pytest.mark.parametrize("frames", LINK_LENGTHS)
async def test_every_reading_comes_once_however_soon_each_link_breaks(frames: int) -> None:
    async with one_cuff() as here:
        here.cuff.faults.drop_after = frames
        assert told(await deliver_memory(here)) == ALL_BUT_THE_LAST_ARE_HISTORY


@pytest.mark.parametrize("frames", LINK_LENGTHS[::2])
async def test_a_reading_sent_again_for_want_of_a_confirmation_comes_once(frames: int) -> None:
    async with one_cuff() as here:
        here.cuff.faults.unconfirmed_after = frames
        assert told(await deliver_memory(here)) == ALL_BUT_THE_LAST_ARE_HISTORY


@pytest.mark.parametrize("frames", [1, 7, 29])
async def test_without_a_clock_no_part_of_a_broken_flush_is_new(frames: int) -> None:
    async with one_cuff() as here:
        here.cuff.faults.drop_after = frames
        cuffs = await deliver_memory(here, clock=False)
        assert told(cuffs) == [(100 + number, True) for number in range(STORED)]
        assert all(cuff.undated for cuff in cuffs)


async def test_doubled_indications_are_one_reading_each() -> None:
    async with one_cuff() as here:
        here.cuff.faults.doubled = True
        assert told(await deliver_memory(here)) == ALL_BUT_THE_LAST_ARE_HISTORY


async def test_a_doubled_indication_without_a_clock_is_one_new_reading() -> None:
    async with one_cuff() as here:
        here.cuff.faults.doubled = True
        await here.cuff.indicate(131, 82, 98, 66)
        await asyncio.sleep(30)
        assert told(here.intake.of(Cuff)) == [(131, False)]


async def test_a_memory_that_is_flushed_again_at_each_link_comes_once() -> None:
    async with one_cuff() as here:
        now = here.intake.now()
        for _ in range(3):
            here.cuff.store(150, 95, 113, 70, now - 900)
            await here.cuff.indicate(160, 99, 119, 72, now - 600)
            await asyncio.sleep(30)
        assert [cuff.systolic for cuff in here.intake.of(Cuff)] == [150, 160]


async def test_a_reading_that_still_waits_when_the_driver_stops_is_not_lost() -> None:
    async with ward(read=False) as here:
        async with reading(here, CUFF):
            await here.cuff.indicate(131, 82, 98, 66)
        assert [cuff.systolic for cuff in here.intake.of(Cuff)] == [131]


async def test_a_cuff_whose_links_break_before_anybody_listens_is_told_lost_once() -> None:
    async with one_cuff() as here:
        here.cuff.faults.drops_at_connect = 2
        here.cuff.faults.drops_at_subscribe = 2
        assert told(await deliver_memory(here)) == ALL_BUT_THE_LAST_ARE_HISTORY
        assert here.intake.links("cuff1") in (
            [(True, "connected")],
            [(False, "connect_failed"), (True, "connected")],
        )
