"""A virtual device of any shape, and its ways to fail, as bleak's own client sees them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError

from simulators.gatt import Offer, VirtualService, battery_service, identity_service
from simulators.peripheral import Peripheral
from simulators.radio import VirtualAdapter, VirtualRadio

ADDRESS = "F1:00:00:00:00:01"
SERVICE = "ecbe3980-c9a2-11e1-b1bd-0002a5d5c51b"
COMMAND = "db5b55e0-aee7-11e1-965e-0002a5d5c51b"
ANSWER = "49123040-aee8-11e1-a74d-0002a5d5c51b"
INSUFFICIENT_AUTHENTICATION = 0x05


@dataclass
class Echo:
    """A device of its maker's own service: it answers what is written by the same bytes."""

    adapter: VirtualAdapter
    peripheral: Peripheral
    clients: list[BleakClient] = field(default_factory=list[BleakClient])
    written: list[bytes] = field(default_factory=list[bytes])
    heard: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue[bytes])

    async def connect(self) -> BleakClient:
        found = await BleakScanner.find_device_by_address(
            ADDRESS, timeout=20, backend=self.adapter.scanner_backend
        )
        assert found is not None
        client = BleakClient(found, backend=self.adapter.client_backend)
        await client.connect()
        self.clients.append(client)
        return client

    async def listen(self, client: BleakClient) -> None:
        await client.start_notify(ANSWER, lambda _, data: self.heard.put_nowait(bytes(data)))


@asynccontextmanager
async def echo(*, protected: bool = False, indicates: bool = False) -> AsyncGenerator[Echo]:
    radio = VirtualRadio()
    adapter = await radio.adapter()

    async def answer(data: bytes) -> None:
        here.written.append(data)
        await peripheral.send(data)

    peripheral = Peripheral(
        radio,
        ADDRESS,
        "Echo",
        VirtualService(
            SERVICE,
            (
                Offer(ANSWER, notifies=not indicates, indicates=indicates, protected=protected),
                Offer(COMMAND, written=answer),
                Offer("2A08", value=bytes(7), protected=protected),
            ),
        ),
    )
    peripheral.fit(battery_service(80))
    peripheral.fit(identity_service("Acme", "E1", "1.2"))
    here = Echo(adapter, peripheral)
    await peripheral.switch_on()
    yield here
    for client in here.clients:
        await client.disconnect()
    await peripheral.switch_off()


async def test_it_hears_what_is_written_and_answers_over_a_vendor_service() -> None:
    async with echo() as here:
        client = await here.connect()
        await here.listen(client)
        await client.write_gatt_char(COMMAND, b"\x01\x02", response=True)
        assert await here.heard.get() == b"\x01\x02"
        await client.write_gatt_char(COMMAND, b"\x03", response=False)
        assert await here.heard.get() == b"\x03"
        assert here.written == [b"\x01\x02", b"\x03"]


async def test_a_scan_hears_its_name_and_its_whole_uuid() -> None:
    async with echo() as here:
        found = await BleakScanner.discover(
            1, return_adv=True, backend=here.adapter.scanner_backend
        )
        ((device, told),) = found.values()
        assert (device.name, told.service_uuids) == ("Echo", [SERVICE])


async def test_it_may_be_fitted_with_battery_and_identity() -> None:
    async with echo() as here:
        client = await here.connect()
        assert await client.read_gatt_char("2A19") == b"\x50"
        assert await client.read_gatt_char("2A29") == b"Acme"
        levels: asyncio.Queue[bytes] = asyncio.Queue()
        await client.start_notify("2A19", lambda _, data: levels.put_nowait(bytes(data)))
        assert await here.peripheral.send(b"\x4f", "2A19")
        assert await levels.get() == b"\x4f"
        assert not await here.peripheral.send(b"\x01")  # nobody listens to the answers


async def test_what_may_not_be_read_or_written_is_refused() -> None:
    async with echo() as here:
        client = await here.connect()
        with pytest.raises(BleakGATTProtocolError):
            await client.read_gatt_char(COMMAND)
        with pytest.raises(BleakGATTProtocolError):
            await client.write_gatt_char("2A19", b"\x01", response=True)


async def test_what_is_protected_is_refused_until_paired_and_open_at_the_next_link() -> None:
    async with echo(protected=True) as here:
        client = await here.connect()
        with pytest.raises(BleakGATTProtocolError) as read:
            await client.read_gatt_char("2A08")
        with pytest.raises(BleakGATTProtocolError) as subscribed:
            await here.listen(client)
        assert read.value.code == subscribed.value.code == INSUFFICIENT_AUTHENTICATION
        await client.pair()
        assert await client.read_gatt_char("2A08") == bytes(7)
        await client.disconnect()
        client = await here.connect()
        await here.listen(client)


async def test_a_device_that_refuses_the_bond_stays_closed() -> None:
    async with echo(protected=True) as here:
        here.peripheral.faults.refuses_bond = True
        client = await here.connect()
        with pytest.raises(BleakError):
            await client.pair()
        with pytest.raises(BleakError):
            await here.listen(client)


async def test_it_drops_at_connect_and_at_subscribe_as_often_as_told() -> None:
    async with echo() as here:
        here.peripheral.faults.drops_at_connect = 1
        here.peripheral.faults.drops_at_subscribe = 1
        with pytest.raises(BleakError):
            await here.connect()
        client = await here.connect()
        with pytest.raises(BleakError, match="lost"):
            await here.listen(client)
        await here.listen(await here.connect())


async def test_it_splits_doubles_garbles_and_is_silent_as_told() -> None:
    async with echo() as here:
        await here.listen(await here.connect())
        faults = here.peripheral.faults
        faults.split = 2
        await here.peripheral.send(b"abcde")
        assert [await here.heard.get() for _ in range(3)] == [b"ab", b"cd", b"e"]
        faults.split, faults.doubled = None, True
        await here.peripheral.send(b"abc")
        assert [await here.heard.get() for _ in range(2)] == [b"abc", b"abc"]
        faults.doubled, faults.garbage = False, b"?"
        await here.peripheral.send(b"abc")
        await here.peripheral.send(b"abc")
        assert [await here.heard.get() for _ in range(2)] == [b"?", b"abc"]
        faults.silent = True
        assert not await here.peripheral.send(b"abc")


async def test_it_ends_the_link_after_so_many_frames_with_the_last_heard_or_not() -> None:
    async with echo(indicates=True) as here:
        await here.listen(await here.connect())
        here.peripheral.faults.drop_after = 2
        assert await here.peripheral.send(b"1")
        assert await here.peripheral.send(b"2")
        assert not here.peripheral.connected
        await here.listen(await here.connect())
        here.peripheral.faults.unconfirmed_after = 1
        assert not await here.peripheral.send(b"3")
        assert not here.peripheral.connected
        assert [await here.heard.get() for _ in range(3)] == [b"1", b"2", b"3"]


async def test_it_answers_late_and_returns_late_as_told() -> None:
    async with echo() as here:
        loop, faults = asyncio.get_running_loop(), here.peripheral.faults
        client = await here.connect()
        faults.answer_delay, began = 3, loop.time()
        await client.read_gatt_char("2A19")
        assert 3 <= loop.time() - began < 4
        faults.return_delay, began = 12, loop.time()
        await client.disconnect()
        await here.connect()
        assert 12 <= loop.time() - began < 14
