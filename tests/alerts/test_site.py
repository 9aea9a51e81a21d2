"""The site's own alarms: streams lost together, parts that fail, absence, engines that died."""

import msgspec
import pytest

from alerts.command import Acknowledge, Fault, Gap, Measure, PauseAudio, Refused, Sessions
from alerts.event import Cause, Change, Presence, Priority, Signal
from alerts.setup import BedSetup, DeviceRow
from alerts.site import SiteEngine
from alerts.snapshot import SiteSnapshot
from devices.reading import Link, LinkReason, Metric, Origin
from tests.alerts.timeline import PROFILE, T

STREAMS = tuple(
    DeviceRow(id=name, metrics=(Metric.SPO2,)) for name in ("ox", "strap", "monitor", "pump")
)
BEDS = tuple(BedSetup(bed=bed, devices=STREAMS) for bed in ("B1", "B2", "B3"))


def _site(*rooms: str) -> SiteEngine:
    """A site with sessions open in these rooms (all three unless told)."""
    site = SiteEngine(BEDS, PROFILE)
    site.command(Sessions(at=T - 1, by="shell", beds=rooms or ("B1", "B2", "B3")))
    return site


def _link(second: float, bed: str, device: str, *, up: bool = False) -> Link:
    reason = LinkReason.CONNECTED if up else LinkReason.SILENT
    return Link(at=T + second, bed=bed, device=device, up=up, reason=reason)


def _fault(
    second: float,
    part: str,
    *,
    up: bool = False,
    bed: str | None = None,
    level: float | None = None,
) -> Fault:
    return Fault(at=T + second, by="shell", part=part, up=up, bed=bed, level=level, detail="x")


def test_half_of_the_streams_of_two_beds_lost_together_is_one_alarm_that_covers_both() -> None:
    site = _site()
    for i, (bed, device) in enumerate([("B1", "ox"), ("B1", "strap"), ("B2", "ox")]):
        assert site.observe(_link(i, bed, device)) == []
    (start,) = site.observe(_link(5, "B2", "pump"))
    assert (start.condition, start.priority, start.bed) == ("T-NET", Priority.HIGH, None)
    assert start.occurrence.startswith("site:T-NET:")
    assert site.covers() == {"B1", "B2"}
    (end,) = site.observe(_link(60, "B1", "ox", up=True))
    assert (end.change, end.cause) == (Change.END, Cause.RECOVERED)
    assert site.covers() == frozenset()


def test_streams_lost_one_after_another_are_no_network_loss() -> None:
    site = _site()
    for i, (bed, device) in enumerate([("B1", "ox"), ("B1", "strap"), ("B2", "ox")]):
        site.observe(_link(i, bed, device))
    assert site.observe(_link(40, "B2", "pump")) == []


def test_devices_that_wake_only_to_deliver_are_no_streams_to_lose() -> None:
    button = DeviceRow(id="button", metrics=(Metric.NAUSEA,), streams=False)
    beds = [BedSetup(bed=bed, devices=(*STREAMS[:2], button)) for bed in ("B1", "B2")]
    site = SiteEngine(beds, PROFILE)
    site.command(Sessions(at=T - 1, by="shell", beds=("B1", "B2")))
    assert [site.observe(_link(i, bed, "button")) for i, bed in enumerate(("B1", "B2"))] == [[], []]
    site.observe(_link(2, "B1", "ox"))
    assert site.observe(_link(3, "B2", "ox")) == []
    (start,) = site.advance(T + 8)
    assert (start.condition, start.at) == ("T-NET", T + 7)


def test_one_bed_alone_is_no_network_loss() -> None:
    site = _site()
    assert [e for i, d in enumerate(STREAMS) for e in site.observe(_link(i, "B1", d.id))] == []


def test_a_lost_broker_speaks_for_the_beds_whose_streams_went_with_it_and_no_other() -> None:
    site = _site()
    site.command(_fault(0, "broker"))
    (start,) = site.advance(T + 6)
    assert (start.condition, start.at) == ("T-NET", T + 5)
    assert site.covers() == frozenset()
    site.observe(_link(6.1, "B1", "monitor"))
    assert site.covers() == {"B1"}
    site.observe(_link(60, "B2", "ox"))  # another matter, a minute later: it must be heard
    assert site.covers() == {"B1"}
    site.command(_fault(65, "broker", up=True))
    assert site.covers() == frozenset()


