"""A whole service behind real HTTP for the tests of its web face: store, engines, one path."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from websockets.asyncio.client import ClientConnection, connect

from alerts.limits import Profile
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Metric, Origin, Reading, Sample, Validity
from monitor.plan import Plan
from monitor.profile import load_profile
from monitor.service import Service

Json = dict[str, Any]
BEDS = ("B1", "B2")
PROFILE = load_profile("default")


class Ward(NamedTuple):
    """A running service, its address, and a client of it."""

    service: Service
    url: str
    http: httpx.AsyncClient

    def receive(self, *readings: Reading) -> None:
        """As a driver would."""
        self.service.intake.receive(readings)

    def spo2(self, value: float | None, bed: str = "B1") -> None:
        """An oximeter's reading of now."""
        validity = Validity.UNAVAILABLE if value is None else Validity.VALID
        at = self.service.clock.now()
        self.receive(
            Sample(
                at=at,
                bed=bed,
                device="ox",
                origin=Origin.TEST,
                metric=Metric.SPO2,
                value=value,
                validity=validity,
            )
        )

    def screen(self, **options: Any) -> connect:
        """A WebSocket to the screens' stream, to be entered."""
        return connect(self.url.replace("http", "ws") + "/ws", **options)

    async def post(self, path: str, status: int = 200, **body: object) -> Json:
        """POST a body, and insist on the status of the answer."""
        response = await self.http.post(path, json=body)
        assert response.status_code == status, response.text
        return response.json()

    async def begin(self, bed: str = "B1") -> str:
        """Open a session and give the dose; the session's id."""
        said = await self.post(f"/api/beds/{bed}/session", 201, protocol="iv", visit="K7")
        await self.post(f"/api/sessions/{said['session']}/events", kind="dose", value=56)
        return said["session"]

    async def press(self, report_id: str, bed: str = "B1") -> Json:
        """A patient reports severe nausea by tablet, which alarms at once; the start event."""
        said = await self.post(f"/api/beds/{bed}/nausea", id=report_id, kind="nrs", value=8)
        return said["events"][0]


@asynccontextmanager
async def open_ward(
    folder: Path, *, profile: Profile = PROFILE, **changes: Any
) -> AsyncGenerator[Ward]:
    """A service of two beds on a free port, stopped in the end."""
    plan = Plan(
        site="test",
        label="Test clinic",
        station="Station",
        origin=Origin.TEST,
        beds=tuple(_bed(bed) for bed in BEDS),
        kinds={bed: {"ox": "oximeter"} for bed in BEDS},
        profile=profile,
        folder=folder,
        port=0,
        **changes,
    )
    service = await asyncio.to_thread(Service, plan)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(service.run(address.set_result), name="service")
    await asyncio.wait([running, address], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        address.cancel()
        await running
    url = await address
    try:
        async with httpx.AsyncClient(base_url=url) as http:
            yield Ward(service, url, http)
    finally:
        service.stop()
        await running


async def hear(screen: ClientConnection, count: int = 1) -> list[str]:
    """The next messages of a screen's stream, unanswered."""
    return [str(await screen.recv()) for _ in range(count)]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another task brings about; the test's own time limit ends a vain wait."""
    while not condition():  # noqa: ASYNC110 - the server tells no event of it
        await asyncio.sleep(0.01)


def _bed(bed: str) -> BedSetup:
    oximeter = DeviceRow(id="ox", metrics=(Metric.SPO2, Metric.PULSE_RATE), required=True)
    return BedSetup(bed=bed, label=f"Room {bed[1:]}", devices=(oximeter,))


def site_conditions(ward: Ward) -> list[str]:
    """The conditions that stand at the site."""
    return [alarm.event.condition for alarm in ward.service.intake.site.engine.alarms()]


def sample(ward: Ward, value: float) -> Sample:
    """An oximeter's reading of now, with whatever number."""
    return Sample(
        at=ward.service.clock.now(),
        bed="B1",
        device="ox",
        origin=Origin.TEST,
        metric=Metric.SPO2,
        value=value,
    )
