"""Devices that come and go, and a session that goes on at another bed."""

import msgspec
import pytest

from alerts.command import (
    Acknowledge,
    Arrive,
    Assign,
    Depart,
    Override,
    Refused,
    Release,
    Symptom,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Cause, Change, Signal
from alerts.setup import BedSetup, DeviceRow
from alerts.snapshot import BedSnapshot
from alerts.status import DischargeLine
from devices.reading import Metric
from tests.alerts.timeline import (
    CUFF,
    OXIMETER,
    PROFILE,
    T,
    acknowledge,
    cuff,
    in_peak,
    lines,
    run,
    spo2,
    value,
)

OTHER = BedSetup(bed="B2", devices=(DeviceRow(id="ox", metrics=(Metric.SPO2, Metric.PULSE_RATE)),))


def moved(
    source: BedEngine, second: float, *devices: str, to: BedSetup = OTHER
) -> tuple[BedEngine, list[AlarmEvent]]:
    """The session of a bed goes on at B2; `devices` go along as themselves with "B1-" before."""
    target = BedEngine(to, PROFILE)
    source.advance(T + second)
    body = msgspec.Raw(msgspec.json.encode(source.snapshot()))
    renamed = {device: f"B1-{device}" for device in devices}
    rows = tuple(
        msgspec.structs.replace(row, id=renamed[row.id])
        for row in source.setup.devices
        if row.id in renamed
    )
    events = source.command(Depart(at=T + second, by="KM", to="B2", devices=devices))
    arrive = Arrive(
        at=T + second, by="KM", came_from="B1", body=body, devices=rows, renamed=renamed
    )
    return target, events + target.command(arrive)


def test_a_standing_alarm_goes_on_as_the_same_occurrence_in_the_other_room() -> None:
    bed = in_peak()
    [started] = run(bed, [cuff(0, 205, 122)])
    _, events = moved(bed, 5)
    [here] = [event for event in events if event.condition == "BP-CRIT"]
    assert (here.bed, here.occurrence, here.change) == ("B2", started.occurrence, Change.UPDATE)
    assert here.text == f"{started.text}, moved from B1"
    assert here.signal is Signal.ON
    assert here.session == "s1"
    assert bed.status().session is None
    assert bed.status().alarms == ()


def test_an_answer_to_what_was_seen_in_the_old_room_is_refused_in_the_new_one() -> None:
    bed = in_peak()
    run(bed, [*(spo2(0, 20, 97)), cuff(20, 205, 122)])
    [seen] = [alarm.event for alarm in bed.status().alarms if alarm.event.condition == "BP-CRIT"]
    target, events = moved(bed, 25)
    old = Acknowledge(at=T + 26, by="KM", occurrence=seen.occurrence, seq=0)
    with pytest.raises(Refused, match="risen"):
        target.command(old)
    [here] = [event for event in events if event.condition == "BP-CRIT"]
    assert target.command(acknowledge(27, here))[0].signal is Signal.ACKNOWLEDGED


def test_an_answered_alarm_stays_answered_when_the_session_moves() -> None:
    bed = in_peak()
    [started] = run(bed, [cuff(0, 205, 122)])
    run(bed, [acknowledge(1, started)])
    _, events = moved(bed, 5)
    [here] = [event for event in events if event.condition == "BP-CRIT"]
    assert here.signal is Signal.ACKNOWLEDGED


def test_a_technical_alarm_of_a_device_that_stays_ends_as_released() -> None:
    bed = in_peak()
    run(bed, [12.0])
    assert {alarm.event.condition for alarm in bed.status().alarms} >= {"T-LINK"}
    _, events = moved(bed, 15)
    ended = [event for event in events if event.change is Change.END]
    assert {(event.condition, event.cause) for event in ended} == {("T-LINK", Cause.RELEASED)}


def test_missing_spo2_ends_as_released_where_nothing_measures_it() -> None:
    bed = in_peak()
    [missing] = [event for event in run(bed, [10.0]) if event.condition == "T-SPO2"]
    target, events = moved(bed, 15, to=BedSetup(bed="B2", devices=(CUFF,)))
    [ended] = [event for event in events if event.condition == "T-SPO2"]
    assert (ended.occurrence, ended.change) == (missing.occurrence, Change.END)
    assert (ended.cause, ended.by, ended.bed) == (Cause.RELEASED, "KM", "B2")
    assert target.status().alarms == ()


def test_the_session_clock_and_the_baseline_go_along() -> None:
    bed = in_peak(baseline=(120, 80))
    before = bed.snapshot().session
    target, _ = moved(bed, 5)
    assert target.snapshot().session == msgspec.structs.replace(before, here_since=T + 5)


def test_a_device_that_goes_along_goes_on_delivering_under_its_new_name() -> None:
    stayed, bed = in_peak(), in_peak()
    run(bed, [spo2(0, 10, 88)])
    target, _ = moved(bed, 10, "ox")
    came = [
        msgspec.structs.replace(sample, bed="B2", device="B1-ox") for sample in spo2(10, 20, 88)
    ]
    assert lines(run(target, [came])) == lines(run(stayed, [spo2(0, 20, 88)])) != []


def test_a_device_that_stayed_does_not_pass_for_the_one_of_its_name_in_the_new_room() -> None:
    bed = in_peak()
    run(bed, [spo2(0, 10, 97)])
    target, _ = moved(bed, 10)
    assert target.snapshot().tracks[Metric.SPO2].device == ""


def test_a_stored_reading_of_who_lay_there_before_asks_nothing_of_who_came() -> None:
    bed = in_peak()
    run(bed, [spo2(0, 20, 97)])
    target, _ = moved(bed, 20)
    run(target, [msgspec.structs.replace(cuff(60, 210, 125, measured=10, history=True), bed="B2")])
    assert bed.status().session is None
    status = target.status().session
    assert status is not None
    assert status.check is None


def test_alarms_that_were_overridden_in_the_old_room_do_not_cover_a_new_one_in_the_new_room() -> (
    None
):
    bed = in_peak()
    run(bed, [cuff(0, 205, 122)])
    [first] = [a.event for a in bed.status().alarms if a.event.condition == "BP-CRIT"]
    run(bed, [acknowledge(1, first)])
    run(bed, [Override(at=T + 2, by="Dr. Ames", of="alarms", reason="seen", happened_at=T + 2)])
    line = _alarms(bed)
    assert line.overridden_by == "Dr. Ames"
    target, _ = moved(bed, 5)
    assert _alarms(target).overridden_by == "Dr. Ames"
    run(target, [Symptom(at=T + 6, by="KM", symptoms=("chest pain",), happened_at=T + 6)])
    assert _alarms(target).open


def _alarms(bed: BedEngine) -> DischargeLine:
    return next(line for line in bed.discharge() if line.id == "alarms")


def test_a_session_does_not_arrive_where_another_is_open() -> None:
    bed, taken = in_peak(), in_peak()
    body = msgspec.Raw(msgspec.json.encode(bed.snapshot()))
    with pytest.raises(Refused, match="open"):
        taken.command(Arrive(at=T, by="KM", came_from="B2", body=body))


def test_a_released_device_takes_its_technical_alarms_with_it() -> None:
    bed = in_peak()
    run(bed, [12.0])
    events = run(bed, [Release(at=T + 15, by="KM", device="ox")])
    ended = [event for event in events if event.change is Change.END]
    assert ("T-LINK", Cause.RELEASED) in {(event.condition, event.cause) for event in ended}
    assert [device.id for device in bed.setup.devices] == ["strap", "cuff"]


def test_releasing_the_oximeter_never_ends_a_desaturation() -> None:
    bed = in_peak()
    run(bed, [spo2(0, 20, 88)])
    events = run(bed, [Release(at=T + 20, by="KM", device="ox"), 40.0])
    assert not [event for event in events if event.change is Change.END and event.value == 88]
    [alarm] = [a for a in bed.status().alarms if a.event.condition == "O2-LO"]
    assert alarm.event.presence == "unknown"


def test_an_assigned_device_is_waited_for_from_then_on() -> None:
    bed = in_peak(BedSetup(bed="B1", devices=(CUFF,)))
    run(bed, [Assign(at=T + 100, by="KM", device=OXIMETER), 109.0])
    assert bed.status().alarms == ()
    assert "110 T-LINK start low on" in lines(run(bed, [111.0]), technical=True)


def test_a_device_is_neither_assigned_twice_nor_released_where_it_is_not() -> None:
    bed = in_peak()
    with pytest.raises(Refused, match="already"):
        bed.command(Assign(at=T, by="KM", device=OXIMETER))
    with pytest.raises(Refused, match="ox, strap, cuff"):
        bed.command(Release(at=T, by="KM", device="ox-9"))


def test_a_bed_with_other_devices_than_configured_is_restored_with_them() -> None:
    bed = in_peak()
    extra = DeviceRow(id="ox-2", metrics=(Metric.SPO2,))
    run(bed, [Release(at=T, by="KM", device="ox"), Assign(at=T + 1, by="KM", device=extra)])
    kept = msgspec.json.decode(msgspec.json.encode(bed.snapshot()), type=BedSnapshot)
    again = BedEngine.restore(in_peak().setup, PROFILE, kept)
    assert [device.id for device in again.setup.devices] == ["strap", "cuff", "ox-2"]
    late = value(30, Metric.SPO2, 80, device="ox-2")
    assert run(again, [late]) == run(bed, [late])
