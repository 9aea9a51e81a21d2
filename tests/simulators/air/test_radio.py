"""The virtual radio itself, heard by bleak's own scanner and client."""

import asyncio

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakError, BleakGATTProtocolError

from devices.wire.blood_pressure import BloodPressure
from devices.wire.pulse_oximeter import Continuous, OximeterFeatures
from simulators.cuff import VirtualCuff
from simulators.oximeter import VirtualOximeter
from simulators.radio import VirtualAdapter, VirtualRadio

ADDRESS = "F1:00:00:00:00:01"


async def find(adapter: VirtualAdapter, address: str = ADDRESS) -> BLEDevice:
    """The device, once it advertises."""
    found = await BleakScanner.find_device_by_address(
        address, timeout=20, backend=adapter.scanner_backend
    )
    assert found is not None
    return found


async def test_bleak_finds_connects_reads_and_subscribes() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    oximeter = VirtualOximeter(radio, ADDRESS, "Ox")
    await oximeter.switch_on()
    frames: asyncio.Queue[bytes] = asyncio.Queue()
    device = await find(adapter)
    async with BleakClient(device, backend=adapter.client_backend) as client:
        features = OximeterFeatures.from_bytes(bytes(await client.read_gatt_char("2A60")))
        assert features.features == 0x43
        await client.start_notify("2A5F", lambda _, data: frames.put_nowait(bytes(data)))
        assert await oximeter.notify(97, 64)
        assert Continuous.from_bytes(await frames.get()).normal.spo2 == 97
        await client.stop_notify("2A5F")
        assert not await oximeter.notify(96, 64)
    await oximeter.switch_off()


async def test_an_att_error_is_bleaks_with_its_code() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    oximeter = VirtualOximeter(radio, ADDRESS)
    await oximeter.switch_on()
    async with BleakClient(await find(adapter), backend=adapter.client_backend) as client:
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.write_gatt_char("2A60", bytes(600), response=True)
        assert refused.value.code == 0x0D  # longer than any attribute may be
    await oximeter.switch_off()


async def test_a_device_out_of_range_is_lost_at_both_ends_and_cannot_be_connected() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    oximeter = VirtualOximeter(radio, ADDRESS)
    await oximeter.switch_on()
    device, lost = await find(adapter), asyncio.Event()
    client = BleakClient(device, lambda _: lost.set(), backend=adapter.client_backend)
    await client.connect()
    oximeter.fade()
    await lost.wait()
    assert not client.is_connected
    with pytest.raises(TimeoutError):
        await client.connect(timeout=0.1)
    oximeter.approach()
    await client.connect(timeout=5)
    assert oximeter.connected
    await client.disconnect()
    await oximeter.switch_off()


async def test_a_cancelled_connect_leaves_the_adapter_free_for_the_next() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    near, far = VirtualOximeter(radio, ADDRESS), VirtualOximeter(radio, "F1:00:00:00:00:02")
    await near.switch_on()
    await far.switch_on()
    gone = await find(adapter, far.address)
    far.fade()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await BleakClient(gone, backend=adapter.client_backend).connect()
    async with BleakClient(await find(adapter), backend=adapter.client_backend) as client:
        assert client.is_connected
    await near.switch_off()
    await far.switch_off()


async def test_a_link_lost_during_a_request_is_an_error_not_a_cancelled_task() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    oximeter = VirtualOximeter(radio, ADDRESS)
    await oximeter.switch_on()
    async with BleakClient(await find(adapter), backend=adapter.client_backend) as client:
        read = asyncio.ensure_future(client.read_gatt_char("2A60"))
        await asyncio.sleep(0)
        oximeter.fade()
        with pytest.raises(BleakError, match="lost"):
            await read
    await oximeter.switch_off()


async def test_a_cuff_keeps_what_nobody_confirmed_and_delivers_it_oldest_first() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    cuff = VirtualCuff(radio, ADDRESS, "Cuff")
    await cuff.switch_on()
    cuff.store(118, 76, 90, 61)
    told: list[float | None] = []
    delivery = asyncio.ensure_future(cuff.indicate(205, 122, 150, 88))
    client = BleakClient(await find(adapter), backend=adapter.client_backend)
    await client.connect()
    await client.start_notify(
        "2A35", lambda _, data: told.append(BloodPressure.from_bytes(bytes(data)).systolic)
    )
    await delivery
    assert told == [118, 205]
    assert not cuff.connected
    await cuff.switch_off()


async def test_a_cuff_whose_link_is_lost_before_anybody_listened_delivers_to_the_next() -> None:
    radio = VirtualRadio()
    adapter = await radio.adapter()
    cuff = VirtualCuff(radio, ADDRESS, "Cuff")
    await cuff.switch_on()
    told: list[float | None] = []
    delivery = asyncio.ensure_future(cuff.indicate(205, 122, 150, 88))
    client = BleakClient(await find(adapter), backend=adapter.client_backend)
    await client.connect()
    cuff.fade(0.1)
    client = BleakClient(await find(adapter), backend=adapter.client_backend)
    await client.connect()
    await client.start_notify(
        "2A35", lambda _, data: told.append(BloodPressure.from_bytes(bytes(data)).systolic)
    )
    await delivery
    assert told == [205]
    await cuff.switch_off()


async def test_an_address_that_is_not_random_static_or_taken_is_refused() -> None:
    radio = VirtualRadio()
    host = await radio.power_on(ADDRESS, "one")
    with pytest.raises(ValueError, match="its own"):
        await radio.power_on(ADDRESS, "two")
    with pytest.raises(ValueError, match="C0 to FF"):
        await radio.power_on("01:00:00:00:00:01", "public")
    await radio.power_off(host)
