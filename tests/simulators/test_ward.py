"""The ward's devices: the same words whoever asks and how often, and faults that show in them."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.reading import (
    Beats,
    Cuff,
    Link,
    Metric,
    Origin,
    Reading,
    Reason,
    Report,
    Sample,
    Validity,
)
from simulators.instrument import Instrument
from simulators.scenario import SessionTable, load_scenario, parse_scenario
from simulators.ward import Ward, cuff_times, make_ward

SIX = (
    "hypertension-confirmed",
    "nausea-press",
    "probe-off",
    "desaturation-short",
    "link-loss-long",
    "arrival",
)
START = 1_795_406_720.0


def ward(*names: str, seed: int = 1) -> Ward:
    return make_ward([load_scenario(name) for name in names], seed=seed, starts_at=START)


def words(device: Instrument, since: float, until: float) -> list[tuple[float, Reading]]:
    said: list[tuple[float, Reading]] = []
    at = device.next_at(since)
    while at is not None and at <= until:
        said += [(at, reading) for reading in device.emit(at)]
        at = device.next_at(at)
    return said


def told(story: Ward, since: float = 0.0, until: float = 200.0) -> list[Reading]:
    return [reading for _, readings in story.told(since, until) for reading in readings]


def values(readings: Sequence[Reading], metric: Metric, device: str) -> list[Sample]:
    return [
        reading
        for reading in readings
        if isinstance(reading, Sample) and (reading.metric, reading.device) == (metric, device)
    ]


def test_the_same_seed_gives_the_same_bytes() -> None:
    def encoded(seed: int) -> bytes:
        return msgspec.json.encode(told(ward(*SIX, seed=seed), -60, 60))

    assert encoded(7) == encoded(7)
    assert encoded(7) != encoded(8)


@settings(max_examples=10)
@given(st.lists(st.floats(min_value=-2000, max_value=200), min_size=1, max_size=10))
def test_asking_out_of_order_changes_nothing(instants: list[float]) -> None:
    asked = ward(*SIX)
    for device in asked.instruments:
        for at in instants:
            ahead = device.next_at(at)
            if ahead is not None:
                device.emit(ahead)
    assert told(asked, 0, 3) == told(ward(*SIX), 0, 3)


@given(st.floats(min_value=-3000, max_value=300))
def test_the_next_word_is_always_later_and_none_is_skipped(after: float) -> None:
    for device in ward(*SIX).instruments:
        at = device.next_at(after)
        if at is None:
            continue
        assert at > after
        before = device.next_at(at - 5)
        while before is not None and before <= after:
            before = device.next_at(before)
        assert before == at


def test_all_devices_are_told_in_the_order_of_time() -> None:
    story = ward(*SIX)
    instants = [at for at, _ in story.told(story.watched_from, -3000)]
    assert instants == sorted(instants)
    assert {link.up for link in told(story, story.watched_from, -4000) if isinstance(link, Link)}


def test_beds_have_bluetooth_or_a_monitor_and_every_one_a_button() -> None:
    beds = ward(*SIX).beds
    assert [bed.by_radio for bed in beds] == [True, True, False, True, True, False]
    for bed in beds:
        kinds = [device.badge.kind for device in bed.instruments]
        assert kinds == (
            ["oximeter", "cuff", "strap", "button"] if bed.by_radio else ["monitor", "button"]
        )
    names = [device.badge.device for bed in beds for device in bed.instruments]
    assert len(names) == len(set(names))


def test_a_big_ward_has_no_more_bluetooth_than_a_controller_has_links() -> None:
    assert sum(bed.by_radio for bed in ward(*["quiet"] * 20).beds) == 4


def test_streams_speak_once_a_second_and_every_word_is_marked_as_demo() -> None:
    readings = told(ward("quiet"), 0, 60)
    assert len(values(readings, Metric.SPO2, "ox-1")) == 60
    assert len(values(readings, Metric.HEART_RATE, "strap-1")) == 60
    assert {reading.origin for reading in readings} == {Origin.DEMO}
    assert all(START < reading.at <= START + 60 for reading in readings)


def test_a_straps_packets_carry_every_beat_once() -> None:
    story = ward("quiet")
    packets = [reading for reading in told(story, 0, 120) if isinstance(reading, Beats)]
    beats = [beat for packet in packets for beat in packet.rr_ms]
    assert tuple(beats) == story.beds[0].patient.beats(
        packets[0].at - START - 1, packets[-1].at - START
    )


def test_a_probe_that_is_off_gives_no_number_and_says_why() -> None:
    readings = told(ward("probe-off"), 0, 200)
    off = [s for s in values(readings, Metric.SPO2, "ox-1") if s.validity is not Validity.VALID]
    assert len(off) == 90
    assert {(s.value, s.validity, s.reason) for s in off} == {
        (None, Validity.UNAVAILABLE, Reason.SENSOR_OFF)
    }
    assert {s.validity for s in values(readings, Metric.HEART_RATE, "strap-1")} == {Validity.VALID}


def test_a_device_out_of_range_says_nothing_until_it_is_back() -> None:
    oximeter = ward("link-loss-long").beds[0].instruments[0]
    said = words(oximeter, 0, 120)
    assert [at for at, reading in said if isinstance(reading, Link)] == [30, 70]
    assert not [at for at, _ in said if 30 < at < 70]
    assert [reading.up for _, reading in said if isinstance(reading, Link)] == [False, True]


def test_a_link_lost_for_ever_ends_the_story_of_the_device() -> None:
    text = """
        name = "gone"
        description = "the oximeter never comes back"
        [[events]]
        kind = "link_loss"
        after_s = 10
    """
    story = make_ward([parse_scenario(text, "gone.toml")], seed=1, starts_at=START)
    oximeter = story.beds[0].instruments[0]
    assert oximeter.next_at(10) is None
    assert oximeter.next_at(9.99) == 10


def test_a_failed_cuff_has_no_pressures() -> None:
    text = """
        name = "failing"
        description = "the cuff comes loose"
        [[events]]
        kind = "measure"
        after_s = 20
        [[events]]
        kind = "cuff_fails"
        device = "cuff"
        after_s = 10
        for_s = 30
    """
    for number in (1, 3):
        scenarios = [load_scenario("quiet")] * (number - 1) + [parse_scenario(text, "failing.toml")]
        story = make_ward(scenarios, seed=1, starts_at=START)
        room = f"room-{number}"
        (cuff,) = (r for r in told(story, 15, 25) if isinstance(r, Cuff) and r.bed == room)
        assert (cuff.systolic, cuff.validity, cuff.reason) == (
            None,
            Validity.INVALID,
            Reason.CUFF_FAILED,
        )


def test_the_confirmed_hypertension_is_read_twice_at_the_right_distance() -> None:
    cuffs = [r for r in told(ward("hypertension-confirmed"), 0, 380) if isinstance(r, Cuff)]
    assert [round(cuff.at - START) for cuff in cuffs] == [20, 88]
    assert all((cuff.systolic or 0) >= 180 for cuff in cuffs)


def test_a_nausea_report_has_an_id_of_its_own() -> None:
    reports = [r for r in told(ward("nausea-vomit"), 0, 200) if isinstance(r, Report)]
    assert [(r.kind, r.value) for r in reports] == [("nrs", 6), ("vomit", None)]
    assert len({r.id for r in reports}) == 2


@pytest.mark.parametrize("since_dose_min", [12.0, 50.0, 97.0])
def test_a_cuff_measures_by_the_clock_of_the_dose(since_dose_min: float) -> None:
    phase = "DOSING" if since_dose_min < 40 else "PEAK" if since_dose_min < 90 else "RECOVERY"
    session = SessionTable(phase=phase, since_dose_min=since_dose_min)
    times = cuff_times(session, ())
    dose = session.dose_at or 0.0
    assert dose + 40 * 60 in times
    assert all(later - earlier <= 25 * 60 for earlier, later in pairwise(times))
    assert max(times) > 5 * 3600


def test_a_scheduled_cuff_reading_makes_room_for_one_of_the_story() -> None:
    session = SessionTable(phase="PEAK", since_dose_min=50)
    assert 0.0 in cuff_times(session, ())
    told_at = cuff_times(session, (20.0, 88.0))
    assert 0.0 not in told_at
    assert {20.0, 88.0} <= set(told_at)
