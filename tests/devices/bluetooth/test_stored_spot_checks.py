"""An oximeter's stored spot-checks: asked for, each history at its device time, never twice."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import MalformedFrame
from devices.reading import Metric, Sample
from devices.wire.pulse_oximeter import OximeterStatus, Oximetry, SpotCheck
from devices.wire.record_access import RecordAnswer, RecordOperation, RecordResponse
from tests.devices.bluetooth.ward import OXIMETER, Ward, reading, stream, ward

STORED = 30


@asynccontextmanager
async def one_oximeter() -> AsyncGenerator[Ward]:
    """The bed with nothing on the air but an oximeter that has stored readings."""
    async with ward(read=False) as here:
        await here.cuff.switch_off()
        await here.strap.switch_off()
        here.oximeter.stored = [spot_check(here, number) for number in range(STORED)]
        async with reading(here, OXIMETER):
            yield here


def spot_check(here: Ward, number: int) -> SpotCheck:
    """The stored reading of that number, ten minutes after the one before."""
    at = here.intake.now() - (STORED - number) * 600
    clock = datetime.fromtimestamp(at).replace(microsecond=0)  # noqa: DTZ006  # a device's local time
    return SpotCheck(Oximetry(97, 60 + number), clock, OximeterStatus.FULLY_QUALIFIED)


def pulses(here: Ward, *, history: bool) -> list[float | None]:
    """The pulse rates received, stored or live."""
    samples = here.intake.of(Sample)
    return [
        one.value for one in samples if one.metric is Metric.PULSE_RATE and one.history is history
    ]


ALL = [60 + number for number in range(STORED)]


async def test_stored_spot_checks_are_history_at_their_device_time() -> None:
    async with one_oximeter() as here:
        await stream(here.oximeter)
        await asyncio.sleep(15)
        assert pulses(here, history=True) == ALL
        assert pulses(here, history=False) == [72]
        told = [one.device_time for one in here.intake.of(Sample) if one.history]
        first = here.oximeter.stored[0].timestamp
        assert first is not None
        assert told[0] == first.timestamp()


@pytest.mark.parametrize("frames", [1, 2, 7, 16, 29, 30, 31])
async def test_a_report_that_breaks_off_again_and_again_loses_and_doubles_nothing(
    frames: int,
) -> None:
    async with one_oximeter() as here:
        await here.oximeter.wait_subscribed()
        here.oximeter.faults.drop_after = frames
        for _ in range(5):
            await asyncio.sleep(4)
        here.oximeter.faults.drop_after = None
        await here.oximeter.drop()
        await asyncio.sleep(15)
        assert pulses(here, history=True) == ALL


async def test_one_stored_without_a_clock_is_not_new_although_it_comes_alone() -> None:
    async with one_oximeter() as here:
        here.oximeter.stored = [SpotCheck(Oximetry(88, 120))]
        await here.oximeter.wait_subscribed()
        await asyncio.sleep(8)  # no new connection yet: that would tell it once more
        assert (pulses(here, history=True), pulses(here, history=False)) == ([120], [])


async def test_a_spot_check_told_live_is_not_told_again_from_the_storage() -> None:
    async with one_oximeter() as here:
        here.oximeter.stored = []
        await here.oximeter.wait_subscribed("2A52")
        await asyncio.sleep(1)
        fresh = spot_check(here, STORED)
        assert await here.oximeter.check(fresh)
        status = OximeterStatus.FULLY_QUALIFIED | OximeterStatus.FROM_STORAGE
        here.oximeter.stored = [replace(fresh, status=status)]
        await here.oximeter.drop()
        await asyncio.sleep(15)
        assert (pulses(here, history=False), pulses(here, history=True)) == ([90], [])


def test_a_response_is_read_as_it_was_written() -> None:
    response = RecordResponse(RecordOperation.REPORT, RecordAnswer.NO_RECORDS)
    assert bytes(response) == bytes.fromhex("06000106")
    assert RecordResponse.from_bytes(bytes(response)) == response


@given(st.binary(max_size=24))
def test_any_bytes_are_a_response_or_malformed(data: bytes) -> None:
    try:
        response = RecordResponse.from_bytes(data)
    except MalformedFrame:
        return
    assert bytes(response)[2:] == data[2:4]
