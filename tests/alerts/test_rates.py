"""Heart and respiratory rate: which source counts, two that disagree, what staff count by hand."""

import msgspec
import pytest

from alerts.event import Presence, Signal
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Metric, Reading, Sample, Validity
from tests.alerts.timeline import (
    BED,
    NO_STREAMS,
    T,
    breaths,
    cuff,
    in_peak,
    lines,
    pulse,
    rate,
    run,
    spo2,
    value,
)

Steps = list[Reading | list[Reading] | float]


def _counted(
    second: float, metric: Metric, number: float, *, stated: float | None = None
) -> Sample:
    """What a nurse measured by hand."""
    return Sample(
        at=T + second,
        bed=BED,
        device="staff",
        device_time=None if stated is None else T + stated,
        metric=metric,
        value=number,
        by="KM",
    )


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (8, ["42 RESP start high on", "67 RESP end high off"]),
        (8.5, []),
        (24.5, []),
        (25, ["42 RESP start medium on", "67 RESP end medium off"]),
    ],
)
def test_a_respiratory_rate_at_its_limits(number: float, expected: list[str]) -> None:
    steps: Steps = [breaths(0, 10, 14), breaths(10, 60, number), breaths(60, 90, 14)]
    assert lines(run(in_peak(NO_STREAMS), steps)) == expected


@pytest.mark.parametrize(
    ("low", "back", "ends"), [(7, 10, True), (7, 9.5, False), (26, 23, True), (26, 23.5, False)]
)
def test_a_respiratory_rate_is_clear_at_10_and_at_23(low: float, back: float, ends: bool) -> None:
    events = run(in_peak(NO_STREAMS), [breaths(0, 40, low), breaths(40, 60, back)])
    assert (events[-1].change == "end") is ends
    assert events[0].text == ("RR 7 <= 8" if low == 7 else "RR 26 >= 25")


def test_nobody_misses_a_respiratory_rate_that_is_not_measured() -> None:
    assert run(in_peak(NO_STREAMS), [600.0]) == []


def test_a_respiratory_rate_lost_in_alarm_is_an_alarm() -> None:
    engine = in_peak(NO_STREAMS)
    events = run(engine, [breaths(0, 15, 7), 60.0])
    assert lines(events) == ["24 RESP start high on"]  # pending when its source was lost
    assert events[0].presence is Presence.UNKNOWN
    assert events[0].text == "RR 7 <= 8, then SIGNAL LOST 0:10"


def test_a_rate_counted_by_hand_decides_alone_and_is_known_to_who_counted() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [_counted(0, Metric.RESPIRATORY_RATE, 7), 100.0])
    assert (start.at, start.condition, start.signal) == (T, "RESP", Signal.ACKNOWLEDGED)
    assert start.by == "KM"
    assert start.presence is Presence.PRESENT
    (end,) = run(engine, [_counted(101, Metric.RESPIRATORY_RATE, 10)])
    assert end.change == "end"


def test_a_rate_counted_by_hand_is_no_source_that_could_be_lost() -> None:
    engine = in_peak(NO_STREAMS)
    steps: Steps = [breaths(0, 20, 14), _counted(100, Metric.RESPIRATORY_RATE, 7), 115.0]
    (start,) = run(engine, steps)
    assert start.presence is Presence.PRESENT


def test_a_value_by_hand_older_than_what_is_known_changes_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    steps: Steps = [breaths(0, 60, 14), _counted(60, Metric.RESPIRATORY_RATE, 6, stated=10)]
    assert run(engine, steps) == []


def test_spo2_by_hand_judges_but_proves_no_oximeter() -> None:
    engine = in_peak()
    steps: Steps = [
        spo2(0, 10, 97),
        rate(0, 60, 75),
        *[_counted(i, Metric.SPO2, 84) for i in (15, 18)],
        60.0,
    ]
    events = run(engine, steps)
    assert lines(events)[0] == "15 O2-CRIT start high acknowledged"
    assert "19 T-SPO2 start low on" in lines(events, technical=True)


def test_a_cuff_s_pulse_never_alarms() -> None:
    fast = [
        Sample(at=T + i, bed=BED, device="cuff", metric=Metric.PULSE_RATE, value=180)
        for i in range(60)
    ]
    assert run(in_peak(NO_STREAMS), [*fast, cuff(60, 120, 80, pulse_rate=180)]) == []


