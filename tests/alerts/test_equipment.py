"""A bed's devices as such: a required one that never came, a flat battery, data of no patient."""

import msgspec
import pytest

from alerts.command import Begin, Close, Cover, GiveDose, Release, TakeBaseline
from alerts.engine import BedEngine
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Metric, Origin, Reading, ReportKind, Sample
from tests.alerts.timeline import (
    BED,
    NO_STREAMS,
    PROFILE,
    SETUP,
    T,
    cuff,
    in_peak,
    lines,
    malformed,
    nausea,
    rate,
    run,
    spo2,
    value,
)

Steps = list[Reading | list[Reading] | float]
REQUIRED = DeviceRow(id="ox", metrics=(Metric.SPO2, Metric.PULSE_RATE), required=True)
CUFF = DeviceRow(id="cuff", metrics=(Metric.SYSTOLIC,), streams=False, required=True)
ROOM = BedSetup(bed=BED, devices=(REQUIRED, CUFF))


def _begun(setup: BedSetup = ROOM) -> BedEngine:
    """A session in BASELINE since second 0."""
    engine = BedEngine(setup, PROFILE)
    engine.command(Begin(at=T - 1, by="nurse", session="s1", protocol="iv", visit="K1"))
    engine.command(TakeBaseline(at=T, by="nurse"))
    return engine


def _of(events: list[str], condition: str) -> list[str]:
    return [line for line in events if condition in line]


def battery(second: float, percent: float, device: str = "ox") -> Sample:
    """What a device says of its battery."""
    return value(second, Metric.BATTERY, percent, device=device)


def foreign(
    start: float, end: float, number: float = 70, origin: Origin = Origin.DEMO
) -> list[Reading]:
    """SpO2 of another origin, once a second."""
    return [
        Sample(
            at=T + start + i,
            bed=BED,
            device="ox",
            origin=origin,
            metric=Metric.SPO2,
            value=number,
        )
        for i in range(round(end - start))
    ]


def test_a_required_device_that_never_came_speaks_alone_and_is_medium_with_the_dose() -> None:
    engine = _begun()
    events = run(engine, [70.0])
    assert _of(lines(events, technical=True), "T-DEVICE") == ["60 T-DEVICE start low on"]
    assert [a.event.condition for a in engine.status().alarms if a.audible] == ["T-DEVICE"]
    found = {a.event.condition: a.event.covered_by for a in engine.status().alarms}
    assert found == {"T-DEVICE": None, "T-LINK": "T-DEVICE", "T-SPO2": "T-LINK"}
    (alarm,) = [a for a in engine.status().alarms if a.audible]
    assert alarm.event.text == "required device missing: ox"
    risen = lines(engine.command(GiveDose(at=T + 80, by="Dr A", given_at=T + 80)), technical=True)
    assert _of(risen, "T-DEVICE") == ["80 T-DEVICE escalate medium on"]


def test_a_required_device_that_comes_ends_it_and_when_it_goes_its_link_speaks() -> None:
    engine = _begun()
    events = lines(run(engine, [spo2(70, 90, 97), 300.0]), technical=True)
    assert _of(events, "T-DEVICE") == ["60 T-DEVICE start low on", "70 T-DEVICE end low off"]
    assert [a.event.condition for a in engine.status().alarms if a.audible] == ["T-LINK"]


@pytest.mark.parametrize("sign", [spo2(10, 11, 97)[0], malformed(10, "ox")])
def test_a_device_that_was_there_is_not_missing(sign: Reading) -> None:
    assert _of(lines(run(_begun(), [sign, 200.0]), technical=True), "T-DEVICE") == []


def test_a_device_that_is_not_required_is_not_missed() -> None:
    assert _of(lines(run(_begun(SETUP), [200.0]), technical=True), "T-DEVICE") == []


def test_in_setup_a_missing_device_is_no_medium_alarm() -> None:
    engine = BedEngine(ROOM, PROFILE)
    engine.command(Begin(at=T, by="nurse", session="s1", protocol="iv", visit="K1"))
    assert _of(lines(run(engine, [300.0]), technical=True), "T-DEVICE") == []


def test_a_required_device_that_was_released_is_missed_after_a_minute() -> None:
    engine = _begun()
    release = Release(at=T + 30, by="nurse", device="cuff")
    events = lines(run(engine, [spo2(0, 120, 97), release, 120.0]), technical=True)
    assert events == ["90 T-DEVICE start low on"]


def test_the_site_s_network_alarm_speaks_for_a_device_that_never_came() -> None:
    engine = _begun()
    run(engine, [Cover(at=T + 1, by="site", condition="T-NET", on=True), 70.0])
    assert not [a for a in engine.status().alarms if a.audible]


