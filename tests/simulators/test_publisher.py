"""A simulated device on a real broker is read like any other, and comes back after an outage."""

import asyncio
from pathlib import Path

import pytest

from devices.mqtt import MqttDevice
from devices.reading import Metric, Origin, Report, ReportKind, ReportSource, Sample, Validity
from simulators.instrument import Badge
from simulators.publisher import BrokerAddress, Publisher
from tests.support.desk import Desk
from tests.support.driving import driving
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.system
BADGE = Badge(bed="B1", device="button", kind="button", starts_at=1795426200.0, origin=Origin.TEST)
AT = BADGE.starts_at + 0.25
DEVICES = (MqttDevice(bed="B1", device="button", streams=False, silent_after=None),)


def press(number: int) -> Report:
    return Report(
        **BADGE.fields(0.25), id=f"p{number}", source=ReportSource.BUTTON, kind=ReportKind.PRESS
    )  # fmt: skip


async def say(publisher: Publisher, *readings: Sample | Report) -> None:
    async with asyncio.timeout(20):
        while not await publisher.say(readings):  # noqa: ASYNC110 - it says False while away
            await asyncio.sleep(0.02)


async def test_what_it_says_is_read_as_it_was_said(tmp_path: Path) -> None:
    desk = Desk()
    async with Mosquitto(tmp_path) as broker, driving(desk, broker.port, DEVICES):
        publisher = Publisher("clinic", BADGE, BrokerAddress.parse(broker.url))
        async with asyncio.TaskGroup() as group:
            task = group.create_task(publisher.run(), name="publisher under test")
            weak = Sample(
                **BADGE.fields(0.25), metric=Metric.SPO2, value=88, validity=Validity.QUESTIONABLE
            )
            await say(publisher, weak, press(1))
            await desk.until(lambda: bool(desk.of(Report)))
            await broker.kill()
            await desk.until(lambda: not desk.broker[-1][0])
            await broker.start()
            await desk.until(lambda: desk.broker[-1][0])
            await say(publisher, press(2))
            await desk.until(lambda: len(desk.of(Report)) == 2)
            task.cancel()
        await desk.until(lambda: desk.links[-1] == ("button", "device_offline"))
    (sample,) = desk.of(Sample)
    assert (sample.value, sample.validity, sample.origin) == (88, "questionable", "test")
    assert sample.device_time == AT
    assert [report.id for report in desk.of(Report)] == ["p1", "p2"]
