"""What lights and nurse-call relays hear of alarms."""

import json
from typing import Any

import pytest

from alerts.event import AlarmEvent, AlarmKind, Change, Presence, Priority, Signal
from devices.reading import Metric, Origin
from monitor.alarm_topics import AlarmTopics


class Outgoing:
    """What was published, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.kept: dict[str, Any] = {}

    def __call__(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        if retain:
            self.kept[topic] = json.loads(payload) if payload else None
        else:
            self.events.append((topic, json.loads(payload)))


def event(
    change: Change, number: int, bed: str | None = "B1", condition: str = "O2-LO"
) -> AlarmEvent:
    occurrence = f"{bed}:{condition}:1"
    return AlarmEvent(
        at=1795426200.25,
        id=f"{occurrence}:{number}",
        seq=number,
        bed=bed,
        session="s",
        occurrence=occurrence,
        condition=condition,
        kind=AlarmKind.PHYSIOLOGICAL,
        priority=Priority.MEDIUM,
        change=change,
        cause=None,
        presence=Presence.PRESENT,
        signal=Signal.ON,
        value=88.0,
        limit=90.0,
        metric=Metric.SPO2,
        text="SpO2 88 < 90",
        origin=Origin.TEST,
    )


@pytest.fixture
def outgoing() -> Outgoing:
    return Outgoing()


@pytest.fixture
def topics(outgoing: Outgoing) -> AlarmTopics:
    return AlarmTopics("clinic", outgoing)


def test_an_event_goes_out_in_the_contracts_shape(topics: AlarmTopics, outgoing: Outgoing) -> None:
    topics.offer_events([event(Change.START, 1)])
    ((topic, said),) = outgoing.events
    assert topic == "kat/clinic/B1/alarm/event"
    assert (said["id"], said["change"], said["at"]) == (
        "B1:O2-LO:1:1", "start", "2026-11-23T09:30:00.250Z",
    )  # fmt: skip


def test_a_bed_shows_what_stands_until_it_has_ended(
    topics: AlarmTopics, outgoing: Outgoing
) -> None:
    topics.offer_events([event(Change.START, 1), event(Change.START, 2, condition="HR-HI")])
    topics.offer_events([event(Change.ACKNOWLEDGE, 3)])
    assert [said["seq"] for said in outgoing.kept["kat/clinic/B1/alarm"]] == [3, 2]
    topics.offer_events([event(Change.END, 4), event(Change.END, 5, condition="HR-HI")])
    assert outgoing.kept["kat/clinic/B1/alarm"] == []
    assert [said["seq"] for _, said in outgoing.events] == [1, 2, 3, 4, 5]


def test_the_sites_own_alarms_have_their_own_topic(topics: AlarmTopics, outgoing: Outgoing) -> None:
    topics.offer_events([event(Change.START, 1, bed=None, condition="T-NET")])
    assert [topic for topic, _ in outgoing.events] == ["kat/clinic/alarm/event"]
    assert len(outgoing.kept["kat/clinic/alarm"]) == 1


def test_a_pending_condition_is_nobodys_business(topics: AlarmTopics, outgoing: Outgoing) -> None:
    topics.offer_events([event(Change.PENDING, 1)])
    assert (outgoing.events, outgoing.kept) == ([], {})


def test_a_new_life_replaces_what_the_broker_kept(topics: AlarmTopics, outgoing: Outgoing) -> None:
    topics.begin("B1", [])
    topics.begin("B2", [event(Change.START, 7, bed="B2")])
    assert outgoing.kept["kat/clinic/B1/alarm"] == []
    assert [said["seq"] for said in outgoing.kept["kat/clinic/B2/alarm"]] == [7]


def test_a_bed_that_is_no_more_leaves_an_empty_topic(
    topics: AlarmTopics, outgoing: Outgoing
) -> None:
    topics.begin("B2", [event(Change.START, 7, bed="B2")])
    topics.end("B2")
    topics.end("never was")
    assert outgoing.kept == {"kat/clinic/B2/alarm": None}


def test_what_an_earlier_run_left_untold_goes_out_first_and_nothing_twice(
    topics: AlarmTopics, outgoing: Outgoing
) -> None:
    topics.hold()
    topics.offer_events([event(Change.ACKNOWLEDGE, 3)])
    assert outgoing.events == []
    assert [said["seq"] for said in outgoing.kept["kat/clinic/B1/alarm"]] == [3]
    topics.release([event(Change.START, 1), event(Change.UPDATE, 2), event(Change.ACKNOWLEDGE, 3)])
    topics.offer_events([event(Change.END, 4)])
    assert [said["seq"] for _, said in outgoing.events] == [1, 2, 3, 4]


def test_the_last_event_that_the_broker_has_is_known(topics: AlarmTopics) -> None:
    assert topics.confirmed(waiting=0) is None
    topics.offer_events([event(Change.START, 1), event(Change.UPDATE, 2), event(Change.END, 3)])
    assert topics.confirmed(waiting=3) is None
    assert topics.confirmed(waiting=1) == "B1:O2-LO:1:2"
    assert topics.confirmed(waiting=1) is None
    assert topics.confirmed(waiting=0) == "B1:O2-LO:1:3"
