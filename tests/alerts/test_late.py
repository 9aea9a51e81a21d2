"""Late and stored samples of streams: a device's clock may demote a sample, never promote it."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from alerts.event import AlarmEvent
from devices.reading import Metric, Reading, Sample
from tests.alerts.stories import STORIES, Act, give
from tests.alerts.test_properties import SLOW
from tests.alerts.timeline import BED, NO_STREAMS, T, in_peak, lines, rate, run, value

SKEW = 3600.0  # every device's clock is an hour ahead: only differences count


def dated(second: float, number: float, measured: float, metric: Metric = Metric.SPO2) -> Sample:
    """A sample received at one second and measured, by its device's clock, at another."""
    sample = value(second, metric, number)
    return msgspec.structs.replace(sample, device_time=T + measured + SKEW)


def _live(start: int, end: int, number: float) -> list[Reading]:
    return [dated(i, number, i) for i in range(start, end)]


def test_samples_that_lay_somewhere_decide_nothing() -> None:
    engine = in_peak()
    late: list[Reading] = [dated(i, 70, i - 15) for i in range(20, 40)]
    events = run(engine, [_live(0, 20, 97), late, rate(0, 40, 75), 40.0])
    assert lines(events) == []
    assert lines(events, technical=True) == ["29 T-LINK start low on", "29 T-SPO2 start low on"]


def test_a_sample_up_to_ten_seconds_late_is_live() -> None:
    slow: list[Reading] = [dated(i, 84, i - 9) for i in range(30, 60)]
    assert lines(run(in_peak(NO_STREAMS), [_live(0, 21, 97), slow]))[-1].endswith("high on")


def test_an_older_sample_than_the_newest_changes_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [_live(0, 20, 97)])
    before = engine.snapshot()
    engine.observe(dated(19, 60, 16))
    engine.observe(dated(19, 60, 14))
    after = engine.snapshot()
    assert after.tracks == before.tracks
    assert after.contacts == before.contacts
    assert after.ladders == before.ladders


def test_of_a_burst_after_a_reconnect_only_the_newest_counts() -> None:
    engine = in_peak(NO_STREAMS)
    burst: list[Reading] = [dated(40, 70, measured) for measured in range(20, 40)]
    steps: list[Reading | list[Reading] | float] = [_live(0, 20, 97), burst, dated(40, 96, 40)]
    assert run(engine, [*steps, _live(41, 60, 96)]) == []


def test_a_burst_that_ends_low_alarms_by_what_follows_it() -> None:
    burst: list[Reading] = [dated(40, 97, measured) for measured in range(20, 40)]
    events = run(in_peak(NO_STREAMS), [_live(0, 20, 97), burst, _live(40, 60, 70)])
    assert lines(events)[0] == "41 O2-CRIT start high on"


def test_two_values_in_a_row_have_no_silence_between_them() -> None:
    for second, at_once in ((21, True), (30, False)):
        one = Sample(at=T + second, bed=BED, device="ox", metric=Metric.SPO2, value=70)
        events = run(in_peak(NO_STREAMS), [_live(0, 20, 97), _live(20, 21, 70), one])
        assert bool(events) is at_once


def test_a_clock_that_was_set_back_is_believed_again_after_half_a_minute() -> None:
    back: list[Reading] = [dated(i, 97, i - 1800) for i in range(20, 80)]
    events = run(in_peak(), [_live(0, 20, 97), back, rate(0, 80, 75)])
    told = [line for line in lines(events, technical=True) if "T-SPO2" in line]
    assert told == [
        "29 T-SPO2 start low on",
        "49 T-SPO2 escalate medium on",
        "60 T-SPO2 end medium off",
    ]


def test_a_clock_that_was_set_back_is_believed_again_though_its_samples_come_in_batches() -> None:
    def batches(start: int, end: int, back: int) -> list[Reading]:
        """Five samples of one second each, every five seconds."""
        found: list[Reading] = []
        for i in range(start, end, 5):
            found += [dated(i + 4 + k / 100, 97, i + k - back) for k in range(5)]
        return found

    engine = in_peak()
    run(engine, [batches(0, 20, 0), batches(20, 90, 1800), rate(0, 90, 75)])
    assert engine.status().alarms == ()


def test_a_link_that_falls_further_behind_never_passes_for_live() -> None:
    behind: list[Reading] = [dated(20 + i * 1.5, 80, 5 + i) for i in range(100)]
    assert lines(run(in_peak(NO_STREAMS), [_live(0, 20, 97), behind])) == []


def test_a_clock_that_stands_still_hides_a_desaturation_for_half_a_minute_at_most() -> None:
    still: list[Reading] = [dated(i, 80, 19) for i in range(20, 110)]
    engine = in_peak()
    run(engine, [_live(0, 20, 97), still, rate(0, 110, 75)])
    [alarm] = [a.event for a in engine.status().alarms if a.event.metric is Metric.SPO2]
    assert (alarm.condition, alarm.presence, alarm.value) == ("O2-CRIT", "present", 80)
    quiet: list[Reading] = [dated(i, 97, 19) for i in range(20, 110)]
    assert lines(run(in_peak(), [_live(0, 20, 97), quiet, rate(0, 110, 75)])) == []


@SLOW
@given(STORIES, st.lists(st.sampled_from([0.5, 3.0, 11.0, 400.0]), max_size=60))
def test_invariant_8_an_older_sample_changes_no_state(
    story: list[Act], lateness: list[float]
) -> None:
    """A story with old samples strewn in tells the same as the story without them."""
    clean, strewn = in_peak(), in_peak()
    for engine in (clean, strewn):
        engine.observe(dated(0, 97, 0))
    said: list[AlarmEvent] = []
    heard: list[AlarmEvent] = []
    second = 0.0
    for i, act in enumerate(story):
        second += act.after
        thing = act.make(second, clean)
        said += give(clean, thing)
        heard += give(strewn, thing)
        if i < len(lateness):
            said += clean.advance(T + second)
            heard += strewn.observe(dated(second, 40, -lateness[i]))
    assert msgspec.json.encode(said) == msgspec.json.encode(heard)
