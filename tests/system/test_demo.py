"""`kat-monitor demo` as a process: it tells its story, ends when asked, goes on from its record."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.support.process import ServiceProcess

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

STORY = {
    ("room-1", "BP-SEV", "high"),  # confirmed by its second reading
    ("room-2", "NAU-MOD", "medium"),
    ("room-3", "T-SPO2", "medium"),
}
PHASES = ["PEAK", "PEAK", "DOSING", "PEAK", "RECOVERY", "BASELINE"]


def alarms(demo: ServiceProcess) -> list[dict[str, Any]]:
    return demo.get("/api/alarms")


def told(demo: ServiceProcess) -> set[tuple[str, str, str]]:
    return {(alarm["bed"], alarm["condition"], alarm["priority"]) for alarm in alarms(demo)}


def wait_until(true: Callable[[], bool], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.2)


def test_the_demo_tells_its_story_and_goes_on_from_its_record(tmp_path: Path) -> None:
    arguments = ["-m", "monitor", "demo", "--port", "0", "--speed", "10", "--data", str(tmp_path)]
    with ServiceProcess(arguments) as demo:
        beds = demo.get("/api/beds")
        assert [bed["phase"] for bed in beds] == PHASES
        for bed in beds[:5]:
            assert {"spo2", "heart_rate", "systolic"} <= set(bed["readings"])
        seen: set[tuple[str, str, str]] = set()
        wait_until(lambda: seen.update(told(demo)) or seen >= STORY, within_s=90)
        assert "room-4" not in {bed for bed, condition, _ in seen if condition.startswith("O2")}
        assert {alarm["origin"] for alarm in alarms(demo)} == {"demo"}
        assert demo.terminate() == 0, demo.log
    with ServiceProcess(arguments) as again:
        assert [bed["phase"] for bed in again.get("/api/beds")] == PHASES
        standing = {(alarm["bed"], alarm["condition"]) for alarm in alarms(again)}
        assert ("room-2", "NAU-MOD") in standing
        assert again.terminate() == 0, again.log


def test_scenarios_are_given_to_the_beds_in_order() -> None:
    arguments = ["-m", "monitor", "demo", "--port", "0", "--beds", "2", "--speed", "5"]
    chosen = ["--scenario", "hypertension-crisis"]
    with ServiceProcess([*arguments, *chosen]) as demo:
        assert [bed["bed"] for bed in demo.get("/api/beds")] == ["room-1", "room-2"]
        wait_until(lambda: ("room-1", "BP-CRIT", "high") in told(demo), within_s=60)
        assert {bed for bed, _, _ in told(demo)} == {"room-1"}
        assert demo.terminate() == 0, demo.log


def test_every_wrong_argument_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--port", "70000", "--beds", "0", "--speed", "500", "--scenario", "quite"]
    assert main(["demo", *wrong]) == 2
    said = capsys.readouterr().err
    for part in ("--port", "--beds", "--speed", "there is no scenario 'quite'"):
        assert part in said
