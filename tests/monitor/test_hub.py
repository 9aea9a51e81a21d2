"""The stream every screen is given: complete, in order, shared, and never more than two ahead."""

import json

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from alerts.event import AlarmEvent
from alerts.status import BedStatus, Phase
from devices.reading import Cuff, Link, LinkReason, Metric, Sample
from monitor.hub import MAX_WAITING, TICK_S
from tests.monitor.web.events import alarm_event, standing
from tests.monitor.web.page import NOW, Watcher, make_hub, spo2

_BEDS = st.sampled_from(["B1", "B2"])
_AT = st.floats(NOW, NOW + 60)


class Stream(RuleBasedStateMachine):
    """Anything may be offered in any order while one screen reads often and another seldom."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = make_hub()
        self.told: list[AlarmEvent] = []
        self.often, self.seldom = Watcher(self.hub), Watcher(self.hub)

    @rule(value=st.sampled_from([None, 84.0, 97.0]), bed=_BEDS, at=_AT)
    def offer_spo2(self, value: float | None, bed: str, at: float) -> None:
        self.hub.offer_reading(spo2(value, bed=bed, at=at))

    @rule(bed=_BEDS, at=_AT, history=st.booleans())
    def offer_cuff(self, bed: str, at: float, history: bool) -> None:
        cuff = Cuff(at=at, bed=bed, device="cuff", systolic=120, diastolic=80, history=history)
        self.hub.offer_reading(cuff)

    @rule(bed=_BEDS, at=_AT, up=st.booleans())
    def offer_link(self, bed: str, at: float, up: bool) -> None:
        self.hub.offer_reading(
            Link(at=at, bed=bed, device="ox", up=up, reason=LinkReason.CONNECTED)
        )

    @rule(at=_AT, percent=st.integers(1, 3))
    def offer_battery(self, at: float, percent: int) -> None:
        self.hub.offer_reading(
            Sample(at=at, bed="B1", device="ox", metric=Metric.BATTERY, value=float(percent))
        )

    @rule(bed=_BEDS, phase=st.sampled_from(Phase), alarms=st.lists(st.integers(1, 3), max_size=2))
    def offer_status(self, bed: str, phase: Phase, alarms: list[int]) -> None:
        stand = tuple(standing(n, bed=bed) for n in alarms)
        self.hub.offer_status(BedStatus(bed=bed, phase=phase, session=None, alarms=stand))

    @rule()
    def offer_event(self) -> None:
        self.told.append(alarm_event(len(self.told) + 1))
        self.hub.offer_events(self.told[-1:])

    @rule()
    def offer_site(self) -> None:
        self.hub.offer_site([standing(len(self.told), bed=None)])

    @rule(state=st.sampled_from(["ok", "unknown"]))
    def set_state(self, state: str) -> None:
        self.hub.set_bed_state("B1", state)

    @rule()
    def another_joins(self) -> None:
        Watcher(self.hub)

    @rule()
    def tick(self) -> None:
        self.hub.tick()
        self.often.read()

    @rule()
    def seldom_reads(self) -> None:
        self.seldom.read()

    @invariant()
    def nobody_has_more_than_two_messages_waiting(self) -> None:
        assert self.seldom.waiting() <= 2

    def teardown(self) -> None:
        """A snapshot and its frames say what a fresh snapshot says."""
        fresh = Watcher(self.hub)
        fresh.read()
        for watcher in (self.often, self.seldom):
            watcher.read()
            self.hub.tick()
            watcher.read()
            assert watcher.page.beds == fresh.page.beds
            assert watcher.page.site_alarms == fresh.page.site_alarms
            assert watcher.page.events == [event.id for event in self.told]


test_a_snapshot_and_its_frames_say_what_a_fresh_snapshot_says = Stream.TestCase


def test_screens_in_step_share_one_encoded_message() -> None:
    hub = make_hub()
    first, second, late = Watcher(hub), Watcher(hub), Watcher(hub)
    for watcher in (first, second, late):
        watcher.read()
    hub.tick()
    for watcher in (first, second):
        watcher.read()
    hub.offer_reading(spo2(97.0))
    hub.tick()
    assert first.screen.take() is second.screen.take()


def test_a_tick_without_changes_is_an_empty_frame() -> None:
    hub = make_hub()
    watcher = Watcher(hub)
    watcher.read()
    hub.tick()
    message = json.loads(watcher.screen.take() or "")
    assert (message["kind"], message["beds"], message["events"]) == ("frame", {}, [])


def test_a_screen_that_does_not_answer_has_two_messages_in_flight_and_then_one_merged() -> None:
    hub = make_hub()
    watcher = Watcher(hub)
    for n in range(1, 21):
        hub.offer_reading(spo2(80.0 + n % 15, at=NOW + n))
        hub.offer_events([alarm_event(n)])
        hub.tick()
    assert watcher.read() == 2, "the snapshot and one frame"
    hub.tick()
    assert watcher.read() == 1, "all the rest in one"
    assert watcher.page.snapshots == 1
    assert watcher.page.events == [alarm_event(n).id for n in range(1, 21)]
    assert watcher.page.beds["B1"]["readings"]["spo2"]["value"] == 85.0


def test_a_slow_screen_does_not_delay_another() -> None:
    hub = make_hub()
    slow, fast = Watcher(hub), Watcher(hub)
    fast.read()
    for n in range(1, 11):
        hub.offer_events([alarm_event(n)])
        hub.tick()
        assert fast.read() == 1
        assert len(fast.page.events) == n
    assert slow.read() == 2


def test_a_screen_with_more_than_500_waiting_events_gets_a_fresh_snapshot() -> None:
    hub = make_hub()
    behind = Watcher(hub)
    behind.read()
    hub.tick()
    hub.tick()
    for n in range(1, MAX_WAITING + 2):
        hub.offer_events([alarm_event(n)])
    hub.tick()
    behind.read()
    hub.tick()
    behind.read()
    assert behind.page.snapshots == 2
    assert behind.page.events[-1] == alarm_event(MAX_WAITING + 1).id


def test_exactly_500_waiting_events_still_come_one_by_one() -> None:
    hub = make_hub()
    watcher = Watcher(hub)
    watcher.read()
    hub.offer_events([alarm_event(0)])
    hub.tick()
    watcher.read()
    hub.offer_events(alarm_event(n) for n in range(1, MAX_WAITING + 1))
    hub.tick()
    watcher.read()
    assert watcher.page.snapshots == 1
    assert len(watcher.page.events) == 1 + MAX_WAITING


def test_answering_the_newest_message_answers_those_before_it() -> None:
    hub = make_hub()
    watcher = Watcher(hub)
    hub.tick()
    assert watcher.waiting() == 2
    watcher.screen.acknowledge(hub.seq)
    hub.tick()
    hub.tick()
    assert watcher.waiting() == 4


def test_a_frame_carries_only_what_changed() -> None:
    hub = make_hub()
    status = BedStatus(bed="B1", phase=Phase.PEAK, session=None, alarms=(standing(1),))
    hub.offer_status(status)
    watcher = Watcher(hub)
    watcher.read()
    hub.offer_status(msgspec.structs.replace(status, phase=Phase.RECOVERY))
    hub.tick()
    message = json.loads(watcher.screen.take() or "")
    assert message["beds"] == {"B1": {"phase": "RECOVERY"}}
    assert message["site_alarms"] is None


def test_only_screens_that_answer_count_as_confirmed() -> None:
    hub = make_hub()
    watcher = Watcher(hub)
    watcher.screen.armed = watcher.screen.visible = True
    watcher.read()
    for _ in range(25):
        hub.tick()
        watcher.read()
    assert hub.screens()[0].unconfirmed_s == 0.0
    for _ in range(25):
        hub.tick()
    assert hub.screens()[0].unconfirmed_s == 5.0
    hub.leave(watcher.screen)
    assert hub.screens() == []


class Screens(Stream):
    """The same, and now and then a second passes in which every screen answers."""

    @rule()
    def a_second_passes(self) -> None:
        joined = Watcher(self.hub)
        screens = (self.often, self.seldom, joined)
        for _ in range(round(1 / TICK_S)):
            self.hub.tick()
            for watcher in screens:
                watcher.read()
        shown = [(watcher.page.beds, watcher.page.site_alarms) for watcher in screens]
        assert shown == [shown[0]] * len(screens)


test_invariant_21_all_screens_agree_within_a_second = Screens.TestCase
