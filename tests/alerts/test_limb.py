"""A cuff on the oximeter's limb: T-SPO2 may wait while it measures, a value alarm never."""

import msgspec
import pytest

from alerts.command import Inflating, Measure, Refused
from alerts.engine import BedEngine
from alerts.setup import BedSetup
from devices.reading import Reading
from tests.alerts.timeline import (
    BED,
    CUFF,
    OXIMETER,
    STRAP,
    T,
    cuff,
    in_peak,
    lines,
    off_finger,
    rate,
    run,
    spo2,
)

SAME = msgspec.structs.replace(CUFF, same_limb_as="ox")
STARTED = msgspec.structs.replace(SAME, can_start=True)
Steps = list[Reading | list[Reading] | float]


def _bed(row: object = SAME) -> BedEngine:
    assert isinstance(row, type(CUFF))
    return in_peak(BedSetup(bed=BED, devices=(OXIMETER, STRAP, row)))


def inflating(second: float, device: str = "cuff") -> Inflating:
    """The driver says that a cuff has begun."""
    return Inflating(at=T + second, by="driver", device=device)


def _without_spo2(until: float, number: float = 97) -> Steps:
    """SpO2 until second 20, then none while the strap goes on."""
    return [spo2(0, 20, number), off_finger(20, until), rate(0, until, 75), float(until)]


def _told(events: list[str]) -> list[str]:
    return [line for line in events if "T-SPO2" in line]


def test_a_lost_spo2_waits_for_the_end_of_the_measurement() -> None:
    events = run(_bed(), [inflating(15), *_without_spo2(100)])
    assert _told(lines(events, technical=True)) == ["75 T-SPO2 start medium on"]


def test_by_60_s_from_the_loss_it_is_there_whatever_is_held() -> None:
    again = [inflating(second) for second in (19, 40, 60, 75)]
    events = run(_bed(), [*again, *_without_spo2(100)])
    assert _told(lines(events, technical=True)) == ["79 T-SPO2 start medium on"]


def test_after_the_cuff_s_reading_the_pulse_has_ten_seconds_to_return() -> None:
    steps = [inflating(18), *_without_spo2(80), cuff(50, 120, 80)]
    events = run(_bed(), steps)
    assert _told(lines(events, technical=True)) == ["60 T-SPO2 start medium on"]
    back: Steps = [spo2(0, 20, 97), off_finger(20, 55), spo2(55, 80, 97), rate(0, 80, 75)]
    assert run(_bed(), [inflating(18), *back, cuff(50, 120, 80)]) == []


@pytest.mark.parametrize("number", [91, 88])
def test_nothing_waits_where_the_last_value_was_low(number: float) -> None:
    engine = _bed()
    events = run(engine, [inflating(15), *_without_spo2(40, number)])
    assert "29 T-SPO2 start low on" in lines(events, technical=True)


def test_a_value_alarm_never_waits() -> None:
    steps: Steps = [spo2(0, 20, 97), spo2(20, 60, 84), rate(0, 60, 75)]
    held = lines(run(_bed(), [inflating(19), *steps]))
    assert held == lines(run(_bed(), steps))


@pytest.mark.parametrize("row", [CUFF, STARTED])
def test_an_order_to_measure_counts_where_the_cuff_can_be_started(row: object) -> None:
    measure = Measure(at=T + 15, by="nurse")
    events = run(_bed(row), [measure, *_without_spo2(60)])
    assert bool(_told(lines(events, technical=True))) is (row is CUFF)


def test_an_open_check_starts_such_a_cuff_when_it_is_due() -> None:
    steps: Steps = [cuff(0, 182, 112), spo2(0, 70, 97), off_finger(70, 100), rate(0, 100, 75)]
    engine = _bed(STARTED)
    assert _told(lines(run(engine, [*steps, 100.0]), technical=True)) == []
    (hold,) = engine.status().holds
    assert (hold.since, hold.until, hold.owner) == (T + 60, T + 120, "check")
    by_hand = _bed(SAME)
    assert _told(lines(run(by_hand, [*steps, 100.0]), technical=True)) != []


def test_the_hold_is_visible_with_its_owner_its_reason_and_its_deadline() -> None:
    engine = _bed()
    run(engine, [inflating(0)])
    (hold,) = engine.status().holds
    assert (hold.kind, hold.owner, hold.since, hold.until) == ("same_limb", "driver", T, T + 60)
    assert hold.reason == "cuff measures on the limb of ox: T-SPO2 may wait"
    engine.advance(T + 61)
    assert engine.status().holds == ()


def test_a_cuff_on_another_limb_holds_nothing() -> None:
    with pytest.raises(Refused, match="limb"):
        _bed(CUFF).command(inflating(0))
