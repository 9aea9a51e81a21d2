"""The MQTT driver against real brokers: nothing is lost, nothing old passes for live."""

import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from devices.mapping_row import MappingRow
from devices.mqtt import MqttDevice, MqttSettings
from devices.mqtt_credentials import load_credentials
from devices.mqtt_handshake import make_client, paho_of
from devices.reading import (
    Cuff,
    Malformed,
    Metric,
    Origin,
    Report,
    ReportKind,
    ReportSource,
    Sample,
)
from devices.wire.bedside_json import encode_nausea
from monitor.broker import EmbeddedBroker
from tests.support.desk import Desk
from tests.support.driving import DEVICES, READING, device, driving, spo2
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt_peer import peer

pytestmark = pytest.mark.system


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncGenerator[Mosquitto]:
    async with Mosquitto(tmp_path) as broker:
        yield broker


async def test_a_reading_arrives_and_brings_the_link_up(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])
    (sample,) = desk.of(Sample)
    assert (sample.bed, sample.device, sample.history) == ("B1", "ox", False)
    assert desk.links == [("ox", "connected")]


@pytest.mark.parametrize(
    ("site", "said", "taken"),
    [
        (Origin.REAL, Origin.REAL, Origin.REAL),
        (Origin.REAL, Origin.DEMO, Origin.DEMO),
        (Origin.TEST, Origin.REAL, Origin.TEST),
    ],
)
async def test_all_that_a_test_site_hears_is_a_test(
    mosquitto: Mosquitto, site: Origin, said: Origin, taken: Origin
) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port, origin=site), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97, origin=said), qos=1)
        await desk.until(lambda: desk.values == [97])
    assert {reading.origin for reading in desk.readings} == {taken}


async def test_a_message_that_was_not_stored_comes_again_after_a_crash(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk(keep=False)
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97, seq=1), qos=1)
        await desk.until(lambda: desk.values == [97])
    # the readings were never stored: a new process must get them, as history
    second = Desk()
    async with driving(second, mosquitto.port):
        await second.until(lambda: second.values == [97])
    assert [sample.history for sample in second.of(Sample)] == [True]
    third = Desk()
    async with driving(third, mosquitto.port):
        pass
    assert third.values == []


async def test_what_nats_server_sends_again_long_after_the_reconnect_is_history(
    tmp_path: Path,
) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        desk = Desk(keep=False)
        async with driving(desk, broker.port), device(broker.port) as ox:
            await ox.publish(READING, spo2(97), qos=1)
            await desk.until(lambda: desk.values == [97])
        second = Desk()
        async with driving(second, broker.port):
            await second.until(lambda: second.values == [97])
    assert [sample.history for sample in second.of(Sample)] == [True]


async def test_a_message_received_but_unstored_is_recognised_when_it_comes_again(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk(keep=False)
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97), qos=1)
        await desk.until(lambda: desk.values == [97])
        await take_over(mosquitto.port)
        await desk.until(lambda: [up for up, _ in desk.broker] == [True, False, True])
        assert desk.values == [97]
        desk.keep = True
        desk.store()
        async with device(mosquitto.port) as other:
            await other.publish(READING, spo2(96), qos=1)
        await desk.until(lambda: desk.values == [97, 96])
    again = Desk()
    async with driving(again, mosquitto.port):
        pass
    assert again.values == []


async def test_a_message_stored_but_unacknowledged_is_recognised_by_the_next_run(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk(keep=False)
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97, seq=1), qos=1)
        await ox.publish(READING, spo2(96), qos=1)
        await desk.until(lambda: desk.values == [97, 96])
    second = Desk()
    async with driving(second, mosquitto.port, known=desk.messages):
        pass
    third = Desk()
    async with driving(third, mosquitto.port):
        pass
    assert second.values == third.values == []


async def take_over(port: int) -> None:
    """Connect under the driver's own client id: the broker ends the driver's connection."""
    async with device(port, identifier="kat-monitor", clean_session=False):
        pass


@pytest.mark.parametrize("broker", ["mosquitto", "nats"])
async def test_a_backlog_is_history_and_what_follows_is_live(broker: str, tmp_path: Path) -> None:
    server = Mosquitto(tmp_path) if broker == "mosquitto" else EmbeddedBroker(tmp_path)
    desk = Desk()
    async with server:
        async with driving(desk, server.port):
            pass
        async with device(server.port) as ox:
            for number in range(200):
                await ox.publish(READING, spo2(80, seq=number), qos=1)
        async with driving(desk, server.port), device(server.port) as ox:
            assert len(desk.values) == 200
            await ox.publish(READING, spo2(97, seq=200), qos=1)
            await desk.until(lambda: 97 in desk.values)
    assert [sample.history for sample in desk.of(Sample)] == [True] * 200 + [False]


async def test_a_retained_reading_is_history(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(82), qos=1, retain=True)
    async with driving(desk, mosquitto.port):
        await desk.until(lambda: desk.values == [82])
    assert [sample.history for sample in desk.of(Sample)] == [True]
    assert desk.links == []


async def test_what_a_broker_holds_retained_is_not_stored_again_at_each_reconnect(
    mosquitto: Mosquitto,
) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97), qos=1, retain=True)
        await desk.until(lambda: desk.values == [97])
        await take_over(mosquitto.port)
        await desk.until(lambda: [up for up, _ in desk.broker] == [True, False, True])
        await ox.publish(READING, spo2(96), qos=1)
        await desk.until(lambda: 96 in desk.values)
    assert desk.values == [97, 96]


