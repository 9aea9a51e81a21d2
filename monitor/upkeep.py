"""A service's work beside the path: tell screens, keep engines, watch clocks, restore beds."""

import asyncio
import logging
from typing import TYPE_CHECKING

from alerts.command import Fault, Gap
from alerts.engine import BedEngine
from monitor.clock import WallWatch
from monitor.recipes import bed_recipe, devices_at
from monitor.recovery import rebuild
from monitor.screens import POLL_S
from monitor.seat import Seat, SeatState

if TYPE_CHECKING:
    from monitor.service import Service

_log = logging.getLogger(__name__)

SNAPSHOT_EVERY_S = 60.0
WATCH_EVERY_S = 1.0
PULSE_MISSED_S = 5.0  # a pulse this late means that the machine slept, not that it was busy


class Upkeep:
    """Tasks of a service, all in real time whatever the speed of its clock."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def tell_screens(self) -> None:
        """Offer the status of every bed that changed; the hub calls this just before each frame."""
        hub, intake, desk = self._service.hub, self._service.intake, self._service.desk
        for bed in sorted(intake.changed):
            decides = intake.seats[bed].state is SeatState.OK
            hub.set_bed_state(bed, "ok" if decides else "unknown")
            if decides:  # a broken engine is asked nothing: its last word stays on the screens
                hub.offer_status(desk.status(bed))
        intake.changed.clear()
        hub.offer_site(desk.site_standing())

    async def keep_snapshots(self) -> None:
        """Store the engines every minute."""
        while True:
            await asyncio.sleep(SNAPSHOT_EVERY_S)
            self._service.keep_snapshots()

    async def watch_clocks(self) -> None:
        """A set wall clock raises T-CLOCK; a pulse that comes late is a gap in the watch."""
        service = self._service
        clock = service.clock
        loop = asyncio.get_running_loop()
        pulse_at, pulse = clock.now(), loop.time()
        alarms = service.intake.site.engine.alarms()
        doubted = any(alarm.event.condition == "T-CLOCK" for alarm in alarms)
        wall = WallWatch(loop.time(), doubted=doubted)
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            step = clock.check_wall()
            if step is not None:
                service.store.put([clock.row()])
                off_s = wall.step(loop.time(), step)
                service.intake.order(None, _clock_fault(clock.now(), step, off_s))
            elif wall.settled(loop.time()):
                service.intake.order(None, _clock_right(clock.now()))
            if loop.time() - pulse > PULSE_MISSED_S:
                service.intake.bridge(Gap(since=pulse_at, at=clock.now()))
            pulse_at, pulse = clock.now(), loop.time()

    async def watch_screens(self) -> None:
        """Report when no station's screen can be seen and heard: T-UI."""
        service = self._service
        if not service.plan.watch_screens:
            return
        loop = asyncio.get_running_loop()
        while True:
            up = service.screens.note(loop.time(), service.hub.screens())
            if up is not None:
                service.report("screen", up, service.screens.detail)
            await asyncio.sleep(POLL_S)

    async def restore_beds(self, broken: asyncio.Queue[Seat[BedEngine]]) -> None:
        """Bring back each bed whose engine failed, unless it has failed too often."""
        while True:
            await self._restore(await broken.get())

    async def _restore(self, seat: Seat[BedEngine]) -> None:
        service = self._service
        if seat.state is SeatState.DOWN:
            _log.critical("%s stays down: its engine failed three times in ten minutes", seat.bed)
            return
        setup = next(setup for setup in service.plan.beds if setup.bed == seat.bed)
        await service.store.flush()
        since = None if seat.session is None else seat.here_since
        devices = devices_at(service.intake.site.engine.custody, setup.bed, since)
        try:
            rebuilt = await asyncio.to_thread(
                rebuild, service.reader, seat.bed, bed_recipe(service.plan, setup, devices)
            )
        except Exception:  # noqa: BLE001 - a bed that cannot come back must not take others along
            _log.critical("%s cannot be restored from its record", seat.bed, exc_info=True)
            seat.state = SeatState.DOWN
            return
        service.intake.resume(seat, rebuilt)


def _clock_right(at: float) -> Fault:
    return Fault(at=at, by="service", part="clock", up=True)


def _clock_fault(at: float, step_s: float, off_s: float) -> Fault:
    detail = f"the wall clock was set by {step_s:+.1f} s"
    return Fault(at=at, by="service", part="clock", up=False, detail=detail, level=off_s)
