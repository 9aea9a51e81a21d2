"""A foreign message with several measurements: which are live, and which are copies."""

import asyncio
import functools
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from devices.errors import MalformedFrame
from devices.mapping import Mapping
from devices.mqtt_connection import Arrival
from devices.mqtt_dating import Dating
from devices.mqtt_inbox import Inbox
from devices.mqtt_settings import MqttDevice, MqttSettings
from devices.reading import Cuff, Malformed, Metric, Sample
from tests.devices.test_mapping import row
from tests.support.desk import Desk
from tests.support.jump_loop import run_jumping

ROWS = (
    row("spo2", "/o", topic="gw/{bed}", each="/m", time_pointer="/t"),
    row("pulse_rate", "/p", topic="gw/{bed}", each="/m", time_pointer="/t"),
    row("systolic", "/s", topic="gw/{bed}", each="/m", time_pointer="/t"),
    row("diastolic", "/d", topic="gw/{bed}", each="/m", time_pointer="/t"),
)
OX = MqttDevice(bed="B1", device="ox")


class Site:
    """An inbox and what came of it; its own clock is the desk's."""

    def __init__(self, *, keep: bool = True) -> None:
        self.desk = Desk(keep=keep)
        settings = MqttSettings(site="clinic", mapping=ROWS)
        self.inbox = Inbox(settings, (OX,), self.desk, {})
        self.acknowledged = 0

    def say(self, *elements: dict[str, Any], topic: str = "gw/B1", backlog: bool = False) -> None:
        """A message with these elements; `t` counts from now."""
        now = self.desk.now()
        said = [{**one, "t": now + one["t"]} if "t" in one else one for one in elements]
        self.send(json.dumps({"m": said}).encode(), topic=topic, backlog=backlog)

    def send(self, payload: bytes, *, topic: str = "gw/B1", backlog: bool = False) -> None:
        self.inbox.take(Arrival(topic, payload, False, False, backlog, self._acknowledge))

    def samples(self, history: Callable[[Sample], bool] = lambda _: True) -> list[Any]:
        return [one.value for one in self.desk.of(Sample) if history(one)]

    @property
    def live(self) -> list[Any]:
        return self.samples(lambda one: not one.history)

    def _acknowledge(self) -> None:
        self.acknowledged += 1


async def test_of_an_array_only_the_newest_is_live_and_all_of_it_is_kept() -> None:
    site = Site()
    site.say({"t": -2, "o": 82}, {"t": 0, "o": 97}, {"t": -1, "o": 90})
    assert site.samples() == [82, 90, 97]
    assert site.live == [97]
    assert site.acknowledged == 1


async def test_each_metric_has_a_newest_of_its_own() -> None:
    site = Site()
    site.say({"t": -2, "o": 96, "p": 71}, {"t": -1, "o": 97})
    assert site.live == [71, 97]


async def test_what_is_late_in_an_array_is_history_also_where_it_is_alone() -> None:
    site = Site()
    site.say({"t": -8, "p": 71}, {"t": 0, "o": 97})
    assert site.live == [97]


async def test_a_cuff_reading_of_the_last_minutes_is_live_beside_newer_samples() -> None:
    site = Site()
    site.say({"t": 0, "s": 120, "d": 80})
    site.say({"t": -100, "s": 185, "d": 112}, {"t": 0, "o": 97})
    site.say({"t": -300, "s": 210, "d": 122}, {"t": 0, "o": 98})
    assert [(one.systolic, one.history) for one in site.desk.of(Cuff)] == [
        (120, False),
        (185, False),
        (210, True),
    ]


async def test_a_cuff_reading_that_every_batch_repeats_is_one_reading() -> None:
    site = Site()
    measured = site.desk.now() - 20
    for second in range(5):
        elements = [{"t": measured, "s": 185, "d": 112}, {"t": measured + 20 + second, "o": 97}]
        site.send(json.dumps({"m": elements}).encode())
    assert len(site.desk.of(Cuff)) == 1
    assert site.samples() == [97] * 5
    assert site.acknowledged == 5


def test_older_elements_do_not_hide_that_a_wrong_clock_holds_steady() -> None:
    mapping, dating = Mapping(ROWS), Dating()
    lives: list[bool] = []
    for second in range(0, 20, 5):
        elements = [{"t": 500 + second - back, "o": 97} for back in range(5)]
        ((_, said),) = mapping.decode(mapping.find("gw/B1"), json.dumps({"m": elements}).encode())
        assert not isinstance(said, MalformedFrame)
        dated = dating.date_burst([(one, True) for one in said], 1_000.0 + second, stored=False)
        lives.append(not dated[-1][0].history)
    assert lives == [False, False, True, True]


