"""kill -9 at any moment: the same alarms, delays, answers and clock stand after the restart.

The judge is an engine that was never interrupted: a fresh one, fed with all durable inputs.
"""

import random
import time
from pathlib import Path

import msgspec
import pytest

from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.setup import BedSetup
from monitor.journal import apply_input, decode_input
from monitor.profile import load_profile
from monitor.recipes import bed_recipe
from monitor.recovery import rebuild
from monitor.store.reader import Reader
from tests.support.bedside_service import plan
from tests.support.process import ServiceProcess
from tests.system.test_bytes_to_alarm import bed, begin, eventually, standing, start

pytestmark = pytest.mark.system


@pytest.mark.parametrize("seed", range(4))
def test_a_restart_after_kill_9_equals_an_engine_that_never_stopped(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    with start(tmp_path) as service:
        tell_a_story(service, chance)
        time.sleep(chance.uniform(0.0, 1.5))
        service.kill()
    uninterrupted, events = replayed_from_the_first(tmp_path)
    with Reader(tmp_path) as reader:
        stored = [e.id for e in reversed(reader.events(10_000, bed="room-1"))]
        rebuilt = rebuild(reader, "room-1", bed_recipe(plan(tmp_path, 0), setup_of(tmp_path)))
    assert msgspec.json.encode(rebuilt.engine.snapshot()) == msgspec.json.encode(
        uninterrupted.snapshot()
    )
    assert stored + [event.id for event in rebuilt.missing] == [event.id for event in events]


def test_alarms_answers_and_the_session_clock_stand_after_kill_9(tmp_path: Path) -> None:
    with start(tmp_path) as service:
        session = begin(service)
        service.order(cuff=[205, 122, 150, 80])
        alarm = eventually(lambda: standing(service, "BP-CRIT"))
        service.post(
            f"/api/alarms/{alarm['occurrence']}/acknowledge", seq=alarm["seq"], by="nurse A"
        )
        began_at = bed(service)["session"]["began_at"]
        service.kill()
    with start(tmp_path) as service:
        again = eventually(lambda: standing(service, "BP-CRIT"))
        assert again["occurrence"] == alarm["occurrence"]
        assert again["signal"] == "acknowledged"
        assert bed(service)["session"]["id"] == session
        assert bed(service)["session"]["began_at"] == began_at


def test_replaying_the_stored_inputs_gives_byte_identical_events(tmp_path: Path) -> None:
    with start(tmp_path) as service:
        tell_a_story(service, random.Random(7))
        eventually(lambda: standing(service, "T-SPO2"))
        assert service.terminate() == 0, service.log
    _, events = replayed_from_the_first(tmp_path)
    with Reader(tmp_path) as reader:
        stored = list(reversed(reader.events(10_000, bed="room-1")))
    assert [msgspec.json.encode(e) for e in stored] == [msgspec.json.encode(e) for e in events]
    assert {e.condition for e in stored} >= {"BP-CRIT", "T-SPO2"}


def tell_a_story(service: ServiceProcess, chance: random.Random) -> None:
    begin(service)
    service.order(spo2=chance.choice([97, 84, 70]), pulse=chance.choice([72, 155]))
    service.order(cuff=[205, 122, 150, 80])
    service.order(cuff=[chance.randint(90, 210), 75, 95, 80])
    service.order(probe_off=True)


def setup_of(folder: Path) -> BedSetup:
    [setup] = plan(folder, 0).beds
    return setup


def replayed_from_the_first(folder: Path) -> tuple[BedEngine, list[AlarmEvent]]:
    """A fresh engine after every durable input, and all events it gave."""
    engine = BedEngine(setup_of(folder), load_profile("default"))
    events: list[AlarmEvent] = []
    with Reader(folder) as reader:
        for row in reader.inputs_after(0, "room-1"):
            events += apply_input(engine, decode_input(row.body))
    return engine, events
