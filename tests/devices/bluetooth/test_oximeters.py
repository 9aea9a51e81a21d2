"""Oximeters of their makers' own protocols: virtual device, bleak, driver, Readings."""

import asyncio

import pytest

from devices.reading import Malformed, Metric, Reason, Sample, Validity
from devices.wire.contec import CONTEC_START
from devices.wire.oxyii import LIVE, OPENING, SETUP, OxyiiFrame
from simulators.oximeter_makers import MAKERS
from tests.devices.bluetooth.oximeters import oximeter

every_maker = pytest.mark.parametrize("maker", sorted(MAKERS))
with_perfusion = {"JKS50F", "Nonin 3230", "Viatom O2Ring", "Viatom PC-60FW"}
off_finger = (None, Validity.UNAVAILABLE, Reason.SENSOR_OFF)
vital = (Metric.SPO2, Metric.PULSE_RATE)


@every_maker
async def test_what_it_shows_is_what_the_bed_reads(maker: str) -> None:
    async with oximeter(maker) as here:
        told = await here.measure(97, 64)
        assert told[Metric.SPO2] == (97.0, Validity.VALID, None)
        assert told[Metric.PULSE_RATE][0] == 64
        perfusion = told.get(Metric.PERFUSION_INDEX)
        assert perfusion == ((3.2, Validity.VALID, None) if maker in with_perfusion else None)
        assert here.intake.links("ox1") == [(True, "connected")]
        assert not here.intake.of(Malformed)


@pytest.mark.parametrize("maker", sorted(MAKERS.keys() - {"Contec CMS50D-BT"}))
async def test_a_pulse_beyond_seven_bits_is_read(maker: str) -> None:
    async with oximeter(maker) as here:
        told = await here.measure(88, 183)
        assert (told[Metric.SPO2][0], told[Metric.PULSE_RATE][0]) == (88, 183)


@every_maker
async def test_without_a_finger_no_number_is_live_whatever_it_goes_on_showing(maker: str) -> None:
    async with oximeter(maker) as here:
        await here.measure(97, 64)
        told = await here.measure(97, 64, finger=False)
        assert {told[metric] for metric in vital} == {off_finger}
        assert told.get(Metric.PERFUSION_INDEX, off_finger) == off_finger
        back = await here.measure(96, 66)
        assert back[Metric.SPO2] == (96.0, Validity.VALID, None)


@every_maker
async def test_a_number_that_it_does_not_have_is_unavailable_never_zero(maker: str) -> None:
    async with oximeter(maker) as here:
        told = await here.measure(None, None)
        assert {told[metric] for metric in vital} == {(None, Validity.UNAVAILABLE, Reason.NO_VALUE)}


@pytest.mark.parametrize("maker", ["BerryMed", "Nonin 3230", "Viatom PC-60FW"])
async def test_while_it_searches_it_has_no_pulse(maker: str) -> None:
    async with oximeter(maker) as here:
        told = await here.measure(97, 64, searching=True)
        assert {told[metric] for metric in vital} == {(None, Validity.UNAVAILABLE, Reason.NO_PULSE)}


@every_maker
async def test_garbage_is_told_and_the_stream_goes_on(maker: str) -> None:
    async with oximeter(maker) as here:
        await here.measure(97, 64)
        await here.device.send(b"\x7f\x00\x01garbage")
        told = await here.measure(95, 70)
        assert told[Metric.SPO2] == (95.0, Validity.VALID, None)
        assert here.intake.of(Malformed)
        assert here.intake.links("ox1") == [(True, "connected")]


@every_maker
async def test_one_that_falls_silent_is_lost_and_found_again(maker: str) -> None:
    async with oximeter(maker) as here:
        await here.measure(97, 64)
        here.device.faults.silent = True
        await asyncio.sleep(30)
        assert here.intake.links("ox1") == [(True, "connected"), (False, "silent")]
        here.device.faults.silent = False
        while not here.intake.links("ox1")[-1][0]:
            await here.measure(97, 64)


@pytest.mark.parametrize("seconds", [8, 40])
@every_maker
async def test_one_out_of_range_is_lost_once_and_read_when_it_returns(
    maker: str, seconds: float
) -> None:
    async with oximeter(maker) as here:
        await here.measure(97, 64)
        here.device.fade(seconds)
        await asyncio.sleep(seconds)
        back = await here.measure(95, 70)
        assert back[Metric.SPO2] == (95.0, Validity.VALID, None)
        assert here.intake.links("ox1") == [
            (True, "connected"),
            (False, "disconnected"),
            (True, "connected"),
        ]