async def test_a_backlog_of_arrays_is_history() -> None:
    site = Site()
    site.say({"t": 0, "o": 82}, {"t": -1, "o": 83}, backlog=True)
    assert site.live == []
    assert site.samples() == [83, 82]


async def test_a_message_is_acknowledged_once_all_that_it_said_is_stored() -> None:
    site = Site(keep=False)
    site.say({"t": -1, "o": 96}, {"t": 0, "o": 97})
    first, second = site.desk.unstored
    second()
    assert site.acknowledged == 0
    first()
    assert site.acknowledged == 1


async def test_one_impossible_element_is_told_and_the_others_count() -> None:
    site = Site()
    site.say({"t": -1, "o": 250}, {"t": 0, "o": 97})
    (letter,) = site.desk.rejected
    assert "out of the possible: spo2 250.0" in letter.reason
    assert site.live == [97]
    assert site.acknowledged == 1


@pytest.mark.parametrize("size", [200, 10_000_000])
async def test_of_a_hostile_message_an_excerpt_is_kept(size: int) -> None:
    site = Site()
    site.send(b"[" * size)
    (letter,) = site.desk.rejected
    assert len(letter.payload) == min(size, 16_384)
    assert len(site.desk.of(Malformed)) == 1
    assert site.acknowledged == 1


async def test_of_a_hostile_topic_an_excerpt_is_kept() -> None:
    site = Site()
    site.send(b"97", topic="gw/" + "B" * 65_000)
    (letter,) = site.desk.rejected
    assert len(letter.where) == 256
    assert len(letter.reason) < 300
    assert site.acknowledged == 1


async def test_a_bed_that_is_not_ours_is_told_which_are() -> None:
    site = Site()
    site.say({"o": 97}, topic="gw/B7")
    (letter,) = site.desk.rejected
    assert letter.reason == "no bed 'B7' with MQTT devices is configured; there are B1"


async def test_nothing_old_passes_for_live_where_elements_have_no_time() -> None:
    site = Site()
    site.say({"o": 97, "p": 72})
    assert site.live == [97, 72]
    site.say({"o": 97}, {"o": 82})
    (letter,) = site.desk.rejected
    assert "spo2 is 97 and 82 at one time" in letter.reason
    assert Metric.SPO2 in letter.reason


def test_of_what_was_held_while_rows_changed_only_the_streams_are_history() -> None:
    async def hold() -> Site:
        site = Site()
        site.inbox.hold()
        site.say({"o": 82}, topic="new/B1")
        site.say({"s": 210, "d": 122}, topic="new/B1")
        site.say({"o": 97})
        assert site.live == [97]  # nobody waits for what the rows knew before
        await asyncio.sleep(10)
        new = [msgspec.structs.replace(one, topic=one.topic.replace("gw", "new")) for one in ROWS]
        site.inbox.change((*ROWS, *new), (OX,))
        site.inbox.settle(connected=True)
        return site

    site = run_jumping(hold())
    assert site.samples(lambda one: one.history) == [82]
    assert [(one.systolic, one.history) for one in site.desk.of(Cuff)] == [(210, False)]
    assert site.acknowledged == 3


async def test_what_a_broker_sends_again_while_nothing_is_stored_fills_no_memory() -> None:
    site = Site(keep=False)
    payload = json.dumps({"m": [{"t": site.desk.now(), "o": 97}]}).encode()
    for _ in range(1_000):  # nats-server does so every 5 s with all that we have not confirmed
        site.inbox.take(Arrival("gw/B1", payload, False, True, False, site._acknowledge))
    site.desk.store()
    assert site.acknowledged == 1  # one delivery, however often it came
    site.inbox.take(Arrival("gw/B1", payload, False, True, False, site._acknowledge))
    assert site.acknowledged == 2
    assert site.samples() == [97]


async def test_each_of_many_copies_that_a_device_sent_is_acknowledged() -> None:
    site = Site(keep=False)
    payload = json.dumps({"m": [{"t": site.desk.now(), "o": 97}]}).encode()
    answered: list[int] = []
    for number in range(100):
        answer = functools.partial(answered.append, number)
        site.inbox.take(Arrival("gw/B1", payload, False, False, False, answer))
    site.desk.store()
    assert sorted(answered) == list(range(100))
    assert site.samples() == [97]
