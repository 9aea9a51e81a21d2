"""The Bluetooth driver through real bleak and a virtual radio."""

import asyncio
import logging
from dataclasses import replace

import pytest

from devices.ble import AdapterRow, BleDriver
from devices.reading import Beats, Cuff, Link, Malformed, Metric, Reason, Sample, Validity
from devices.wire.pulse_oximeter import OximeterSensor
from simulators.oximeter import VirtualOximeter
from tests.devices.bluetooth.ward import CUFF, OXIMETER, STRAP, reading, stream, ward
from tests.support.no_adapter import NoAdapter
from tests.support.recorder import Recorder


async def test_an_oximeter_streams_through_bleak() -> None:
    async with ward() as here:
        await here.oximeter.wait_subscribed()
        await here.oximeter.notify(97, 64, perfusion=3.2)
        await here.intake.until(lambda: len(here.intake.of(Sample)) == 3)
        told = {sample.metric: (sample.value, sample.validity) for sample in here.intake.of(Sample)}
        assert told == {
            Metric.SPO2: (97.0, Validity.VALID),
            Metric.PULSE_RATE: (64.0, Validity.VALID),
            Metric.PERFUSION_INDEX: (3.2, Validity.VALID),
        }
        assert here.intake.links("ox1") == [(True, "connected")]


async def test_a_probe_off_the_finger_is_unavailable_whatever_numbers_it_sends() -> None:
    async with ward() as here:
        await here.oximeter.wait_subscribed()
        await here.oximeter.notify(98, 72, sensor=OximeterSensor.NOT_ON_PERSON)
        await here.intake.until(lambda: len(here.intake.of(Sample)) == 2)
        assert {(one.value, one.validity, one.reason) for one in here.intake.of(Sample)} == {
            (None, Validity.UNAVAILABLE, Reason.SENSOR_OFF)
        }


async def test_a_cuff_wakes_delivers_205_over_122_and_sleeps_without_a_lost_link() -> None:
    async with ward() as here:
        now = here.intake.now()
        await here.cuff.indicate(205, 122, 150, 88, now)
        await here.intake.until(lambda: bool(here.intake.of(Cuff)))
        (cuff,) = here.intake.of(Cuff)
        assert (cuff.systolic, cuff.diastolic, cuff.mean_pressure) == (205, 122, 150)
        assert (cuff.pulse_rate, cuff.validity, cuff.history) == (88, Validity.VALID, False)
        assert cuff.device_time == pytest.approx(now, abs=1)
        await asyncio.sleep(60)
        assert here.intake.links("cuff1") == [(True, "connected")]


async def test_a_cuff_can_deliver_again_and_again() -> None:
    async with ward() as here:
        for number in range(5):
            await here.cuff.indicate(120 + number, 80, 93, 70, here.intake.now())
            await asyncio.sleep(20)
        cuffs = here.intake.of(Cuff)
        assert [cuff.systolic for cuff in cuffs] == [120, 121, 122, 123, 124]
        assert not any(cuff.history for cuff in cuffs)


async def test_the_memory_of_a_cuff_is_history_but_for_its_newest_reading() -> None:
    async with ward() as here:
        now = here.intake.now()
        here.cuff.store(150, 95, 113, 70, now - 900)
        here.cuff.store(160, 99, 119, 72, now - 600)
        await here.cuff.indicate(205, 122, 150, 88, now)
        await here.intake.until(lambda: len(here.intake.of(Cuff)) == 3)
        told = [(cuff.systolic, cuff.history) for cuff in here.intake.of(Cuff)]
        assert told == [(150, True), (160, True), (205, False)]


async def test_of_a_cuff_without_a_clock_only_a_reading_that_comes_alone_is_live() -> None:
    async with ward() as here:
        await here.cuff.indicate(130, 82, 98, 66)
        await here.intake.until(lambda: len(here.intake.of(Cuff)) == 1)
        await asyncio.sleep(30)
        here.cuff.store(150, 95, 113, 70)
        await here.cuff.indicate(205, 122, 150, 88)
        await here.intake.until(lambda: len(here.intake.of(Cuff)) == 3)
        told = [(cuff.systolic, cuff.history) for cuff in here.intake.of(Cuff)]
        assert told == [(130, False), (150, True), (205, True)]


async def test_a_strap_sends_rate_and_beats() -> None:
    async with ward() as here:
        await here.strap.wait_subscribed()
        await here.strap.notify(72, (828.125, 835.9375), contact=None)
        await here.intake.until(lambda: bool(here.intake.of(Beats)))
        assert here.intake.of(Beats)[0].rr_ms == (828.125, 835.9375)
        assert here.intake.of(Sample)[0].value == 72


