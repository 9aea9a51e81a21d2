"""Each scenario does in the alarm engine what its description says."""

import itertools
from collections.abc import Sequence

import pytest

from alerts.event import AlarmEvent, Change
from alerts.status import Phase
from devices.reading import Origin
from monitor.demo.casting import STORY
from monitor.demo.stage import SEED
from simulators.scenario import load_scenario
from simulators.ward import Ward, make_bed, make_ward
from tests.support.live_through import live_through

START = 1_795_406_720.0


def told_by(
    name: str, *, by_monitor: bool = False, until: float = 300
) -> list[tuple[int, str, str, str]]:
    """(second, condition, priority, change) of every event of a scenario's bed."""
    bed = make_bed(1, load_scenario(name), SEED, START, Origin.DEMO, by_radio=not by_monitor)
    _, events = live_through(Ward((bed,), START), until)
    return [
        (round(event.at - START), event.condition, event.priority.value, event.change.value)
        for event in events
    ]


@pytest.mark.parametrize("by_monitor", [False, True])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("quiet", []),
        ("recovery", []),
        ("arrival", []),
        ("desaturation-short", []),
        (
            "hypertension-confirmed",
            [(20, "BP-SEV", "medium", "start"), (88, "BP-SEV", "high", "escalate")],
        ),
        (
            "hypertension-unconfirmed",
            [(20, "BP-SEV", "medium", "start"), (88, "BP-SEV", "medium", "end")],
        ),
        (
            "hypertension-crisis",  # 180 s later nobody has repeated it, and the text says so
            [(20, "BP-CRIT", "high", "start"), (200, "BP-CRIT", "high", "update")],
        ),
    ],
)
def test_a_scenario_raises_what_it_says_and_nothing_else(
    name: str, expected: list[tuple[int, str, str, str]], by_monitor: bool
) -> None:
    assert told_by(name, by_monitor=by_monitor) == expected


@pytest.mark.parametrize("by_monitor", [False, True])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("desaturation-long", [("O2-LO", "medium", "start"), ("O2-LO", "medium", "end")]),
        ("desaturation-deep", [("O2-CRIT", "high", "start"), ("O2-CRIT", "high", "latch")]),
        (
            "probe-off",
            [
                ("T-SPO2", "low", "start"),
                ("T-SPO2", "medium", "escalate"),
                ("T-SPO2", "medium", "end"),
            ],
        ),
        ("nausea-press", [("NAU-MOD", "medium", "start")]),
        ("nausea-vomit", [("NAU-MOD", "medium", "start"), ("NAU-SEV", "high", "escalate")]),
        ("patient-call", [("CALL", "medium", "start"), ("CALL", "high", "escalate")]),
        ("vasovagal", [("HR-EXT", "high", "start"), ("HR-EXT", "high", "latch")]),
    ],
)
def test_the_alarms_of_a_scenario_begin_and_end_in_their_order(
    name: str, expected: list[tuple[str, str, str]], by_monitor: bool
) -> None:
    events = [event[1:] for event in told_by(name, by_monitor=by_monitor)]
    condition = {event[0] for event in expected}
    ours = [event for event in events if event[0] in condition and event[2] != Change.UPDATE.value]
    assert ours == expected


def test_a_short_loss_of_the_link_is_silent_and_a_long_one_is_not() -> None:
    assert told_by("link-loss-short") == []
    lost = [event[1:] for event in told_by("link-loss-long") if event[1] == "T-LINK"]
    assert lost == [
        ("T-LINK", "low", "start"),
        ("T-LINK", "medium", "escalate"),
        ("T-LINK", "medium", "end"),
    ]


def test_the_demo_finds_its_beds_in_their_phases_and_tells_its_story_in_three_minutes() -> None:
    ward = make_ward([load_scenario(name) for name in STORY], seed=SEED, starts_at=START)
    engines, events = live_through(ward, 180)
    statuses = [engine.status() for engine in engines.values()]
    assert [status.phase for status in statuses] == [
        Phase.PEAK,
        Phase.PEAK,
        Phase.DOSING,
        Phase.PEAK,
        Phase.RECOVERY,
        Phase.BASELINE,
    ]
    for status in statuses[:5]:
        baseline = status.session.baseline if status.session else None
        assert baseline is not None
        assert None not in {baseline.systolic, baseline.heart_rate, baseline.spo2}
    assert min(event.at for event in events) > START, "its past is quiet"
    by_bed = {
        bed: first_words(list(said))
        for bed, said in itertools.groupby(sorted(events, key=by_bed_then_time), key=bed_of)
    }
    assert by_bed == {
        "room-1": [("BP-SEV", "medium"), ("BP-SEV", "high")],
        "room-2": [("NAU-MOD", "medium")],
        "room-3": [("T-SPO2", "low"), ("T-SPO2", "medium")],
    }


def by_bed_then_time(event: AlarmEvent) -> tuple[str, float]:
    return bed_of(event), event.at


def bed_of(event: AlarmEvent) -> str:
    return event.bed or ""


def first_words(events: Sequence[AlarmEvent]) -> list[tuple[str, str]]:
    rising = {Change.START, Change.ESCALATE}
    return [(e.condition, e.priority.value) for e in events if e.change in rising]
