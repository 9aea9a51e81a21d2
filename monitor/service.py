"""The service: opens the store, brings the engines back, and runs every part in one TaskGroup."""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import Any

from alerts.command import Fault
from alerts.custody import Custody
from alerts.engine import BedEngine
from alerts.setup import BedSetup
from devices.reading import Reading
from monitor.cards import bed_plans, card_of
from monitor.clock import ServiceClock, read_boot_id
from monitor.desk import ServiceDesk
from monitor.device_list import views_of
from monitor.hub import Hub
from monitor.intake import WardIntake
from monitor.metrics import Metrics
from monitor.plan import Plan
from monitor.recipes import freeze, site_recipe
from monitor.recovery import rebuild
from monitor.reload import Reloader
from monitor.screens import ScreenWatch
from monitor.seat import Seat, SeatState
from monitor.seating import seat_bed, warn_of_orphans
from monitor.store.reader import Reader
from monitor.store.rows import EventRow
from monitor.store.store import Store
from monitor.supervise import supervise
from monitor.trend import WINDOW_S
from monitor.upkeep import Upkeep
from monitor.web.app import create_app
from monitor.web.server import CannotListen, serve

GOODBYE_S = 5.0  # real seconds for the parts to end by themselves

_log = logging.getLogger(__name__)


