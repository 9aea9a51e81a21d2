"""From a device's last will to T-LINK at its bed, through the whole service and a real broker."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.broker import EmbeddedBroker
from tests.monitor.web.ward import Ward
from tests.support.mqtt_peer import Peer, Will, peer
from tests.support.outage import SITE, iso_of, serving

pytestmark = pytest.mark.system
BED = f"kat/{SITE}/B1/ox"


async def test_a_device_lost_by_its_will_is_a_link_alarm_that_its_data_end(tmp_path: Path) -> None:
    will = Will(f"{BED}/status", b"offline", retain=True)
    async with (
        EmbeddedBroker(tmp_path / "broker") as broker,
        serving(tmp_path, broker.port) as ward,
    ):
        await ward.begin("B1")
        async with peer(broker.port, "ox", will=will) as ox:
            await measure(ward, ox)
            await standing(ward, lambda links: not links)
            ox.die()
        [link] = await standing(ward, bool)
        assert "device offline" in link["text"]
        async with peer(broker.port, "ox", will=will) as ox:
            await standing(ward, lambda links: not links, meanwhile=ox)


async def measure(ward: Ward, ox: Peer) -> None:
    device_time = iso_of(ward.service.clock.now())
    reading = {"spo2": 97.0, "pulse_rate": 72.0, "device_time": device_time}
    await ox.publish(f"{BED}/reading", json.dumps(reading).encode())


async def standing(
    ward: Ward, condition: Callable[[list[Any]], bool], meanwhile: Peer | None = None
) -> list[dict[str, Any]]:
    """The bed's T-LINK alarms once they are as waited for; `meanwhile` goes on measuring."""
    async with asyncio.timeout(60):
        while True:
            if meanwhile is not None:
                await measure(ward, meanwhile)
            alarms = (await ward.http.get("/api/alarms?active=true")).json()
            links = [a for a in alarms if (a["bed"], a["condition"]) == ("B1", "T-LINK")]
            links = [link for link in links if "ox" in link["text"]]
            if condition(links):
                return links
            await asyncio.sleep(0.5)
