"""What a broker does where MQTT leaves it a choice, or where we rely on it: observed, in words.

Each habit is one row of the table in docs/brokers.md; its function tries the broker and answers
what it saw. More of them: broker_keeping.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from monitor.broker import EmbeddedBroker
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt_peer import Peer, Will, peer

Broker = Mosquitto | EmbeddedBroker
Habit = Callable[[Broker], Awaitable[str]]

HABITS: dict[str, Habit] = {}
BROKERS: dict[str, Callable[[Path], Broker]] = {
    "mosquitto": lambda folder: Mosquitto(folder, saves_at_once=False),
    "nats-server": EmbeddedBroker,
}


def habit(row: str) -> Callable[[Habit], Habit]:
    """The function that follows observes the row of that name."""

    def note(habit: Habit) -> Habit:
        HABITS[row] = habit
        return habit

    return note


@habit("MQTT 5 is spoken (we speak 3.1.1)")
async def _newer_protocol(broker: Broker) -> str:
    async with peer(broker.port, "five", level=5) as five:
        return "yes" if five.refused == 0 else "refused"


@habit("will of a client whose connection breaks")
async def _will_of_the_dead(broker: Broker) -> str:
    async with peer(broker.port, "watch") as watch:
        await watch.subscribe("will")
        async with peer(broker.port, "d", will=Will("will", b"dead")) as device:
            device.die()
            await watch.until(lambda: watch.payloads == [b"dead"])
    return "published"


@habit("will of a client that falls silent beyond its keep-alive")
async def _will_of_the_silent(broker: Broker) -> str:
    async with peer(broker.port, "watch") as watch:
        await watch.subscribe("will/+")
        async with (
            peer(broker.port, "slow", keepalive=60, will=Will("will/slow", b"slow")) as slow,
            peer(broker.port, "fast", keepalive=1, will=Will("will/fast", b"fast")) as fast,
        ):
            await watch.until(lambda: bool(watch.heard))
            await fast.gone.wait()
            alone = watch.payloads == [b"fast"] and not slow.gone.is_set()
    return "published, and it is cut off" if alone else "that of one within its time came as well"


@habit("will of a client that says DISCONNECT")
async def _will_of_the_polite(broker: Broker) -> str:
    async with peer(broker.port, "watch") as watch:
        await watch.subscribe("will")
        async with peer(broker.port, "d", will=Will("will", b"polite")) as device:
            device.disconnect()
            await device.gone.wait()
        return await _published(broker, watch)


@habit("will of a client whose id another one takes")
async def _will_of_the_overtaken(broker: Broker) -> str:
    async with peer(broker.port, "watch") as watch:
        await watch.subscribe("will")
        async with (
            peer(broker.port, "d", will=Will("will", b"overtaken")) as first,
            peer(broker.port, "d"),
        ):
            await first.gone.wait()
            return await _published(broker, watch)


@habit("the same client id connects again")
async def _takeover(broker: Broker) -> str:
    async with peer(broker.port, "d", clean=False) as first:
        await first.subscribe("to")
        async with peer(broker.port, "d", clean=False) as second:
            await first.gone.wait()
            async with peer(broker.port, "p") as sender:
                await sender.publish("to", b"x")
            await second.until(lambda: second.payloads == [b"x"])
            kept = "goes on with its session" if second.session_present else "begins anew"
    return f"the older one is cut off, the newer {kept}"


@habit("levels of `+` and `#`")
async def _wildcards(broker: Broker) -> str:
    async with peer(broker.port, "w") as one, peer(broker.port, "v") as all_below:
        await one.subscribe("a/+")
        await all_below.subscribe("a/#")
        for topic in ("a", "a/b", "a/b/c", "a/"):
            await one.publish(topic, topic.encode())
        await one.publish("a/end", b"end")
        await _both(one, all_below)
        plus = ", ".join(sorted({topic.decode() for topic in one.payloads} - {"end"}))
        hashed = ", ".join(sorted({topic.decode() for topic in all_below.payloads} - {"end"}))
    return f"`a/+`: {plus}; `a/#`: {hashed}"


@habit("a message that two filters of a session match")
async def _overlap(broker: Broker) -> str:
    async with peer(broker.port, "o") as both:
        await both.subscribe("o/+", "o/#")
        await both.publish("o/x", b"x")
        await both.publish("o/end/end", b"end")
        await both.until(lambda: b"end" in both.payloads)
        times = both.payloads.count(b"x")
    return {1: "comes once", 2: "comes twice"}[times]


@habit("order within one filter of a session, after an absence")
async def _order_within(broker: Broker) -> str:
    heard = await _alternate(broker, "a/+")
    return "kept" if heard == [b"%d" % n for n in range(0, 500, 2)] else "not kept"


@habit("order between two filters of a session, after an absence")
async def _order_between(broker: Broker) -> str:
    heard = await _alternate(broker, "a/+", "b/+")
    return "kept" if heard == [b"%d" % n for n in range(500)] else "not kept"


@habit("topics with a space")
async def _spaces(broker: Broker) -> str:
    async with peer(broker.port, "s") as device:
        await device.publish("room 1/ox", b"x")
        return "refused: the sender is cut off" if device.gone.is_set() else "taken"


@habit("a payload of 2 MB")
async def _large(broker: Broker) -> str:
    async with peer(broker.port, "l") as device:
        await device.publish("large", bytes(2_000_000))
        return "refused: the sender is cut off" if device.gone.is_set() else "taken"


async def _published(broker: Broker, watch: Peer) -> str:
    """Whether a will came before what somebody says after it."""
    async with peer(broker.port, "p") as sender:
        await sender.publish("will", b"end")
    await watch.until(lambda: b"end" in watch.payloads)
    return "published" if len(watch.heard) > 1 else "not published"


async def _alternate(broker: Broker, *filters: str) -> list[bytes]:
    """What an absent session gets of 500 messages sent to a/x and b/x by turns."""
    async with peer(broker.port, "s", clean=False) as session:
        await session.subscribe(*filters)
    async with peer(broker.port, "p") as sender:
        for number in range(500):
            await sender.publish("ab"[number % 2] + "/x", b"%d" % number)
    async with peer(broker.port, "s", clean=False) as session:
        await session.until(lambda: len(session.heard) == 250 * len(filters))
        return session.payloads


async def _both(*peers: Peer) -> None:
    for one in peers:
        await one.until(lambda: b"end" in one.payloads)  # noqa: B023 - within this turn
