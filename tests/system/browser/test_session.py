"""A session's whole life, entered in the panel of its room."""

from playwright.sync_api import Locator, Page, expect


def open_panel(dashboard: Page, bed: str | None) -> Locator:
    dashboard.locator(f"[data-bed={bed}] .room").click()
    panel = dashboard.locator("dialog.panel")
    expect(panel).to_be_visible()
    return panel


def test_a_session_goes_from_its_dose_to_its_end_and_the_next_one_begins(dashboard: Page) -> None:
    tile = dashboard.locator(".tile[data-phase=BASELINE]").first
    bed = tile.get_attribute("data-bed")
    tile = dashboard.locator(f"[data-bed={bed}]")
    panel = open_panel(dashboard, bed)

    panel.get_by_label("Amount, mg").fill("40")
    panel.get_by_role("button", name="Dose given").click()
    expect(tile).to_have_attribute("data-phase", "DOSING")
    expect(tile.locator(".phase")).to_contain_text("T+0:")

    panel.get_by_role("button", name="End the infusion").click()
    expect(tile).to_have_attribute("data-phase", "PEAK")

    panel.get_by_role("button", name="Aborted…").click()
    panel.get_by_label("Reason").fill("end of the test")
    panel.get_by_role("button", name="Yes, aborted").click()
    expect(tile).to_contain_text("ABORTED, no session")
    expect(tile.locator(".number")).to_have_count(0)

    panel.get_by_label("Visit code").fill("V-77")
    panel.get_by_label("Initials").fill("Q.Z.")
    panel.get_by_role("button", name="Begin session").click()
    expect(tile).to_have_attribute("data-phase", "SETUP")
    expect(tile.locator(".who")).to_contain_text("V-77")
    expect(dashboard.locator(".notices")).to_have_count(0)


def test_what_staff_ask_and_measure_by_hand_is_on_the_tile(dashboard: Page) -> None:
    tile = dashboard.locator(".tile[data-phase=RECOVERY], .tile[data-phase=PEAK]").last
    bed = tile.get_attribute("data-bed")
    panel = open_panel(dashboard, bed)

    panel.get_by_role("button", name="Nausea 2", exact=True).click()
    expect(tile.locator(".fact").first).to_contain_text("2/10")
    panel.get_by_role("button", name="MOAA/S 5", exact=True).click()
    expect(tile.locator(".marks")).to_contain_text("5/5")
    panel.get_by_label("Systolic").fill("121")
    panel.get_by_label("Diastolic").fill("79")
    panel.get_by_role("button", name="Enter").click()
    expect(tile.locator(".pressure .number")).to_have_text("121/79")
    panel.get_by_label("Note").fill("asked for water")
    panel.get_by_role("button", name="Add note").click()
    expect(panel.get_by_label("Note")).to_have_value("")
    expect(dashboard.locator(".notices")).to_have_count(0)
