"""The embedded broker is a real one, and it never outlives us."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiomqtt
import pytest

from monitor.broker import BrokerFailed, EmbeddedBroker

HOST = """
import asyncio, pathlib, sys
from monitor.broker import EmbeddedBroker

async def main():
    async with EmbeddedBroker(pathlib.Path(sys.argv[1])) as broker:
        print(broker.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def alive(pid: int) -> bool:
    """Not even a zombie whose parent has not looked yet."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


async def until_dead(pid: int) -> None:
    async with asyncio.timeout(10):
        while alive(pid):  # noqa: ASYNC110 - another process gives us no event to wait for
            await asyncio.sleep(0.02)


async def test_it_carries_a_message_of_quality_one(tmp_path: Path) -> None:
    async with (
        EmbeddedBroker(tmp_path) as broker,
        aiomqtt.Client("127.0.0.1", broker.port, identifier="t") as client,
    ):
        await client.subscribe("kat/#", qos=1)
        await client.publish("kat/s/B1/ox/reading", b"{}", qos=1)
        message = await anext(aiter(client.messages))
        assert (str(message.topic), message.payload, message.qos) == (
            "kat/s/B1/ox/reading",
            b"{}",
            1,
        )


async def test_a_retained_message_survives_a_kill_on_the_same_port(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        url = broker.url
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            await client.publish("kat/s/B1/ox/status", b"online", qos=1, retain=True)
        await broker.kill()
        await broker.start()
        assert broker.url == url
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            await client.subscribe("kat/#", qos=1)
            message = await anext(aiter(client.messages))
            assert (message.payload, message.retain) == (b"online", True)


async def test_it_comes_back_on_its_port_when_it_dies(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker, asyncio.TaskGroup() as group:
        watch = group.create_task(broker.keep())
        first, url = broker.pid, broker.url
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(20):
            while broker.pid == first or not await _carries(broker.port):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)
        assert broker.url == url
        watch.cancel()


async def _carries(port: int) -> bool:
    try:
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.publish("kat/s/B1/ox/status", b"online", qos=1)
    except aiomqtt.MqttError:
        return False
    return True


async def test_it_is_gone_after_its_block(tmp_path: Path) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        pid = broker.pid
        assert pid is not None
        assert alive(pid)
    assert broker.pid is None
    assert not exists(pid)


async def test_it_dies_when_we_are_killed(tmp_path: Path) -> None:
    host = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOST, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert host.stdout is not None
    pid = int(await host.stdout.readline())
    assert alive(pid)
    os.kill(host.pid, signal.SIGKILL)
    await host.wait()
    await until_dead(pid)


async def test_a_broker_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "jetstream").write_text("a file where a folder belongs")
    with pytest.raises(BrokerFailed, match="nats-server did not start"):
        await EmbeddedBroker(tmp_path).start()
