"""Two services with site ids of their own on one real broker: neither hears the other."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.clinic import BED, BedsideMonitor, write_config
from tests.support.mosquitto import Mosquitto
from tests.support.process import ServiceProcess
from tests.support.subscriber import Subscriber

pytestmark = pytest.mark.system
NORTH, SOUTH = "north", "south"
FOREIGN = """
[[mqtt.mapping]]
topic = "{site}/{{bed}}/ox"
device = "monitor-1"
metric = "spo2"
pointer = "/SpO2"
"""


class Site:
    """A service of one bed with a session, its monitor, and a light that follows it."""

    def __init__(self, process: ServiceProcess, monitor: BedsideMonitor, light: Subscriber) -> None:
        self.process, self.monitor, self.light = process, monitor, light

    async def shown(self, metric: str) -> float | None:
        """The bed's value on the screen."""
        (bed,) = await self.get("/api/beds")
        reading: dict[str, Any] = bed["readings"].get(metric, {})
        return reading.get("value")

    async def get(self, path: str) -> Any:
        return await asyncio.to_thread(self.process.get, path)

    async def rejected(self) -> float:
        """How many messages became no reading."""
        said = await asyncio.to_thread(httpx.get, f"{self.process.url}/metrics")
        (line,) = [x for x in said.text.splitlines() if x.startswith("kat_rejected_messages ")]
        return float(line.split()[1])

    async def say(self, **metrics: float) -> None:
        """Measure, and wait until the screen shows it."""
        await asyncio.to_thread(lambda: self.monitor.say(**metrics))
        for metric, value in metrics.items():
            await self.until_shown(metric, value)

    async def until_shown(self, metric: str, value: float) -> None:
        """Wait until the screen shows it."""
        async with asyncio.timeout(60):
            while await self.shown(metric) != value:  # noqa: ASYNC110 - a process gives us no event
                await asyncio.sleep(0.05)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncGenerator[Mosquitto]:
    async with Mosquitto(tmp_path) as running:
        yield running


async def open_site(stack: AsyncExitStack, folder: Path, port: int, site: str) -> Site:
    """The same beds and devices at every site, and foreign topics that name the site."""
    home = folder / site
    await asyncio.to_thread(home.mkdir)
    config = write_config(home, port, site=site)
    text = config.read_text() + FOREIGN.format(site=site)
    await asyncio.to_thread(config.write_text, text)
    light = await stack.enter_async_context(Subscriber(port, site))
    process = ServiceProcess(["-m", "monitor", "run", "--config", str(config)])
    await asyncio.to_thread(process.__enter__)
    stack.callback(process.__exit__, None, None, None)
    await light.until(lambda: f"kat/{site}/{BED}/alarm" in light.kept)
    monitor = await asyncio.to_thread(BedsideMonitor, port, site=site)
    stack.callback(monitor.close)
    said = {"protocol": "iv", "visit": "K7", "by": "nurse A"}
    await asyncio.to_thread(lambda: process.post(f"/api/beds/{BED}/session", **said))
    return Site(process, monitor, light)


async def test_two_sites_on_one_broker_do_not_hear_each_other(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with AsyncExitStack() as stack:
        north = await open_site(stack, tmp_path, broker.port, NORTH)
        south = await open_site(stack, tmp_path, broker.port, SOUTH)
        await south.say(systolic=121.0, diastolic=77.0)
        await north.say(systolic=205.0, diastolic=122.0)
        await north.light.until(lambda: "BP-CRIT" in north.light.standing(BED))
        await north.light.publish(f"{SOUTH}/{BED}/ox", json.dumps({"SpO2": 96}))
        await south.until_shown("spo2", 96.0)
        assert [await north.shown(name) for name in ("spo2", "systolic")] == [None, 205.0]
        assert await south.shown("systolic") == 121.0
        assert "BP-CRIT" not in south.light.standing(BED)
        assert not [event for event in south.light.events(BED) if event["condition"] == "BP-CRIT"]
        assert [await site.rejected() for site in (north, south)] == [0, 0]
        assert [site.light.statuses for site in (north, south)] == [[(b"online", False)]] * 2


async def test_a_message_of_a_bed_that_only_the_other_site_has_is_nobodys_here(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with AsyncExitStack() as stack:
        north = await open_site(stack, tmp_path, broker.port, NORTH)
        south = await open_site(stack, tmp_path, broker.port, SOUTH)
        stranger = json.dumps({"spo2": 97, "origin": "real"})
        await north.light.publish(f"kat/{NORTH}/room-9/monitor-9/reading", stranger)
        async with asyncio.timeout(60):
            while await north.rejected() == 0:  # noqa: ASYNC110 - a process gives us no event
                await asyncio.sleep(0.05)
        assert await south.rejected() == 0
