"""Cuffs that speak their makers' own protocols, through the driver."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.catalog import find_model
from devices.errors import MalformedFrame
from devices.reading import Cuff, Malformed
from devices.wire.omron_memory import END, START, MemoryPacket
from devices.wire.yonker import YONKER_NOTIFIES, YONKER_SERVICE
from simulators.gatt import Offer, VirtualService
from simulators.omron import OmronCuff
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio
from tests.devices.bluetooth.ward import CUFF, Ward, one_device

STORED = 30


@asynccontextmanager
async def omron() -> AsyncGenerator[tuple[Ward, OmronCuff]]:
    """An Omron cuff with thirty readings in its memory, the last of them new."""
    row = replace(CUFF, model=find_model("Omron HEM-7600T"))
    async with one_device(lambda radio: OmronCuff(radio, CUFF.address), row) as (here, cuff):
        now = here.intake.now()
        for number in range(STORED):
            cuff.store(100 + number, 70, 60, now - (STORED - 1 - number) * 600)
        cuff.faults.return_delay = 5  # between two of its links it sleeps for a while
        yield here, cuff


ALL_BUT_THE_LAST_ARE_HISTORY = [(100 + number, number < STORED - 1) for number in range(STORED)]


def told(here: Ward) -> list[tuple[float | None, bool]]:
    return [(cuff.systolic, cuff.history) for cuff in here.intake.of(Cuff)]


async def test_the_memory_of_an_omron_is_read_once_however_often_it_connects() -> None:
    async with omron() as (here, cuff):
        await cuff.switch_on()
        await asyncio.sleep(30)
        assert told(here) == ALL_BUT_THE_LAST_ARE_HISTORY
        assert sum(packet.kind == START for packet in cuff.packets) > 1
        assert not here.intake.of(Malformed)
        cuff.store(205, 122, 88, here.intake.now())
        await here.intake.until(lambda: len(here.intake.of(Cuff)) > STORED)
        assert told(here)[STORED:] == [(205, False)]


@pytest.mark.parametrize("frames", [5, 9, 23, 41])
async def test_a_reading_of_the_memory_that_breaks_off_begins_anew(frames: int) -> None:
    async with omron() as (here, cuff):
        cuff.faults.drop_after = frames
        await cuff.switch_on()
        await asyncio.sleep(20)
        cuff.faults.drop_after = None
        await asyncio.sleep(40)
        assert sorted(told(here)) == ALL_BUT_THE_LAST_ARE_HISTORY


async def test_a_broken_answer_is_told_and_asked_for_again() -> None:
    async with omron() as (here, cuff):
        await cuff.switch_on()
        await here.intake.until(lambda: len(here.intake.of(Cuff)) > 3)
        cuff.faults.garbage = b"\x08\x81\x00\x02\xac\x00\x00\x01"
        await asyncio.sleep(30)
        assert here.intake.of(Malformed)
        assert sorted(told(here)) == ALL_BUT_THE_LAST_ARE_HISTORY


async def test_an_omron_that_knows_another_key_says_how_to_teach_it_ours() -> None:
    async with omron() as (here, cuff):
        cuff.pairing = False
        await cuff.switch_on()
        await here.intake.until(lambda: bool(here.intake.of(Malformed)))
        assert "pairing mode" in here.intake.of(Malformed)[0].detail
        cuff.pairing = True
        await cuff.drop()
        await here.intake.until(lambda: len(here.intake.of(Cuff)) == STORED)


async def test_a_yonker_is_read_by_its_makers_characteristic() -> None:
    service = VirtualService(YONKER_SERVICE, (Offer(YONKER_NOTIFIES, indicates=True),))
    row = replace(CUFF, model=find_model("Yonker YK-IBPA1"))

    def make(radio: VirtualRadio) -> Peripheral:
        return Peripheral(radio, CUFF.address, "Y", service)

    async with one_device(make, row) as (here, cuff):
        await cuff.switch_on()
        await cuff.wait_subscribed()
        await cuff.send(bytes.fromhex("818367510000190b18131200000000"))  # a YK-IBPA1's
        await here.intake.until(lambda: bool(here.intake.of(Cuff)))
        (one,) = here.intake.of(Cuff)
        assert (one.systolic, one.diastolic, one.pulse_rate) == (131, 103, 81)


def test_questions_are_written_as_the_cuff_knows_them() -> None:
    assert bytes(MemoryPacket(START, count=0x10)).hex() == "0800000000100018"
    assert bytes(MemoryPacket(END)).hex() == "080f000000000007"


@given(st.binary(max_size=70))
def test_any_bytes_are_a_packet_or_malformed(data: bytes) -> None:
    try:
        packet = MemoryPacket.from_bytes(data)
    except MalformedFrame:
        return
    assert bytes(packet) == data[: data[0]]
