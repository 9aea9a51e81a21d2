"""The one path of a reading: decide, keep, tell, set the timer; one plain call, nothing waits.

Everything that enters an engine passes here in one order: readings from drivers, commands from
people, faults from the service's own parts, time from the loop's timers.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping

from alerts.command import (
    Arrive,
    Begin,
    Close,
    Command,
    Cover,
    Depart,
    Fault,
    Gap,
    Refused,
    Sessions,
    Tick,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.site import SiteEngine
from devices.reading import Cuff, Link, Reading, Rejected, Report, Stored
from monitor.batch import AnySeat, Batch, dead_letter, engine_fault, settle
from monitor.device_ledger import DeviceLedger
from monitor.journal import Input
from monitor.neighbours import Clock, Listener, Record
from monitor.recovery import Rebuilt
from monitor.routing import of_its_session, owned
from monitor.seat import Seat, SeatState
from monitor.sieve import sieve
from monitor.store.errors import BadRowError
from monitor.store.rows import PoisonRow, Row, SessionRow

Step = tuple[str | None, Input]
_log = logging.getLogger(__name__)
TIMER_SLACK_S = 0.001  # the loop's timers may fire this early


class WardIntake:
    """All seats of a service and the one path into them (implements devices.reading.Intake).

    `failed` is called with a seat whose engine raised; the seat is already out of order.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        store: Record,
        seats: Mapping[str, Seat[BedEngine]],
        site: Seat[SiteEngine],
        failed: Callable[[Seat[BedEngine]], None],
    ) -> None:
        self.clock = clock
        self.seats = dict(seats)
        self.site = site
        self.listeners: list[Listener] = []
        self.ledger = DeviceLedger()
        self.changed: set[str] = set()  # beds whose status the screens have not been told
        self.rejected = 0  # messages that became no reading, since the start
        self.live = False  # the loop's timers run only when live: history brings its own time
        self._store = store
        self._covered = site.engine.covers()
        self._unattended = {bed for bed, seat in seats.items() if seat.engine.unattended}
        self._failed = failed
        self._leaving: dict[str, SessionRow] = {}  # by the bed that a session is just leaving
        self._next_seq = store.next_input_seq()

    def now(self) -> float:
        """The `at` of a reading received now."""
        return self.clock.now()

    def receive(
        self, readings: tuple[Reading, ...], stored: Stored = None, message: bytes | None = None
    ) -> None:
        """Decide on each in order; call `stored` once all are durable, with `message`'s mark."""
        self._take(readings, stored, message)

    def reject(self, rejected: Rejected, stored: Stored = None) -> None:
        """Keep a message that became no reading as a dead letter, with its reason."""
        self.rejected += 1
        self._store.put([dead_letter(rejected)], stored)

    async def command(self, bed: str | None, command: Command) -> list[AlarmEvent]:
        """Carry out a command (bed None: the site's) and answer once it is durable.

        Raises Refused, with nothing changed, where the engine refuses or has failed.
        """
        done = asyncio.get_running_loop().create_future()
        events = self.order(bed, command, stored=lambda: settle(done))
        await done
        return events

    async def together(
        self, steps: Iterable[Step], last: Callable[[], Iterable[Row]] = tuple
    ) -> list[AlarmEvent]:
        """Carry out inputs (bed None: the site's) as one step of the record, once durable.

        Each is done before the next is asked for; only the first may be refused. `last` gives rows
        that end the step.
        """
        done = asyncio.get_running_loop().create_future()
        batch = Batch()
        batch.urgent = True
        try:
            for bed, item in steps:
                self._enter(self.site if bed is None else self.seats[bed], item, batch)
            batch.rows += last()
        finally:
            self._finish(batch, lambda: settle(done))
        await done
        return batch.events

    def order(self, bed: str | None, command: Command, stored: Stored = None) -> list[AlarmEvent]:
        """As `command`, but returns at once and calls `stored` when it is durable."""
        seat = self.site if bed is None else self.seats[bed]
        if seat.state is not SeatState.OK:
            raise Refused(f"the alarm engine of {bed} has failed, go to the room", conflict=True)
        batch = Batch()
        batch.urgent = not isinstance(command, Fault)
        self._enter(seat, command, batch)
        self._finish(batch, stored)
        if seat.state is not SeatState.OK:
            raise Refused(f"the alarm engine of {bed} failed at it, go to the room", conflict=True)
        return batch.events

    async def observe(self, reading: Reading) -> list[AlarmEvent]:
        """Take a reading that staff entered; answers once it is durable."""
        done = asyncio.get_running_loop().create_future()
        events = self._take((reading,), lambda: settle(done))
        await done
        return events

    def bridge(self, gap: Gap) -> None:
        """Tell every engine that the service was away."""
        batch = Batch()
        for seat in (*self.seats.values(), self.site):
            self._enter(seat, gap, batch)
        self._finish(batch)

    def go_live(self) -> None:
        """From now on the loop's timers drive the engines."""
        self.live = True
        for seat in (*self.seats.values(), self.site):
            self._arm(seat)

    def tell_who_decides(self) -> None:
        """After a start: T-ENGINE for each bed that could not be brought back, and no other."""
        named = {alarm.event.bed for alarm in self.site.engine.alarms()}  # T-ENGINE names its bed
        for bed, seat in self.seats.items():
            decides = seat.state is SeatState.OK
            if not decides or bed in named:
                self.order(None, engine_fault(bed, self.now(), up=decides))

    def rest(self) -> None:
        """The service ends: no timer drives an engine any more, for nothing could be kept."""
        self.live = False
        for seat in (*self.seats.values(), self.site):
            seat.disarm()

    def resume(self, seat: Seat[BedEngine], rebuilt: Rebuilt[BedEngine]) -> None:
        """Put a restored engine into a failed seat; it hears what came after its last input.

        What it said of the inputs that came while it was out of order is told now.
        """
        batch = Batch()
        batch.add_events(rebuilt.missing)
        for seq, item in seat.restore(rebuilt.engine):
            if seq > rebuilt.last_seq and seat.state is SeatState.OK:
                seat.last_seq = seq
                self._decide(seat, item, batch, numbered=True)
        self._finish(batch)
        if seat.bed is not None and seat.state is SeatState.OK:
            self.changed.add(seat.bed)
            self.order(None, engine_fault(seat.bed, self.now(), up=True))

    def _take(
        self, readings: tuple[Reading, ...], stored: Stored, message: bytes | None = None
    ) -> list[AlarmEvent]:
        batch = Batch(message)
        for told in readings:
            self.ledger.take(told)
            reading = of_its_session(self.seats, owned(self.site.engine.custody, told))
            seat = self.seats.get(reading.bed)
            if seat is None:  # its device is at no bed: the record keeps it, nobody judges it
                self._enter(self.site, reading, batch)
                continue
            self._enter(seat, reading, batch)
            batch.readings.append(reading)
            batch.urgent |= isinstance(reading, Cuff | Report)
            if isinstance(reading, Link):
                self._enter(self.site, reading, batch)
        self._finish(batch, stored)
        return batch.events

    def _enter(self, seat: AnySeat, item: Input, batch: Batch) -> None:
        """Number an input, give it to a seat, and note what came of it."""
        if seat.state is SeatState.OK:
            self._decide(seat, item, batch)
        else:
            self._number(seat, item, batch)
            if seat.state is SeatState.RESTORING:  # a seat that stays down would only fill memory
                seat.waiting.append((seat.last_seq, item))

    def _decide(self, seat: AnySeat, item: Input, batch: Batch, *, numbered: bool = False) -> None:
        try:
            events = seat.decide(item)
        except Refused:
            self._arm(seat)  # time has passed in the engine all the same
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it stops this bed and no other
            if not numbered:
                self._number(seat, item, batch)
            self._poison(seat, item, error, batch)
            return
        if not numbered and (events or not isinstance(item, Tick)):
            self._keep(seat, item, batch)
        batch.add_events(events)
        if seat.bed is not None:
            self.changed.add(seat.bed)
            self._spread_unattended(seat.bed, item.at, batch)
        self._arm(seat)
        if seat is self.site:
            self._spread_cover(item.at, batch)

    def _keep(self, seat: AnySeat, item: Input, batch: Batch) -> None:
        """Keep an input, and the session that it opens, closes or moves."""
        if isinstance(item, Begin):
            batch.rows.append(seat.open_session(item))
        elif isinstance(item, Arrive):
            batch.rows.append(seat.take_over(self._leaving.pop(item.came_from), item))
        self._number(seat, item, batch)
        if isinstance(item, Close):
            batch.rows.append(seat.close_session(item))
        elif isinstance(item, Depart):
            self._leaving[seat.bed or ""] = seat.hand_over(item.at)
        if isinstance(item, Begin | Close | Arrive):
            beds = tuple(bed for bed, s in self.seats.items() if s.session is not None)
            self._enter(self.site, Sessions(at=item.at, by="service", beds=beds), batch)

    def _number(self, seat: AnySeat, item: Input, batch: Batch) -> None:
        seat.last_seq = self._next_seq
        self._next_seq += 1
        batch.add_input(seat, item)

    def _poison(self, seat: AnySeat, item: Input, error: Exception, batch: Batch) -> None:
        """An input broke an engine: keep it as poison, stop that seat, raise T-ENGINE."""
        if seat is self.site or seat.bed is None:
            raise error  # the site's own engine is the service's heart: a restart is cleaner
        _log.critical("engine of %s failed on %r", seat.bed, item, exc_info=error)
        batch.rows.append(PoisonRow(seq=seat.last_seq, error=repr(error)))
        batch.urgent = True
        seat.fail(self.now())
        self.changed.add(seat.bed)
        self._enter(self.site, engine_fault(seat.bed, item.at, up=False), batch)
        self._failed(self.seats[seat.bed])

    def _spread_unattended(self, bed: str, at: float, batch: Batch) -> None:
        """Valid SpO2 at a bed without a session is told to the site, and its end."""
        unattended = self.seats[bed].engine.unattended
        if unattended != (bed in self._unattended):
            self._unattended ^= {bed}
            fault = Fault(at=at, by="service", part="session", up=not unattended, bed=bed)
            self._enter(self.site, fault, batch)

    def _spread_cover(self, at: float, batch: Batch) -> None:
        """A site alarm that covers beds' weaker technical alarms is told to those beds."""
        wanted = self.site.engine.covers()
        for bed in sorted((wanted ^ self._covered) & self.seats.keys()):
            cover = Cover(at=at, by="site", condition="T-NET", on=bed in wanted)
            self._enter(self.seats[bed], cover, batch)
        self._covered = wanted

    def _finish(self, batch: Batch, stored: Stored = None) -> None:
        urgent = batch.urgent or bool(batch.events)
        try:
            self._store.put(batch.rows, stored, urgent=urgent)
        except BadRowError:
            self._store.put(sieve(batch.rows, self.now()), stored, urgent=True)
        batch.tell(self.listeners)

    def _arm(self, seat: AnySeat) -> None:
        if self.live:
            seat.arm(asyncio.get_running_loop(), self.clock.to_loop, self._wake)

    def _wake(self, seat: AnySeat) -> None:
        """Let time pass to now: the timer may be of a deadline that has moved on since."""
        batch = Batch()
        at, deadline = self.now(), seat.engine.next_deadline
        if deadline is not None and at < deadline <= at + TIMER_SLACK_S:
            at = deadline
        self._enter(seat, Tick(at=at), batch)
        self._finish(batch)
