"""Beds and devices that are configured otherwise while their engines run."""

import msgspec

from alerts.command import Begin, Fault, Install, Reloaded, Sessions
from alerts.custody import Custody
from alerts.engine import BedEngine
from alerts.setup import BedSetup, DeviceRow
from alerts.site import SiteEngine
from devices.reading import Link, LinkReason, Metric, Sample
from tests.alerts.timeline import PROFILE, T, cuff, in_peak, run

OX = DeviceRow(id="ox", metrics=(Metric.SPO2,), required=True)
STRAP = DeviceRow(id="strap", metrics=(Metric.HEART_RATE,))


def _bed(name: str, *devices: DeviceRow) -> BedSetup:
    return BedSetup(bed=name, devices=devices)


def test_a_bed_in_alarm_gets_a_device_and_its_alarm_goes_on() -> None:
    bed = in_peak()
    [started] = run(bed, [cuff(0, 205, 122)])
    setup = bed.setup
    bed.equip(T + 5, msgspec.structs.replace(setup, devices=(*setup.devices, STRAP)), "KM")
    assert bed.advance(T + 5) == []
    [standing] = [a for a in bed.status().alarms if a.event.condition == "BP-CRIT"]
    assert standing.event.occurrence == started.occurrence
    later = bed.advance(T + 600)
    assert "T-LINK" in {e.condition for e in later if "strap" in e.text}


def test_devices_of_a_free_bed_come_change_and_go_and_the_next_session_knows_them() -> None:
    bed = BedEngine(_bed("B1", OX), PROFILE)
    bed.observe(Sample(at=T, bed="B1", device="ox", metric=Metric.SPO2, value=97.0))
    slow = msgspec.structs.replace(STRAP, period_s=5.0, required=True)
    bed.equip(T + 1, _bed("B1", OX, slow), "KM")
    assert bed.setup.devices == (OX, slow)
    assert bed.status().not_ready == ("strap",)  # what is known of the other one stays known
    bed.equip(T + 2, _bed("B1", STRAP), "KM")
    assert bed.status().not_ready == ("strap",)
    assert bed.snapshot().devices is None  # as configured: a restart takes the file's word
    bed.command(Begin(at=T + 3, by="KM", session="s1", protocol="iv", visit="K7"))
    assert all("ox" not in event.text for event in bed.advance(T + 900))


def test_a_site_goes_on_with_other_beds() -> None:
    beds = (_bed("B1", OX), _bed("B2", OX), _bed("B3", OX))
    site = SiteEngine(beds, PROFILE)
    site.command(Sessions(at=T, by="service", beds=("B1", "B2")))
    site.command(Fault(at=T, by="service", part="store", up=False))
    (start,) = site.advance(T + 60)
    for bed in ("B1", "B3"):
        site.observe(Link(at=T + 61, bed=bed, device="ox", up=False, reason=LinkReason.SILENT))
    site.command(Reloaded(at=T + 62, by="service", added=("B4",), removed=("B3",)))
    others = (_bed("B1", OX), _bed("B2", OX), _bed("B4", OX))
    after = SiteEngine.restore(others, PROFILE, site.snapshot())
    assert [alarm.event.occurrence for alarm in after.alarms()] == [start.occurrence]
    after.observe(Link(at=T + 63, bed="B2", device="ox", up=False, reason=LinkReason.SILENT))
    (lost,) = after.advance(T + 69)
    assert (lost.condition, after.covers()) == ("T-NET", {"B1", "B2"})
    (dead,) = after.command(Fault(at=T + 70, by="service", part="engine", up=False, bed="B4"))
    assert (dead.condition, dead.bed) == ("T-ENGINE", "B4")


def test_a_bed_knows_which_devices_are_lent_and_borrowed() -> None:
    custody = Custody((_bed("B1", OX, STRAP), _bed("B2", OX)))
    assert custody.away("B1") == []
    custody.place(T, "B1", STRAP, "B2", "strap")
    assert custody.away("B1") == ["strap is at B2"]
    assert custody.away("B2") == ["it has a device of B1"]
    custody.place(T + 1, "B1", STRAP, None, "strap")
    assert (custody.away("B1"), custody.away("B2")) == (["strap is at no bed"], [])
    custody.place(T + 2, "B1", STRAP, "B1", "strap")
    assert custody.away("B1") == []


def test_a_spare_device_is_nobodys_until_a_bed_gets_it() -> None:
    custody = Custody((_bed("B1", OX),), (STRAP,))
    assert custody.owner("unassigned", "strap", T).bed is None
    custody.place(T, "unassigned", STRAP, "B1", "strap")
    assert custody.owner("unassigned", "strap", T).bed == "B1"
    assert custody.owner("unassigned", "strap", T - 1).bed is None
    assert custody.lent_spares() == {"strap": "B1"}
    assert custody.away("B1") == ["it has a spare device"]


def test_what_a_device_measured_before_it_was_configured_is_nobodys() -> None:
    site = SiteEngine((_bed("B1", OX),), PROFILE)
    site.command(Install(at=T, by="KM", home="B1", device="ox"))
    custody = SiteEngine.restore((_bed("B1", OX),), PROFILE, site.snapshot()).custody
    assert custody.moved
    assert custody.owner("B1", "ox", T - 1).bed is None
    assert custody.owner("B1", "ox", T).bed == "B1"
    assert custody.devices("B1", T - 1) == (OX,)  # the bed had one of that name
    assert custody.away("B1") == []


def test_of_a_device_that_is_replaced_under_its_name_nothing_is_known() -> None:
    bed = BedEngine(_bed("B1", OX), PROFILE)
    bed.command(Begin(at=T, by="KM", session="s1", protocol="iv", visit="K7"))
    bed.observe(Sample(at=T, bed="B1", device="ox", metric=Metric.BATTERY, value=5.0))
    bed.observe(Sample(at=T, bed="B1", device="ox", metric=Metric.SPO2, value=97.0))
    assert "T-BATT" in {alarm.event.condition for alarm in bed.status().alarms}
    bed.equip(T + 1, _bed("B1", OX), "KM", replaced={"ox"})
    (ended, *_) = bed.advance(T + 2)
    assert (ended.condition, ended.cause) == ("T-BATT", "released")
    kept = bed.snapshot()
    assert (kept.equipment.battery, kept.contacts.heard) == ({}, {})
