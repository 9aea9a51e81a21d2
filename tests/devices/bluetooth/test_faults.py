"""What the driver tells of each way in which a streaming device may fail."""

import asyncio
from itertools import pairwise

import pytest

from devices.ble import BleDevice, BleDriver
from devices.reading import Malformed, Metric, Sample
from simulators.gatt import Offer, VirtualService, battery_service, identity_service
from simulators.oximeter import VirtualOximeter
from simulators.peripheral import Peripheral
from tests.devices.bluetooth.ward import OXIMETER, STRAP, Ward, reading, stream, ward
from tests.support.virtual_adapter import virtual

UP = (True, "connected")


async def read_for(here: Ward, seconds: int) -> None:
    """Stream about a packet a second meanwhile, whenever somebody listens."""
    for number in range(seconds):
        await here.oximeter.notify(97, 60 + number % 20)
        await asyncio.sleep(1)


@pytest.mark.parametrize("seconds", [8, 40])
async def test_out_of_range_for_a_while_is_one_loss_and_one_recovery(seconds: int) -> None:
    async with ward() as here:
        await stream(here.oximeter)
        here.oximeter.fade(seconds)
        await read_for(here, seconds + 40)
        assert here.intake.links("ox1") == [UP, (False, "disconnected"), UP]


async def test_silent_while_connected_is_silent_and_read_again_once_it_speaks() -> None:
    async with ward() as here:
        await stream(here.oximeter)
        here.oximeter.faults.silent = True
        await read_for(here, 60)
        assert here.intake.links("ox1") == [UP, (False, "silent")]
        here.oximeter.faults.silent = False
        await read_for(here, 30)
        assert here.intake.links("ox1") == [UP, (False, "silent"), UP]


async def test_links_that_end_at_once_or_before_a_subscription_are_one_loss() -> None:
    async with ward() as here:
        await stream(here.oximeter)
        here.oximeter.faults.drops_at_connect = 3
        here.oximeter.faults.drops_at_subscribe = 3
        await here.oximeter.drop()
        await read_for(here, 90)
        assert here.intake.links("ox1") == [UP, (False, "disconnected"), UP]


async def test_a_stream_whose_every_link_breaks_loses_no_packet_that_was_sent() -> None:
    async with ward() as here:
        here.oximeter.faults.drop_after = 3
        sent: list[float] = []
        for number in range(60):
            if await here.oximeter.notify(97, 60 + number):
                sent.append(60 + number)
            await asyncio.sleep(1)
        assert len(sent) > 15
        told = [one.value for one in here.intake.of(Sample) if one.metric is Metric.PULSE_RATE]
        assert told == sent
        links = [up for up, _ in here.intake.links("ox1")]
        assert all(up is not before for before, up in pairwise(links))


async def test_a_device_that_answers_and_returns_slowly_is_read_in_the_end() -> None:
    async with ward() as here:
        here.oximeter.faults.answer_delay = 4
        here.oximeter.faults.return_delay = 25
        await stream(here.oximeter)
        await here.oximeter.drop()
        await read_for(here, 60)
        assert here.intake.links("ox1") == [UP, (False, "disconnected"), UP]


async def test_a_device_that_answers_too_slowly_is_told_failed_once() -> None:
    async with ward() as here:
        here.oximeter.faults.answer_delay = 60
        await asyncio.sleep(120)
        assert here.intake.links("ox1") == [(False, "connect_failed")]
        await stream(here.strap)
        assert here.intake.links("strap1")[-1] == UP


async def test_a_garbage_frame_is_told_malformed_and_costs_no_link() -> None:
    async with ward() as here:
        await stream(here.oximeter)
        here.oximeter.faults.garbage = b"\x00\x61"
        await read_for(here, 5)
        (malformed,) = here.intake.of(Malformed)
        assert (malformed.where, malformed.device) == ("2A5F", "ox1")
        assert here.intake.links("ox1") == [UP]


async def test_battery_at_connect_and_by_notification_gives_readings() -> None:
    async with ward(read=False) as here:
        await here.oximeter.switch_off()
        fitted = VirtualOximeter(here.radio, OXIMETER.address, "Oximeter 1")
        fitted.fit(battery_service(80))
        fitted.fit(identity_service("Acme", "P1", "1.0"))
        await fitted.switch_on()
        async with reading(here):
            await fitted.wait_subscribed("2A19")
            await fitted.send(b"\x4f", "2A19")
            await here.intake.until(lambda: len(here.intake.of(Sample)) == 2)
            told = [(one.metric, one.value) for one in here.intake.of(Sample)]
            assert sorted(told) == [(Metric.BATTERY, 79), (Metric.BATTERY, 80)]
        await fitted.switch_off()


async def test_an_oximeter_that_sends_only_its_battery_is_silent() -> None:
    async with ward(read=False) as here:
        await here.oximeter.switch_off()
        fitted = VirtualOximeter(here.radio, OXIMETER.address, "Oximeter 1")
        fitted.fit(battery_service(80))
        await fitted.switch_on()
        async with reading(here):
            await stream(fitted)
            for level in range(60, 0, -1):
                await fitted.send(bytes((level,)), "2A19")
                await fitted.send(b"", "2A19")  # a broken one is no sign of life either
                await asyncio.sleep(1)
            assert here.intake.links("ox1") == [UP, (False, "silent")]
        await fitted.switch_off()


async def test_two_devices_with_one_name_are_told_apart_by_their_address() -> None:
    async with ward(read=False) as here:
        other = BleDevice("B2", "ox2", "F1:00:00:00:00:09", OXIMETER.model)
        twin = VirtualOximeter(here.radio, other.address, here.oximeter.name)
        await twin.switch_on()
        driver = BleDriver((OXIMETER, other), here.intake, (virtual(here.adapter),))
        running = asyncio.ensure_future(driver.run())
        await here.oximeter.wait_subscribed()
        await twin.wait_subscribed()
        await here.oximeter.notify(97, 64)
        await twin.notify(91, 118)
        await here.intake.until(lambda: len(here.intake.of(Sample)) == 4)
        told = {(one.bed, one.device, one.value) for one in here.intake.of(Sample)}
        assert told == {("B1", "ox1", 97), ("B1", "ox1", 64), ("B2", "ox2", 91), ("B2", "ox2", 118)}
        running.cancel()
        await asyncio.wait((running,))
        await twin.switch_off()


async def test_a_device_that_answers_only_the_paired_is_told_once_and_harms_no_other() -> None:
    async with ward(read=False) as here:
        await here.strap.switch_off()
        closed = Peripheral(
            here.radio,
            STRAP.address,
            "Closed",
            VirtualService("180D", (Offer("2A37", notifies=True, protected=True),)),
        )
        closed.faults.refuses_bond = True
        await closed.switch_on()
        async with reading(here):
            await stream(here.oximeter)
            await read_for(here, 45)
            ((up, _why),) = here.intake.links("strap1")
            assert not up
            assert here.intake.links("ox1") == [UP]
        await closed.switch_off()


async def test_a_device_that_refuses_one_subscription_of_several_is_read_by_the_others() -> None:
    async with ward(read=False) as here:
        await here.oximeter.switch_off()
        offers = (Offer("2A5F", notifies=True), Offer("2A52", indicates=True, protected=True))
        odd = Peripheral(here.radio, OXIMETER.address, "Odd", VirtualService("1822", offers))
        await odd.switch_on()
        async with reading(here, OXIMETER):
            await stream(odd)
            await stream(odd)
            assert here.intake.links("ox1") == [UP]
        await odd.switch_off()
