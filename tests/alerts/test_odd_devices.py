"""What odd devices do: clocks that stand still, ids used twice, two devices for one value."""

import msgspec

from alerts.command import Begin, Resolve
from alerts.engine import BedEngine
from alerts.event import Presence
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Cuff, Metric, Origin, Reading, ReportKind, Validity
from tests.alerts.timeline import (
    BED,
    CUFF,
    NO_STREAMS,
    OXIMETER,
    PROFILE,
    SETUP,
    T,
    cuff,
    in_peak,
    lines,
    nausea,
    pulse,
    rate,
    run,
    spo2,
    value,
)


def _at_device_time(reading: Cuff, device_second: float) -> Cuff:
    return msgspec.structs.replace(reading, device_time=T + device_second)


def _weak(reading: Cuff) -> Cuff:
    return msgspec.structs.replace(reading, validity=Validity.QUESTIONABLE)


def test_a_cuff_whose_clock_stands_still_is_heard_every_time() -> None:
    engine = in_peak(NO_STREAMS)
    mild, critical = cuff(10, 150, 80), cuff(610, 206, 123)
    events = run(engine, [_at_device_time(mild, 0), _at_device_time(critical, 0)])
    assert lines(events) == ["610 BP-CRIT start high on"]


def test_two_readings_by_hand_within_one_stated_minute_are_two() -> None:
    engine = in_peak(NO_STREAMS)
    first, second = cuff(70, 130, 80, device="staff"), cuff(80, 206, 123, device="staff")
    events = run(engine, [_at_device_time(first, 60), _at_device_time(second, 60)])
    assert lines(events) == ["80 BP-CRIT start high acknowledged"]


def test_a_cuff_reading_that_is_sent_again_confirms_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    once, again = cuff(10, 182, 112), cuff(40, 182, 112)
    events = run(engine, [_at_device_time(once, 5), _at_device_time(again, 5)])
    assert lines(events) == ["10 BP-SEV start medium on"]


def test_a_questionable_cuff_reading_serves_no_schedule() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(10, 120, 80)])
    before = engine.status().session
    run(engine, [_weak(cuff(300, 120, 80))])
    after = engine.status().session
    assert before is not None
    assert after is not None
    assert before.next_cuff_at == after.next_cuff_at == T + 610


def test_a_questionable_reading_is_news_of_a_pressure_that_nobody_repeated() -> None:
    engine = in_peak(NO_STREAMS)
    critical = lines(run(engine, [cuff(0, 205, 122), 460.0, _weak(cuff(500, 205, 122)), 3000.0]))
    assert critical == [
        "0 BP-CRIT start high on",
        "180 BP-CRIT update high on",  # nobody repeated it
        "500 BP-CRIT update high on",
        "2700 BP-CRIT update high on",  # nothing valid for 45 minutes
    ]
    events = run(engine, [_weak(cuff(3010, 206, 122)), 3600.0])
    assert lines(events) == ["3010 BP-CRIT update high on"]
    assert events[-1].presence is Presence.PRESENT


def test_a_button_that_counts_anew_is_heard_again() -> None:
    engine = in_peak(NO_STREAMS)
    (pressed,) = engine.observe(nausea(0, ReportKind.PRESS, name="1"))
    engine.command(Resolve(at=T + 60, by="nurse", occurrence=pressed.occurrence))
    assert engine.observe(nausea(500, ReportKind.PRESS, name="1")) == []
    events = engine.observe(nausea(1200, ReportKind.PRESS, name="1"))
    assert lines(events) == ["1200 NAU-MOD start medium on"]


def _weak_rate(start: int, end: int, number: float) -> list[Reading]:
    weak = Validity.QUESTIONABLE
    return [value(i, Metric.HEART_RATE, number, validity=weak) for i in range(start, end)]


def test_a_questionable_strap_does_not_hide_what_the_oximeter_is_sure_of() -> None:
    events = run(in_peak(NO_STREAMS), [_weak_rate(0, 40, 70), pulse(0, 40, 158)])
    assert lines(events) == ["10 HR-EXT start high on"]


def test_a_questionable_strap_counts_while_nothing_else_does() -> None:
    events = run(in_peak(NO_STREAMS), [_weak_rate(0, 40, 158)])
    assert lines(events) == ["20 HR-EXT start high on"]


def test_a_sure_strap_outranks_the_oximeters_pulse() -> None:
    events = run(in_peak(NO_STREAMS), [rate(0, 40, 75), pulse(0, 40, 158)])
    assert lines(events) == []


def test_an_oximeter_that_is_off_does_not_keep_the_loss_of_another_alive() -> None:
    monitor = DeviceRow(id="monitor", metrics=(Metric.SPO2,))
    engine = in_peak(BedSetup(bed=BED, devices=(OXIMETER, monitor, CUFF)))
    off = Validity.UNAVAILABLE
    steps = [value(i + 0.5, Metric.SPO2, None, validity=off, device="monitor") for i in range(80)]
    events = run(engine, [*steps, spo2(50, 80, 97)])
    ends = [line for line in lines(events, technical=True) if "T-SPO2 end" in line]
    assert ends == ["60 T-SPO2 end medium off"]


def test_a_questionable_oximeter_does_not_hide_what_another_is_sure_of() -> None:
    other = DeviceRow(id="other", metrics=(Metric.SPO2,))
    room = BedSetup(bed=BED, devices=(OXIMETER, other, CUFF))
    low: list[Reading] = [value(i, Metric.SPO2, 80, device="other") for i in range(40)]
    events = run(in_peak(room), [spo2(0, 40, 97, weak=True), low])
    assert lines(events) == ["9 O2-LO start medium on", "14 O2-CRIT escalate high on"]
    assert lines(run(in_peak(room), [spo2(0, 40, 97), low])) == []


def test_an_oximeter_that_never_spoke_is_one_sound() -> None:
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T, by="nurse", session="s1", protocol="iv", visit="K1"))
    engine.advance(T + 60)
    audible = [a.event.text for a in engine.status().alarms if a.audible]
    assert sorted(audible) == ["ox lost", "strap lost"]


def test_data_of_another_origin_are_no_sign_that_a_device_is_there() -> None:
    demo = [msgspec.structs.replace(sample, origin=Origin.DEMO) for sample in spo2(0, 20, 97)]
    events = lines(run(in_peak(), [demo, rate(0, 20, 75)]), technical=True)
    assert events == [
        "0 T-ORIGIN start medium on",
        "9 T-LINK start low on",
        "9 T-SPO2 start low on",
    ]
