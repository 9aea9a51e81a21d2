"""What a broker keeps and sends again: retained messages, queues of absent sessions, redelivery."""

import tempfile
from pathlib import Path

from monitor.broker import EmbeddedBroker
from tests.support.broker_habits import Broker, habit
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt_peer import peer

_MANY = 3_000


@habit("retained messages, to a subscription with a wildcard")
async def _retained(broker: Broker) -> str:
    await _retain(broker, 3)
    async with peer(broker.port, "r", clean=False) as late:
        await late.subscribe("r/+")
        await late.until(lambda: len(late.heard) == 3)
        marked = all(message.retain for message in late.heard)
        await late.publish("r/0", b"live", retain=True)
        await late.until(lambda: len(late.heard) == 4)
        live = "with" if late.heard[3].retain else "without"
    return f"all {'with' if marked else 'without'} RETAIN; a live one {live}"


@habit("retained messages, when a kept session subscribes again")
async def _retained_again(broker: Broker) -> str:
    await _retain(broker, 2)
    for _ in range(2):
        async with peer(broker.port, "r", clean=False) as again:
            await again.subscribe("r/+")
            await again.until(lambda: len(again.heard) == 2)
    return "come again"


@habit("retained messages over a restart")
async def _retained_restart(broker: Broker) -> str:
    await _retain(broker, 3)
    await broker.stop()
    await broker.start()
    kept = await _retained_now(broker, 3)
    return _kept(saved=True, unsaved=kept == [0, 1, 2])


@habit("retained messages over a kill -9")
async def _retained_kill(broker: Broker) -> str:
    await _retain(broker, 3)
    await _save(broker)
    await _retain(broker, 4)
    await broker.kill()
    await broker.start()
    kept = await _retained_now(broker, 3)
    return _kept(saved=kept[:3] == [0, 1, 2], unsaved=3 in kept)


@habit("a retained message taken back (an empty one over it), over a kill -9")
async def _retained_taken_back(broker: Broker) -> str:
    await _retain(broker, 2)
    await _save(broker)
    async with peer(broker.port, "p") as sender:
        await sender.publish("r/0", b"", retain=True)
    await _save(broker)
    await broker.kill()
    await broker.start()
    return "comes back" if 0 in await _retained_now(broker, 1) else "stays away"


@habit("QoS 1 to an absent session: how many are kept, and their order")
async def _queue(broker: Broker) -> str:
    await _leave(broker, "q", "q")
    await _publish_many(broker, "q")
    return _how_many(await _come_back(broker, "q"))


@habit("the same with the broker's own settings")
async def _queue_as_shipped(broker: Broker) -> str:
    if isinstance(broker, EmbeddedBroker):
        return await _queue(broker)
    with tempfile.TemporaryDirectory() as folder:
        async with Mosquitto(Path(folder), most_queued=None) as plain:
            return await _queue(plain)


@habit("the same over a restart of the broker")
async def _queue_restart(broker: Broker) -> str:
    await _leave(broker, "q", "q")
    await _publish_many(broker, "q")
    await broker.stop()
    await broker.start()
    return _how_many(await _come_back(broker, "q"))


@habit("the same over a kill -9 of the broker")
async def _queue_kill(broker: Broker) -> str:
    await _leave(broker, "q", "q")
    async with peer(broker.port, "p") as sender:
        await sender.publish("q", b"0")
        await _save(broker)
        await sender.publish("q", b"1")
    await broker.kill()
    await broker.start()
    kept = await _come_back(broker, "q")
    return _kept(saved=b"0" in kept, unsaved=b"1" in kept)


@habit("QoS 0 to an absent session")
async def _queue_of_qos_0(broker: Broker) -> str:
    await _leave(broker, "q", "q")
    async with peer(broker.port, "p") as sender:
        await sender.publish("q", b"zero", qos=0)
        await sender.publish("q", b"end")
    return "kept" if b"zero" in await _come_back(broker, "q") else "dropped"


