"""The sink against a real influxd behind a proxy that fails on command: nothing lost or doubled."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from monitor.influx.client import connect
from monitor.influx.settings import InfluxSettings
from monitor.influx.sink import InfluxSink
from monitor.store.reader import Reader
from monitor.store.store import Store
from tests.monitor.influx.ward import Ward, stored_points, written_points
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.support.influxd import Influxd, influxd
from tests.support.ports import free_port

pytestmark = pytest.mark.system

CAUGHT_UP = (True, "")


class Site:
    """A store, a sink, a proxy and an InfluxDB, with what the sink has said of its health."""

    def __init__(self, folder: Path, store: Store, proxy: FaultProxy, server: Influxd) -> None:
        self.folder = folder
        self.store = store
        self.ward = Ward(store)
        self.proxy = proxy
        self.server = server
        self.said: list[tuple[bool, str]] = []
        self._heard = asyncio.Event()

    def settings(self, **changes: object) -> InfluxSettings:
        plain: dict[str, object] = {
            "url": self.proxy.url,
            "poll_s": 0.02,
            "timeout_s": 1.0,
            "retry_first_s": 0.05,
            "retry_most_s": 0.1,
            "batch_lines": 100,
        }
        return InfluxSettings(**(plain | changes))  # pyright: ignore[reportArgumentType] - a test's own table

    @contextlib.asynccontextmanager
    async def sink(self, **changes: object) -> AsyncGenerator[None]:
        """A sink that runs as long as the block."""
        sink = InfluxSink(
            self.settings(**changes),
            folder=self.folder,
            store=self.store,
            now=lambda: 0.0,
            on_fault=self._hear,
        )
        async with asyncio.TaskGroup() as group:  # a failure ends the test at once
            task = group.create_task(sink.run(), name="sink")
            yield
            task.cancel()

    async def says(self, up: bool) -> str:
        """Wait until the sink says that it is up or down; its words."""
        while not self.said or self.said[-1][0] is not up:
            self._heard.clear()
            await self._heard.wait()
        return self.said[-1][1]

    async def copied(self) -> None:
        """Wait until the database holds as many points as the store asks for, then compare all."""
        await self.store.flush()
        wanted = await asyncio.to_thread(stored_points, self.folder)
        async with connect(InfluxSettings(url=self.server.url)) as client:
            found = await written_points(client)
            while len(found) < len(wanted):
                await asyncio.sleep(0.05)
                found = await written_points(client)
        assert found == wanted

    def _hear(self, up: bool, detail: str) -> None:
        self.said.append((up, detail))
        self._heard.set()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncGenerator[Site]:
    folder = tmp_path / "data"
    (tmp_path / "influx").mkdir()
    async with (
        influxd(tmp_path / "influx") as server,
        fault_proxy(server.url, free_port()) as proxy,
        await asyncio.to_thread(Store.open, folder) as store,
    ):
        yield Site(folder, store, proxy, server)


async def test_every_point_arrives_as_it_was_stored(site: Site) -> None:
    site.ward.work(120)
    async with site.sink():
        await site.copied()
        site.ward.work(30)
        await site.copied()
    assert site.said == [CAUGHT_UP]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.S503,
        Fault.S429,
        Fault.S401,
        Fault.S404,
        Fault.RESET,
        Fault.HANG,
        Fault.APPLIED_BUT_500,
        Fault.APPLIED_BUT_RESET,
        Fault.PARTLY_APPLIED,
    ],
)
async def test_nothing_is_lost_or_doubled_by(site: Site, fault: Fault) -> None:
    site.proxy.fault = fault
    site.ward.work(60)
    async with site.sink():
        await site.proxy.writes_seen(2)
        await site.says(up=False)
        site.proxy.fault = Fault.NONE
        await site.says(up=True)
        await site.copied()


async def test_what_was_stored_while_it_was_down_is_caught_up(site: Site) -> None:
    site.ward.work(20)
    async with site.sink():
        await site.copied()
        await site.proxy.stop()
        site.ward.work(60)
        await site.says(up=False)
        await site.proxy.start()
        await site.says(up=True)
        await site.copied()


async def test_a_server_that_restarts_gets_the_rest(site: Site) -> None:
    async with site.sink():
        site.ward.work(20)
        await site.copied()
        await site.server.stop()
        site.ward.work(20)
        await site.says(up=False)
        await site.server.start()
        await site.says(up=True)
        await site.copied()


async def test_a_sink_that_is_killed_goes_on_where_it_was(site: Site) -> None:
    site.ward.work(60)
    for writes in (1, 2, 3):
        async with site.sink():
            await site.proxy.writes_seen(writes)
    async with site.sink():
        await site.copied()
    settled = site.proxy.writes
    async with site.sink():
        await site.says(up=True)
    assert site.proxy.writes == settled


async def test_a_store_restored_from_a_backup_is_written_whole(site: Site, tmp_path: Path) -> None:
    site.ward.work(60)
    async with site.sink():
        await site.copied()
    cursor = await asyncio.to_thread((site.folder / "influx-cursor.json").read_bytes)
    site.folder = tmp_path / "restored"
    async with await asyncio.to_thread(Store.open, site.folder) as site.store:
        Ward(site.store, seed=2).work(10)
        await site.store.flush()
        site.said.clear()
        await asyncio.to_thread((site.folder / "influx-cursor.json").write_bytes, cursor)
        async with site.sink():
            await site.says(up=True)
            wanted = await asyncio.to_thread(stored_points, site.folder)
            async with connect(InfluxSettings(url=site.server.url)) as client:
                found = await written_points(client)
    assert wanted.items() <= found.items()


async def test_alarms_go_before_readings(site: Site) -> None:
    site.ward.work(60)
    await site.store.flush()
    async with site.sink():
        await site.proxy.writes_seen(1)
    assert site.proxy.blobs[0].count(b"alarm,bed=") == 6


async def test_a_blob_that_is_too_large_is_halved_until_it_fits(site: Site) -> None:
    site.proxy.fault = Fault.S413
    site.ward.work(30)
    async with site.sink():
        await site.copied()
    assert max(blob.count(b"\n") for blob in site.proxy.blobs) > site.proxy.lines_most
    assert site.said == [CAUGHT_UP]


async def test_a_line_that_is_refused_is_set_aside_alone(site: Site) -> None:
    site.ward.work(31)
    await site.store.flush()
    site.proxy.poison = b'occurrence="B1:O2-LO:1795406420000"'
    async with site.sink():
        await site.says(up=True)
        wanted = await asyncio.to_thread(stored_points, site.folder)
        async with connect(InfluxSettings(url=site.server.url)) as client:
            found = await written_points(client)
    missing = [fields for point, fields in wanted.items() if point not in found]
    assert [fields["occurrence"] for fields in missing] == ["B1:O2-LO:1795406420000"]
    (letter,) = await _dead_letters(site)
    assert site.proxy.poison in letter


async def test_many_lines_refused_for_one_reason_stop_the_sink_and_lose_nothing(
    site: Site,
) -> None:
    site.proxy.poison = b"rr,bed="
    site.ward.work(60)
    async with site.sink(dead_letters_most=20):
        assert "more than 20 lines" in await site.says(up=False)
        assert await _dead_letters(site) == []
        site.proxy.poison = None
        await site.says(up=True)
        await site.copied()


async def test_a_field_that_somebody_wrote_as_an_integer_costs_that_field_only(site: Site) -> None:
    site.ward.work(12)
    await site.store.flush()
    async with connect(InfluxSettings(url=site.server.url)) as client:
        await client.write(b"vitals,bed=x,device=x,origin=test pulse_rate=1i 1795406400000")
        async with site.sink(dead_letters_most=1000):
            await site.says(up=True)
        wanted = await asyncio.to_thread(stored_points, site.folder)
        found = await written_points(client)
    lost = {point for point, fields in wanted.items() if found.get(point) != fields}
    assert lost == {point for point, fields in wanted.items() if "pulse_rate" in fields}
    assert all(b"pulse_rate=" in line for line in await _dead_letters(site))
    assert len(await _dead_letters(site)) == 24


async def test_points_older_than_the_database_keeps_are_no_fault(site: Site) -> None:
    site.ward.work(12)
    await site.server.order("DROP DATABASE kat")
    await site.server.order("CREATE DATABASE kat WITH DURATION 1h")
    async with site.sink():
        await site.says(up=True)
    assert site.said == [CAUGHT_UP]
    assert await _dead_letters(site) == []


async def test_a_missing_database_is_a_fault_of_the_configuration(site: Site) -> None:
    site.ward.work(2)
    async with site.sink(database="nobody"):
        words = await site.says(up=False)
    assert words.startswith("configuration: 404")
    assert "nobody" in words


async def test_a_missing_token_file_is_a_fault_of_the_configuration(
    site: Site, tmp_path: Path
) -> None:
    async with site.sink(token_file=tmp_path / "absent"):
        assert "absent" in await site.says(up=False)


async def test_a_server_that_asks_for_patience_gets_it(site: Site) -> None:
    site.proxy.fault, site.proxy.retry_after = Fault.S429, "30"
    site.ward.work(2)
    async with site.sink():
        await site.says(up=False)
        await asyncio.sleep(0.5)
    assert site.proxy.writes == 1


async def test_an_idle_sink_notices_that_its_server_is_gone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.influx.sink.PING_EVERY_S", 0.05)
    async with site.sink():
        await site.says(up=True)
        await site.proxy.stop()
        await site.says(up=False)
        await site.proxy.start()
        await site.says(up=True)


async def _dead_letters(site: Site) -> list[bytes]:
    def read() -> list[bytes]:
        with Reader(site.folder) as reader:
            return [letter.payload for letter in reader.dead_letters(1000)]

    await site.store.flush()
    return await asyncio.to_thread(read)