@pytest.mark.parametrize("maker", ["Viatom O2Ring S", "Contec CMS50D-BT", "JKS50F"])
async def test_links_that_end_after_any_frame_are_made_again(maker: str) -> None:
    async with oximeter(maker) as here:
        for frames in (1, 2, 3):
            here.device.faults.drop_after = frames
            await here.measure(97, 64)
            here.device.faults.drop_after = None
            await here.measure(97, 64)
        await here.measure(96, 66)
        assert here.told[Metric.SPO2] == (96.0, Validity.VALID, None)
        assert (False, "disconnected") in here.intake.links("ox1")
        assert not here.intake.of(Malformed)


@every_maker
async def test_half_a_frame_of_a_lost_link_does_not_outlive_it(maker: str) -> None:
    async with oximeter(maker) as here:
        await here.measure(97, 64)
        here.device.faults.split = None
        await here.device.send(b"\xff\x44\x01\x00\x30")
        await here.device.drop()
        here.device.faults.split = 20
        malformed = len(here.intake.of(Malformed))
        await asyncio.sleep(1)
        told = await here.measure(96, 66)
        assert told[Metric.SPO2][0] == 96
        assert len(here.intake.of(Malformed)) == malformed


@pytest.mark.parametrize("maker", sorted(MAKERS.keys() - {"Nonin 3230"}))
async def test_it_is_read_however_its_frames_are_cut(maker: str) -> None:
    async with oximeter(maker) as here:
        here.device.faults.split = 7
        told = await here.measure(97, 64)
        assert told[Metric.SPO2] == (97.0, Validity.VALID, None)
        assert not here.intake.of(Malformed)


@pytest.mark.parametrize("maker", ["Viatom O2Ring", "Viatom O2Ring S"])
async def test_a_ring_tells_its_battery_once_until_it_changes(maker: str) -> None:
    async with oximeter(maker) as here:
        await here.measure(97, 64, battery=41)
        await here.measure(97, 64, battery=41)
        await here.measure(97, 64, battery=40)
        told = [one.value for one in here.intake.of(Sample) if one.metric is Metric.BATTERY]
        assert told[-2:] == [41, 40]
        assert len(told) == len(set(told))


async def test_a_pc60fw_tells_the_quarter_of_its_battery() -> None:
    async with oximeter("Viatom PC-60FW") as here:
        await here.measure(97, 64, battery=60)
        await here.measure(97, 64, battery=10)
        told = [one.value for one in here.intake.of(Sample) if one.metric is Metric.BATTERY]
        assert told == [62, 12]


async def test_a_nonin_tells_once_that_its_battery_became_low() -> None:
    async with oximeter("Nonin 3230") as here:
        await here.measure(97, 64)
        await here.measure(97, 64, battery=5)
        told = [one.value for one in here.intake.of(Sample) if one.metric is Metric.BATTERY]
        assert told == [10]


async def test_a_contec_is_kept_streaming_and_its_pulse_is_never_plainly_valid() -> None:
    async with oximeter("Contec CMS50D-BT") as here:
        for _ in range(40):
            await here.measure(97, 64)
        contested = (64.0, Validity.QUESTIONABLE, Reason.DEVICE_QUESTIONABLE)
        assert here.told[Metric.PULSE_RATE] == contested
        assert set(here.device.written) == {CONTEC_START}
        assert here.intake.links("ox1") == [(True, "connected")]


async def test_an_o2ring_s_is_greeted_and_set_up_before_it_is_asked() -> None:
    async with oximeter("Viatom O2Ring S") as here:
        await here.measure(97, 64)
        asked = [OxyiiFrame.from_bytes(data) for data in here.device.written]
        assert [one.command for one in asked[:4]] == [OPENING, SETUP, LIVE, LIVE]
        assert [one.sequence for one in asked[:4]] == [0, 1, 2, 3]


async def test_a_hundred_packets_a_second_are_about_one_reading() -> None:
    async with oximeter("BerryMed") as here:
        for _ in range(20):
            await here.measure(97, 64)
        told = [one for one in here.intake.of(Sample) if one.metric is Metric.SPO2]
        assert 55 <= len(told) <= 62
