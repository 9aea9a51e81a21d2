"""VASOVAGAL in whole timelines: the heart slows, the pressure raises and lowers, both come back."""

import pytest

from alerts.command import Begin, TakeBaseline
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change
from devices.reading import Reading
from tests.alerts.hearts import dosed
from tests.alerts.timeline import PROFILE, SETUP, T, acknowledge, cuff, lines, pulse, rate, run


def _faint(events: list[AlarmEvent]) -> list[str]:
    found = [event for event in events if event.condition == "VASOVAGAL"]
    return [f"{e.at - T:g} {e.change} {e.priority}" for e in found if e.change is not Change.UPDATE]


def _slowed(to: float = 52, until: float = 400) -> list[Reading]:
    """A heart that goes from 70 to `to` at second 300."""
    return [*rate(0, 300, 70), *rate(300, until, to)]


def test_a_heart_that_slows_by_a_quarter_is_a_low_alarm_and_says_so() -> None:
    events = run(dosed(), [_slowed()])
    assert _faint(events) == ["320 start low"]
    texts = [event.text for event in events if event.condition == "VASOVAGAL"]
    assert texts[0] == "HR 52, was 70: may faint"


def test_the_rate_of_an_oximeter_serves_as_well() -> None:
    assert _faint(run(dosed(), [pulse(0, 300, 70), pulse(300, 400, 52)])) == ["320 start low"]


def _slowly() -> list[Reading]:
    return [reading for i in range(20) for reading in rate(60 + 30 * i, 90 + 30 * i, 70 - i)]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (_slowed(62), "a fall under ten"),
        ([*rate(0, 300, 70), *rate(300, 308, 50), *rate(308, 400, 70)], "too short"),
        ([*rate(0, 300, 95), *rate(300, 500, 70)], "back from a fast time, at its baseline"),
        ([*rate(0, 60, 70), *_slowly()], "a fall over ten minutes"),
    ],
)
def test_it_stays_silent(steps: list[Reading], why: str) -> None:
    assert _faint(run(dosed(), [steps])) == [], why


@pytest.mark.parametrize(
    ("systolic", "priority"), [(112, "low"), (101, "low"), (100, "medium"), (80, "high")]
)
def test_a_pressure_of_the_last_six_minutes_counts_at_once(systolic: float, priority: str) -> None:
    engine = dosed()
    events = run(engine, [cuff(-1, 108, 70), cuff(200, systolic, 60), _slowed()])
    assert _faint(events)[0] == f"320 start {priority}"


def test_an_older_pressure_does_not_count() -> None:
    steps = [*rate(0, 600, 70), *rate(600, 700, 52)]
    assert _faint(run(dosed(), [cuff(230, 95, 60), steps])) == ["620 start low"]


def test_a_fall_of_twenty_under_the_baseline_is_medium() -> None:
    events = run(dosed(), [_slowed(), cuff(350, 101, 66)])  # baseline 120
    assert _faint(events) == ["320 start low"]
    events = run(dosed(), [_slowed(), cuff(350, 106, 66), cuff(390, 102, 66)])
    assert _faint(events) == ["320 start low"]
    events = run(dosed(), [cuff(100, 126, 80), _slowed(), cuff(350, 106, 66)])
    assert _faint(events) == ["320 start low", "350 escalate medium"]
    text = next(e.text for e in events if e.text.startswith("HR") and e.at == T + 350)
    assert text == "HR 52, was 70: may faint, SYS 106 was 126"


def test_a_very_slow_heart_is_high_whatever_the_pressure() -> None:
    assert _faint(run(dosed(), [_slowed(39)])) == ["315 start low", "320 escalate high"]


def test_it_ends_when_the_heart_is_back_for_half_a_minute() -> None:
    steps = [*_slowed(), *rate(400, 500, 68)]
    assert _faint(run(dosed(), [steps])) == ["320 start low", "450 end low"]


def test_with_a_low_pressure_it_ends_only_when_that_is_back_too() -> None:
    steps = [*_slowed(), *rate(400, 700, 68)]
    engine = dosed()
    events = run(engine, [steps, cuff(340, 92, 60), cuff(500, 104, 60), cuff(620, 112, 70)])
    assert _faint(events) == [
        "320 start low",
        "340 escalate medium",
        "620 deescalate low",
        "620 end low",
    ]


def test_a_heart_rate_that_is_lost_meanwhile_is_at_least_medium_and_speaks_for_its_link() -> None:
    engine = dosed()
    events = run(engine, [_slowed(until=350), 400.0])
    assert _faint(events) == ["320 start low"]
    lost = [e for e in events if e.condition == "VASOVAGAL" and e.presence == "unknown"]
    assert [(e.at - T, e.priority, e.text) for e in lost] == [
        (359, "medium", "HR 52, was 70: may faint, then SIGNAL LOST 0:10")
    ]
    links = [e for e in events if e.condition == "T-LINK" and e.at > T + 355]
    assert {e.covered_by for e in links if "strap" in e.text} == {"VASOVAGAL"}


def test_without_data_nothing_clears() -> None:
    engine = dosed()
    run(engine, [_slowed(until=350), cuff(380, 118, 76), 2000.0])
    assert "VASOVAGAL" in {a.event.condition for a in engine.status().alarms}


def test_answered_at_high_it_is_reminded_of_like_every_streamed_alarm() -> None:
    engine = dosed()
    called = [e for e in run(engine, [_slowed(39, until=330)]) if e.condition == "VASOVAGAL"][-1]
    events = run(engine, [acknowledge(330, called), rate(330, 600, 39)])
    assert [e.at - T for e in events if e.reminder and e.condition == "VASOVAGAL"] == [450, 570]


def test_before_the_dose_the_quiet_minutes_so_far_are_the_baseline() -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T - 10, by="nurse", session="s1", protocol="iv", visit="K1"))
    engine.command(TakeBaseline(at=T - 5, by="nurse"))
    assert [line.split(" ", 1)[1] for line in lines(run(engine, [_slowed()]))] == [
        "VASOVAGAL start low on"
    ]


def test_it_asks_at_once_for_the_pressure() -> None:
    engine = dosed()
    run(engine, [_slowed(until=340)])
    session = engine.status().session
    assert session is not None
    assert session.check is not None
    assert session.check.condition == "VASOVAGAL"
    assert session.check.due_from == T + 320
