"""A simulated device on a controller that speaks HCI over a socket, as a real one would."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bumble.controller import Controller
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket

from devices.ble import BleDevice, BleDriver
from devices.catalog import GENERIC, DeviceKind
from devices.reading import Metric, Sample
from simulators.antenna import Antenna
from simulators.live import Pace
from simulators.performance import ADDRESS, perform
from simulators.radio import VirtualRadio
from simulators.scenario import load_scenario
from simulators.ward import Ward, make_ward
from tests.support.recorder import START, Recorder
from tests.support.virtual_adapter import virtual


@asynccontextmanager
async def dongle(radio: VirtualRadio) -> AsyncGenerator[str]:
    """A controller on this radio, behind a socket; yields how bumble calls it."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        transport: Any = await open_tcp_server_transport_with_socket(door)
        Controller("dongle", transport.source, transport.sink, link=radio._air)
        yield f"tcp-client:127.0.0.1:{door.getsockname()[1]}"
        transport.server.close()  # bumble's own close() leaves it open


@pytest.fixture
def quiet() -> Ward:
    """Made before the loop runs: it is read from a file."""
    return make_ward([load_scenario("quiet")], seed=2, starts_at=START, all_by_radio=True)


async def test_a_device_on_a_real_controller_is_read_by_the_driver(quiet: Ward) -> None:
    radio, read = VirtualRadio(), Recorder()
    adapter = await radio.adapter()
    row = BleDevice("room-1", "ox-1", ADDRESS.format(1), GENERIC[DeviceKind.OXIMETER])
    driver = BleDriver(
        [row],
        read,
        (virtual(adapter),),
    )
    async with dongle(radio) as transport, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(driver.run(), name="driver"),
            group.create_task(
                perform(
                    quiet,
                    Pace(START),
                    site="clinic",
                    broker=None,
                    radios=[transport],
                ),
                name="performance",
            ),
        ]
        await read.until(lambda: len(read.of(Sample)) >= 4)
        for task in tasks:
            task.cancel()
    assert {sample.metric for sample in read.of(Sample)} >= {Metric.SPO2, Metric.PULSE_RATE}
    assert read.links("ox-1")[0] == (True, "connected")


async def test_a_controller_carries_one_device() -> None:
    async with dongle(VirtualRadio()) as transport, Antenna.open(transport) as antenna:
        host = await antenna.power_on(ADDRESS.format(1), "one")
        with pytest.raises(RuntimeError, match="one simulated device"):
            await antenna.power_on(ADDRESS.format(2), "two")
        await antenna.power_off(host)
