"""The median over the last seconds must not make an alarm late, however samples lie in it."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.event import Change
from devices.reading import Metric, Reading
from tests.alerts.timeline import PROFILE, T, in_peak, run, value

_LAG_S = PROFILE.signals.median_lag_s


def _start_of(condition: str, readings: list[Reading]) -> float | None:
    events = run(in_peak(), readings)
    starts = [
        event.at - T
        for event in events
        if event.condition == condition and event.change in {Change.START, Change.ESCALATE}
    ]
    return min(starts, default=None)


@given(tenths=st.integers(2, 60), good=st.integers(1, 20))
def test_an_alarm_comes_its_delay_after_the_first_sample_beyond_plus_2_s(
    tenths: int, good: int
) -> None:
    step_s = tenths / 10
    count = good + round(16 / step_s) + 2
    readings: list[Reading] = [
        value(i * step_s, Metric.HEART_RATE, 75 if i < good else 155) for i in range(count)
    ]
    started, first = _start_of("HR-EXT", readings), good * step_s
    assert started is not None
    assert first + 10 - 0.001 < started < first + 10 + _LAG_S + 0.001


def test_with_half_a_second_between_samples_the_delay_counts_from_2_s_after_the_first() -> None:
    readings = [value(i / 2, Metric.HEART_RATE, 75 if i < 20 else 155) for i in range(60)]
    assert _start_of("HR-EXT", list(readings)) == 10 + 2 + 10


def test_what_was_not_judged_before_is_judged_from_now() -> None:
    """The oximeter's pulse was high all along but counts only once the strap is silent."""
    pulse = [value(i, Metric.PULSE_RATE, 155) for i in range(40)]
    strap = [value(i, Metric.HEART_RATE, 75) for i in range(10)]
    readings = sorted([*pulse, *strap], key=lambda r: r.at)
    assert _start_of("HR-EXT", list(readings)) == 9 + 5 + 10
