"""CPU per message from a real broker to the intake: our driver, and aiomqtt's bare iterator.

`python -m tests.bench.mqtt_path [MESSAGES]`.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import aiomqtt

from devices.reading import Metric
from devices.wire.bedside import decode
from devices.wire.bedside_json import Topic, encode_reading
from tests.support.desk import Desk
from tests.support.driving import READING, driving
from tests.support.mosquitto import Mosquitto

# another process publishes, so that its CPU is not counted
_PUBLISH = """
import sys
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
port, topic, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
client = Client(CallbackAPIVersion.VERSION2)
client.max_inflight_messages_set(1000)
client.connect("127.0.0.1", port)
client.loop_start()
for number in range(count):
    payload = '{"spo2": 97, "pulse_rate": 72, "seq": %d}' % number
    last = client.publish(topic, payload, qos=1)
last.wait_for_publish()
"""


async def publish(port: int, count: int) -> None:
    """Let another process publish `count` readings at QoS 1."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PUBLISH, str(port), READING, str(count)
    )
    if await child.wait() != 0:
        raise RuntimeError("the publishing process failed")


async def through_driver(port: int, count: int) -> float:
    """CPU seconds of our driver, acknowledgements and duplicate rule included."""
    desk = Desk()
    async with driving(desk, port):
        spent = time.process_time()
        await publish(port, count)
        await desk.until(lambda: len(desk.readings) >= 2 * count)
        return time.process_time() - spent


async def through_iterator(port: int, count: int) -> float:
    """CPU seconds of aiomqtt's message iterator and the bare codec."""
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe(READING, qos=1)
        spent = time.process_time()
        await publish(port, count)
        left = count
        async for message in client.messages:
            topic = Topic.parse(str(message.topic))
            decode(topic, bytes(message.payload)).readings(0.0, False)
            left -= 1
            if not left:
                break
        return time.process_time() - spent


def codec(count: int) -> float:
    """CPU seconds of topic, JSON and readings alone."""
    payload = encode_reading({Metric.SPO2: 97, Metric.PULSE_RATE: 72}, seq=41)
    spent = time.process_time()
    for _ in range(count):
        decode(Topic.parse(READING), payload).readings(0.0, False)
    return time.process_time() - spent


async def main(count: int) -> None:
    """Print µs per message of each, and their ratio."""
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with Mosquitto(Path(folder), saves_at_once=False) as broker:
            for name, way in {"driver": through_driver, "iterator": through_iterator}.items():
                spent[name] = await way(broker.port, count)
                print(f"{name}: {spent[name] / count * 1e6:.1f} µs a message")
    print(f"driver to iterator: {spent['driver'] / spent['iterator']:.2f}")
    print(f"codec alone: {codec(count) / count * 1e6:.1f} µs a message")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
