"""What we publish of alarms must come back; where it does not, that is told once a connection."""

import asyncio
from pathlib import Path

import pytest

from devices.mqtt_echo import PATIENCE, Echo
from tests.support.desk import Desk
from tests.support.driving import driving
from tests.support.mosquitto import Mosquitto

STATE, EVENT = "kat/clinic/B1/alarm", "kat/clinic/B1/alarm/event"


@pytest.mark.parametrize(
    ("topic", "ours"),
    [
        (STATE, True),
        (EVENT, True),
        ("kat/clinic/B1/alarm/reading", False),  # a device may be called so
        ("kat/other/B1/alarm", False),
        ("kat/clinic/alarm", False),  # of the site: no filter of ours hears it
        ("kat/clinic/B1/ox/reading", False),
    ],
)
def test_the_alarms_of_beds_are_ours(topic: str, ours: bool) -> None:
    assert Echo("clinic").is_ours(topic) is ours


def test_what_does_not_come_back_in_time_is_told_once_a_connection() -> None:
    echo = Echo("clinic")
    echo.expect(STATE, 0.0)
    echo.expect(EVENT, 0.0)
    echo.expect("kat/clinic/monitor/status", 0.0)
    echo.hear(STATE)
    assert echo.overdue(PATIENCE - 0.1) is None
    assert echo.overdue(PATIENCE) == EVENT
    assert echo.overdue(PATIENCE + 1) is None
    echo.restart(100.0)
    assert echo.overdue(PATIENCE + 99.9) is None
    assert echo.overdue(PATIENCE + 100) == EVENT


@pytest.mark.system
async def test_a_broker_that_drops_our_alarms_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.mqtt_echo.PATIENCE", 0.5)
    acl, desk = tmp_path / "acl", Desk()
    await asyncio.to_thread(acl.write_text, "topic read kat/#\ntopic write kat/clinic/monitor/#\n")
    async with (
        Mosquitto(tmp_path, f"allow_anonymous true\nacl_file {acl}") as broker,
        driving(desk, broker.port) as driver,
    ):
        driver.publish(STATE, b"[]", retain=True)
        await desk.until(lambda: len(desk.broker) == 2)
    up, said = desk.broker[1]
    assert up
    assert said.endswith(f"{STATE} does not come back: may we publish and read it?")
