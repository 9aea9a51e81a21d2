"""Silence, gaps and things taken away in the middle of something: nothing clears or hides by it."""

import pytest
from msgspec.structs import replace

from alerts.command import Begin, Gap, Inflating, TakeBaseline
from alerts.engine import BedEngine
from alerts.rules.limit import DipsState
from alerts.setup import BedSetup, DeviceRow
from alerts.transfer import Release
from devices.reading import Metric, Reading
from tests.alerts.timeline import (
    BED,
    CUFF,
    OXIMETER,
    PROFILE,
    SETUP,
    STRAP,
    T,
    acknowledge,
    cuff,
    in_peak,
    lines,
    link,
    malformed,
    rate,
    run,
    spo2,
    value,
)


def test_one_good_value_after_a_lost_signal_does_not_clear_with_those_before_it() -> None:
    engine = in_peak()
    events = run(
        engine,
        [spo2(0, 10, 97), rate(0, 140, 75), spo2(10, 60, 82), spo2(60, 63, 97), spo2(100, 140, 97)],
    )

    assert lines(events)[-3:] == [
        "72 O2-CRIT update high on",
        "100 O2-CRIT update high on",
        "115 O2-CRIT latch high latched",
    ]


def test_good_values_before_and_after_an_absence_of_the_service_do_not_add_up() -> None:
    engine = in_peak()
    run(engine, [spo2(0, 10, 97), spo2(10, 60, 87), spo2(60, 63, 97)])
    events = engine.gap(Gap(since=T + 62, at=T + 100))
    events += run(engine, [spo2(100, 115, 97)])

    assert lines(events) == ["110 O2-LO end medium off"]


def dips(first: int, last: int) -> list[Reading]:
    found: list[Reading] = []
    for start in range(first, last, 18):
        found += [*spo2(start, start + 8, 88), *spo2(start + 8, start + 18, 96)]
    return found


def test_a_minute_without_a_signal_is_no_minute_without_dips() -> None:
    engine = in_peak()
    events = run(engine, [dips(0, 100), rate(0, 300, 75), spo2(200, 300, 96)])

    assert lines(events)[-1] == "260 O2-NET end medium off"


def test_a_minute_of_weak_values_is_no_minute_without_dips() -> None:
    engine = in_peak()
    events = run(engine, [dips(0, 100), spo2(108, 200, 96, weak=True), spo2(200, 270, 96)])

    assert lines(events)[-1] == "260 O2-NET end medium off"


def test_only_the_dips_of_the_last_minute_are_kept() -> None:
    engine = in_peak()
    run(engine, [dips(0, 1800)])

    kept = [rule for rule in engine.snapshot().ladders["O2"].rules if isinstance(rule, DipsState)]
    assert [len(state.ends) for state in kept] == [4]


def test_a_second_required_device_that_goes_missing_calls_though_the_first_was_answered() -> None:
    oximeter, strap = replace(OXIMETER, required=True), replace(STRAP, required=True)
    engine = in_peak(BedSetup(bed=BED, devices=(oximeter, strap, CUFF)))
    first = run(
        engine, [spo2(0, 80, 97), rate(0, 10, 75), Release(at=T + 10, by="n", device="strap"), 80]
    )
    run(engine, [acknowledge(80, first[-1])])
    events = run(engine, [Release(at=T + 90, by="n", device="ox"), 200])

    missing = [event for event in events if event.condition == "T-DEVICE"]
    assert lines(missing, technical=True) == ["150 T-DEVICE update medium on"]
    assert missing[0].text == "required device missing: strap, ox"


def test_a_device_that_came_back_is_not_named_any_more() -> None:
    strap = replace(STRAP, required=True)
    monitor = DeviceRow(id="monitor", metrics=(Metric.RESPIRATORY_RATE,), required=True)
    engine = in_peak(BedSetup(bed=BED, devices=(OXIMETER, strap, monitor)))
    events = run(
        engine,
        [
            Release(at=T + 10, by="n", device="strap"),
            80,
            value(90, Metric.RESPIRATORY_RATE, 14, device="monitor"),
            100,
        ],
    )

    texts = [event.text for event in events if event.condition == "T-DEVICE"]
    assert texts[-1] == "required device missing: strap"


def test_a_cuff_that_is_taken_away_while_it_measures_holds_nothing_and_breaks_no_screen() -> None:
    cuff = replace(CUFF, same_limb_as="ox")
    engine = in_peak(BedSetup(bed=BED, devices=(OXIMETER, STRAP, cuff)))
    run(
        engine,
        [
            spo2(0, 5, 97),
            Inflating(at=T + 1, by="driver", device="cuff"),
            Release(at=T + 5, by="nurse", device="cuff"),
        ],
    )

    assert engine.status().holds == ()