async def test_a_dropped_link_is_told_once_and_read_again() -> None:
    async with ward() as here:
        await stream(here.oximeter)
        await here.oximeter.drop()
        await here.intake.until(lambda: len(here.intake.links("ox1")) == 2)
        await stream(here.oximeter)
        assert here.intake.links("ox1") == [
            (True, "connected"),
            (False, "disconnected"),
            (True, "connected"),
        ]


async def test_a_device_out_of_range_is_lost_once_and_found_when_it_returns() -> None:
    async with ward() as here:
        await stream(here.oximeter)
        here.oximeter.fade(120)
        await asyncio.sleep(110)
        assert here.intake.links("ox1") == [(True, "connected"), (False, "disconnected")]
        await stream(here.oximeter)
        assert here.intake.links("ox1")[2:] == [(True, "connected")]


async def test_a_stream_that_falls_silent_is_lost_as_silent() -> None:
    async with ward() as here:
        await stream(here.oximeter)
        here.oximeter.faults.silent = True
        await asyncio.sleep(120)
        assert here.intake.links("ox1") == [(True, "connected"), (False, "silent")]
        here.oximeter.faults.silent = False
        await stream(here.oximeter)
        assert here.intake.links("ox1")[2:] == [(True, "connected")]


async def test_a_device_that_was_never_seen_is_told_once() -> None:
    async with ward() as here:
        here.oximeter.fade()
        await asyncio.sleep(60)
        assert here.intake.links("ox1")[-1][0] is False
        assert len(here.intake.links("ox1")) == 1


async def test_garbage_is_malformed_and_the_stream_goes_on() -> None:
    async with ward() as here:
        await here.oximeter.wait_subscribed()
        await here.oximeter.send(b"\xff\x01")
        await here.oximeter.send(b"")
        await here.oximeter.notify(97, 64)
        await here.intake.until(lambda: bool(here.intake.of(Sample)))
        first, second = here.intake.of(Malformed)
        assert (first.where, first.bed, first.device) == ("2A5F", "B1", "ox1")
        assert first.detail == "2A5F: normal SpO2 needs bytes 1 to 2, the frame has 2"
        assert "needs bytes 0 to 0" in second.detail


async def test_a_device_without_the_service_is_told_as_failed_and_harms_no_other() -> None:
    async with ward(read=False) as here:
        await here.strap.switch_off()
        impostor = VirtualOximeter(here.radio, STRAP.address, "no strap")
        await impostor.switch_on()
        async with reading(here):
            await stream(here.oximeter)
            await here.intake.until(lambda: bool(here.intake.links("strap1")))
            for _ in range(30):
                await stream(here.oximeter)
            assert here.intake.links("strap1") == [(False, "connect_failed")]
            assert here.intake.links("ox1") == [(True, "connected")]
        await impostor.switch_off()


async def test_a_device_that_waits_for_its_turn_to_connect_is_not_lost() -> None:
    async with ward(read=False) as here:
        here.oximeter.fade()
        async with reading(here):
            await asyncio.sleep(0.15)  # the strap has been heard once: it is being connected to
            here.strap.fade()
            here.oximeter.approach()
            began = asyncio.get_running_loop().time()
            await stream(here.oximeter)
            assert asyncio.get_running_loop().time() - began > 10  # longer than any silence
            assert here.intake.links("ox1") == [(True, "connected")]


async def test_without_an_adapter_every_device_says_so_once_and_it_goes_on_trying() -> None:
    class Deaf(NoAdapter):
        tries = 0

        async def start(self) -> None:
            Deaf.tries += 1
            await super().start()

    intake = Recorder()
    driver = BleDriver((OXIMETER, CUFF), intake, (AdapterRow(scanner_backend=Deaf),))
    running = asyncio.ensure_future(driver.run())
    await asyncio.sleep(120)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert Deaf.tries > 5
    assert [(link.device, link.up, link.reason) for link in intake.of(Link)] == [
        ("ox1", False, "adapter_unavailable"),
        ("cuff1", False, "adapter_unavailable"),
    ]


async def test_a_lost_adapter_is_logged_once_and_so_is_its_return(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Returning(NoAdapter):
        tries = 0

        async def start(self) -> None:
            Returning.tries += 1
            if Returning.tries <= 5:
                await super().start()

    caplog.set_level(logging.INFO, "devices.ble_adapter")
    driver = BleDriver((OXIMETER,), Recorder(), (AdapterRow(scanner_backend=Returning),))
    running = asyncio.ensure_future(driver.run())
    await asyncio.sleep(120)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "Bluetooth adapter unavailable: No Bluetooth adapters found."),
        ("INFO", "Bluetooth adapter available again"),
    ]


async def test_two_devices_of_one_address_are_refused() -> None:
    double = replace(CUFF, address=OXIMETER.address.lower())
    with pytest.raises(ValueError, match="B1 ox1 and B1 cuff1 have one address"):
        BleDriver((OXIMETER, double), Recorder())
