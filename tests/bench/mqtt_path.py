"""CPU a message at QoS 1 from a real broker: the whole service, and clients that do nothing.

`python -m tests.bench.mqtt_path [MESSAGES]`. Each message holds two metrics of a bed in PEAK, of
many beds in turn, so that each sends about as often as a real one; another process publishes them.
"Loop" is the event loop's thread, "process" has the store's writer as well. gmqtt is measured where
it is installed; the project does not use it.
"""

import asyncio
import importlib
import importlib.util
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import aiomqtt
import msgspec
from paho.mqtt.client import Client as Paho
from paho.mqtt.client import MQTTMessage

from alerts.command import Begin, EndInfusion, GiveDose
from devices.mqtt import MqttDevice, MqttSettings
from devices.reading import Metric, Origin, Reading, Sample
from devices.wire.bedside import decode
from devices.wire.bedside_json import Topic, encode_reading
from monitor.clock import new_event_loop
from monitor.parts import broker_part
from monitor.service import Service
from tests.support.bedside_service import plan
from tests.support.mosquitto import Mosquitto

MESSAGES = 20_000
RATE = 100_000  # messages a second: as fast as they go
BEDS, DEVICE = 500, "ox-1"
READINGS = f"kat/test/+/{DEVICE}/reading"

# another process publishes, so that its CPU is not counted
_PUBLISH = """
import sys, time
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
port, topic, count, beds, rate = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])
client = Client(CallbackAPIVersion.VERSION2)
client.max_inflight_messages_set(1000)
client.connect("127.0.0.1", port)
client.loop_start()
started, first = time.monotonic(), time.time_ns() // 1000
for number in range(count):
    time.sleep(max(0.0, started + number / rate - time.monotonic()))
    payload = '{"spo2": 97, "pulse_rate": 72, "seq": %d}' % (first + number)
    last = client.publish(topic.replace("+", f"room-{number % beds}"), payload, qos=1)
last.wait_for_publish()
"""


class Spent(NamedTuple):
    """CPU seconds of the loop's thread and of the process."""

    loop: float
    process: float


class Countdown:
    """What a way calls for each message that it has heard."""

    def __init__(self, count: int) -> None:
        self._warm, self._left = BEDS, count
        self.warmed, self.heard = asyncio.Event(), asyncio.Event()

    def __call__(self) -> None:
        """One message more."""
        if self._warm:
            self._warm -= 1
            if not self._warm:
                self.warmed.set()
            return
        self._left -= 1
        if not self._left:
            self.heard.set()


async def measured(port: int, count: int, messages: Countdown) -> Spent:
    """What it costs until all are heard that another process publishes, one of each bed before."""
    await _publish(port, BEDS)
    await messages.warmed.wait()
    loop, process = time.thread_time(), time.process_time()
    await _publish(port, count)
    await messages.heard.wait()
    return Spent(time.thread_time() - loop, time.process_time() - process)


async def _publish(port: int, count: int) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PUBLISH, str(port), READINGS, str(count), str(BEDS), str(RATE)
    )
    if await child.wait() != 0:
        raise RuntimeError("the publishing process failed")


async def through_iterator(port: int, count: int) -> Spent:
    """aiomqtt's own `async for message in client.messages`, doing nothing."""
    messages = Countdown(count)
    async with aiomqtt.Client("127.0.0.1", port) as client, asyncio.TaskGroup() as group:
        await client.subscribe(READINGS, qos=1)
        draining = group.create_task(_drain(client, messages), name="drain")
        spent = await measured(port, count, messages)
        draining.cancel()
    return spent


async def _drain(client: aiomqtt.Client, messages: Countdown) -> None:
    async for _ in client.messages:
        messages()


async def through_callback(port: int, count: int) -> Spent:
    """aiomqtt's connection with paho's callback and manual acknowledgement, doing nothing else."""
    messages = Countdown(count)

    def on_message(client: Paho, _: object, message: MQTTMessage) -> None:
        client.ack(message.mid, message.qos)
        messages()

    client = aiomqtt.Client("127.0.0.1", port)
    paho: Paho = client._client  # pyright: ignore[reportPrivateUsage] - as devices.mqtt_connection does
    paho.manual_ack_set(on=True)
    paho.on_message = on_message
    async with client:
        await client.subscribe(READINGS, qos=1)
        return await measured(port, count, messages)


async def through_path(port: int, count: int) -> Spent:
    """Driver, codec, duplicates, engine with a session open, store, PUBACK; no screens."""
    return await _through_service(port, count, screens=False)