def test_a_broker_gap_of_a_moment_is_no_alarm() -> None:
    site = _site()
    assert site.command(_fault(0, "broker")) == []
    assert site.command(_fault(0.4, "broker", up=True)) == []
    assert site.advance(T + 60) == []


def test_the_network_alarm_speaks_before_the_first_lost_link_does() -> None:
    """T-LINK comes 10 s after its loss; whatever was lost within 10 s, T-NET is there by then."""
    for last in (0.5, 4.0, 9.9):
        site = _site()
        losses = [("B1", "ox", 0.0), ("B1", "strap", 0.1), ("B2", "ox", 0.2), ("B2", "pump", last)]
        events = [e for bed, device, at in losses for e in site.observe(_link(at, bed, device))]
        events += site.advance(T + 10)
        assert [(event.condition, event.at) for event in events] == [("T-NET", T + max(5, last))]
        assert site.covers() == {"B1", "B2"}


def test_without_a_session_nobody_needs_a_screen() -> None:
    site = SiteEngine(BEDS, PROFILE)
    site.command(_fault(0, "screen"))
    assert site.advance(T + 600) == []
    (start,) = site.command(Sessions(at=T + 600, by="shell", beds=("B2",)))
    assert (start.condition, start.at) == ("T-UI", T + 600)
    (end,) = site.command(Sessions(at=T + 630, by="shell", beds=()))
    assert (end.change, end.cause) == (Change.END, Cause.RECOVERED)


def test_a_clock_that_is_right_again_is_no_alarm() -> None:
    site = _site()
    site.command(_fault(0, "clock", level=60))
    (lower,) = site.command(_fault(10, "clock", level=5))
    (end,) = site.command(_fault(20, "clock", level=0.5))
    assert (lower.priority, end.change) == (Priority.LOW, Change.END)


def test_somebody_measured_without_a_session_is_named_by_bed_after_five_minutes() -> None:
    site = _site("B1")
    assert site.command(_fault(0, "session", bed="B2")) == []
    (start,) = site.advance(T + 301)
    assert (start.condition, start.bed, start.priority) == ("T-NOSESSION", "B2", Priority.LOW)
    assert start.at == T + 300
    (end,) = site.command(_fault(400, "session", bed="B2", up=True))
    assert end.change is Change.END


@pytest.mark.parametrize(
    ("part", "condition", "priority", "delay_s", "heard"),
    [
        ("store", "T-STORE", Priority.HIGH, 10, True),
        ("influx", "T-INFLUX", Priority.LOW, 30, False),
        ("pager", "T-PAGER", Priority.MEDIUM, 30, True),
        ("screen", "T-UI", Priority.HIGH, 0, True),
        ("duty", "T-DUTY", Priority.HIGH, 0, True),
    ],
)
def test_a_part_that_fails_for_its_delay_is_an_alarm_until_it_recovers(
    part: str, condition: str, priority: Priority, delay_s: float, heard: bool
) -> None:
    site = _site()
    early = site.command(_fault(0, part))
    early += site.advance(T + delay_s)
    (start,) = early + site.advance(T + delay_s + 1)
    assert (start.condition, start.priority, start.at) == (condition, priority, T + delay_s)
    assert site.alarms()[0].audible is heard
    (end,) = site.command(_fault(100, part, up=True))
    assert end.cause is Cause.RECOVERED


def test_a_part_that_recovers_within_its_delay_is_no_alarm() -> None:
    site = _site()
    site.command(_fault(0, "store"))
    site.command(_fault(9, "store", up=True))
    assert site.advance(T + 60) == []
    assert site.next_deadline is None


def test_the_clock_is_graded_by_how_far_it_is_off() -> None:
    site = _site()
    assert site.command(_fault(0, "clock", level=1.5)) == []
    (low,) = site.command(_fault(10, "clock", level=5))
    (medium,) = site.command(_fault(20, "clock", level=60))
    (end,) = site.command(_fault(30, "clock", up=True))
    assert [low.priority, medium.priority] == [Priority.LOW, Priority.MEDIUM]
    assert low.text == "host clock off by 5 s > 2 s"
    assert end.change is Change.END


def test_a_demo_site_says_so_in_its_alarms() -> None:
    site = SiteEngine(BEDS, PROFILE, origin=Origin.DEMO)
    (start,) = site.command(_fault(0, "clock", level=5))
    assert start.origin is Origin.DEMO


