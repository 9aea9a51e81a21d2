"""Simulated MQTT devices: their messages are the native ones, and a real broker carries them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.mqtt import MqttDevice, MqttDriver, MqttSettings
from devices.reading import Cuff, Metric, Origin, Reading, Report, Sample, Validity
from devices.wire.bedside import decode
from devices.wire.bedside_json import Kind, Topic
from monitor.broker import EmbeddedBroker
from simulators.instrument import Badge, Instrument
from simulators.live import Pace, play
from simulators.messages import Message, messages_of
from simulators.publisher import BrokerAddress, Publisher
from simulators.scenario import load_scenario
from simulators.ward import Ward, make_ward
from tests.support.recorder import START, Recorder

SITE = "clinic"


def monitor_ward(name: str) -> Ward:
    return make_ward([load_scenario(name)], seed=2, starts_at=START, all_by_radio=False)


def read_back(badge: Badge, messages: list[Message], at: float) -> list[Reading]:
    """What a faultless driver makes of the messages of one word."""
    read: list[Reading] = []
    for message in messages:
        topic = Topic.parse(message.topic)
        assert (topic.site, topic.bed, topic.device) == (SITE, badge.bed, badge.device)
        if topic.kind is not Kind.STATUS:
            read += decode(topic, message.payload).readings(at, False)
    return read


def plain(reading: Reading) -> tuple[object, ...]:
    match reading:
        case Sample():
            return reading.metric, reading.value, reading.validity, reading.reason
        case Cuff():
            return reading.systolic, reading.diastolic, reading.pulse_rate, reading.validity
        case Report():
            return reading.id, reading.source, reading.kind, reading.value
        case _:
            return (type(reading).__name__,)


@pytest.mark.parametrize("name", ["probe-off", "hypertension-confirmed", "nausea-vomit"])
def test_the_messages_of_a_device_say_what_its_model_says(name: str) -> None:
    ward = monitor_ward(name)
    devices = {device.badge.device: device for device in ward.instruments}
    checked = 0
    for at, readings in ward.told(0, 170):
        badge = devices[readings[0].device].badge
        messages = list(messages_of(SITE, badge, readings, seq=16))
        read = read_back(badge, messages, START + at)
        assert sorted(map(str, map(plain, read))) == sorted(map(str, map(plain, readings)))
        checked += len(read)
    assert checked > 500


def test_a_lost_link_is_a_device_that_says_offline() -> None:
    ward = monitor_ward("link-loss-long")
    monitor = ward.instruments[0]
    said = [list(messages_of(SITE, monitor.badge, monitor.emit(at), 1)) for at in (30.0, 70.0)]
    assert [(m.payload, m.retain) for word in said for m in word if m.retain] == [
        (b"offline", True),
        (b"online", True),
    ]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://ward:1884", ("ward", 1884)),
        ("mqtt://ward", ("ward", 1883)),
        ("127.0.0.1:99", ("127.0.0.1", 99)),
    ],
)
def test_a_broker_is_named_by_url_or_host(url: str, address: tuple[str, int]) -> None:
    assert BrokerAddress.parse(url) == address


def test_what_is_no_broker_is_refused_with_what_would_be() -> None:
    with pytest.raises(ValueError, match="give mqtt://HOST"):
        BrokerAddress.parse("http://ward")


@pytest.fixture
def nauseous() -> Ward:
    """Made before the loop runs: it is read from a file."""
    return monitor_ward("nausea-press")


@pytest.mark.system
async def test_a_real_broker_carries_a_monitor_and_a_button_to_the_driver(
    nauseous: Ward, tmp_path: Path
) -> None:
    ward = nauseous
    monitor, button = ward.instruments
    read = Recorder()
    up = asyncio.Event()
    async with EmbeddedBroker(tmp_path) as broker:
        settings = MqttSettings(site=SITE, port=broker.port, origin=Origin.DEMO)
        rows = [MqttDevice(bed=d.badge.bed, device=d.badge.device) for d in ward.instruments]
        driver = MqttDriver(settings, rows, read, _set_when_up(up))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(driver.run(), name="driver")]
            await up.wait()
            address = BrokerAddress("127.0.0.1", broker.port)
            for device, second in ((monitor, 0.0), (button, 49.0)):
                tasks += _on_broker(group, device, address, second)
            await read.until(lambda: len(_spo2(read)) >= 3 and bool(read.of(Report)))
            for task in tasks:
                task.cancel()
    told = [r for _, word in ward.told(-2, 10) for r in word if isinstance(r, Sample)]
    said = {plain(r) for r in told if r.metric is Metric.SPO2}
    assert {plain(sample) for sample in _spo2(read)} <= said
    assert read.of(Report)[0].device == button.badge.device
    assert {link[0] for link in read.links(monitor.badge.device)} >= {True}
    assert not read.rejected


def _on_broker(
    group: asyncio.TaskGroup, device: Instrument, address: BrokerAddress, second: float
) -> list[asyncio.Task[None]]:
    """The device on the broker, its scenario at that second."""
    publisher = Publisher(SITE, device.badge, address)
    return [
        group.create_task(publisher.run(), name="publisher"),
        group.create_task(play(device, publisher, Pace(START + second)), name="device"),
    ]


def _spo2(read: Recorder) -> list[Sample]:
    return [
        sample
        for sample in read.of(Sample)
        if sample.metric is Metric.SPO2 and sample.validity is Validity.VALID
    ]


def _set_when_up(up: asyncio.Event) -> Callable[[bool, str], None]:
    def on_broker(is_up: bool, _detail: str) -> None:
        if is_up:
            up.set()

    return on_broker
