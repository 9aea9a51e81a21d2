"""A tick of the autonomic watch that finds nothing costs little, and changes nothing by it."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from alerts.bedside import Bedside
from devices.reading import Metric
from tests.alerts.stories import STORIES, Act, play
from tests.alerts.timeline import T, in_peak, value


def _never(bedside: Bedside, at: float) -> bool:
    del bedside, at
    return False


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STORIES)
def test_the_short_way_of_a_tick_gives_the_events_of_the_long_one(story: list[Act]) -> None:
    short = play(in_peak(), story)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bedside, "_tick_alone", _never)
        long = play(in_peak(), story)
    assert msgspec.json.encode(short) == msgspec.json.encode(long)


def test_quiet_ticks_hardly_reckon_the_deadlines_anew() -> None:
    engine = in_peak()
    engine.observe(value(0, Metric.HEART_RATE, 75))
    engine.advance(T + 1)
    reckoned: list[int] = []
    bedside = engine._bedside
    find = bedside._find_deadline
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bedside, "_find_deadline", lambda: reckoned.append(1) or find())
        for i in range(1, 8):
            engine.advance(T + 1 + i)
    assert len(reckoned) <= 1  # seven ticks; a deadline may be thought of too early