def test_a_dead_engine_is_named_by_its_bed() -> None:
    site = _site()
    (start,) = site.command(_fault(0, "engine", bed="B2"))
    assert (start.condition, start.bed, start.priority) == ("T-ENGINE", "B2", Priority.HIGH)
    assert start.occurrence.startswith("site:T-ENGINE:")
    (other,) = site.command(_fault(0, "engine", bed="B3"))
    assert other.occurrence != start.occurrence
    (end,) = site.command(_fault(9, "engine", bed="B2", up=True))
    assert end.occurrence == start.occurrence


def test_a_long_absence_is_announced_until_a_person_answers() -> None:
    site = _site("B1", "B3")
    start, latch = site.gap(Gap(since=T, at=T + 67))
    assert start.priority is Priority.HIGH
    assert "67 s, rooms B1, B3" in start.text
    assert (latch.presence, latch.signal) == (Presence.ABSENT, Signal.LATCHED)
    answer = Acknowledge(at=T + 70, by="n", occurrence=start.occurrence, seq=latch.seq)
    (end,) = site.command(answer)
    assert (end.change, end.cause) == (Change.END, Cause.PERSON)


@pytest.mark.parametrize(
    ("gap", "rooms", "announced"),
    [
        (Gap(since=T, at=T + 20), ["B1"], False),
        (Gap(since=T, at=T + 200), [], False),
        (Gap(since=T, at=T + 1, known=False), ["B1"], True),
    ],
)
def test_only_an_absence_that_left_somebody_unwatched_is_announced(
    gap: Gap, rooms: list[str], announced: bool
) -> None:
    site = SiteEngine(BEDS, PROFILE)
    site.command(Sessions(at=T - 1, by="shell", beds=tuple(rooms)))
    assert bool(site.gap(gap)) is announced


def test_an_audio_pause_of_the_site_ends_with_a_long_absence() -> None:
    for away_s, audible in ((20, False), (40, True)):
        site = _site()
        site.command(_fault(0, "broker"))
        site.command(PauseAudio(at=T + 6, by="nurse", seconds=120))
        site.gap(Gap(since=T + 7, at=T + 7 + away_s))
        heard = {alarm.event.condition: alarm.audible for alarm in site.alarms()}
        assert heard["T-NET"] is audible


def test_an_unknown_part_or_a_bed_s_command_is_refused() -> None:
    with pytest.raises(Refused, match="no such part"):
        _site().command(_fault(0, "coffee"))
    with pytest.raises(Refused, match="no such part"):
        _site().command(_fault(0, "engine", bed="B9"))
    with pytest.raises(Refused, match="bed"):
        _site().command(Measure(at=T, by="n"))


def test_a_restored_site_goes_on_as_if_it_had_never_stopped() -> None:
    site = _site()
    site.command(_fault(0, "store"))
    site.observe(_link(1, "B1", "ox"))
    kept = msgspec.json.decode(msgspec.json.encode(site.snapshot()), type=SiteSnapshot)
    again = SiteEngine.restore(BEDS, PROFILE, kept)
    for engine in (site, again):
        engine.observe(_link(2, "B1", "pump"))
        engine.observe(_link(3, "B2", "ox"))
    mine = site.observe(_link(4, "B2", "pump")) + site.advance(T + 20)
    theirs = again.observe(_link(4, "B2", "pump")) + again.advance(T + 20)
    assert [e.condition for e in mine] == ["T-NET", "T-STORE"]
    assert msgspec.json.encode(mine) == msgspec.json.encode(theirs)


@pytest.mark.parametrize("part", ["screen", "duty"])
def test_a_fault_that_matters_only_to_the_watched_waits_for_a_session(part: str) -> None:
    site = SiteEngine(BEDS, PROFILE)
    assert site.command(_fault(0, part)) == []
    assert site.advance(T + 100) == []
    (start,) = site.command(Sessions(at=T + 100, by="shell", beds=("B1",)))
    assert (start.change, start.priority, start.at) == (Change.START, Priority.HIGH, T + 100)
    restored = SiteEngine.restore(BEDS, PROFILE, site.snapshot())
    (end,) = restored.command(Sessions(at=T + 200, by="shell", beds=()))
    assert end.change is Change.END
    (again,) = restored.command(Sessions(at=T + 300, by="shell", beds=("B2",)))
    assert again.change is Change.START
    (over,) = restored.command(_fault(310, part, up=True))
    assert (over.change, over.cause) == (Change.END, Cause.RECOVERED)
    assert restored.command(Sessions(at=T + 320, by="shell", beds=("B1", "B2"))) == []
