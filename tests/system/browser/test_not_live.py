"""A page that hears nothing says so, and lives again when the service does."""

import signal
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.support.process import ServiceProcess


@contextmanager
def frozen(demo: ServiceProcess) -> Generator[None]:
    """The service stopped dead, its sockets still open: only silence gives it away."""
    demo.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        demo.process.send_signal(signal.SIGCONT)


def test_a_silent_service_covers_the_page_and_what_was_known_is_struck_through(
    demo: ServiceProcess, dashboard: Page
) -> None:
    expect(dashboard.locator(".streamed .number:not(.none)").first).to_be_visible()
    overlay = dashboard.locator(".not-live")
    with frozen(demo):
        expect(dashboard.locator(".live")).to_contain_text("NO NEWS FOR")
        expect(overlay).to_contain_text("Go to the rooms")
        expect(overlay.locator("section h2").first).to_be_visible()
        expect(overlay.locator("s").first).to_be_visible()
        whole = dashboard.viewport_size
        assert whole is not None
        box = overlay.bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (whole["width"], whole["height"])
    expect(overlay).to_have_count(0)
    expect(dashboard.locator(".live")).to_have_text("LIVE")


def test_a_page_whose_line_was_given_up_connects_again(
    demo: ServiceProcess, dashboard: Page
) -> None:
    with frozen(demo), dashboard.expect_websocket(timeout=30_000):
        expect(dashboard.locator(".not-live")).to_be_visible()
    expect(dashboard.locator(".not-live")).to_have_count(0)
    expect(dashboard.locator(".tile")).to_have_count(6)


def test_a_page_opened_without_a_service_does_not_pretend(dashboard: Page) -> None:
    dashboard.route_web_socket("**/ws", lambda _: None)
    dashboard.reload()
    expect(dashboard.locator(".live")).to_have_text("ALARM STATE UNKNOWN")
    expect(dashboard.locator(".standing")).to_contain_text("Not known yet.")
    expect(dashboard.locator(".not-live")).to_contain_text("cannot be reached")


def test_a_page_that_fails_itself_says_so_and_stops_confirming(dashboard: Page) -> None:
    dashboard.evaluate("setTimeout(() => { throw new Error('a fault in the page') })")
    overlay = dashboard.locator(".not-live")
    expect(overlay).to_contain_text("This page has failed")
    overlay.get_by_role("button", name="Load it again").click()
    expect(dashboard.locator(".live")).to_have_text("LIVE")
    expect(overlay).to_have_count(0)
