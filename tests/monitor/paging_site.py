"""A pager with a real store and a fast clock, and the alarms that it hears; also run as a process.

As a process (`python -m tests.monitor.paging_site FOLDER URLS_FILE`) it stores one HIGH alarm, lets
the pager hear it, and waits to be killed.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from alerts.event import AlarmEvent, AlarmKind, Change, Presence, Priority, Signal
from alerts.status import BaselineStatus, BedStatus, Phase, SessionStatus
from devices.reading import Origin
from monitor.clock import ServiceClock
from monitor.pager.pager import Pager
from monitor.pager.record import PageState
from monitor.pager.settings import PagerSettings, first_page_after
from monitor.profile import load_profile
from monitor.store.reader import Reader
from monitor.store.rows import EventRow
from monitor.store.store import Store

BEGAN_AT = 1_795_406_400.0
SPEED = 40.0
RULES = first_page_after(load_profile("default").escalation, 30.0)
SESSION = SessionStatus(
    id="s",
    protocol="iv",
    visit="A1",
    initials="",
    origin=Origin.REAL,
    began_at=BEGAN_AT - 3600,
    dose_at=BEGAN_AT - 41 * 60,
    baseline=BaselineStatus(systolic=128, diastolic=80),
)


def alarm(
    priority: Priority = Priority.HIGH,
    change: Change = Change.START,
    signal: Signal = Signal.ON,
    *,
    after_s: float = 0.0,
    number: int = 1,
    origin: Origin = Origin.REAL,
    bed: str | None = "B3",
    condition: str = "BP-SEV",
) -> AlarmEvent:
    """An event of the one occurrence of a condition."""
    occurrence = f"{bed or 'site'}:{condition}:1"
    return AlarmEvent(
        at=BEGAN_AT + after_s,
        id=f"{occurrence}:{number}",
        seq=number,
        bed=bed,
        session="s",
        occurrence=occurrence,
        condition=condition,
        kind=AlarmKind.PHYSIOLOGICAL if bed else AlarmKind.TECHNICAL,
        priority=priority,
        change=change,
        cause=None,
        presence=Presence.ABSENT if change is Change.END else Presence.PRESENT,
        signal=signal,
        value=186,
        limit=180,
        metric=None,
        text="SYS 186 > 180",
        origin=origin,
    )


class PagingSite:
    """A folder with a store and, one after the other, pagers on it."""

    def __init__(self, folder: Path, store: Store, urls_file: Path | None) -> None:
        self.store = store
        self.urls_file = urls_file
        self.said: list[tuple[bool, str]] = []  # of the channels
        self.faults: list[tuple[str, bool]] = []  # of everything
        self.armed: tuple[str, ...] | None = None  # stations that confirm; None: unwatched
        self.clock = ServiceClock(BEGAN_AT, speed=SPEED, loop_time=asyncio.get_running_loop().time)
        self.folder = folder
        self._heard = asyncio.Event()

    @contextlib.asynccontextmanager
    async def pager(self) -> AsyncGenerator[Pager]:
        """A pager that runs as long as the block."""
        pager = Pager(
            PagerSettings(
                urls_file=self.urls_file,
                screens_every_s=0.05,
                retry_first_s=0.05,
                retry_most_s=0.1,
            ),
            RULES,
            store=self.store,
            folder=self.folder,
            clock=self.clock,
            site="Clinic",
            label_of=lambda bed: {"B3": "Room 3"}.get(bed, bed),
            status_of=lambda bed: BedStatus(bed=bed, phase=Phase.PEAK, session=SESSION),
            on_fault=self._hear,
            armed=None if self.armed is None else lambda: self.armed or (),
        )
        async with asyncio.TaskGroup() as group:  # a failure ends the test at once
            task = group.create_task(pager.run(), name="pager")
            yield pager
            task.cancel()

    def tell(self, pager: Pager, *events: AlarmEvent) -> None:
        """Store events and let the pager hear them, as the intake does."""
        self.store.put([EventRow(event=event) for event in events], urgent=True)
        pager.offer_events(events)

    async def hears_of(self, part: str, *, up: bool) -> None:
        """Wait until this is the pager's last word on a part."""
        while (
            next((said for named, said in reversed(self.faults) if named == part), None) is not up
        ):
            self._heard.clear()
            await self._heard.wait()

    async def says(self, up: bool) -> None:
        """Wait until the pager says that its channels work, or not."""
        while not self.said or self.said[-1][0] is not up:
            self._heard.clear()
            await self._heard.wait()

    async def passes(self, seconds: float) -> None:
        """Wait until so many of the service's seconds have passed since the beginning."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self.clock.to_loop(BEGAN_AT + seconds) - loop.time()))

    async def log(self, *, until: PageState | None = None) -> list[tuple[str, str]]:
        """The pager's log as (key, state); `until`: wait for the last line to say this."""
        while True:
            await self.store.flush()
            lines = await asyncio.to_thread(self._lines)
            if until is None or (lines and lines[-1][1] == until):
                return lines

    def _lines(self) -> list[tuple[str, str]]:
        with Reader(self.folder) as reader:
            return [(line.key, line.state) for line in reader.pages()]

    def _hear(self, part: str, up: bool, detail: str) -> None:
        self.faults.append((part, up))
        if part == "pager":
            self.said.append((up, detail))
        self._heard.set()


async def _wait_to_be_killed(folder: Path, urls_file: Path) -> None:
    async with Store.open(folder) as store:
        site = PagingSite(folder, store, urls_file)
        async with site.pager() as pager:
            site.tell(pager, alarm())
            while not await site.log():  # noqa: ASYNC110 - the log is in a file
                await asyncio.sleep(0.01)
            print("the intent is stored", flush=True)  # noqa: T201 - its parent waits for this
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_wait_to_be_killed(Path(sys.argv[1]), Path(sys.argv[2])))
