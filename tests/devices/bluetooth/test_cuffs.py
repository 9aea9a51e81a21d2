"""Cuffs that depart from their service, each through the driver, as their row reads them."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from devices.catalog import DeviceModel, find_model
from devices.reading import Cuff, Reason, Validity
from devices.wire.blood_pressure import BloodPressure
from simulators.cuff import VirtualCuff
from simulators.cuff_quirks import encode_as_bm85, encode_as_boso, encode_in_kilopascal
from tests.devices.bluetooth.ward import CUFF, Ward, one_cuff


@asynccontextmanager
async def bedside(
    model: DeviceModel, encode: Callable[[BloodPressure], bytes] = bytes
) -> AsyncGenerator[tuple[Ward, VirtualCuff]]:
    """A cuff that writes such frames, read as that model."""
    async with one_cuff(model) as here:
        await here.cuff.switch_off()
        cuff = VirtualCuff(here.radio, CUFF.address, "Cuff", bonds=model.bonds, encode=encode)
        await cuff.switch_on()
        yield here, cuff
        await cuff.switch_off()


async def one(here: Ward) -> Cuff:
    await here.intake.until(lambda: bool(here.intake.of(Cuff)))
    (cuff,) = here.intake.of(Cuff)
    return cuff


async def test_a_bm85_is_read_with_its_pulse_turned_round_and_no_mean() -> None:
    async with bedside(find_model("Beurer BM85"), encode_as_bm85) as (here, cuff):
        await cuff.indicate(113, 73, 86, 65, here.intake.now())
        told = await one(here)
        assert (told.systolic, told.diastolic, told.mean_pressure) == (113, 73, None)
        assert (told.pulse_rate, told.validity, told.status) == (65, Validity.VALID, 0)


async def test_a_failed_cycle_of_a_boso_has_no_pressure_and_says_so() -> None:
    async with bedside(find_model("boso medicus"), encode_as_boso) as (here, cuff):
        await cuff.indicate(None, None, None, None, here.intake.now())
        told = await one(here)
        assert (told.systolic, told.diastolic, told.pulse_rate) == (None, None, None)
        assert (told.validity, told.reason) == (Validity.INVALID, Reason.CUFF_FAILED)


async def test_a_cuff_in_kilopascal_is_told_in_mmhg() -> None:
    async with bedside(CUFF.model, encode_in_kilopascal) as (here, cuff):
        await cuff.indicate(205, 122, 150, 88, here.intake.now())
        told = await one(here)
        assert told.systolic == pytest.approx(205, abs=0.4)
        assert told.diastolic == pytest.approx(122, abs=0.4)


@pytest.mark.parametrize(("systolic", "diastolic"), [(400, 80), (120, 5), (80, 120), (0, 0)])
async def test_an_impossible_cycle_is_kept_as_invalid(systolic: float, diastolic: float) -> None:
    async with bedside(CUFF.model) as (here, cuff):
        await cuff.indicate(systolic, diastolic, None, 70, here.intake.now())
        told = await one(here)
        assert (told.systolic, told.validity, told.reason) == (
            None,
            Validity.INVALID,
            Reason.OUT_OF_RANGE,
        )
        assert told.pulse_rate == 70


async def test_an_and_cuff_answers_the_paired_and_is_given_the_local_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        async with bedside(find_model("A&D UA-651BLE")) as (here, cuff):
            delivery = asyncio.ensure_future(cuff.indicate(131, 82, 98, 66, here.intake.now()))
            await here.intake.until(lambda: bool(here.intake.links("cuff1")))
            assert here.intake.links("cuff1") == [(False, "not_paired")]
            assert here.driver is not None
            await here.driver.pair("B1", "cuff1")
            await delivery
            assert (await one(here)).systolic == 131
            assert cuff.clock_set is not None
            told = (datetime.now() - cuff.clock_set).total_seconds()  # noqa: DTZ005  # a cuff's local time
            assert 0 <= told < 60
            assert here.intake.links("cuff1") == [(False, "not_paired"), (True, "connected")]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_quirks_are_those_of_frames_that_devices_sent() -> None:
    boso = BloodPressure(None, None, None, timestamp=datetime(2024, 6, 23, 14, 35, 10))  # noqa: DTZ001
    assert encode_as_boso(boso).hex() == "16ff07ff07ff07e80706170e230aff070000"
    bm85 = BloodPressure(113, 73, 0, timestamp=datetime(2026, 8, 11, 20, 56), pulse=65, user=1)  # noqa: DTZ001
    sent = bytearray.fromhex("56710049000000ea07080b1438000041010000")
    sent[0] &= 0x1F  # it sets a reserved bit of the flags as well
    assert encode_as_bm85(bm85) == bytes(sent)