def test_an_order_does_not_put_off_the_alarm_of_a_link_that_was_cut() -> None:
    slow = DeviceRow(id="slow", metrics=(Metric.RESPIRATORY_RATE,), period_s=60)
    engine = in_peak(BedSetup(bed=BED, devices=(OXIMETER, STRAP, slow)))
    breaths: list[Reading] = [
        value(second, Metric.RESPIRATORY_RATE, 14, device="slow") for second in (0, 60, 120)
    ]
    events = run(
        engine,
        [
            spo2(0, 200, 97),
            breaths,
            link(125, up=False, device="slow"),
            Release(at=T + 130, by="nurse", device="strap"),
            200,
        ],
    )

    lost = [event for event in events if event.text.startswith("slow")]
    assert "135 T-LINK start low on" in lines(lost, technical=True)


def test_an_order_does_not_end_the_grace_after_an_absence_of_the_service() -> None:
    engine = in_peak()
    run(engine, [spo2(0, 10, 97), rate(0, 10, 75)])
    events = engine.gap(Gap(since=T + 10, at=T + 100))
    events += run(engine, [Release(at=T + 105, by="nurse", device="cuff"), 129])

    assert not [event for event in events if event.condition in {"T-SPO2", "T-LINK"}]


def test_two_values_half_a_minute_apart_are_no_five_seconds_of_data() -> None:
    engine = in_peak()
    events = run(engine, [rate(0, 100, 75), spo2(0, 1, 97), spo2(60, 61, 97), spo2(85, 86, 97), 90])

    assert [row for row in lines(events, technical=True) if "T-SPO2" in row] == [
        "10 T-SPO2 start low on",
        "30 T-SPO2 escalate medium on",
    ]


def test_a_slow_heart_stands_though_the_baseline_is_settled_anew_without_a_rate() -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T - 900, by="nurse", session="s1", protocol="iv", visit="K1"))
    events = run(
        engine,
        [
            TakeBaseline(at=T - 890, by="nurse"),
            rate(-880, -400, 60),
            TakeBaseline(at=T - 500, by="nurse"),
            rate(-400, -340, 44),
            rate(-300, -280, 44),
            TakeBaseline(at=T - 280, by="nurse"),
            rate(-280, -270, 44),
            rate(-270, -200, 60),
        ],
    )

    slow = [row for row in lines(events) if "HR-LO" in row]
    assert slow[0].endswith("HR-LO start medium on")
    assert slow[-1].endswith("HR-LO end medium off")


@pytest.mark.parametrize(("reading", "condition"), [((205, 100), "BP-CRIT"), ((78, 50), "BP-LOW")])
def test_an_answered_pressure_that_nobody_repeats_calls_again_before_the_dose_as_after_it(
    reading: tuple[float, float], condition: str
) -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T - 900, by="nurse", session="s1", protocol="iv", visit="K1"))
    engine.command(TakeBaseline(at=T - 890, by="nurse"))
    [event] = [e for e in run(engine, [cuff(0, *reading)]) if e.condition == condition]
    events = run(engine, [acknowledge(10, event), 1500])

    assert [row for row in lines(events) if condition in row] == [
        f"10 {condition} acknowledge high acknowledged",
        f"180 {condition} update high on",
    ]
    assert events[-1].text.endswith("then NOT REPEATED")


def test_a_repeat_that_confirms_the_graver_rung_is_one_though_too_close_for_the_weaker() -> None:
    engine = in_peak(baseline=(120, 80))
    run(engine, [spo2(0, 200, 97), rate(0, 200, 75), cuff(0, 185, 100), 200])
    events = run(engine, [replace(cuff(210, 190, 105, measured=30), device="staff"), 211])

    assert [row for row in lines(events) if "update" in row] == ["210 BP-SEV update high on"]
    assert "NOT REPEATED" not in events[-1].text


def test_a_reading_without_a_diastolic_pressure_clears_nothing() -> None:
    engine = in_peak(baseline=(120, 80))
    events = run(
        engine,
        [
            cuff(0, 170, 115),
            cuff(90, 170, 115),
            cuff(400, 140, None),
            cuff(700, 140, None),
            cuff(1000, 140, 90),
            cuff(1300, 140, 90),
        ],
    )

    assert lines(events)[-1] == "1300 BP-SEV latch high latched"
    assert not [row for row in lines(events) if "latch high" in row and not row.startswith("1300")]


def test_a_device_that_sends_only_nonsense_makes_one_sound() -> None:
    engine = in_peak()
    run(engine, [rate(0, 60, 75), [malformed(second) for second in range(60)]])

    audible = [alarm.event.condition for alarm in engine.status().alarms if alarm.audible]
    assert audible == ["T-FRAME"]


def test_what_fell_due_before_an_absence_of_the_service_is_not_excused_by_it() -> None:
    engine = in_peak()
    run(engine, [spo2(0, 10, 97), rate(0, 10, 75)])
    events = engine.gap(Gap(since=T + 50, at=T + 100))

    assert "19 T-LINK start low on" in lines(events, technical=True)
