"""SpO2 line by line of the table: limits at their edges, baseline, dips, weak signals."""

import dataclasses

import pytest

from alerts.command import Begin, EndInfusion, GiveDose, TakeBaseline
from alerts.engine import BedEngine
from alerts.limits import Profile
from devices.reading import Metric, Reading, Reason, Sample
from tests.alerts.timeline import (
    BED,
    NO_STREAMS,
    PROFILE,
    T,
    acknowledge,
    in_peak,
    lines,
    run,
    spo2,
    value,
)

Steps = list[Reading | list[Reading] | float]


def _usually(number: float, profile: Profile = PROFILE) -> BedEngine:
    """A bed whose patient has this SpO2 at rest."""
    engine = BedEngine(NO_STREAMS, profile)
    engine.command(Begin(at=T - 900, by="nurse", session="s1", protocol="iv", visit="K1"))
    engine.command(TakeBaseline(at=T - 800, by="nurse"))
    run(engine, [spo2(-800, -400, number)])
    engine.command(GiveDose(at=T - 300, by="nurse", given_at=T - 300))
    run(engine, [spo2(-60, 0, number), EndInfusion(at=T - 20, by="nurse")])
    return engine


def _dips(number: float, seconds: int, starts: tuple[int, ...]) -> Steps:
    """One reading a second: low for `seconds` from each start, else 96."""
    low = {start + i for start in starts for i in range(seconds)}
    return [value(i, Metric.SPO2, number if i in low else 96) for i in range(130)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (94, None),
        (93.9, "60 O2-WATCH start low on"),
        (90, "60 O2-WATCH start low on"),
        (89.9, "15 O2-LO start medium on"),
        (85, "10 O2-LO start medium on"),  # 5 points below the limit for 10 s
        (80, "5 O2-LO start medium on"),
        (79.9, "1 O2-CRIT start high on"),
    ],
)
def test_a_value_at_its_limit(number: float, expected: str | None) -> None:
    found = lines(run(in_peak(NO_STREAMS), [spo2(0, 70, number)]))
    assert found[:1] == ([] if expected is None else [expected])


def test_critical_comes_after_ten_seconds_below_85_and_not_at_85() -> None:
    assert "10 O2-CRIT" in lines(run(in_peak(NO_STREAMS), [spo2(0, 20, 84.9)]))[-1]
    assert "O2-LO" in lines(run(in_peak(NO_STREAMS), [spo2(0, 60, 85)]))[-1]


@pytest.mark.parametrize(
    ("low", "back", "ended_at"),
    [(87, 92, 42), (87, 91.9, None), (84, 88, None), (93, 94, 132), (93, 93.9, None)],
)
def test_an_alarm_ends_at_its_clear_limit_for_its_dwell_and_not_below(
    low: float, back: float, ended_at: float | None
) -> None:
    start = 100 if low == 93 else 30
    events = run(in_peak(NO_STREAMS), [spo2(0, start, low), spo2(start, start + 100, back)])
    ends = [event.at - T for event in events if event.change == "end"]
    assert ends == ([] if ended_at is None else [ended_at])


@pytest.mark.parametrize(("back", "over"), [(88, True), (87.9, False)])
def test_critical_is_over_at_88_for_15_s(back: float, over: bool) -> None:
    engine = in_peak(NO_STREAMS)
    start = run(engine, [spo2(0, 30, 84)])[-1]
    run(engine, [spo2(30, 46, back)])
    assert lines(engine.command(acknowledge(46, start)))[1:] == []
    run(engine, [spo2(47, 49, back)])
    (alarm,) = engine.status().alarms
    assert alarm.event.condition == ("O2-LO" if over else "O2-CRIT")


@pytest.mark.parametrize(
    ("usual", "number", "starts"),
    [
        (98, 93.9, True),  # never above 94
        (95, 93, False),
        (95, 92.9, True),
        (93, 91, False),
        (91, 89.95, False),  # the watch never looks below the limit of O2-LO
    ],
)
def test_the_watch_follows_the_baseline(usual: float, number: float, starts: bool) -> None:
    found = lines(run(_usually(usual), [spo2(0, 75, number)]))
    assert any("O2-WATCH" in line for line in found) is starts


def test_a_profile_with_another_limit_of_low_moves_what_depends_on_it() -> None:
    rows = [dataclasses.replace(r, limit=88) if r.id == "O2-LO" else r for r in PROFILE.limit]
    profile = dataclasses.replace(PROFILE, limit=tuple(rows))
    assert lines(run(_usually(97, profile), [spo2(0, 3, 78)])) == []
    assert lines(run(_usually(97, profile), [spo2(0, 9, 77.9)]))[0].startswith("1 O2-CRIT")
    assert lines(run(_usually(89, profile), [spo2(0, 80, 88)])) == []


