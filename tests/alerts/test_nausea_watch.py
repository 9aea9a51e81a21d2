"""NAU-WATCH in whole timelines: what begins it, what ends it, what it is never."""

import dataclasses

import msgspec
import pytest

from alerts.command import Begin, Close, GiveDose, JudgeWatch, NoteRisk, Refused, Resolve
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Cause, Change, Priority
from alerts.snapshot import BedSnapshot
from alerts.status import NauseaIndex
from devices.reading import Beats, Reading
from tests.alerts.hearts import Stretch, beats, dosed, strap
from tests.alerts.timeline import PROFILE, SETUP, T, acknowledge, lines, pulse, rate, run

SICK: Stretch = (300, 700, 90, 18)  # +20 a minute, variability -55 %
SICK_EVENT = "NAU-WATCH start low on"


def _watch(events: list[AlarmEvent]) -> list[AlarmEvent]:
    return [event for event in events if event.condition == "NAU-WATCH"]


def _index(engine: BedEngine) -> NauseaIndex:
    index = engine.status().nausea_index
    assert index is not None
    return index


def test_a_fast_heart_with_still_beats_asks_staff_to_ask() -> None:
    engine = dosed()
    events = _watch(run(engine, [strap((0, 300, 70, 40), SICK)]))
    (start,) = [event for event in events if event.change is Change.START]
    assert (start.priority, start.kind) == (Priority.LOW, "physiological")
    assert start.text == (
        "autonomic change: ask about nausea (HR +20, +20 in 3 min, variability -55 %)"
    )
    assert 360 < start.at - T < 460  # a minute of signs, after the windows have filled
    assert all(event.priority is Priority.LOW for event in events)


@pytest.mark.parametrize(
    ("stretch", "why"),
    [
        ((300, 900, 90, 40), "a fast heart alone: the second kind of sign is missing"),
        ((300, 900, 72, 10), "still beats alone"),
        ((300, 900, 80, 26), "both, but too few points"),
        ((300, 345, 90, 18), "too short"),
    ],
)
def test_it_stays_silent(stretch: Stretch, why: str) -> None:
    engine = dosed()
    rest = (stretch[1], 1000, 70, 40)
    assert _watch(run(engine, [strap((0, 300, 70, 40), stretch, rest)])) == [], why


def test_a_known_risk_lowers_what_is_needed() -> None:
    mild = (300, 900, 80, 26)
    engine = dosed()
    engine.command(NoteRisk(at=T + 1, by="nurse", factors=("earlier_nausea",)))
    events = _watch(run(engine, [strap((0, 300, 70, 40), mild)]))
    assert [event.change for event in events][:1] == [Change.START]


def test_a_risk_that_the_profile_does_not_know_is_refused() -> None:
    with pytest.raises(Refused, match="no risk factor tall; the profile has earlier_nausea"):
        dosed().command(NoteRisk(at=T + 1, by="nurse", factors=("female", "tall")))


def test_it_ends_after_two_minutes_without_signs_and_then_rests_ten() -> None:
    engine = dosed()
    again = (1000, 1400, 90, 18)
    story = strap((0, 300, 70, 40), SICK, (700, 1000, 70, 40), again, (1400, 1800, 70, 40))
    events = _watch(run(engine, [story]))
    ended = [event for event in events if event.change is Change.END]
    started = [event for event in events if event.change is Change.START]
    assert [event.cause for event in ended][:1] == [Cause.READINGS]
    assert 120 < ended[0].at - T - 700 < 250
    assert len(started) == 1 or started[1].at - ended[0].at >= 600


def test_every_watch_asks_whether_it_was_right_even_after_its_end() -> None:
    engine = dosed()
    run(engine, [strap((0, 300, 70, 40), SICK, (700, 1200, 70, 40))])
    (task,) = engine.status().tasks
    assert (task.kind, task.condition) == ("watch_verdict", "NAU-WATCH")
    assert (_index(engine).watching, _index(engine).asking) == (False, 1)
    engine.command(JudgeWatch(at=T + 1210, by="nurse", nauseated=False))
    assert engine.status().tasks == ()
    assert (_index(engine).right, _index(engine).wrong) == (0, 1)
    with pytest.raises(Refused, match="no nausea watch waits"):
        engine.command(JudgeWatch(at=T + 1220, by="nurse", nauseated=True))


def test_an_answer_ends_the_watch_that_stands() -> None:
    engine = dosed()
    start = _watch(run(engine, [strap((0, 300, 70, 40), SICK)]))[0]
    with pytest.raises(Refused, match="whether the patient was nauseated"):
        engine.command(Resolve(at=T + 700, by="nurse", occurrence=start.occurrence))
    (end,) = engine.command(
        Resolve(at=T + 700, by="nurse", occurrence=start.occurrence, outcome="yes")
    )
    assert (end.change, end.cause, end.by) == (Change.END, Cause.PERSON, "nurse")
    assert (_index(engine).right, _index(engine).asking) == (1, 0)
    assert _watch(run(engine, [strap((701, 1200, 90, 18))])) == []  # it rests


