"""`kat-monitor run` with real parts: a broker, an InfluxDB, and the phone of who is on call."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pytest
from websockets.exceptions import ConnectionClosed

from monitor.influx.client import connect
from monitor.influx.settings import InfluxSettings
from monitor.store.reader import Reader
from tests.support.clinic import BED, BedsideMonitor, write_config
from tests.support.influxd import Influxd
from tests.support.mosquitto import Mosquitto
from tests.support.process import ServiceProcess
from tests.support.receiver import Receiver, receiver
from tests.support.station import station

pytestmark = pytest.mark.system
CRITICAL = {"systolic": 205.0, "diastolic": 122.0}


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    async with Mosquitto(folder) as running:
        yield running


@pytest.fixture
async def phone() -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


class Clinic:
    """A running service and the bedside that speaks to it; blocking calls go to a thread."""

    def __init__(self, config: Path, broker: Mosquitto, origin: str = "real") -> None:
        self._process = ServiceProcess(["-m", "monitor", "run", "--config", str(config)])
        self._broker = broker
        self._origin = origin

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._process.__enter__)
        self._station = station(self._process.url)  # without one, the first page would be T-UI
        await self._station.__aenter__()
        self.monitor = await asyncio.to_thread(BedsideMonitor, self._broker.port, self._origin)
        return self

    async def __aexit__(self, *error: object) -> None:
        await asyncio.to_thread(self.monitor.close)
        with suppress(ConnectionClosed):
            await self._station.__aexit__(None, None, None)
        await asyncio.to_thread(self._process.__exit__, None, None, None)

    async def post(self, path: str, **body: Any) -> Any:
        return await asyncio.to_thread(lambda: self._process.post(path, **body))

    async def begin(self) -> None:
        await self.post(f"/api/beds/{BED}/session", protocol="iv", visit="K7", by="nurse A")

    async def say(self, **metrics: float | None) -> None:
        await asyncio.to_thread(lambda: self.monitor.say(**metrics))

    async def terminate(self) -> int:
        return await asyncio.to_thread(self._process.terminate)

    async def standing(self) -> dict[str, dict[str, Any]]:
        alarms = await asyncio.to_thread(self._process.get, "/api/alarms?active=true")
        return {alarm["condition"]: alarm for alarm in alarms}

    async def until(self, met: Callable[[dict[str, dict[str, Any]]], bool]) -> None:
        async with asyncio.timeout(60):
            while not met(await self.standing()):  # noqa: ASYNC110 - another process has no Event
                await asyncio.sleep(0.2)

    @property
    def log(self) -> str:
        return self._process.log


async def test_a_high_alarm_reaches_the_phone_of_whoever_is_on_call(
    tmp_path: Path, broker: Mosquitto, phone: Receiver
) -> None:
    config = write_config(tmp_path, broker.port, pager_url=phone.url)
    async with Clinic(config, broker) as clinic:
        await clinic.begin()
        await clinic.say(**CRITICAL)
        async with asyncio.timeout(60):
            page = await phone.page(1)
        assert "205" in str(page)
        assert "Room 1" in str(page)
        await until(lambda: page_states(tmp_path) == ["intent", "sent"])
        assert await clinic.terminate() == 0, clinic.log


async def test_a_nausea_press_that_nobody_answers_reaches_the_phone(
    tmp_path: Path, broker: Mosquitto, phone: Receiver
) -> None:
    config = write_config(tmp_path, broker.port, pager_url=phone.url)
    async with Clinic(config, broker) as clinic:
        await clinic.begin()
        await asyncio.to_thread(clinic.monitor.press, "press-1")
        async with asyncio.timeout(60):
            page = await phone.page(1)
        assert "feels sick" in str(page)
        alarm = (await clinic.standing())["NAU-MOD"]
        assert alarm["priority"] == "medium"


async def test_a_test_origin_pages_nobody(
    tmp_path: Path, broker: Mosquitto, phone: Receiver
) -> None:
    config = write_config(tmp_path, broker.port, pager_url=phone.url, origin="test")
    async with Clinic(config, broker, origin="test") as clinic:
        await clinic.begin()
        await clinic.say(**CRITICAL)
        await clinic.until(lambda alarms: "BP-CRIT" in alarms)
        assert await clinic.terminate() == 0, clinic.log
    assert phone.pages == []


async def test_influxdb_down_is_an_alarm_and_when_it_is_back_nothing_is_missing(
    tmp_path: Path, broker: Mosquitto
) -> None:
    folder = tmp_path / "influx"
    folder.mkdir()
    server = Influxd(folder)
    config = write_config(tmp_path, broker.port, influx_url=server.url)
    async with Clinic(config, broker) as clinic:
        await clinic.begin()
        for spo2 in range(90, 100):
            await clinic.say(spo2=float(spo2), pulse_rate=70.0)
        await clinic.say(**CRITICAL)
        await clinic.until(lambda alarms: "T-INFLUX" in alarms)
        await server.start()
        try:
            await clinic.until(lambda alarms: "T-INFLUX" not in alarms)
            async with connect(InfluxSettings(url=server.url)) as client:
                vitals = await client.select("SELECT spo2, pulse_rate FROM vitals")
                cuffs = await client.select("SELECT systolic, diastolic FROM nibp")
                alarms = await client.select("SELECT change, condition FROM alarm")
        finally:
            await server.stop()
        assert await clinic.terminate() == 0, clinic.log
    assert [row["spo2"] for row in vitals] == [float(n) for n in range(90, 100)]
    assert {row["pulse_rate"] for row in vitals} == {70.0}
    assert [(row["systolic"], row["diastolic"]) for row in cuffs] == [(205.0, 122.0)]
    assert ("start", "BP-CRIT") in [(row["change"], row["condition"]) for row in alarms]


async def test_the_broker_killed_is_one_alarm_of_the_site_until_it_is_back(
    tmp_path: Path, broker: Mosquitto
) -> None:
    async with Clinic(write_config(tmp_path, broker.port), broker) as clinic:
        await clinic.begin()
        await clinic.say(spo2=97.0, pulse_rate=70.0)
        await broker.kill()
        await clinic.until(lambda alarms: "T-NET" in alarms)
        await broker.start()
        await clinic.until(lambda alarms: "T-NET" not in alarms)


def page_states(folder: Path) -> list[str]:
    with Reader(folder / "data") as reader:
        return [row.state for row in reader.pages()]


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(met):  # noqa: ASYNC110 - another process has no Event
            await asyncio.sleep(0.1)