async def test_equal_values_are_two_readings_and_a_copy_is_none(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        for payload in (spo2(97), spo2(97), spo2(96, seq=5), spo2(96, seq=5), spo2(95)):
            await ox.publish(READING, payload, qos=1)
        await desk.until(lambda: 95 in desk.values)
    assert desk.values == [97, 97, 96, 95]


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        (READING, b'{"spo2": 97', "bad JSON"),
        (READING, b'{"spo2": 250}', "out of the possible: spo2 250.0"),
        ("kat/clinic/B9/ox/reading", b'{"spo2": 97}', "no bed 'B9'"),
        ("kat/clinic/B1/oy/reading", b'{"spo2": 97}', "no device 'oy' at bed 'B1'"),
        ("kat/clinic/B1/ox/weather", b"{}", "reading|status|nausea"),
        ("kat/clinic/B1/ox/status", b"asleep", "neither online nor offline"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_kept_with_its_reason_and_acknowledged(
    topic: str, payload: bytes, reason: str, mosquitto: Mosquitto
) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(topic, payload, qos=1)
        await desk.until(lambda: bool(desk.rejected))
    (letter,) = desk.rejected
    assert reason in letter.reason
    assert (letter.where, letter.payload) == (topic, payload)
    again = Desk()
    async with driving(again, mosquitto.port):
        pass
    assert again.rejected == []


async def test_a_known_devices_bad_frame_is_told_to_its_bed(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, b"\xff\xfe", qos=1)
        await desk.until(lambda: bool(desk.rejected))
    (frame,) = desk.of(Malformed)
    assert (frame.bed, frame.device, frame.where) == ("B1", "ox", READING)


async def test_a_press_from_a_backlog_flows_with_its_time(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port):
        pass
    press = encode_nausea("p1", ReportSource.BUTTON, ReportKind.PRESS, device_time=1000.5)
    async with device(mosquitto.port) as button:
        await button.publish("kat/clinic/B1/button/nausea", press, qos=1)
        await button.publish("kat/clinic/B1/button/nausea", press, qos=1)
    async with driving(desk, mosquitto.port):
        await desk.until(lambda: bool(desk.of(Report)))
    (report,) = desk.of(Report)
    assert (report.id, report.device_time, report.history) == ("p1", 1000.5, True)


async def test_a_foreign_device_is_read_beside_ours(mosquitto: Mosquitto) -> None:
    desk = Desk()
    mapping = (
        MappingRow(topic="ward/{bed}/ox", device="ox", metric=Metric.SPO2, pointer="/SpO2"),
        MappingRow(topic="ward/{bed}/ox", device="cuff", metric=Metric.SYSTOLIC, pointer="/sys"),
    )
    devices = (*DEVICES, MqttDevice(bed="B1", device="cuff", streams=False, silent_after=None))
    async with (
        driving(desk, mosquitto.port, devices, mapping=mapping),
        device(mosquitto.port) as ox,
    ):
        await ox.publish("ward/B1/ox", b'{"SpO2": 97, "sys": 120}', qos=1)
        await ox.publish(READING, spo2(96), qos=1)
        await desk.until(lambda: desk.values == [97, 96])
    (cuff,) = desk.of(Cuff)
    assert (cuff.device, cuff.systolic) == ("cuff", 120)
    again = Desk()
    async with driving(again, mosquitto.port, devices, mapping=mapping):
        pass
    assert again.readings == []


async def test_a_foreign_backlog_on_nats_is_history_where_one_filter_hears_all(
    tmp_path: Path,
) -> None:
    desk = Desk()
    mapping = (MappingRow(topic="ward/{bed}/ox", device="ox", metric=Metric.SPO2, pointer="/SpO2"),)
    async with EmbeddedBroker(tmp_path) as broker:
        async with driving(desk, broker.port, mapping=mapping):
            pass
        async with driving(desk, broker.port, mapping=mapping, one_filter=True):
            pass
        async with peer(broker.port, "gateway") as gateway:
            for number in range(3_000):
                gateway.send("ward/B1/ox", b'{"SpO2": 80, "n": %d}' % number)
                gateway.send("ward/stranger", b"not ours")
            await gateway.publish("ward/B1/ox", b'{"SpO2": 81}')
        async with (
            driving(desk, broker.port, mapping=mapping, one_filter=True),
            device(broker.port) as ox,
        ):
            await ox.publish("ward/B1/ox", b'{"SpO2": 97}', qos=1)
            # of each 1,024 nats-server holds one back until its time for the confirmation is over
            await desk.until(lambda: len(desk.values) == 3_002)
    assert [sample.value for sample in desk.of(Sample) if not sample.history] == [97]
    assert desk.rejected == []


async def test_a_device_that_flushes_its_own_memory_is_not_live(mosquitto: Mosquitto) -> None:
    desk = Desk()
    async with driving(desk, mosquitto.port), device(mosquitto.port) as ox:
        await ox.publish(READING, spo2(97, device_time=desk.now()), qos=1)
        await ox.publish(READING, spo2(82, device_time=desk.now() - 100.0), qos=1)
        await desk.until(lambda: desk.values == [97, 82])
    assert [sample.history for sample in desk.of(Sample)] == [False, True]


async def test_nothing_we_publish_waits_in_the_kernel_for_another_confirmation(
    mosquitto: Mosquitto,
) -> None:
    settings = MqttSettings(site="clinic", port=mosquitto.port)
    client = make_client(settings, load_credentials(settings, 0.0))
    async with client:
        wire = paho_of(client).socket()
        assert isinstance(wire, socket.socket)
        assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
