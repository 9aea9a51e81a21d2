"""Screens of a site whose beds come, go and change while they watch."""

from devices.reading import Origin
from monitor.hub import BedPlan, SiteCard
from tests.monitor.web.events import alarm_event
from tests.monitor.web.page import Watcher, make_hub, spo2

CARD = SiteCard(site="test", origin=Origin.TEST, stale_after_s={"spo2": 5.0})


def test_each_screen_gets_one_snapshot_and_what_stays_is_kept() -> None:
    hub = make_hub()
    watcher, late = Watcher(hub), Watcher(hub)
    hub.offer_reading(spo2(97.0))
    hub.offer_events([alarm_event(1)])
    hub.tick()
    watcher.read()
    stays = BedPlan(bed="B1", label="Room 1", ward="West", devices={"ox": "oximeter"})
    hub.configure(CARD, [BedPlan(bed="B3"), stays])
    hub.offer_events([alarm_event(2)])
    hub.tick()
    for screen in (watcher, late):
        screen.read()
    hub.offer_reading(spo2(96.0))
    hub.tick()
    for screen in (watcher, late):
        screen.read()
        page = screen.page
        assert list(page.beds) == ["B3", "B1"]
        assert (page.beds["B1"]["label"], page.beds["B1"]["ward"]) == ("Room 1", "West")
        assert page.beds["B1"]["readings"]["spo2"]["value"] == 96.0
        assert [device["device"] for device in page.beds["B1"]["devices"]] == ["ox"]
        assert page.beds["B3"]["phase"] == "EMPTY"
        assert len(page.events) == 2
        assert page.snapshots == 2
