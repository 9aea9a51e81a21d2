"""The driver on bleak's own Linux backend, over D-Bus: what `run` uses with a real adapter."""

import asyncio

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from devices.ble import AdapterRow, BleDevice, BleDriver
from devices.catalog import GENERIC, DeviceKind
from devices.reading import Cuff, Sample
from simulators.cuff import VirtualCuff
from simulators.oximeter import VirtualOximeter
from simulators.radio import VirtualRadio
from tests.support.bluez import ADAPTER, BluezFace, bluez
from tests.support.own_bus import bus, run
from tests.support.recorder import Recorder

__all__ = ["bus"]  # a fixture

OXIMETER = BleDevice("B1", "ox1", "F1:00:00:00:00:01", GENERIC[DeviceKind.OXIMETER])
CUFF = BleDevice("B1", "cuff1", "F1:00:00:00:00:02", GENERIC[DeviceKind.CUFF])


def test_an_oximeter_and_a_cuff_are_read_over_d_bus(bus: str) -> None:
    async def main() -> None:
        radio = VirtualRadio()
        intake = Recorder()
        oximeter = VirtualOximeter(radio, OXIMETER.address, "Oximeter")
        cuff = VirtualCuff(radio, CUFF.address, "Cuff")
        await oximeter.switch_on()
        await cuff.switch_on()
        async with bluez(bus, await radio.adapter()), asyncio.TaskGroup() as tasks:
            driver = BleDriver((OXIMETER, CUFF), intake, (AdapterRow("hci0"),))
            running = tasks.create_task(driver.run(), name="driver")
            await oximeter.wait_subscribed()
            await oximeter.notify(97, 64)
            await cuff.indicate(205, 122, 150, 88, intake.now())
            await intake.until(lambda: bool(intake.of(Sample)) and bool(intake.of(Cuff)))
            assert intake.of(Cuff)[0].systolic == 205
            await oximeter.drop()
            await intake.until(lambda: len(intake.links("ox1")) == 2)
            await oximeter.wait_subscribed()
            await oximeter.notify(96, 64)
            await intake.until(lambda: len(intake.links("ox1")) == 3)
            assert intake.links("ox1") == [
                (True, "connected"),
                (False, "disconnected"),
                (True, "connected"),
            ]
            running.cancel()
        await oximeter.switch_off()
        await cuff.switch_off()

    run(main)


def test_a_link_that_a_killed_process_left_is_freed_and_the_device_read(bus: str) -> None:
    async def main() -> None:
        radio = VirtualRadio()
        intake = Recorder()
        oximeter = VirtualOximeter(radio, OXIMETER.address, "Oximeter")
        await oximeter.switch_on()
        async with bluez(bus, await radio.adapter()) as face, asyncio.TaskGroup() as tasks:
            await leave_connected(bus, face)
            assert oximeter.connected  # so it does not advertise
            running = tasks.create_task(BleDriver((OXIMETER,), intake).run(), name="driver")
            await oximeter.wait_subscribed()
            await oximeter.notify(97, 64)
            await intake.until(lambda: bool(intake.of(Sample)))
            running.cancel()
        await oximeter.switch_off()

    run(main)


def test_a_link_of_which_bluez_does_not_tell_is_made_anew_at_once(bus: str) -> None:
    async def main() -> None:
        radio = VirtualRadio()
        intake = Recorder()
        oximeter = VirtualOximeter(radio, OXIMETER.address, "Oximeter")
        await oximeter.switch_on()
        async with bluez(bus, await radio.adapter()) as face, asyncio.TaskGroup() as tasks:
            face.untold_links = 1
            running = tasks.create_task(BleDriver((OXIMETER,), intake).run(), name="driver")
            await oximeter.wait_subscribed()
            await oximeter.notify(97, 64)
            await intake.until(lambda: bool(intake.of(Sample)))
            assert intake.links("ox1") == [(True, "connected")]
            running.cancel()
        await oximeter.switch_off()

    run(main)


async def leave_connected(address: str, face: BluezFace) -> None:
    """Connect to the oximeter as another process that vanishes."""
    other = await MessageBus(bus_address=address).connect()
    device = f"{ADAPTER}/dev_{OXIMETER.address.replace(':', '_')}"
    for path, interface, member in (
        (ADAPTER, "org.bluez.Adapter1", "StartDiscovery"),
        (device, "org.bluez.Device1", "Connect"),
        (ADAPTER, "org.bluez.Adapter1", "StopDiscovery"),
    ):
        call = Message("org.bluez", path, interface, member)
        reply = await other.call(call)
        assert reply is not None
        assert reply.message_type is MessageType.METHOD_RETURN, reply.body
        await face.heard.wait()
    other.disconnect()


def test_with_a_bus_but_no_bluetooth_service_every_device_says_so_once(bus: str) -> None:
    assert bus

    async def main() -> None:
        intake = Recorder()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(BleDriver((OXIMETER,), intake).run(), name="driver")
            await intake.until(lambda: bool(intake.links("ox1")))
            await asyncio.sleep(1)
            assert intake.links("ox1") == [(False, "adapter_unavailable")]
            running.cancel()

    run(main)
