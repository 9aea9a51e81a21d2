"""Never lose, never double: the monitor killed, the broker killed, the socket cut, at random.

Longer, with more seeds, and with figures: `python -m tests.bench.mqtt_loss`.
"""

from pathlib import Path

import pytest

from monitor.broker import EmbeddedBroker
from tests.support.loss_drill import Drill, Faults, Outcome
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.system
SECONDS = 9.0
FAULTS = Faults(monitor=(1.5, 4.0), broker=(1.5, 4.0), socket=(0.2, 1.5))


async def test_nats_server_killed_or_not_every_message_is_stored_exactly_once(
    tmp_path: Path,
) -> None:
    async with EmbeddedBroker(tmp_path) as broker:
        drill = Drill(tmp_path, broker, 1, FAULTS)
        must_be_whole(await drill.run(SECONDS), drill)


async def test_mosquitto_killed_loses_nothing_where_devices_doubt_the_last_seconds(
    tmp_path: Path,
) -> None:
    async with Mosquitto(tmp_path, saves_at_once=False, saves_every_s=1) as broker:
        drill = Drill(tmp_path, broker, 2, FAULTS, doubt_s=3.0)
        must_be_whole(await drill.run(SECONDS), drill)


async def test_a_mosquitto_that_lives_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with Mosquitto(tmp_path, saves_at_once=False) as broker:
        drill = Drill(tmp_path, broker, 3, FAULTS._replace(broker=None))
        must_be_whole(await drill.run(SECONDS), drill)


def must_be_whole(outcome: Outcome, drill: Drill) -> None:
    assert not any(outcome.lost.values()), (str(outcome), outcome.lost, drill.logs)
    assert not any(outcome.doubled.values()), (str(outcome), outcome.doubled, drill.logs)
    assert outcome.unconfirmed == 0
    assert outcome.sent >= SECONDS * 400
    assert outcome.monitor_kills
    assert outcome.cuts
