"""Foreign messages over a real broker: bursts, batches, and what would do us harm."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from devices.mapping_row import MappingRow
from devices.mqtt import MqttDevice
from devices.reading import Metric, Sample
from tests.support.desk import Desk
from tests.support.driving import device, driving
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.system

ROWS = (
    MappingRow(
        topic="gw/{bed}",
        device="ox",
        metric=Metric.SPO2,
        each="/m",
        pointer="/v",
        time_pointer="/t",
    ),
    MappingRow(topic="{device}/sensor/spo2/state", bed="B1", metric=Metric.SPO2, pointer=""),
)
DEVICES = (MqttDevice(bed="B1", device="ox", silent_after=30.0),)
HOSTILE = (
    b"[" * 100_000,
    b'{"m":' * 5_000,
    b"9" * 10_000_000,
    b'{"m": [{"v": NaN}]}',
    b'{"m": [{"v": "\xff"}]}',
    b'{"m": [{"v": "\\ud800"}]}',
)


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncGenerator[Mosquitto]:
    async with Mosquitto(tmp_path) as broker:
        yield broker


async def test_hostile_messages_are_dead_letters_and_the_next_is_read(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with (
        driving(desk, mosquitto.port, DEVICES, mapping=ROWS),
        device(mosquitto.port) as gateway,
    ):
        for payload in HOSTILE:
            await gateway.publish("gw/B1", payload, qos=1)
        await gateway.publish("gw/B1", b'{"m": [{"v": 97}]}', qos=1)
        await desk.until(lambda: desk.values == [97])
    assert len(desk.rejected) == len(HOSTILE)
    assert {up for up, _ in desk.broker} == {True}  # the connection has held
    again = Desk()
    async with driving(again, mosquitto.port, DEVICES, mapping=ROWS):
        pass
    assert (again.readings, again.rejected) == ([], [])  # all were acknowledged


async def test_an_array_and_a_bare_word_are_read(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with (
        driving(desk, mosquitto.port, DEVICES, mapping=ROWS),
        device(mosquitto.port) as gateway,
    ):
        at = desk.now()
        elements = f'{{"m": [{{"v": 95, "t": {at - 1}}}, {{"v": 96, "t": {at}}}]}}'
        await gateway.publish("gw/B1", elements.encode(), qos=1)
        await gateway.publish("ox/sensor/spo2/state", b"nan", qos=1)
        await desk.until(lambda: len(desk.values) == 3)
    assert [(one.value, one.history) for one in desk.of(Sample)] == [
        (95, True),
        (96, False),
        (None, False),
    ]
