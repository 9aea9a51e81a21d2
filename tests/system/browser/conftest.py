"""The demo as a process, and Chromium looking at it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.process import ServiceProcess

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=20_000)  # a loaded machine is not the page's fault


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's chromium, or the one that KAT_CHROMIUM names."""
    chromium = os.environ.get("KAT_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium: install Debian's chromium or set KAT_CHROMIUM")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium, "args": [*FLAGS, *root]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A station's screen."""
    return {"viewport": {"width": 1920, "height": 1080}}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The demo of six rooms, serving."""
    data: Path = tmp_path_factory.mktemp("demo")
    with ServiceProcess(["-m", "monitor", "demo", "--port", "0", "--data", str(data)]) as service:
        yield service


@pytest.fixture
def dashboard(demo: ServiceProcess, page: Page) -> Page:
    """The dashboard, live and with its rooms."""
    page.goto(demo.url)
    expect(page.locator(".tile")).to_have_count(6)
    expect(page.locator(".live")).to_have_text("LIVE")
    return page
