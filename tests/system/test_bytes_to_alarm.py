"""The whole path in a process of its own: bytes of a virtual device, through bleak, to the API."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alerts.snapshot import SNAPSHOT_SCHEMA
from monitor.store.reader import Reader
from tests.support.process import ServiceProcess

pytestmark = pytest.mark.system
WITHIN_S = 30.0


def start(folder: Path) -> ServiceProcess:
    return ServiceProcess(["-m", "tests.support.bedside_service", str(folder), "0"])


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    with start(tmp_path) as running:
        yield running


def test_a_cuff_that_indicates_205_over_122_raises_a_critical_alarm(
    service: ServiceProcess,
) -> None:
    begin(service)
    service.order(cuff=[205, 122, 150, 80])
    alarm = eventually(lambda: standing(service, "BP-CRIT"))
    assert alarm["priority"] == "high"
    assert alarm["value"] == 205
    assert alarm["presence"] == "present"
    assert alarm["signal"] == "on"
    assert alarm["origin"] == "test"
    readings = bed(service)["readings"]
    assert readings["systolic"]["value"] == 205
    assert readings["diastolic"]["value"] == 122


def test_acknowledging_stops_the_signal_and_not_the_condition(service: ServiceProcess) -> None:
    begin(service)
    service.order(cuff=[205, 122, 150, 80])
    alarm = eventually(lambda: standing(service, "BP-CRIT"))
    path = f"/api/alarms/{alarm['occurrence']}/acknowledge"
    service.post(path, seq=alarm["seq"], by="nurse A")
    answered = eventually(
        lambda: (a := standing(service, "BP-CRIT")) and a["signal"] == "acknowledged" and a
    )
    assert answered["presence"] == "present"


def test_a_probe_taken_off_leaves_no_number_and_a_technical_alarm(service: ServiceProcess) -> None:
    eventually(lambda: bed(service)["readings"].get("spo2", {}).get("value") == 97)
    begin(service)
    service.order(probe_off=True)
    alarm = eventually(lambda: standing(service, "T-SPO2"))
    assert alarm["kind"] == "technical"
    reading = bed(service)["readings"]["spo2"]
    assert reading["value"] is None
    assert reading["validity"] == "unavailable"


def test_a_device_out_of_range_raises_a_link_alarm_that_ends_when_it_is_back(
    service: ServiceProcess,
) -> None:
    eventually(lambda: bed(service)["readings"].get("spo2", {}).get("value") == 97)
    begin(service)
    service.order(fade="oximeter")
    eventually(lambda: standing(service, "T-LINK"), 45.0)
    service.order(approach="oximeter")
    eventually(lambda: standing(service, "T-LINK") is None, 45.0)


def test_sigterm_ends_it_with_0_and_everything_stored(tmp_path: Path) -> None:
    with start(tmp_path) as service:
        begin(service)
        service.order(cuff=[205, 122, 150, 80])
        eventually(lambda: standing(service, "BP-CRIT"))
        assert service.terminate() == 0, service.log
    with Reader(tmp_path) as reader:
        assert [event.condition for event in reader.occurrences(active=True)] == ["BP-CRIT"]
        assert reader.latest_snapshot("room-1", SNAPSHOT_SCHEMA) is not None


def test_two_services_on_one_folder_are_refused(service: ServiceProcess, tmp_path: Path) -> None:
    assert service.url
    with pytest.raises(AssertionError), start(tmp_path) as second:
        assert second.url == ""  # never reached: it ends before it serves


def begin(service: ServiceProcess) -> str:
    answer = service.post(
        "/api/beds/room-1/session", protocol="iv", visit="K7", initials="A.B.", by="nurse A"
    )
    return str(answer["session"])


def bed(service: ServiceProcess) -> dict[str, Any]:
    [found] = service.get("/api/beds")
    return found


def standing(service: ServiceProcess, condition: str) -> dict[str, Any] | None:
    active = service.get("/api/alarms?active=true")
    return next((alarm for alarm in active if alarm["condition"] == condition), None)


def eventually(condition: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"did not happen within {within_s} s; last: {condition()!r}")