@pytest.mark.parametrize(
    ("number", "seconds", "starts", "alarms"),
    [
        (88, 3, (10, 25, 40), True),
        (88, 2, (10, 25, 40), False),  # each at least 3 s
        (88, 8, (10, 28), False),  # at least three
        (88, 8, (10, 40, 72), False),  # within a minute
        (88, 8, (10, 38, 64), True),
        (90, 8, (10, 25, 40), False),  # below 90
    ],
)
def test_short_dips(number: float, seconds: int, starts: tuple[int, ...], alarms: bool) -> None:
    found = lines(run(in_peak(NO_STREAMS), _dips(number, seconds, starts)))
    assert [line.split(maxsplit=1)[1] for line in found[:1]] == (
        ["O2-NET start medium on"] if alarms else []
    )


def test_a_dip_on_a_weak_signal_is_no_dip() -> None:
    steps: Steps = []
    for start in (10, 28, 46):
        steps += [spo2(start - 10, start, 96), spo2(start, start + 8, 88, weak=True)]
    assert run(in_peak(NO_STREAMS), [*steps, spo2(54, 80, 96)]) == []


def test_a_dip_long_enough_only_with_its_weak_part_is_no_dip() -> None:
    steps: Steps = [spo2(0, 10, 96)]
    for start in (10, 28, 46):
        steps += [
            spo2(start, start + 3, 86),
            spo2(start + 3, start + 8, 88, weak=True),
            spo2(start + 8, start + 18, 96),
        ]
    assert run(in_peak(NO_STREAMS), steps) == []


def _perfusion(start: float, end: float, index: float, device: str = "ox") -> list[Reading]:
    seconds = range(round(end - start))
    return [value(start + i, Metric.PERFUSION_INDEX, index, device=device) for i in seconds]


@pytest.mark.parametrize(
    ("index", "device", "second"),
    [(0.3, "ox", 15), (0.29, "ox", 25), (0.29, "other", 15)],
)
def test_too_little_perfusion_makes_the_same_device_s_value_weak(
    index: float, device: str, second: float
) -> None:
    steps: Steps = [_perfusion(0, 60, index, device), spo2(0, 60, 88)]
    (start,) = run(in_peak(NO_STREAMS), steps)
    assert start.at == T + second
    assert ("weak signal" in start.text) is (second == 25)
    assert start.priority == "medium"


def test_a_perfusion_index_counts_for_five_seconds() -> None:
    steps: Steps = [_perfusion(0, 1, 0.1), spo2(0, 60, 88)]
    (start,) = run(in_peak(NO_STREAMS), steps)
    assert start.at == T + 15
    assert start.text == "SpO2 88 < 90"


def test_motion_makes_a_value_weak_though_its_driver_did_not() -> None:
    moving = [
        Sample(at=T + i, bed=BED, device="ox", metric=Metric.SPO2, value=88, reason=Reason.MOTION)
        for i in range(40)
    ]
    (start,) = run(in_peak(NO_STREAMS), [*moving])
    assert (start.at, start.text) == (T + 25, "SpO2 88 < 90, weak signal")


def test_a_weak_value_is_a_value() -> None:
    """It never removes one: no SpO2 is missing, and no T-SPO2 comes."""
    engine = in_peak()
    events = run(engine, [spo2(0, 100, 97, weak=True)])
    assert not [event for event in events if event.condition == "T-SPO2"]


def test_a_lost_value_that_comes_back_good_calls_nobody_and_ends_after_its_dwell() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 40, 80), 55.0])
    [unknown] = [alarm.event for alarm in engine.status().alarms]
    told = lines(run(engine, [acknowledge(56, unknown), spo2(70, 90, 97)]))
    assert told == [
        "56 O2-CRIT acknowledge high acknowledged",
        "70 O2-CRIT update high acknowledged",
        "85 O2-CRIT end high off",
    ]


def test_a_lost_value_that_comes_back_good_and_goes_again_stays_unknown_and_says_so() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 40, 80), spo2(70, 78, 97), 100.0])
    [unknown] = [alarm.event for alarm in engine.status().alarms]
    assert (unknown.condition, unknown.presence) == ("O2-CRIT", "unknown")
    assert unknown.text == "SpO2 97 after < 85, then SIGNAL LOST 0:10"
    assert lines(run(engine, [spo2(120, 122, 97)]))[-1].endswith("update high on")
    assert engine.status().alarms[0].event.presence == "unknown"


def test_a_lost_value_that_comes_back_bad_calls_anew() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 40, 80), 55.0])
    [unknown] = [alarm.event for alarm in engine.status().alarms]
    told = lines(run(engine, [acknowledge(56, unknown), spo2(70, 72, 89)]))
    assert told[-1] == "70 O2-CRIT update high on"
