"""What a cuff delivers: stored is never new, and what is new is never kept back as stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.deliveries import (
    CLOCK_RESET,
    LIVE_AGE,
    RETURN_DELAY,
    SETTLE_DELAY,
    Deliveries,
    Delivery,
)

NOW = 1_795_000_000.0


def burst(deliveries: Deliveries[str], *sent: Delivery[str]) -> list[tuple[str, bool]]:
    """What is decided about measurements that come in one burst: (name, is history)."""
    decided: list[Delivery[str]] = []
    for delivery in sent:
        decided += deliveries.take(delivery)
    decided += deliveries.settle()
    return [(delivery.measured, delivery.history) for delivery in decided]


def known(lag: float = 0.0) -> Deliveries[str]:
    """A device heard before, whose clock is that many seconds slow."""
    deliveries: Deliveries[str] = Deliveries()
    burst(deliveries, Delivery(NOW - 600, NOW - 600 - lag, "first"))
    return deliveries


def test_a_measurement_just_made_is_live_at_once() -> None:
    fresh = Delivery(NOW, NOW - 2, "fresh")
    assert Deliveries[str]().take(fresh) == [fresh]


def test_of_a_memory_delivered_oldest_first_only_the_last_is_live() -> None:
    told = burst(
        known(),
        Delivery(NOW, NOW - 300, "five minutes old"),
        Delivery(NOW + 0.1, NOW - 90, "older"),
        Delivery(NOW + 0.2, NOW - 1, "new"),
    )
    assert told == [("five minutes old", True), ("older", True), ("new", False)]


def test_of_a_memory_of_recent_measurements_only_the_newest_is_live() -> None:
    told = burst(known(), Delivery(NOW, NOW - 60, "newer"), Delivery(NOW, NOW - 120, "older"))
    assert told == [("newer", False), ("older", True)]


def test_a_measurement_older_than_three_minutes_is_history_even_alone() -> None:
    assert burst(known(), Delivery(NOW, NOW - LIVE_AGE - 1, "old")) == [("old", True)]


def test_a_wrong_clock_is_learned_from_a_measurement_that_came_alone() -> None:
    deliveries = known(lag=5_000_000.0)
    slow = NOW - 5_000_000.0
    assert burst(deliveries, Delivery(NOW, slow - 1, "new")) == [("new", False)]
    assert burst(deliveries, Delivery(NOW + 900, slow + 100, "old")) == [("old", True)]


def test_a_repeated_measurement_is_history() -> None:
    deliveries = known()
    sent = Delivery(NOW, NOW - 1, "once")
    assert burst(deliveries, sent) == [("once", False)]
    assert burst(deliveries, Delivery(NOW + 20, NOW - 1, "again")) == [("again", True)]


def test_without_a_clock_one_measurement_is_live_and_several_are_history() -> None:
    assert burst(Deliveries(), Delivery(NOW, None, "one")) == [("one", False)]
    told = burst(Deliveries(), Delivery(NOW, None, "one"), Delivery(NOW, None, "two"))
    assert told == [("one", True), ("two", True)]


def test_what_follows_a_burst_sooner_than_a_cycle_lasts_belongs_to_it() -> None:
    deliveries = Deliveries[str]()
    burst(deliveries, Delivery(NOW, None, "one"), Delivery(NOW, None, "two"))
    assert burst(deliveries, Delivery(NOW + 9, None, "rest")) == [("rest", True)]
    assert burst(deliveries, Delivery(NOW + 20, None, "alone")) == [("alone", False)]


def test_only_what_its_coming_alone_shall_tell_to_be_new_waits_for_a_new_link() -> None:
    deliveries = Deliveries[str]()
    assert deliveries.settle_delay is None
    deliveries.take(Delivery(NOW, None, "one"))
    assert (deliveries.settle_delay, deliveries.return_delay) == (SETTLE_DELAY, RETURN_DELAY)
    deliveries.take(Delivery(NOW, None, "two"))
    assert (deliveries.settle_delay, deliveries.return_delay) == (SETTLE_DELAY, None)
    told = known()
    told.take(Delivery(NOW, NOW - 60, "dated"))
    assert (told.settle_delay, told.return_delay) == (SETTLE_DELAY, None)


def test_the_memory_of_an_unknown_device_with_a_wrong_clock_is_all_history() -> None:
    wrong = NOW - 400 * 86_400
    told = burst(Deliveries(), Delivery(NOW, wrong, "one"), Delivery(NOW, wrong + 60, "two"))
    assert told == [("one", True), ("two", True)]


def test_after_a_new_battery_a_measurement_that_comes_alone_is_live_again() -> None:
    deliveries = known()
    reset = NOW - 10 * CLOCK_RESET
    assert burst(deliveries, Delivery(NOW, reset, "after")) == [("after", False)]
    assert burst(deliveries, Delivery(NOW + 600, reset + 600, "next")) == [("next", False)]


@given(
    lag=st.floats(-1e7, 1e7),
    ages=st.lists(st.floats(0, 1e6), min_size=1, max_size=6),
)
def test_at_most_one_of_a_burst_is_live_and_it_is_young(lag: float, ages: list[float]) -> None:
    deliveries = known(lag)
    sent = [Delivery(NOW, NOW - lag - age, str(age)) for age in ages]
    told = burst(deliveries, *sent)
    assert sorted(name for name, _ in told) == sorted(str(age) for age in ages)
    live = [float(name) for name, history in told if not history]
    assert len([age for age in live if age > 16]) <= 1
    assert all(age <= LIVE_AGE + 1 for age in live)


def undated(deliveries: Deliveries[str], *sent: Delivery[str]) -> list[str]:
    """What of a burst is said to be of no known time."""
    decided = [one for delivery in sent for one in deliveries.take(delivery)]
    return [d.measured for d in [*decided, *deliveries.settle()] if d.undated]


def test_a_burst_from_a_clock_that_is_unset_is_undated_history() -> None:
    nothing = [Delivery(NOW, None, "a"), Delivery(NOW, None, "b")]
    assert undated(Deliveries(), *nothing) == ["a", "b"]
    epoch = [Delivery(NOW, 946_684_800.0 + second, name) for second, name in ((0, "a"), (60, "b"))]
    assert undated(Deliveries(), *epoch) == ["a", "b"]


def test_what_comes_alone_or_has_a_clock_that_tells_is_never_undated() -> None:
    assert undated(Deliveries(), Delivery(NOW, None, "alone")) == []
    old = [Delivery(NOW, NOW - 4000, "a"), Delivery(NOW, NOW - 3000, "b")]
    assert undated(Deliveries(), *old) == []
    with_new = [Delivery(NOW, None, "a"), Delivery(NOW, NOW - 20, "new")]
    assert undated(Deliveries(), *with_new) == []


def test_a_clock_that_begins_anew_at_each_waking_leaves_its_reading_to_who_waits_for_one() -> None:
    deliveries = Deliveries[str]()
    year_2000 = NOW - 9_000 * 86_400
    assert burst(deliveries, Delivery(NOW, year_2000 + 30, "first")) == [("first", False)]
    (second,) = [
        *deliveries.take(Delivery(NOW + 900, year_2000 + 29, "second")),
        *deliveries.settle(),
    ]
    assert (second.measured, second.history, second.undated) == ("second", True, True)


def story(deliveries: Deliveries[str], *sent: Delivery[str]) -> list[bool]:
    """Which are history of measurements that come one by one, each over a link of its own."""
    told: list[bool] = []
    for delivery in sent:
        decided = [*deliveries.take(delivery), *deliveries.settle()]
        told += [one.history for one in decided]
    return told


def fresh(*lags: float, every: float = 600.0) -> list[Delivery[str]]:
    """Measurements just made, one each ten minutes, of a clock that is so many seconds slow."""
    at = [NOW + number * every for number in range(len(lags))]
    return [Delivery(when, when - lag, str(when)) for when, lag in zip(at, lags, strict=True)]


@pytest.mark.parametrize("change", [3600.0, -3600.0, 900.0, -7200.0])
def test_a_clock_that_was_set_is_believed_once_two_agree(change: float) -> None:
    set_now = [change + jitter for jitter in (1.0, 20.0, 3.0, 5.0)]
    assert story(known(), *fresh(*set_now)) == [True, False, False, False]


def test_a_flush_of_a_clock_that_was_set_forward_is_history() -> None:
    told = burst(known(), *[Delivery(NOW + n / 10, NOW + 1800 + n * 600, str(n)) for n in range(3)])
    assert [history for _, history in told] == [True, True, True]


def test_a_clock_that_is_two_seconds_slower_each_day_stays_known() -> None:
    slow = fresh(*[2.0 * day for day in range(200)], every=86_400.0)
    assert not any(story(known(), *slow))


def test_a_clock_of_minutes_is_live() -> None:
    sent = [Delivery(at, at - at % 60, str(at)) for at in (NOW + n * 617 for n in range(20))]
    assert not any(story(Deliveries(), *sent))


def test_the_first_measurement_of_all_is_not_new_if_its_clock_says_that_it_is_hours_old() -> None:
    deliveries = Deliveries[str]()
    old = Delivery(NOW, NOW - 16 * 3600, "old")
    (told,) = [*deliveries.take(old), *deliveries.settle()]
    assert (told.history, told.undated) == (True, True)