async def through_service(port: int, count: int) -> Spent:
    """The same, and what screens and the alarm topics are told five times a second."""
    return await _through_service(port, count, screens=True)


async def _through_service(port: int, count: int, *, screens: bool) -> Spent:
    settings = MqttSettings(site="test", port=port, origin=Origin.TEST)
    beds = [f"room-{n}" for n in range(BEDS)]
    part = broker_part(settings, [MqttDevice(bed=bed, device=DEVICE) for bed in beds])
    with tempfile.TemporaryDirectory() as folder:
        planned = plan(Path(folder), 0)
        setups = tuple(msgspec.structs.replace(planned.beds[0], bed=bed) for bed in beds)
        kinds = dict.fromkeys(beds, planned.kinds["room-1"])
        service = Service(replace(planned, beds=setups, kinds=kinds, parts=(part,)))
        served: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as group:
            group.create_task(service.run(served.set_result), name="service")
            await served
            for bed in beds:
                _open_session(service, bed)
            messages = Countdown(count)
            if not screens:
                service.intake.listeners.clear()
                service.hub.refresh = lambda: None
            service.intake.listeners.append(_Listener(messages))
            await _subscribed(port)
            spent = await measured(port, count, messages)
            service.stop()
    return spent


def _open_session(service: Service, bed: str) -> None:
    at = service.clock.now()
    begin = Begin(at=at, by="b", session=bed, protocol="iv", visit="K1", origin=Origin.TEST)
    for order in (begin, GiveDose(at=at, by="b", given_at=at), EndInfusion(at=at, by="b")):
        service.intake.order(bed, order)


class _Listener:
    """A listener of the intake that counts messages by one of their two metrics."""

    def __init__(self, messages: Countdown) -> None:
        self._messages = messages

    def offer_reading(self, reading: Reading) -> None:
        """One more."""
        if isinstance(reading, Sample) and reading.metric is Metric.SPO2:
            self._messages()

    def offer_events(self, events: object) -> None:
        """Alarms are not measured here."""


async def _subscribed(port: int) -> None:
    """Wait for our service's own retained status: it is sent once it hears everything."""
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("kat/test/monitor/status")
        async for message in client.messages:
            if message.payload == b"online":
                return


async def through_gmqtt(port: int, count: int) -> Spent:
    """gmqtt's callback, which acknowledges by its return value, doing nothing."""
    gmqtt: Any = importlib.import_module("gmqtt")
    messages, granted = Countdown(count), asyncio.Event()

    def on_message(*_: object) -> int:
        messages()
        return 0

    def on_subscribe(*_: object) -> None:
        granted.set()

    client = gmqtt.Client("bench")
    client.on_message = on_message
    client.on_subscribe = on_subscribe
    await client.connect("127.0.0.1", port, version=4)
    client.subscribe(READINGS, qos=1)
    await granted.wait()
    try:
        return await measured(port, count, messages)
    finally:
        await client.disconnect()


def codec(count: int) -> float:
    """CPU seconds of topic, JSON and readings alone."""
    payload = encode_reading({Metric.SPO2: 97, Metric.PULSE_RATE: 72}, seq=41)
    spent = time.process_time()
    for _ in range(count):
        decode(Topic.parse(READINGS.replace("+", "room-1")), payload).readings(0.0, False)
    return time.process_time() - spent


async def main(count: int) -> None:
    """Print µs a message of each, and its ratio to aiomqtt's bare loop."""
    ways: dict[str, Callable[[int, int], Awaitable[Spent]]] = {
        "aiomqtt's iterator, nothing done": through_iterator,
        "direct callback, nothing done": through_callback,
        "driver, engine, store": through_path,
        "with screens": through_service,
    }
    if importlib.util.find_spec("gmqtt") is not None:
        ways["gmqtt's callback, nothing done"] = through_gmqtt
    with tempfile.TemporaryDirectory() as folder:
        async with Mosquitto(Path(folder), saves_at_once=False) as broker:
            bare: Spent | None = None
            for name, way in ways.items():
                spent = await way(broker.port, count)
                bare = bare or spent
                loop, process = (part / count * 1e6 for part in spent)
                print(
                    f"{name}: loop {loop:.1f} µs a message ({spent.loop / bare.loop:.2f}), "
                    f"process {process:.1f} µs ({spent.process / bare.process:.2f})"
                )
    print(f"of which topic, JSON and readings: {codec(count) / count * 1e6:.1f} µs")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES))
