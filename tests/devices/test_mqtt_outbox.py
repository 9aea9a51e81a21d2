"""What waits for the broker: states by their newest payload, events in order up to a bound."""

import asyncio

import pytest

from devices.mqtt_outbox import Outbox

Sent = list[tuple[str, bytes, bool]]
unheard = list[str]().append


async def delivered(outbox: Outbox) -> Sent:
    """What an outbox publishes over one connection that confirms everything."""
    sent: Sent = []

    async def publish(topic: str, payload: bytes, retain: bool) -> None:
        sent.append((topic, payload, retain))

    async with asyncio.TaskGroup() as group:
        task = group.create_task(outbox.deliver(publish), name="outbox under test")
        for _ in range(4):  # a publisher that never waits is done at its first turn
            await asyncio.sleep(0)
        task.cancel()
    return sent


async def test_a_state_is_sent_once_by_its_newest_payload_and_again_after_a_reconnect() -> None:
    outbox = Outbox(unheard)
    outbox.keep("light", b"red")
    outbox.keep("light", b"green")
    outbox.send("event", b"1")
    assert await delivered(outbox) == [("light", b"green", True), ("event", b"1", False)]
    assert await delivered(outbox) == [("light", b"green", True)]


async def test_events_beyond_the_bound_are_given_up_oldest_first_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outbox = Outbox(unheard)
    for number in range(1_003):
        outbox.send("event", str(number).encode())
    sent = await delivered(outbox)
    assert [payload for _, payload, _ in sent] == [str(n).encode() for n in range(3, 1_003)]
    assert [record.getMessage() for record in caplog.records] == [
        "the broker is away for too long: events as of event are lost",
        "3 events were never published, the oldest first",
    ]
    assert outbox.lost == 3


async def test_an_empty_state_clears_its_topic_once() -> None:
    outbox = Outbox(unheard)
    outbox.keep("light", b"red")
    await delivered(outbox)
    outbox.keep("light", b"")
    assert await delivered(outbox) == [("light", b"", True)]
    assert await delivered(outbox) == []
    assert not outbox.keeps("light")


async def test_each_message_is_announced_before_it_goes() -> None:
    announced: list[str] = []
    outbox = Outbox(announced.append)
    outbox.keep("light", b"red")
    outbox.send("event", b"1")
    await delivered(outbox)
    assert announced == ["light", "event"]


async def test_an_event_does_not_wait_for_the_confirmation_of_a_state() -> None:
    outbox = Outbox(unheard)
    outbox.keep("light", b"red")
    outbox.send("event", b"1")
    sent: list[str] = []

    async def never_confirm(topic: str, payload: bytes, retain: bool) -> None:
        del payload, retain
        sent.append(topic)
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(outbox.deliver(never_confirm), name="outbox under test")
        for _ in range(4):
            await asyncio.sleep(0)
        task.cancel()
    assert sent == ["light", "event"]