@habit("a message without PUBACK, after a reconnect")
async def _redelivery(broker: Broker) -> str:
    async with (
        peer(broker.port, "r", clean=False, acknowledges=False) as first,
        peer(broker.port, "p") as sender,
    ):
        await first.subscribe("r")
        for number in range(4):
            await sender.publish("r", b"%d" % number)
        await first.until(lambda: len(first.heard) == 4)
        first.acknowledge(first.heard[0])
        first.acknowledge(first.heard[2])
        await first.ping()
        first.die()
    async with (
        peer(broker.port, "r", clean=False) as again,
        peer(broker.port, "p") as sender,
    ):
        await sender.publish("r", b"new")
        await again.until(lambda: len(again.heard) == 3, within_s=60.0)
        return ", ".join(
            f"{message.payload.decode()}{' DUP' if message.dup else ''}" for message in again.heard
        )


@habit("a message without PUBACK, after a restart of the broker")
async def _redelivery_restart(broker: Broker) -> str:
    async with (
        peer(broker.port, "r", clean=False, acknowledges=False) as first,
        peer(broker.port, "p") as sender,
    ):
        await first.subscribe("r")
        for number in range(2):
            await sender.publish("r", b"%d" % number)
        await first.until(lambda: len(first.heard) == 2)
        await broker.stop()
    await broker.start()
    async with peer(broker.port, "r", clean=False) as again:
        await again.until(lambda: len(again.heard) == 2, within_s=60.0)
        return ", ".join(
            f"{message.payload.decode()}{' DUP' if message.dup else ''}" for message in again.heard
        )


@habit("messages on their way without PUBACK, at most")
async def _in_flight(broker: Broker) -> str:
    async with (
        peer(broker.port, "i", acknowledges=False) as slow,
        peer(broker.port, "p") as sender,
    ):
        await slow.subscribe("i")
        for number in range(1_099):
            sender.send("i", b"%d" % number)
        await sender.publish("i", b"end")
        limit = 20 if isinstance(broker, Mosquitto) else 1_024
        await slow.until(lambda: len(slow.heard) >= limit)
        await slow.ping()
        return f"{len(slow.heard):,}"


async def _retain(broker: Broker, number: int) -> None:
    """Have the broker hold `r/0` to `r/<number - 1>`."""
    async with peer(broker.port, "p") as sender:
        for one in range(number):
            await sender.publish(f"r/{one}", b"%d" % one, retain=True)


async def _retained_now(broker: Broker, number: int) -> list[int]:
    """What the broker holds retained, once it has `number`: nats-server reads them after it is up.

    Live messages sent behind them mark their end.
    """
    while True:
        async with peer(broker.port, "late") as late:
            await late.subscribe("r/+")
            await late.publish("r/end", b"-1")
            await late.until(lambda: b"-1" in late.payloads)
            found = sorted(int(payload) for payload in late.payloads if payload != b"-1")
        if len(found) >= number:
            return found


async def _leave(broker: Broker, client_id: str, topic: str) -> None:
    """A session that subscribes and goes away."""
    async with peer(broker.port, client_id, clean=False) as session:
        await session.subscribe(topic)
        session.disconnect()
        await session.gone.wait()


async def _publish_many(broker: Broker, topic: str) -> None:
    async with peer(broker.port, "p") as sender:
        for number in range(_MANY - 1):
            sender.send(topic, b"%d" % number)
        await sender.publish(topic, b"%d" % (_MANY - 1))


async def _come_back(broker: Broker, client_id: str) -> list[bytes]:
    """What a session finds: everything that comes before a message sent now, until it has come."""
    async with peer(broker.port, client_id, clean=False) as session:
        while b"now" not in session.payloads:
            # a full queue drops what is sent now as well: send it until it comes
            await session.publish("q", b"now")
            await session.ping()
        return session.payloads[: session.payloads.index(b"now")]


async def _save(broker: Broker) -> None:
    """Mosquitto keeps what it last saved; nats-server writes each message as it comes."""
    if isinstance(broker, Mosquitto):
        await broker.save()


def _how_many(payloads: list[bytes]) -> str:
    in_order = payloads == [b"%d" % number for number in range(len(payloads))]
    many = "all" if len(payloads) == _MANY else f"the first {len(payloads):,}"
    return f"{many} of {_MANY:,}, {'in order' if in_order else 'out of order'}"


def _kept(saved: bool, unsaved: bool) -> str:
    if not saved:
        return "lost"
    return "kept" if unsaved else "kept as of its last save, what came since is lost"
