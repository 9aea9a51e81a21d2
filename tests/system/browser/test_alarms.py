"""Alarms on the page: acknowledged one by one, heard only after a click, refusals told in words."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.support.process import ServiceProcess

# Counts what rises from silence in a rendered burst: gaps are at least 100 ms, windows 10 ms.
COUNT_PULSES = """async (sound) => {
  const buffer = await katSound.render(sound);
  const samples = buffer.getChannelData(0);
  const size = buffer.sampleRate / 100;
  let pulses = 0;
  let loud = false;
  for (let from = 0; from < samples.length; from += size) {
    const peak = Math.max(...samples.slice(from, from + size).map(Math.abs));
    if (!loud && peak > 0.05) pulses += 1;
    loud = peak > 0.05;
  }
  return pulses;
}"""


@pytest.fixture
def nauseous(demo: ServiceProcess, dashboard: Page) -> Iterator[Locator]:
    """The alarm line of a patient who says by tablet that the nausea is moderate."""
    bed = dashboard.locator(".tile:not(.free)").last.get_attribute("data-bed")
    demo.post(f"/api/beds/{bed}/nausea", kind="nrs", value=5)
    line = dashboard.locator(f"[data-bed={bed}] .alarm[data-condition=NAU-MOD]")
    expect(line).to_have_attribute("data-signal", "on")
    occurrence = line.get_attribute("data-occurrence")
    yield line
    demo.post(f"/api/alarms/{occurrence}/resolve", outcome="attended", nrs=0)


def test_an_alarm_is_acknowledged_by_its_own_button_and_stops_calling(nauseous: Locator) -> None:
    nauseous.get_by_role("button").click()
    expect(nauseous).to_have_attribute("data-signal", "acknowledged")
    expect(nauseous).to_contain_text("acknowledged")
    expect(nauseous.get_by_role("button")).to_have_count(0)


def test_every_standing_alarm_is_in_the_rail(dashboard: Page, nauseous: Locator) -> None:
    occurrence = nauseous.get_attribute("data-occurrence")
    expect(dashboard.locator(f".rail [data-occurrence='{occurrence}']")).to_be_visible()


def test_sound_is_asked_for_across_the_page_and_then_on(dashboard: Page, nauseous: Locator) -> None:
    expect(nauseous).to_be_visible()
    gate = dashboard.locator(".sound-gate")
    expect(gate).to_contain_text("sound is off")
    gate.get_by_role("button").click()
    expect(gate).to_have_count(0)
    expect(dashboard.get_by_role("button", name="Test sound")).to_be_visible()


@pytest.mark.parametrize(("priority", "pulses"), [("high", 10), ("medium", 3), ("low", 2)])
def test_a_burst_has_the_pulses_of_its_priority(
    dashboard: Page, priority: str, pulses: int
) -> None:
    assert dashboard.evaluate(COUNT_PULSES, priority) == pulses


def test_an_order_that_fails_stays_on_the_page_until_it_is_tried_again(
    dashboard: Page, nauseous: Locator
) -> None:
    def lose(route: Route) -> None:
        route.abort()

    path = re.compile("/acknowledge$")
    dashboard.route(path, lose)
    nauseous.get_by_role("button").click()
    notice = dashboard.locator(".notices li")
    expect(notice).to_contain_text("cannot be reached")
    dashboard.unroute(path)
    notice.get_by_role("button", name="Try again").click()
    expect(notice).to_have_count(0)
    expect(nauseous).to_have_attribute("data-signal", "acknowledged")


def test_a_refusal_is_told_in_the_words_of_the_service(dashboard: Page) -> None:
    dashboard.locator(".tile:not(.free) .room").first.click()
    panel = dashboard.locator("dialog.panel")
    panel.get_by_label("Systolic").fill("120")
    panel.get_by_label("Diastolic").fill("200")
    panel.get_by_role("button", name="Enter").click()
    notice = dashboard.locator(".notices li").first
    expect(notice).to_contain_text("Not done")
    expect(notice).not_to_contain_text("without saying why")