class Service:
    """A monitor over one data folder: `open` it, then `await run(ready)`; `stop()` ends it."""

    def __init__(self, plan: Plan) -> None:
        """Lock the folder and bring every engine back as the record says it stood. Blocks.

        Raises StoreLockedError, StoreUnusableError or OSError where the folder cannot be used.
        """
        self.plan = plan
        self.metrics = Metrics()
        self.store = Store.open(plan.folder, on_fault=partial(self.report, "store"))
        self.metrics.watch(
            "store_rows_waiting", "Rows not yet durable", lambda: self.store.rows_in_memory
        )
        self.metrics.watch("rejected_messages", "Became no reading", lambda: self.intake.rejected)
        self.reader = Reader(plan.folder)
        opening = ServiceClock.resume(
            self.reader.last_clock(),
            self.reader.last_at(),
            boot_id=read_boot_id(),
            speed=plan.speed,
        )
        self.clock: ServiceClock = opening.clock
        self._gap = opening.gap
        self._stopping = asyncio.Event()
        self._missing: list[EventRow] = []
        self._broken: asyncio.Queue[Seat[BedEngine]] = asyncio.Queue()
        self.intake = self._make_intake()
        warn_of_orphans(plan, self.reader)
        self.hub = Hub(card_of(plan), bed_plans(plan), self.clock.now)
        self.desk = ServiceDesk(self)
        self.reloader = Reloader(self)
        self.screens = ScreenWatch(plan.profile.escalation.screen_s)

    async def run(self, ready: Callable[[str], None]) -> None:
        """Serve until stop(); `ready` hears the dashboard's address. CannotListen: port taken.

        At the end everything is durable and the engines are kept as they stand.
        """
        async with self.store:
            try:
                await self._until_stopped(self._begin())
                if not self._stopping.is_set():
                    await self._live(ready)
            finally:
                self.intake.rest()
                self.keep_snapshots()
        self.reader.close()

    def stop(self) -> None:
        """End the service in order; run() returns."""
        self._stopping.set()

    def report(self, part: str, up: bool, detail: str) -> None:
        """A part of the service says how it is: a technical alarm of the site follows."""
        log = _log.info if up else _log.warning
        log("%s: %s%s", part, "works" if up else "fails", f" ({detail})" if detail else "")
        self.desk.note_part(part, up=up, detail=detail)
        self.intake.order(
            None, Fault(at=self.clock.now(), by="service", part=part, up=up, detail=detail)
        )

    def reload_soon(self) -> None:
        """Read the configuration again once the service is up; the log says what came of it."""
        self.reloader.ask()

    def label_of(self, bed: str) -> str:
        """What people call a bed."""
        return next((setup.label for setup in self.plan.beds if setup.bed == bed), bed)

    def show_devices(self) -> None:
        """Tell the screens which devices each bed has, once any was moved."""
        custody = self.intake.site.engine.custody
        for bed in self.intake.seats if custody.moved else ():
            self.hub.show_devices(bed, views_of(self, bed))

    def keep_snapshots(self) -> None:
        """Store every engine as it stands, so that a restart has little to replay."""
        at = self.clock.now()
        seats = (*self.intake.seats.values(), self.intake.site)
        rows = [freeze(seat, at) for seat in seats if seat.state is SeatState.OK]
        self.store.put([*rows, self.clock.row()])

    async def _begin(self) -> None:
        """What lies between the record and the present: the gap, events never told, history."""
        self.store.put([self.clock.row()])
        self.show_devices()
        self.hub.recall(await asyncio.to_thread(self._shown_lately))
        self.intake.listeners += [self.hub, self.desk]
        if self._missing:
            self.store.put(self._missing, urgent=True)
            self.hub.offer_events([row.event for row in self._missing])
        if self._gap is not None:
            self.intake.bridge(self._gap)
        self.intake.tell_who_decides()
        if self.plan.history is not None:
            await self.plan.history(self)
        self.keep_snapshots()
        await self.store.flush()  # the pager reads from the record what it has not heard
        self.intake.go_live()

    def _shown_lately(self) -> list[Reading]:
        return self.reader.shown_from(self.clock.now() - WINDOW_S)

    async def _live(self, ready: Callable[[str], None]) -> None:
        strangers = asyncio.all_tasks()
        async with asyncio.TaskGroup() as group:
            tasks = self._start_parts(group, ready)
            await self._stopping.wait()
            await _end(tasks, strangers)

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` to its end, or until stop() cancels it."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work, name="beginning")
            stopping = group.create_task(self._stopping.wait(), name="stop")
            stopping.add_done_callback(lambda _: task.cancel())
            task.add_done_callback(lambda _: stopping.cancel())

    def _start_parts(
        self, group: asyncio.TaskGroup, ready: Callable[[str], None]
    ) -> list[asyncio.Task[None]]:
        upkeep = Upkeep(self)
        self.intake.changed.update(self.intake.seats)
        self.hub.refresh = upkeep.tell_screens
        app = create_app(self.desk, self.hub, metrics=self.metrics, hosts=self.plan.hosts)
        web = partial(serve, app, self.plan.host, self.plan.port, ready)
        tasks = [
            group.create_task(upkeep.keep_snapshots(), name="snapshots"),
            group.create_task(upkeep.watch_clocks(), name="clock watch"),
            group.create_task(upkeep.restore_beds(self._broken), name="bed restorer"),
            group.create_task(upkeep.watch_screens(), name="screen watch"),
            group.create_task(supervise("reloader", self.reloader.serve), name="reloader"),
            group.create_task(supervise("web", web, fatal=(CannotListen,)), name="web"),
        ]
        for part in self.plan.parts:
            fault = None if part.fault is None else partial(self.report, part.fault)
            run = partial(part.run, self)
            tasks.append(group.create_task(supervise(part.name, run, fault), name=part.name))
        return tasks

    def _make_intake(self) -> WardIntake:
        site = rebuild(self.reader, None, site_recipe(self.plan))
        custody = site.engine.custody
        seats = {setup.bed: self._seat(setup, custody) for setup in self.plan.beds}
        seat = Seat(None, site.engine)
        seat.last_seq = site.last_seq
        self._missing += [EventRow(event=event) for event in site.missing]
        return WardIntake(
            clock=self.clock,
            store=self.store,
            seats=seats,
            site=seat,
            failed=self._broken.put_nowait,
        )

    def _seat(self, setup: BedSetup, custody: Custody) -> Seat[BedEngine]:
        seated = seat_bed(self.plan, setup, custody, self.reader)
        self._missing += [EventRow(event=event) for event in seated.missing]
        return seated.seat


async def _end(tasks: Collection[asyncio.Task[None]], strangers: set[asyncio.Task[Any]]) -> None:
    """Cancel the parts, and once they had time to say goodbye again whatever still runs.

    asyncio.wait_for, which the radio and broker libraries use, may swallow a cancellation
    (Python 3.11); `strangers` are the tasks that are not the service's.
    """
    for task in tasks:
        task.cancel()
    _, running = await asyncio.wait(tasks, timeout=GOODBYE_S)
    while running:
        ours = asyncio.all_tasks() - strangers
        _log.warning("still running: %s", ", ".join(sorted(task.get_name() for task in ours)))
        for task in ours:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=1.0)
