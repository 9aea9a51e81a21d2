"""What a device's own time says of a reading's age: stored, live, or of a clock not known yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.mqtt_dating import Dating
from devices.mqtt_lag import CUFF, STREAM, Age, Lag, Limits
from devices.reading import Cuff, Metric
from devices.wire.bedside import Decoded, decode
from devices.wire.bedside_json import Topic, encode_reading

LIVE, STORED, UNKNOWN = Age.LIVE, Age.STORED, Age.UNKNOWN


def test_a_clock_wrong_by_hours_is_known_once_it_holds_steady() -> None:
    lag = Lag()
    ages = [lag.age_of(at, at - 7200.0 + at % 3) for at in range(100)]
    assert ages == [UNKNOWN] * 10 + [LIVE] * 90


def test_a_flush_is_late_and_what_follows_is_not() -> None:
    lag = Lag()
    assert {lag.age_of(float(at), float(at)) for at in range(10)} == {LIVE}
    # five minutes without a link, then 300 readings within 3 s
    flush = [lag.age_of(310.0 + number / 100, 10.0 + number) for number in range(294)]
    assert set(flush) == {STORED}
    assert lag.age_of(315.0, 315.0) is LIVE


@pytest.mark.parametrize("clock_off", [0.0, 7200.0, -7200.0])
def test_a_flush_from_a_device_never_heard_before_is_not_taken_for_live(clock_off: float) -> None:
    lag = Lag()
    ages = [lag.age_of(600.0 + number / 100, clock_off + number) for number in range(590)]
    assert LIVE not in ages
    live = [lag.age_of(607.0 + number, clock_off + 607.0 + number) for number in range(20)]
    assert live[10:] == [LIVE] * 10
    assert clock_off != 0.0 or live[0] is LIVE


def test_a_clock_set_back_is_late_for_half_a_minute_only() -> None:
    lag = Lag()
    assert {lag.age_of(float(at), float(at)) for at in range(10)} == {LIVE}
    ages = [lag.age_of(float(at), at - 60.0) for at in range(10, 60)]
    assert ages == [STORED] * 30 + [LIVE] * 20


PERIODS = [1.0, 12.0, 60.0, 600.0]


@pytest.mark.parametrize("every", PERIODS)
@pytest.mark.parametrize("pause", [600.0, 2 * 3600.0, 12 * 3600.0])
def test_a_right_clock_is_live_at_once_after_any_pause(pause: float, every: float) -> None:
    lag = Lag()
    before = [lag.age_of(n * every, n * every - 0.1) for n in range(20)]
    back = 20 * every + pause
    after = [lag.age_of(back + n * every, back + n * every - 0.3) for n in range(20)]
    assert set(before + after) == {LIVE}


def test_what_was_stored_in_a_long_pause_is_stored_but_for_the_last_seconds() -> None:
    lag, night = Lag(), 8 * 3600
    assert {lag.age_of(float(at), float(at)) for at in range(60)} == {LIVE}
    flush = [lag.age_of(60.0 + night + n / 1000, 60.0 + n) for n in range(night)]
    assert set(flush[:-10]) == {STORED}
    assert {lag.age_of(float(at), float(at)) for at in range(61 + night + 29, 91 + night + 29)} == {
        LIVE
    }


@pytest.mark.parametrize("every", PERIODS)
@pytest.mark.parametrize("off", [3600.0, -3600.0])
def test_a_wrong_or_changed_clock_is_known_whatever_the_period(every: float, off: float) -> None:
    wrong = lags(*[off + n % 3 / 10 for n in range(100)], every=every)
    assert set(wrong[12:]) == {LIVE}
    changed = lags(*[0.1] * 20, *[off + n % 3 / 10 for n in range(100)], every=every)
    assert LIVE not in changed[20:21]
    assert set(changed[60:]) == {LIVE}


@pytest.mark.parametrize("limits", [STREAM, CUFF])
def test_one_wrong_stamp_at_the_start_keeps_no_clock_unknown(limits: Limits) -> None:
    lag = Lag(limits)
    ages = [lag.age_of(n * 300.0, n * 300.0 - (-1e5 if n == 0 else 600.0)) for n in range(20)]
    assert set(ages[6:]) == {LIVE}


def lags(*of: float, every: float = 1.0) -> list[Age]:
    """The ages of readings with these lags, one after the other."""
    lag = Lag()
    return [lag.age_of(n * every, n * every - late) for n, late in enumerate(of)]


@given(
    st.lists(st.floats(0.0, 4.9), min_size=240, max_size=240), st.sampled_from([3600.0, -3600.0])
)
def test_a_wrong_clock_is_known_though_its_readings_come_at_odd_times(
    odd: list[float], off: float
) -> None:
    wandering = [late if n % 5 else 0.0 for n, late in enumerate(odd)]  # now and then one is prompt
    assert set(lags(*(off + late for late in wandering))[40:]) == {LIVE}
    assert set(lags(*[0.2] * 20, *(3600.0 + late for late in wandering))[80:]) == {LIVE}


def test_a_flush_of_a_clock_that_is_ahead_by_as_much_as_it_is_old_is_soon_seen_through() -> None:
    flush = lags(*(-float(n) for n in range(3600)), every=0.01)
    assert LIVE not in flush[8:]  # at first it looks like one reading that came late and others


def test_a_wrong_stamp_now_and_then_makes_nothing_that_follows_stored() -> None:
    wrong = [n % 28 == 20 for n in range(200)]
    ages = lags(*(-3600.0 if is_wrong else 0.0 for is_wrong in wrong))
    assert ages == [UNKNOWN if is_wrong else LIVE for is_wrong in wrong]


def test_a_clock_that_was_set_forward_is_known_once_it_holds_steady() -> None:
    ages = lags(*[3.0] * 10, *[-60.0] * 20, 0.0)
    assert ages == [LIVE] * 10 + [UNKNOWN] * 10 + [LIVE] * 10 + [STORED]


def test_a_fast_clock_is_followed() -> None:
    lag = Lag()
    assert {lag.age_of(float(at), at * 1.0005) for at in range(0, 100_000, 10)} == {LIVE}


def test_a_slow_clock_is_followed() -> None:
    lag = Lag()
    assert {lag.age_of(float(at), at * 0.9995) for at in range(0, 100_000, 10)} == {LIVE}


def pressure(device_time: float) -> Decoded:
    topic = Topic.parse("kat/clinic/B1/monitor/reading")
    numbers = {Metric.SPO2: 97.0, Metric.SYSTOLIC: 205.0, Metric.DIASTOLIC: 122.0}
    return decode(topic, encode_reading(numbers, device_time=device_time))


def ages_of(dating: Dating, at: float, device_time: float) -> dict[str, bool]:
    readings = dating.date(pressure(device_time), at, stored=False)
    return {type(reading).__name__: reading.history for reading in readings}


def test_a_cuff_reading_may_have_taken_minutes_where_a_saturation_may_not() -> None:
    dating = Dating()
    assert ages_of(dating, 1000.0, 999.0) == {"Cuff": False, "Sample": False}
    assert ages_of(dating, 1300.0, 1121.0) == {"Cuff": False, "Sample": True}
    assert ages_of(dating, 1400.0, 1200.0) == {"Cuff": True, "Sample": True}


def test_a_cuff_reading_of_a_clock_nobody_knows_waits_for_somebody_to_want_it() -> None:
    dating = Dating()
    for at, known in ((10_000.0, False), (10_300.0, True)):
        cuff = next(
            reading
            for reading in dating.date(pressure(at - 7200.0), at, stored=False)
            if isinstance(reading, Cuff)
        )
        assert (cuff.history, cuff.undated) == (not known, not known)
