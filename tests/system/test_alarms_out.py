"""`kat-monitor run` as a light or nurse-call relay hears it: plain clients at a real broker."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Self

import pytest

from monitor.broker import EmbeddedBroker
from tests.support.clinic import BED, SITE, BedsideMonitor, write_config
from tests.support.mosquitto import Mosquitto
from tests.support.process import ServiceProcess
from tests.support.subscriber import Subscriber

pytestmark = pytest.mark.system
CRITICAL = {"systolic": 205.0, "diastolic": 122.0}
CALM = {"systolic": 124.0, "diastolic": 78.0}


Broker = Mosquitto | EmbeddedBroker


@pytest.fixture(params=[Mosquitto, EmbeddedBroker])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Broker]:
    folder = tmp_path / "broker"
    await asyncio.to_thread(folder.mkdir)
    async with request.param(folder) as running:
        yield running


class Run:
    """One run of the service; blocking calls go to a thread."""

    def __init__(self, config: Path) -> None:
        self._process = ServiceProcess(["-m", "monitor", "run", "--config", str(config)])

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._process.__enter__)
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.to_thread(self._process.__exit__, None, None, None)

    async def post(self, path: str, **body: Any) -> Any:
        return await asyncio.to_thread(lambda: self._process.post(path, **body))

    async def begin(self) -> None:
        await self.post(f"/api/beds/{BED}/session", protocol="iv", visit="K7", by="nurse A")

    async def feel_sick(self) -> None:
        """A nurse enters what the patient says."""
        beds = await asyncio.to_thread(self._process.get, "/api/beds")
        session = next(bed["session"]["id"] for bed in beds if bed["bed"] == BED)
        await self.post(f"/api/sessions/{session}/events", kind="nausea", value=9)

    async def kill(self) -> None:
        await asyncio.to_thread(self._process.kill)

    async def terminate(self) -> None:
        assert await asyncio.to_thread(self._process.terminate) == 0, self._process.log


async def measure(broker: Broker, metrics: dict[str, float], origin: str = "real") -> None:
    """The bed's monitor says one reading."""
    monitor = await asyncio.to_thread(BedsideMonitor, broker.port, origin)
    await asyncio.to_thread(lambda: monitor.say(**metrics))
    await asyncio.to_thread(monitor.close)


async def test_an_alarm_is_followed_from_its_start_to_its_end(
    tmp_path: Path, broker: Broker
) -> None:
    config = write_config(tmp_path, broker.port)
    async with Subscriber(broker.port, SITE) as light, Run(config) as service:
        await light.until(lambda: light.statuses == [(b"online", False)])
        assert light.kept[f"kat/{SITE}/{BED}/alarm"] == b"[]"
        await service.begin()
        await measure(broker, CRITICAL)
        await light.until(lambda: "BP-CRIT" in light.standing(BED))
        alarm = light.standing(BED)["BP-CRIT"]
        assert (alarm["priority"], alarm["signal"], alarm["origin"]) == ("high", "on", "real")
        await service.post(f"/api/alarms/{alarm['occurrence']}/acknowledge", seq=alarm["seq"])
        await light.until(lambda: light.standing(BED)["BP-CRIT"]["signal"] == "acknowledged")
        while "BP-CRIT" in light.standing(BED):
            before = len(light.said)
            await measure(broker, CALM)
            await light.until(lambda before=before: len(light.said) > before)

        def told() -> list[str]:
            events = light.events(BED)
            return [e["change"] for e in events if e["occurrence"] == alarm["occurrence"]]

        await light.until(lambda: told()[-1:] == ["end"])
        assert told()[0] == "start"
        assert "acknowledge" in told()
        numbers = [one["seq"] for one in light.events(BED)]
        assert numbers == sorted(set(numbers))


async def test_what_stands_is_there_after_each_kind_of_restart(
    tmp_path: Path, broker: Broker
) -> None:
    config = write_config(tmp_path, broker.port)
    async with Run(config) as service:
        await service.begin()
        async with Subscriber(broker.port, SITE) as light:
            await measure(broker, CRITICAL)
            await light.until(lambda: "BP-CRIT" in light.standing(BED))
            occurrence = light.standing(BED)["BP-CRIT"]["occurrence"]
            await service.terminate()
            await light.until(lambda: light.statuses[-1] == (b"offline", False))

    async def stands() -> None:
        async with Subscriber(broker.port, SITE) as late:
            await late.until(lambda: "BP-CRIT" in late.standing(BED))
            assert late.standing(BED)["BP-CRIT"]["occurrence"] == occurrence
            await late.until(lambda: late.statuses[-1] == (b"online", False))

    async with Run(config) as service:
        await stands()
        async with Subscriber(broker.port, SITE) as light:
            await light.until(lambda: bool(light.statuses))
            await service.kill()
            await light.until(lambda: light.statuses[-1] == (b"offline", False))  # the last will
    async with Run(config):
        await stands()
        await broker.kill()
        await broker.start()
        await stands()


def told(relay: Subscriber) -> list[tuple[str, str]]:
    return [(event["change"], event["metric"]) for event in relay.events(BED)]


@pytest.mark.parametrize("killed", [False, True], ids=["broker", "broker and service"])
async def test_what_happens_while_the_broker_is_away_is_told_when_it_is_back(
    tmp_path: Path, broker: Broker, killed: bool
) -> None:
    config = write_config(tmp_path, broker.port)
    async with Run(config) as service:
        async with Subscriber(broker.port, SITE, "relay") as relay:
            await service.begin()
            await relay.until(lambda: bool(relay.statuses))
        await broker.kill()
        await service.feel_sick()
        if killed:
            await service.kill()
        async with Run(config) if killed else contextlib.nullcontext():
            await broker.start()
            async with Subscriber(broker.port, SITE, "relay") as relay:
                await relay.until(lambda: ("start", "nausea") in told(relay))


async def test_a_bed_that_is_no_longer_configured_leaves_no_light_burning(
    tmp_path: Path, broker: Broker
) -> None:
    config = write_config(tmp_path, broker.port)
    async with Subscriber(broker.port, SITE) as light:
        async with Run(config) as service:
            await light.until(lambda: f"kat/{SITE}/{BED}/alarm" in light.kept)
            await service.terminate()
        text = config.read_text().replace(f'"{BED}"', '"room-9"')
        await asyncio.to_thread(config.write_text, text)
        async with Run(config):
            await light.until(lambda: light.kept[f"kat/{SITE}/{BED}/alarm"] == b"")
            await light.until(lambda: light.kept.get(f"kat/{SITE}/room-9/alarm") == b"[]")
    async with Subscriber(broker.port, SITE) as late:
        await late.until(lambda: f"kat/{SITE}/room-9/alarm" in late.kept)
        assert f"kat/{SITE}/{BED}/alarm" not in late.kept


@pytest.mark.parametrize("broker", [Mosquitto], indirect=True)
async def test_a_test_says_so_in_every_event_and_state(tmp_path: Path, broker: Broker) -> None:
    config = write_config(tmp_path, broker.port, origin="test")
    async with Subscriber(broker.port, SITE) as light, Run(config) as service:
        await service.begin()
        await measure(broker, CRITICAL, "test")
        await light.until(lambda: "BP-CRIT" in light.standing(BED))
        await light.until(lambda: bool(light.standing(None)))  # T-UI: no station is there
        everything = [*light.events(BED), *light.standing(None).values()]
        everything += light.standing(BED).values()
    assert {alarm["origin"] for alarm in everything} == {"test"}
