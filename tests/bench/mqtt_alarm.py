"""From a nausea button's PUBLISH to the alarm event, against an echo over the same broker.

`python -m tests.bench.mqtt_alarm [ROUNDS]`. Both ways are two hops through mosquitto at QoS 1; the
echo is a process of its own that publishes what it hears, the service has decided in between.
"""

import asyncio
import socket
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import aiomqtt
import httpx
import msgspec

from tests.support.mosquitto import Mosquitto
from tests.support.process import ServiceProcess

ROUNDS = 200
_CONFIG = """
site = {{ id = "bench", origin = "test" }}
web = {{ port = 0 }}
bluetooth = {{ enabled = false }}
mqtt = {{ port = {port} }}
"""
_BED = """
[[bed]]
id = "bed-{n}"
device = [{{ id = "button", kind = "button" }}]
"""
_ECHO = """
import sys
from socket import IPPROTO_TCP, TCP_NODELAY
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
client = Client(CallbackAPIVersion.VERSION2)
client.on_socket_open = lambda c, _, s: s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
client.on_message = lambda c, _, m: c.publish("echo/back", m.payload, qos=1)
client.on_subscribe = lambda *_: print("ready", flush=True)
client.connect("127.0.0.1", int(sys.argv[1]))
client.subscribe("echo/there", qos=1)
client.loop_forever()
"""


async def main(rounds: int) -> None:
    """Print p50 and p99 of both, and how the medians compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with Mosquitto(folder, more="set_tcp_nodelay true") as broker:
            echo = await echoes(broker.port, rounds)
            alarm = await alarms(folder, broker.port, rounds)
    for what, delays in (("echo", echo), ("press to alarm event", alarm)):
        cuts = quantiles(delays, n=100)
        print(f"{what}: p50 {cuts[49] * 1e3:.2f} ms, p99 {cuts[98] * 1e3:.2f} ms, n {len(delays)}")
    print(f"alarm to echo: {quantiles(alarm)[1] / quantiles(echo)[1]:.2f}")


async def echoes(port: int, rounds: int) -> list[float]:
    """Seconds from a publication to its echo."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ECHO, str(port), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    await child.stdout.readline()
    try:
        async with _client(port) as client:
            await client.subscribe("echo/back", qos=1)
            return [await there_and_back(client, "echo/there", b"x") for _ in range(rounds)]
    finally:
        child.kill()
        await child.wait()


async def alarms(folder: Path, port: int, rounds: int) -> list[float]:
    """Seconds from a press at a bed with a session to the alarm's first event; a bed a round."""
    config = folder / "config.toml"
    beds = "".join(_BED.format(n=n) for n in range(rounds))
    await asyncio.to_thread(config.write_text, _CONFIG.format(port=port) + beds)
    line = ["-m", "monitor", "run", "--config", str(config)]
    service = await asyncio.to_thread(ServiceProcess(line).__enter__)
    try:
        async with httpx.AsyncClient(base_url=service.url) as http:
            for n in range(rounds):
                session = {"protocol": "iv", "visit": "K1"}
                (await http.post(f"/api/beds/bed-{n}/session", json=session)).raise_for_status()
        async with _client(port) as client:
            await client.subscribe("kat/bench/+/alarm/event", qos=1)
            return [await one_press(client, n) for n in range(rounds)]
    finally:
        await asyncio.to_thread(service.__exit__, None, None, None)


def _client(port: int) -> aiomqtt.Client:
    """As the service's own: no message waits in the kernel for the confirmation of another."""
    at_once = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    return aiomqtt.Client("127.0.0.1", port, socket_options=at_once)


async def one_press(client: aiomqtt.Client, bed: int) -> float:
    """One press of the button, heard back as an alarm of its bed."""
    press = msgspec.json.encode({"id": f"p{bed}", "source": "button", "kind": "press"})
    return await there_and_back(client, f"kat/bench/bed-{bed}/button/nausea", press, f"bed-{bed}/")


async def there_and_back(
    client: aiomqtt.Client, topic: str, payload: bytes, answer: str = "echo/"
) -> float:
    """Seconds until a message comes whose topic holds `answer`."""
    started = time.perf_counter()
    await client.publish(topic, payload, qos=1)
    async for message in client.messages:
        if answer in str(message.topic):
            break
    delay = time.perf_counter() - started
    await asyncio.sleep(0.02)
    return delay


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
