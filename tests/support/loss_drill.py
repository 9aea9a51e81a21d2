"""The drill of the never lose, never double: monitor, broker and socket fail at seeded moments."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from devices.reading import Reading, Sample
from monitor.store.reader import Reader
from tests.support.fleet import NUMBERED, Fleet, Sender
from tests.support.process import ServiceProcess
from tests.support.tcp_proxy import TcpProxy

SITE = "drill"
SENDERS = tuple(
    Sender(f"bed-{bed}", device, device == "dated")
    for bed in range(4)
    for device in ("dated", "numbered")
)
_PATIENCE_S = 40.0
"""Without a new message in the store what is missing is lost (nats-server sends again after 30 s
unless its ack_wait says otherwise)."""
_AFTER_S = 2.0
_CONFIG = """
site = {{ id = "{site}", origin = "test" }}
web = {{ port = 0 }}
bluetooth = {{ enabled = false }}
mqtt = {{ port = {port} }}
"""


class Broker(Protocol):
    """A broker that can be killed and started again with what it had kept."""

    port: int

    async def start(self) -> None: ...
    async def kill(self) -> None: ...


class Faults(NamedTuple):
    """How often what fails: the shortest and longest time to the next one, in seconds."""

    monitor: tuple[float, float] | None = (3.0, 8.0)
    broker: tuple[float, float] | None = (3.0, 9.0)
    socket: tuple[float, float] | None = (0.3, 2.0)


EVERYTHING = Faults()


class Outcome(msgspec.Struct):
    """What was sent and what became of it. `lost`, `doubled`: each message, by sender."""

    sent: int = 0
    unconfirmed: int = 0
    lost: dict[Sender, list[int]] = {}
    doubled: dict[Sender, list[int]] = {}
    monitor_kills: int = 0
    broker_kills: int = 0
    cuts: int = 0

    def __str__(self) -> str:
        lost, doubled = (sum(map(len, d.values())) for d in (self.lost, self.doubled))
        return (
            f"{self.sent} sent, {lost} lost, {doubled} doubled; {self.monitor_kills} kills of the "
            f"monitor, {self.broker_kills} of the broker, {self.cuts} cuts of the socket"
        )


class Drill:
    """One run: `await Drill(folder, broker, seed).run(seconds)`; the broker is started already."""

    def __init__(
        self,
        folder: Path,
        broker: Broker,
        seed: int,
        faults: Faults = EVERYTHING,
        doubt_s: float = 0.0,
    ) -> None:
        self._broker = broker
        self._faults = faults
        self._chance = random.Random(seed)
        self._outcome = Outcome()
        self._fleet = Fleet(SITE, broker.port, SENDERS, doubt_s)
        self._proxy = TcpProxy(broker.port)
        self._config = folder / "config.toml"
        self._data = folder / "data"
        self._monitor: ServiceProcess | None = None
        self.logs: list[str] = []

    async def run(self, seconds: float, per_second: float = 500.0) -> Outcome:
        """Send for so long while things fail, let all of it arrive, and count."""
        await asyncio.to_thread(self._write_config)
        async with self._proxy:
            try:
                await self._start_monitor()
                await self._until_subscribed()
                with self._fleet.connected():
                    await self._fail_for(seconds, per_second)
                    await self._until_quiet()
            finally:
                await asyncio.to_thread(self._stop_monitor)
        return self._outcome

    async def _fail_for(self, seconds: float, per_second: float) -> None:
        faults = self._faults
        until = asyncio.get_running_loop().time() + seconds
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fleet.stream(seconds, per_second), name="fleet")
            for between, fault in (
                (faults.monitor, self._kill_monitor),
                (faults.broker, self._kill_broker),
                (faults.socket, self._cut),
            ):
                if between is not None:
                    group.create_task(self._repeat(between, until, fault), name=fault.__name__)

    async def _repeat(
        self,
        between: tuple[float, float],
        until: float,
        fault: Callable[[float], Awaitable[None]],
    ) -> None:
        chance = random.Random(self._chance.random())
        while (now := asyncio.get_running_loop().time()) < until:
            await asyncio.sleep(min(chance.uniform(*between), until - now))
            await fault(chance.random())

    async def _kill_monitor(self, chance: float) -> None:
        self._outcome.monitor_kills += 1
        await asyncio.to_thread(self._stop_monitor)
        await asyncio.sleep(chance)
        await self._start_monitor()

    async def _kill_broker(self, chance: float) -> None:
        self._outcome.broker_kills += 1
        await self._broker.kill()
        await asyncio.sleep(chance)
        await self._broker.start()

    async def _cut(self, _: float) -> None:
        self._outcome.cuts += 1
        self._proxy.cut()

    async def _start_monitor(self) -> None:
        def start() -> None:
            line = ["-m", "monitor", "run", "--config", str(self._config)]
            self._monitor = ServiceProcess(line).__enter__()

        await asyncio.to_thread(start)

    async def _until_subscribed(self) -> None:
        """From now on the broker keeps for us what is published."""

        def is_up() -> bool:
            assert self._monitor is not None
            parts = self._monitor.get("/readyz")["parts"]
            return "broker" in parts and parts["broker"]["up"]

        async with asyncio.timeout(_PATIENCE_S):
            while not await asyncio.to_thread(is_up):  # noqa: ASYNC110 - a process gives us no event
                await asyncio.sleep(0.05)

    async def _until_quiet(self) -> None:
        """Wait until everything is stored, or nothing has been for too long; and count."""
        loop = asyncio.get_running_loop()
        tally = Tally(self._data)
        wanted = {sender: set(range(count)) for sender, count in self._fleet.sent.items()}
        news_at = loop.time()
        while loop.time() - news_at < _PATIENCE_S:
            if await asyncio.to_thread(tally.read):
                news_at = loop.time()
            if not self._fleet.unconfirmed() and tally.has(wanted):
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(_AFTER_S)  # what is doubled may still come
        await asyncio.to_thread(tally.read)
        outcome = self._outcome
        outcome.sent = sum(self._fleet.sent.values())
        outcome.unconfirmed = self._fleet.unconfirmed()
        for sender, numbers in wanted.items():
            outcome.lost[sender] = sorted(numbers - tally.stored[sender].keys())
            outcome.doubled[sender] = [n for n, times in tally.stored[sender].items() if times > 1]

    def _write_config(self) -> None:
        text = _CONFIG.format(site=SITE, port=self._proxy.port)
        for bed in dict.fromkeys(sender.bed for sender in SENDERS):
            text += f'[[bed]]\nid = "{bed}"\n'
            for sender in SENDERS:
                if sender.bed == bed:
                    text += f'[[bed.device]]\nid = "{sender.device}"\nkind = "monitor"\n'
        self._config.write_text(text, encoding="utf-8")

    def _stop_monitor(self) -> None:
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            monitor.kill()
            monitor.__exit__(None, None, None)
            self.logs.append(monitor.log)


class Tally:
    """How often each message stands in the store of a folder."""

    def __init__(self, folder: Path) -> None:
        self.stored: dict[Sender, Counter[int]] = {sender: Counter() for sender in SENDERS}
        self._names = {(sender.bed, sender.device): sender for sender in SENDERS}
        self._folder = folder
        self._cursor = 0

    def read(self) -> bool:
        """Count what is new; whether anything was."""
        before = self._cursor
        with Reader(self._folder) as reader:
            while rows := reader.readings_since(self._cursor, 10_000):
                for row in rows:
                    self._count(row.reading)
                self._cursor = rows[-1].cursor
        return self._cursor > before

    def has(self, wanted: Mapping[Sender, set[int]]) -> bool:
        """Whether every message is there."""
        return all(numbers <= self.stored[sender].keys() for sender, numbers in wanted.items())

    def _count(self, reading: Reading) -> None:
        if isinstance(reading, Sample) and reading.metric is NUMBERED and reading.value is not None:
            number = round(reading.value * 1000)
            self.stored[self._names[reading.bed, reading.device]][number] += 1
