"""A service of two beds from a configuration file, its Bluetooth devices on a virtual radio."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from monitor.config import load_config
from monitor.parts import radio_part
from monitor.planning import ble_devices, plan_from
from monitor.service import Service
from simulators.cuff import VirtualCuff
from simulators.gatt import battery_service, identity_service
from simulators.oximeter import VirtualOximeter
from simulators.radio import VirtualRadio
from tests.support.virtual_adapter import virtual

Json = dict[str, Any]
OX_1, OX_2 = "C0:00:00:00:00:01", "C0:00:00:00:00:02"
CUFF_1, SPARE = "C0:00:00:00:00:03", "C0:00:00:00:00:04"
CONFIG = f"""
[site]
id = "test"
origin = "test"
[web]
port = 0
[mqtt]
enabled = false
[[bed]]
id = "room-1"
device = [
  {{ id = "ox", kind = "oximeter", address = "{OX_1}" }},
  {{ id = "cuff", kind = "cuff", address = "{CUFF_1}" }},
]
[[bed]]
id = "room-2"
device = [{{ id = "ox", kind = "oximeter", address = "{OX_2}" }}]
"""
SPARES = f"""
[[device]]
id = "spare"
kind = "cuff"
address = "{SPARE}"
"""


async def until(met: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what HTTP tells no event of; the test's own time limit ends a vain wait."""
    while not await met():  # noqa: ASYNC110 - only asking again tells
        await asyncio.sleep(0.05)


@dataclass
class RadioWard:
    """What a test holds in its hands. `measured` is what each bed's oximeter sends."""

    service: Service
    http: httpx.AsyncClient
    file: Path
    oximeters: dict[str, VirtualOximeter]
    cuff: VirtualCuff
    spare: VirtualCuff
    measured: dict[str, float]

    async def post(self, path: str, status: int = 200, **body: Any) -> Json:
        """POST a body, and insist on the status of the answer."""
        answer = await self.http.post(path, json={"by": "KM", **body})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def begin(self, bed: str) -> str:
        """Open a session; its id."""
        said = await self.post(f"/api/beds/{bed}/session", 201, protocol="iv", visit="K7")
        return said["session"]

    async def reload(self, text: str, status: int = 200) -> Json:
        """Write the file anew and have it applied."""
        await asyncio.to_thread(self.file.write_text, text)
        return await self.post("/api/reload", status)

    async def bed(self, name: str) -> Json:
        """A bed as a screen shows it."""
        beds = (await self.http.get("/api/beds")).json()
        return next(bed for bed in beds if bed["bed"] == name)

    async def device(self, home: str | None, name: str) -> Json:
        """A device as GET /api/devices tells of it."""
        devices = (await self.http.get("/api/devices")).json()
        return next(one for one in devices if (one["home"], one["device"]) == (home, name))

    async def shows(self, bed: str, metric: str, value: float) -> None:
        """Wait until a bed shows a value."""

        async def is_shown() -> bool:
            return (await self.bed(bed))["readings"].get(metric, {}).get("value") == value

        await until(is_shown)

    def screen(self) -> connect:
        """The stream of a screen, to be entered."""
        return connect(f"ws://{self.http.base_url.netloc.decode()}/ws")

    async def stream(self) -> None:
        """Both oximeters send, ten times a second, for ever."""
        while True:
            for name, oximeter in self.oximeters.items():
                await oximeter.notify(self.measured[name], 70)
            await asyncio.sleep(0.1)


@asynccontextmanager
async def radio_ward(folder: Path, text: str = CONFIG) -> AsyncGenerator[RadioWard]:
    """The service, running, its oximeters streaming; stopped in the end."""
    file = folder / "config.toml"
    await asyncio.to_thread(file.write_text, text)
    radio = VirtualRadio()
    adapter = await radio.adapter()
    oximeters = {"1": VirtualOximeter(radio, OX_1), "2": VirtualOximeter(radio, OX_2)}
    oximeters["1"].fit(battery_service(80))
    oximeters["1"].fit(identity_service("Maker", "M1", "1.2"))
    cuff, spare = VirtualCuff(radio, CUFF_1), VirtualCuff(radio, SPARE)
    config = await asyncio.to_thread(load_config, file)
    plan = await asyncio.to_thread(plan_from, config, file)
    part = radio_part(ble_devices(config), (virtual(adapter),))
    service = await asyncio.to_thread(Service, replace(plan, parts=(part,)))
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        for device in (*oximeters.values(), cuff, spare):
            await device.switch_on()
            stack.push_async_callback(device.switch_off)
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        running = tasks.create_task(service.run(address.set_result), name="service")
        http = httpx.AsyncClient(base_url=await address, timeout=30)
        ward = RadioWard(
            service, http, file, oximeters, cuff, spare, measured={"1": 91.0, "2": 97.0}
        )
        streaming = tasks.create_task(ward.stream(), name="stream")
        try:
            async with http:
                yield ward
        finally:
            streaming.cancel()
            service.stop()
            await running
