"""What a screen shows of a bed: the newest and best of what devices and people said."""

import json

from alerts.status import BedStatus, Phase, SessionStatus
from devices.reading import (
    Cuff,
    Link,
    LinkReason,
    Metric,
    Origin,
    Report,
    ReportKind,
    ReportSource,
    Sample,
)
from monitor.hub import Hub
from monitor.times import iso
from tests.monitor.web.page import NOW, Json, Watcher, make_hub, spo2


def shown(hub: Hub, metric: str = "spo2") -> Json:
    watcher = Watcher(hub)
    watcher.read()
    hub.leave(watcher.screen)
    return watcher.page.beds["B1"]["readings"][metric]


def test_a_value_that_is_gone_keeps_the_last_number_and_its_time() -> None:
    hub = make_hub()
    hub.offer_reading(spo2(82.0, at=NOW - 20))
    hub.offer_reading(spo2(None, at=NOW - 2))
    hub.offer_reading(spo2(None, at=NOW))
    reading = shown(hub)
    assert reading["value"] is None
    assert reading["last_value"] == 82.0
    assert reading["last_value_at"] == iso(NOW - 20)
    assert reading["reason"] == "sensor_off"


def test_a_stored_reading_never_replaces_a_live_one() -> None:
    hub = make_hub()
    live = Cuff(at=NOW - 600, bed="B1", device="cuff", systolic=120.0, diastolic=80.0)
    flushed = Cuff(
        at=NOW,
        bed="B1",
        device="cuff",
        systolic=190.0,
        diastolic=110.0,
        device_time=NOW - 30,
        history=True,
    )
    hub.offer_reading(live)
    hub.offer_reading(flushed)
    assert shown(hub, "systolic")["value"] == 120.0


def test_a_stored_reading_alone_is_shown_with_its_own_time_as_history() -> None:
    hub = make_hub()
    hub.offer_reading(
        Cuff(
            at=NOW,
            bed="B1",
            device="cuff",
            systolic=190.0,
            diastolic=110.0,
            device_time=NOW - 3600,
            history=True,
        )
    )
    reading = shown(hub, "systolic")
    assert (reading["value"], reading["history"]) == (190.0, True)
    assert reading["at"] == iso(NOW - 3600)


def test_a_second_probe_that_is_off_does_not_hide_the_first_ones_value() -> None:
    hub = make_hub()
    hub.offer_reading(spo2(97.0, at=NOW - 1, device="ox"))
    hub.offer_reading(spo2(None, at=NOW, device="ox2"))
    assert shown(hub)["value"] == 97.0
    hub.offer_reading(spo2(None, at=NOW + 60, device="ox2"))
    assert shown(hub)["value"] is None


def test_a_manual_reading_stands_at_its_stated_time() -> None:
    hub = make_hub()
    manual = Cuff(
        at=NOW, bed="B1", device="staff", systolic=130.0, diastolic=85.0, device_time=NOW - 120
    )
    hub.offer_reading(manual)
    assert shown(hub, "systolic")["at"] == iso(NOW - 120)


def test_a_manual_reading_entered_late_does_not_replace_a_newer_one() -> None:
    hub = make_hub()
    hub.offer_reading(Cuff(at=NOW - 60, bed="B1", device="cuff", systolic=120.0, diastolic=80.0))
    hub.offer_reading(
        Cuff(at=NOW, bed="B1", device="staff", systolic=150.0, diastolic=90.0, device_time=NOW - 90)
    )
    assert shown(hub, "systolic")["value"] == 120.0


def test_a_nausea_rating_is_a_reading_and_a_press_is_none() -> None:
    hub = make_hub()
    for kind, value in ((ReportKind.PRESS, None), (ReportKind.NRS, 6.0)):
        hub.offer_reading(
            Report(
                at=NOW,
                bed="B1",
                device="button",
                id=kind.value,
                source=ReportSource.BUTTON,
                kind=kind,
                value=value,
            )
        )
    assert shown(hub, "nausea")["value"] == 6.0


def test_a_device_is_there_from_its_link_or_its_first_word_and_shows_its_battery() -> None:
    hub = make_hub()
    watcher = Watcher(hub)
    watcher.read()
    before = {view["device"]: view["up"] for view in watcher.page.beds["B1"]["devices"]}
    hub.offer_reading(spo2(97.0))
    hub.offer_reading(Sample(at=NOW, bed="B1", device="ox", metric=Metric.BATTERY, value=40.0))
    down = Link(at=NOW, bed="B1", device="cuff", up=False, reason=LinkReason.NOT_SEEN)
    hub.offer_reading(down)
    hub.tick()
    watcher.read()
    devices = {view["device"]: view for view in watcher.page.beds["B1"]["devices"]}
    assert before == {"ox": None, "cuff": None}
    assert (devices["ox"]["up"], devices["ox"]["battery"]) == (True, 40.0)
    assert (devices["cuff"]["up"], devices["cuff"]["reason"]) == (False, "not_seen")


def test_a_trend_keeps_dips_and_peaks_of_half_an_hour() -> None:
    now = NOW
    hub = make_hub(lambda: now)
    for second in range(4000):
        now = NOW + second
        hub.offer_reading(spo2({3000: 70.0, 3005: 99.0}.get(second, 97.0), at=now))
    screen = hub.join(lambda: None)
    trend = json.loads(screen.take() or "")["beds"][0]["trend"]["spo2"]
    assert [NOW + 3000, 70.0] in trend
    assert [NOW + 3005, 99.0] in trend
    assert trend == sorted(trend)
    assert NOW + 4000 - 1830 <= trend[0][0] <= NOW + 4000 - 1770
    assert len(trend) <= 250


def test_a_session_is_told_with_iso_times() -> None:
    hub = make_hub()
    session = SessionStatus(
        id="S1",
        protocol="iv",
        visit="K7",
        initials="",
        origin=Origin.TEST,
        began_at=NOW,
        dose_at=NOW + 60,
    )
    hub.offer_status(BedStatus(bed="B1", phase=Phase.DOSING, session=session))
    watcher = Watcher(hub)
    watcher.read()
    assert watcher.page.beds["B1"]["session"]["dose_at"] == iso(NOW + 60)