def test_a_battery_below_20_percent_is_low_and_below_10_medium_until_it_recovers() -> None:
    steps: Steps = [battery(i, p) for i, p in enumerate([20, 19, 15, 10, 9, 9, 12, 21])]
    events = run(in_peak(), steps)
    assert lines(events, technical=True) == [
        "1 T-BATT start low on",
        "4 T-BATT escalate medium on",
        "6 T-BATT deescalate low on",
        "7 T-BATT end low off",
    ]
    assert events[0].text == "ox battery 19 < 20"


def test_each_device_has_its_own_battery() -> None:
    events = run(in_peak(), [battery(0, 5), battery(1, 5, "strap")])
    assert len({event.occurrence for event in events}) == 2


def test_a_battery_that_was_low_before_the_session_is_an_alarm_at_its_beginning() -> None:
    engine = BedEngine(SETUP, PROFILE)
    assert engine.observe(battery(0, 8)) == []
    begin = Begin(at=T + 100, by="nurse", session="s1", protocol="iv", visit="K1")
    assert lines(engine.command(begin), technical=True) == ["100 T-BATT start low on"]
    engine.command(Close(at=T + 200, by="Dr A", outcome="discharged"))
    again = Begin(at=T + 300, by="nurse", session="s2", protocol="iv", visit="K2")
    assert lines(engine.command(again), technical=True) == ["300 T-BATT start low on"]


def test_demo_data_in_a_real_session_are_an_alarm_until_they_stop() -> None:
    events = run(in_peak(), [spo2(0, 60, 97), rate(0, 60, 75), foreign(10, 30), 60.0])
    assert lines(events, technical=True) == [
        "10 T-ORIGIN start medium on",
        "39 T-ORIGIN end medium off",
    ]
    assert events[0].text == "ox sends demo data in a real session"
    assert lines(events) == []


def test_a_test_report_in_a_real_session_is_one_too() -> None:
    report = msgspec.structs.replace(nausea(5, ReportKind.PRESS), origin=Origin.TEST)
    (start,) = run(in_peak(), [report])
    assert start.text == "button sends test data in a real session"


def test_valid_spo2_without_a_session_is_noted_after_two_minutes_until_it_stops() -> None:
    engine = BedEngine(SETUP, PROFILE)
    assert run(engine, [spo2(0, 119, 97)]) == []
    assert engine.unattended
    assert engine.status().note == ""
    run(engine, [spo2(119, 122, 97)])
    assert engine.status().note == "no session"
    assert engine.next_deadline is not None
    engine.advance(T + 132)
    assert not engine.unattended
    assert engine.status().note == ""
    assert engine.next_deadline is None


@pytest.mark.parametrize("weak", [True, False])
def test_a_session_that_opens_or_a_weak_signal_is_nobody_unattended(weak: bool) -> None:
    engine = BedEngine(SETUP, PROFILE)
    run(engine, [spo2(0, 200, 97, weak=weak)])
    if not weak:
        begin = Begin(at=T + 200, by="nurse", session="s1", protocol="iv", visit="K1")
        engine.command(begin)
    assert not engine.unattended
    assert engine.status().note == ""


@pytest.mark.parametrize("own", [Origin.DEMO, Origin.TEST])
def test_a_session_of_another_origin_is_no_real_patient_s(own: Origin) -> None:
    engine = BedEngine(SETUP, PROFILE)
    begin = Begin(at=T, by="n", session="s1", protocol="iv", visit="K1", origin=own)
    engine.command(begin)
    events = lines(run(engine, [foreign(1, 9, 97, origin=Origin.REAL)]), technical=True)
    assert _of(events, "T-ORIGIN") == []


@pytest.mark.parametrize("undated", [True, False])
def test_a_stored_frame_that_keeps_its_format_ends_the_alarm_of_a_device_that_broke_it(
    undated: bool,
) -> None:
    engine = in_peak(NO_STREAMS)
    assert _of(lines(run(engine, [malformed(5, "cuff"), 60.0]), technical=True), "T-FRAME")
    stored = msgspec.structs.replace(
        cuff(70, 120, 80, measured=-900, history=True), undated=undated
    )
    assert lines(run(engine, [stored]), technical=True) == ["70 T-FRAME end medium off"]


def test_data_too_few_to_end_a_loss_do_not_put_off_its_rise() -> None:
    some: list[Reading] = [value(second, Metric.SPO2, 97) for second in range(3, 120, 12)]
    events = run(in_peak(), [rate(0, 120, 75), some])
    assert _of(lines(events, technical=True), "T-SPO2") == [
        "13 T-SPO2 start low on",
        "37 T-SPO2 escalate medium on",
    ]


def test_a_loss_does_not_rise_while_its_data_are_coming_back() -> None:
    events = run(in_peak(), [rate(0, 120, 75), spo2(28, 120, 97)])
    assert _of(lines(events, technical=True), "T-SPO2") == [
        "9 T-SPO2 start low on",
        "38 T-SPO2 end low off",  # it stood before the dose, so it takes 10 s
    ]
