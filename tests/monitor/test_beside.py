from alerts.setup import BedSetup, DeviceRow
from devices.reading import Metric
from monitor.beside import limits_beside, stale_after
from monitor.profile import load_profile

PROFILE = load_profile("default")


def test_the_limits_beside_the_values_are_those_where_medium_or_high_begins() -> None:
    limits = limits_beside(PROFILE)
    assert limits["spo2"] == {"low": 90.0, "high": None}
    assert limits["heart_rate"] == {"low": 45.0, "high": 131.0}
    assert limits["pulse_rate"] == limits["heart_rate"]
    assert limits["systolic"] == {"low": 90.0, "high": 180.0}
    assert limits["diastolic"] == {"low": None, "high": 110.0}


def test_a_slow_device_makes_its_metrics_stale_later_and_a_cuff_makes_none_stale() -> None:
    slow = DeviceRow(id="monitor", metrics=(Metric.SPO2,), period_s=60.0)
    quick = DeviceRow(id="strap", metrics=(Metric.HEART_RATE,))
    cuff = DeviceRow(id="cuff", metrics=(Metric.SYSTOLIC,), streams=False)
    stale = stale_after(PROFILE, [BedSetup(bed="B1", devices=(slow, quick, cuff))])
    assert stale[Metric.HEART_RATE] == PROFILE.signals.stale_s
    assert stale[Metric.SPO2] == 60.0 * PROFILE.signals.silent_periods
    assert Metric.SYSTOLIC not in stale
