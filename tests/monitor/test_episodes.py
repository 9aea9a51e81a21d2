"""Episodes out of events: what calls people, and what only moves beneath an alarm."""

from alerts.event import AlarmEvent, AlarmKind, Change, Presence, Priority, Signal
from devices.reading import Origin
from monitor.episodes import find_episodes, summarize

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


def _event(
    at: float, change: Change, priority: Priority, *, beneath: tuple[str, Priority] | None = None
) -> AlarmEvent:
    """An event of one BP-HIGH alarm; `beneath` is the case under one that is held higher."""
    latched = change is Change.LATCH
    return AlarmEvent(
        at=at,
        id=f"B1:BP-CRIT:0:{at:g}",
        seq=round(at) + 1,
        bed="B1",
        session="s1",
        occurrence="B1:BP-CRIT:0",
        condition="BP-CRIT",
        kind=AlarmKind.PHYSIOLOGICAL,
        priority=priority,
        change=change,
        cause=None,
        presence=Presence.ABSENT if latched else Presence.PRESENT,
        signal=Signal.LATCHED if latched else Signal.ON,
        value=None,
        limit=None,
        metric=None,
        text="",
        origin=Origin.REAL,
        reason=None if beneath is None else {"condition": beneath[0], "priority": beneath[1].value},
    )


def test_what_moves_beneath_an_unanswered_alarm_is_no_alarm_of_its_own() -> None:
    events = [
        _event(0, Change.START, HIGH),
        _event(60, Change.UPDATE, HIGH, beneath=("BP-ELEV", LOW)),
        _event(120, Change.UPDATE, HIGH, beneath=("BP-SEV", MEDIUM)),
        _event(180, Change.UPDATE, HIGH),
    ]
    found = find_episodes(events, 240)
    assert [(e.condition, e.start, e.end) for e in found] == [
        ("BP-CRIT", 0, 60),
        ("BP-ELEV", 60, 120),
        ("BP-SEV", 120, 180),
        ("BP-CRIT", 180, 240),
    ]
    assert [e.calls for e in found] == [True, False, False, False]
    summary = summarize(found, files=1, seconds=240)
    assert summary["alarms"] == 1
    assert summary["percent_of_time_in_alarm"] == 100


def test_an_alarm_calls_when_it_begins_rises_and_comes_back_after_it_latched() -> None:
    events = [
        _event(0, Change.START, LOW),
        _event(60, Change.ESCALATE, MEDIUM),
        _event(120, Change.UPDATE, HIGH),  # lost in alarm, say: held at more than before
        _event(180, Change.LATCH, HIGH),
        _event(240, Change.UPDATE, HIGH),
    ]
    assert [(e.start, e.calls) for e in find_episodes(events, 300)] == [
        (0, True),
        (60, True),
        (120, True),
        (240, True),
    ]