def test_a_rating_answers_as_well() -> None:
    engine = dosed()
    start = _watch(run(engine, [strap((0, 300, 70, 40), SICK)]))[0]
    engine.command(Resolve(at=T + 700, by="nurse", occurrence=start.occurrence, nrs=0))
    assert _index(engine).wrong == 1


def test_without_beats_it_is_unavailable_and_not_zero() -> None:
    engine = dosed()
    run(engine, [rate(0, 600, 95)])
    index = _index(engine)
    assert index.total is None
    assert index.missing == "no beats now"
    assert {sign.name: sign.points for sign in index.signs}["variability"] is None
    assert _watch(run(engine, [rate(600, 900, 95)])) == []


def test_the_beats_of_an_oximeter_are_never_used() -> None:
    engine = dosed()
    frames = [
        beats(reading.at - T, reading.rr_ms, device="ox")
        for reading in strap((0, 600, 90, 18))
        if isinstance(reading, Beats)
    ]
    run(engine, [*frames, pulse(0, 600, 90)])
    assert _index(engine).missing == "no beats now"


def test_without_a_baseline_it_is_unavailable() -> None:
    engine = dosed()
    engine.command(Close(at=T + 5, by="Dr A", outcome="discharged", reason="well"))
    engine.command(Begin(at=T + 10, by="nurse", session="s2", protocol="iv", visit="K2"))
    engine.command(GiveDose(at=T + 20, by="nurse", given_at=T + 20))
    assert _watch(run(engine, [strap((20, 900, 90, 18))])) == []
    assert _index(engine).missing == "no baseline before the dose"


def test_a_watch_whose_beats_are_lost_is_unknown_and_stays_low() -> None:
    engine = dosed()
    start = _watch(run(engine, [strap((0, 300, 70, 40), SICK)]))[0]
    (standing,) = _watch([alarm.event for alarm in engine.status().alarms])
    engine.command(acknowledge(705, standing))
    events = _watch(run(engine, [rate(706, 900, 90)]))
    (lost,) = [event for event in events if event.presence == "unknown"]
    assert lost.occurrence == start.occurrence
    assert lost.priority is Priority.LOW
    assert lost.text.endswith("then NO INDEX: no beats now")
    assert lost.at - T == 770  # a minute after the strap fell silent for ten seconds
    assert all(event.change is not Change.END for event in events)


def test_a_clinic_can_switch_it_off() -> None:
    off = dataclasses.replace(
        PROFILE, nausea_watch=dataclasses.replace(PROFILE.nausea_watch, on=False)
    )
    engine = BedEngine.restore(SETUP, off, dosed().snapshot())
    assert _watch(run(engine, [strap((0, 300, 70, 40), SICK)])) == []
    assert engine.status().nausea_index is None


def test_a_dose_entered_late_has_the_baseline_of_its_own_time() -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T - 700, by="nurse", session="s1", protocol="iv", visit="K1"))
    run(engine, [strap((-600, 0, 70, 40), (0, 500, 90, 40))])
    engine.command(GiveDose(at=T + 500, by="nurse", given_at=T))
    run(engine, [strap((500, 520, 90, 40))])
    assert next(s for s in _index(engine).signs if s.name == "rate").value == 20


def test_the_oximeter_gives_the_rate_where_the_strap_gives_only_beats() -> None:
    engine = dosed()
    frames: list[Reading] = [r for r in strap((0, 300, 70, 40), SICK) if isinstance(r, Beats)]
    rates = [*pulse(0, 300, 70), *pulse(300, 700, 90)]
    assert SICK_EVENT in " ".join(lines(run(engine, [frames, rates])))


@pytest.mark.parametrize("cut", [-300, 120, 365, 405, 500, 640])
def test_a_bed_restored_in_the_middle_says_and_shows_the_same(cut: int) -> None:
    story = strap((0, 300, 70, 40), SICK, (700, 1100, 70, 40))
    whole = dosed()
    said = run(whole, [story])
    engine = dosed()
    before = run(engine, [[r for r in story if r.at < T + cut]])
    kept = msgspec.json.encode(engine.snapshot())
    engine = BedEngine.restore(SETUP, PROFILE, msgspec.json.decode(kept, type=BedSnapshot))
    after = run(engine, [[r for r in story if r.at >= T + cut]])
    assert msgspec.json.encode([*before, *after]) == msgspec.json.encode(said)
    assert engine.status() == whole.status()


@pytest.mark.parametrize("step", [0.7, 5.0, 33.0])
def test_polling_finds_a_watch_at_the_same_instant_as_waking(step: float) -> None:
    polled, woken = dosed(), dosed()
    by_polling: list[AlarmEvent] = []
    by_waking: list[AlarmEvent] = []
    at = T
    for reading in strap((0, 300, 70, 40), SICK):
        while at + step < reading.at:
            at += step
            by_polling += polled.advance(at)
        while (due := woken.next_deadline) is not None and due <= reading.at:
            by_waking += woken.advance(due)
        by_polling += polled.observe(reading)
        by_waking += woken.observe(reading)
    assert _watch(by_waking)
    assert msgspec.json.encode(by_polling) == msgspec.json.encode(by_waking)