def test_the_pulse_of_a_monitor_that_measures_pressure_as_well_alarms() -> None:
    metrics = (Metric.SPO2, Metric.PULSE_RATE, Metric.SYSTOLIC, Metric.DIASTOLIC)
    room = BedSetup(bed=BED, devices=(DeviceRow(id="ox", metrics=metrics),))
    events = run(in_peak(room), [spo2(0, 30, 97), pulse(0, 30, 170)])
    assert lines(events) == ["14 HR-EXT start high on"]


def test_a_rate_by_hand_loses_no_source_that_went_long_before_it() -> None:
    engine = in_peak()
    before: Steps = [pulse(0, 5, 80), spo2(0, 760, 97), rate(0, 700, 80), rate(700, 760, 140)]
    events = run(engine, [*before, _counted(745.5, Metric.HEART_RATE, 140), 759.0])
    assert lines(events) == ["732 HR-HI start medium on"]


def test_a_source_that_comes_after_a_rate_by_hand_can_be_lost_again() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [pulse(0, 5, 140), _counted(5, Metric.HEART_RATE, 140), pulse(6, 9, 140)])
    assert lines(run(engine, [18.5])) == ["18 HR-HI update medium on"]


def test_a_rate_by_hand_older_than_what_another_source_told_changes_nothing() -> None:
    steps: Steps = [pulse(0, 60, 155)]
    older = _counted(40.5, Metric.HEART_RATE, 80, stated=5)
    assert lines(run(in_peak(NO_STREAMS), [*steps, older])) == ["10 HR-EXT start high on"]


def test_a_questionable_value_by_hand_clears_nothing() -> None:
    unsure = msgspec.structs.replace(
        _counted(30.5, Metric.SPO2, 97), validity=Validity.QUESTIONABLE
    )
    found = lines(run(in_peak(NO_STREAMS), [spo2(0, 40, 80), unsure]))
    assert found == ["5 O2-LO start medium on", "10 O2-CRIT escalate high on"]


def test_the_oximeter_counts_five_seconds_after_the_strap_s_last_valid_rate() -> None:
    steps: Steps = [rate(0, 10, 80), pulse(0, 60, 160)]
    found = lines(run(in_peak(NO_STREAMS), steps))
    assert found == ["24 HR-EXT start high on"]  # the strap's last at 9, then 10 s of 160
    weak = [value(10 + i, Metric.HEART_RATE, 80, validity=Validity.QUESTIONABLE) for i in range(50)]
    assert lines(run(in_peak(NO_STREAMS), [*steps, *weak])) == found


def test_two_heart_rates_more_than_15_apart_for_30_s_are_told() -> None:
    events = run(in_peak(NO_STREAMS), [rate(0, 60, 75), pulse(0, 60, 91)])
    assert lines(events, technical=True) == ["30 T-HR start low on"]
    assert events[0].text == "two heart rates apart by 16 > 15"
    assert run(in_peak(NO_STREAMS), [rate(0, 90, 75), pulse(0, 90, 90)]) == []
    briefly: Steps = [rate(0, 90, 75), pulse(0, 25, 120), pulse(25, 90, 75)]
    assert run(in_peak(NO_STREAMS), briefly) == []


def test_heart_rates_that_agree_again_end_it() -> None:
    steps: Steps = [rate(0, 90, 75), pulse(0, 60, 100), pulse(60, 90, 80)]
    events = run(in_peak(NO_STREAMS), steps)
    assert lines(events, technical=True)[-1] == "67 T-HR end low off"


def test_a_heart_rate_that_another_contradicts_is_weak() -> None:
    steps: Steps = [rate(0, 60, 75), rate(60, 120, 155), pulse(0, 120, 100)]
    events = run(in_peak(NO_STREAMS), steps)
    assert lines(events) == ["82 HR-EXT start high on"]  # 10 s, and 10 s more
    assert events[-1].text == "HR 155 >= 150, weak signal"


@pytest.mark.parametrize("gone", ["strap", "ox"])
def test_where_one_heart_rate_goes_nothing_disagrees_any_more(gone: str) -> None:
    strap_to, pulse_to = (40, 90) if gone == "strap" else (90, 40)
    steps: Steps = [rate(0, strap_to, 75), pulse(0, pulse_to, 100)]
    events = run(in_peak(NO_STREAMS), [*steps, 90.0])
    assert lines(events, technical=True) == ["30 T-HR start low on", "49 T-HR end low off"]


def test_a_rate_that_went_before_its_30_s_were_over_is_not_told() -> None:
    steps: Steps = [rate(0, 90, 75), pulse(0, 15, 100), 90.0]
    assert run(in_peak(NO_STREAMS), steps) == []
