"""From a device's bytes to the red line on a nurse's screen: by radio, and over mosquitto."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.clinic import BED, BedsideMonitor, write_config
from tests.support.ports import free_port
from tests.support.process import ServiceProcess

HIGH_RED = "rgb(200, 16, 46)"  # --high of the style sheet


@pytest.fixture
def broker_port(tmp_path: Path) -> Iterator[int]:
    """A real mosquitto."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("mosquitto is absent (Debian package mosquitto)")
    port = free_port()
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n", encoding="utf-8")
    broker = subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)
    yield port
    broker.terminate()
    broker.wait()


def test_a_cuff_that_indicates_205_over_122_by_radio_turns_its_room_red(
    page: Page, tmp_path: Path
) -> None:
    data = str(tmp_path / "data")
    with ServiceProcess(["-m", "tests.support.bedside_service", data, "0"]) as service:
        open_room(page, service)
        service.order(cuff=[205, 122, 150, 80])
        expect_red(page)
        assert service.terminate() == 0, service.log


def test_a_bedside_monitor_that_publishes_205_over_122_turns_its_room_red(
    page: Page, tmp_path: Path, broker_port: int
) -> None:
    config = write_config(tmp_path, broker_port)
    with ServiceProcess(["-m", "monitor", "run", "--config", str(config)]) as service:
        open_room(page, service)
        monitor = BedsideMonitor(broker_port)
        try:
            monitor.say(systolic=205.0, diastolic=122.0)
            expect_red(page)
        finally:
            monitor.close()
        assert service.terminate() == 0, service.log


def open_room(page: Page, service: ServiceProcess) -> None:
    page.goto(service.url)
    service.post(f"/api/beds/{BED}/session", protocol="iv", visit="K7", by="nurse A")
    expect(page.locator(f"[data-bed={BED}]").first).to_contain_text("K7")


def expect_red(page: Page) -> None:
    line = page.locator(f".tile[data-bed={BED}] .alarm[data-condition=BP-CRIT]")
    expect(line).to_be_visible()
    expect(line).to_contain_text("***")
    expect(line).to_contain_text("SYS 205")
    expect(page.locator(f".tile[data-bed={BED}]")).to_contain_text("205/122")
    expect(line).to_have_css("background-color", HIGH_RED)
