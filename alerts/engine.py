"""One bed: readings, commands and time in, alarm events out. The only door to a bed's alarms."""

import math
from collections.abc import Callable, Collection
from typing import Any, Self

from msgspec.structs import replace

from alerts import command as c
from alerts.announce import Announcer
from alerts.answer import acknowledge, pause
from alerts.bedside import Bedside
from alerts.command import Command, Gap
from alerts.event import AlarmEvent
from alerts.limits import Profile
from alerts.moving import arriving, depart, expect, let_go, minus, plus, settle_in, without
from alerts.order import Order, Refused
from alerts.part import Orders, both
from alerts.resolve import resolve
from alerts.responsibility import Answer, take_answer
from alerts.setup import BedSetup, DeviceRow
from alerts.snapshot import (
    SNAPSHOT_SCHEMA,
    BedSnapshot,
    SnapshotMismatch,
    copy_bed,
    gather,
    scatter,
)
from alerts.status import BedStatus, DischargeLine
from alerts.survey import survey
from devices.reading import Reading


class BedEngine:
    """A pure function of its ordered input, kept incrementally.

    Time never runs backwards: an input older than the last one is handled at the last one's time.
    A deadline is strict: at its very instant a reading still comes first, so `next_deadline` lies
    one float above it, and events carry the deadline's own time however late `advance` is called.
    That is why waking only at `next_deadline` gives the same events as polling.
    """

    def __init__(
        self,
        setup: BedSetup,
        profile: Profile,
        *,
        devices: tuple[DeviceRow, ...] | None = None,
        pending_events: bool = False,
    ) -> None:
        self.profile = profile
        self._configured = setup
        self._announcer = Announcer(
            setup.bed, profile=profile.version, pending_events=pending_events
        )
        self._now = -math.inf
        self._seat(setup if devices is None else replace(setup, devices=devices))

    @property
    def setup(self) -> BedSetup:
        """The bed with the devices it has now."""
        return self._bedside.setup

    @property
    def now(self) -> float:
        """The time of the newest input."""
        return self._now

    def observe(self, reading: Reading) -> list[AlarmEvent]:
        """Take one reading of this bed; first time passes to just before it."""
        at = max(reading.at, self._now)
        self._pass_to(at)
        self._bedside.take(at, reading)
        return self._announcer.take()

    def command(self, order: Command) -> list[AlarmEvent]:
        """Carry out a command of a person or the shell.

        Raises:
            Refused: it makes no sense now. Time has passed, nothing else has changed; the events of
                that passing come with the next call, and `next_deadline` asks for it at once.
        """
        at = max(order.at, self._now)
        self._pass_to(at)
        self._carry_out(at, order)
        self._bedside.way_out.discharge.hear(at, order)
        self._bedside.stir(at)
        return self._announcer.take()

    def advance(self, at: float) -> list[AlarmEvent]:
        """Let time pass to `at`."""
        self._pass_to(max(at, self._now))
        return self._announcer.take()

    def gap(self, gap: Gap) -> list[AlarmEvent]:
        """The service was away: delays went on counting, silence is excused, long pauses end."""
        at = max(gap.at, self._now)
        if gap.known:  # what fell due until then has been told already
            self._pass_to(min(max(gap.since, self._now), at))
        self._bedside.excuse(gap.since, at, known=gap.known)
        self._pass_to(at)
        return self._announcer.take()

    @property
    def next_deadline(self) -> float | None:
        """When `advance` must be called at the latest; None: nothing waits.

        It may come earlier than anything happens, never later.
        """
        if self._announcer.state.untold:
            return self._now
        deadline = self._bedside.deadline
        return None if deadline is None else math.nextafter(deadline, math.inf)

    def holds(self, occurrence: str) -> bool:
        """Whether an occurrence stands at this bed."""
        ladders = self._bedside.panel.ladders.values()
        return any(ladder.standing and ladder.state.occurrence == occurrence for ladder in ladders)

    @property
    def unattended(self) -> bool:
        """Whether valid SpO2 comes in without a session: the shell tells the site's engine."""
        return self._bedside.equipment.state.idle_since is not None

    def equip(self, at: float, setup: BedSetup, by: str, *, replaced: Collection[str] = ()) -> None:
        """The bed is configured so from now on; all its devices are at home, and no others here.

        A device whose row has changed is another one, and so are those `replaced`. What
        comes of it is told with the next call.
        """
        self._pass_to(max(at, self._now))
        stay = tuple(
            device
            for device in self.setup.devices
            if device in setup.devices and device.id not in replaced
        )
        self._configured = setup
        self._reseat(self._now, replace(setup, devices=stay), by)
        self._reseat(self._now, setup, by)

    def count_on(self, seq: int) -> None:
        """Number the next event above `seq`: the record knows events up to it."""
        self._announcer.count_on(seq)

    def status(self) -> BedStatus:
        """The bed as a screen shows it."""
        return survey(self._bedside, self._now)

    def discharge(self) -> tuple[DischargeLine, ...]:
        """The discharge criteria line by line, in any phase after the dose; then as at the end."""
        return self._bedside.way_out.discharge.lines(self._now)

    def snapshot(self) -> BedSnapshot:
        """Everything as plain data that shares nothing with this engine."""
        devices = self.setup.devices
        moved = devices if devices != self._configured.devices else None
        return gather(self._bedside, self._now, moved)

    @classmethod
    def restore(
        cls,
        setup: BedSetup,
        profile: Profile,
        snapshot: BedSnapshot,
        *,
        pending_events: bool = False,
    ) -> Self:
        """An engine that goes on as if it had never stopped.

        Raises:
            SnapshotMismatch: of another schema, profile or bed; replay the session instead.
        """
        engine = cls(setup, profile, pending_events=pending_events)
        engine._load(copy_bed(snapshot))
        return engine

    def _load(self, snapshot: BedSnapshot) -> None:
        if snapshot.devices is not None:
            self._seat(replace(self._configured, devices=snapshot.devices))
        ladders = set(self._bedside.panel.ladders)
        mine = (SNAPSHOT_SCHEMA, self.profile.version, self._configured.bed, ladders)
        theirs = (snapshot.schema, snapshot.profile, snapshot.bed, set(snapshot.ladders))
        if mine != theirs:
            raise SnapshotMismatch(f"snapshot of {theirs} does not fit {mine}")
        self._now = -math.inf if snapshot.now is None else snapshot.now
        scatter(self._bedside, snapshot)

    def _seat(self, setup: BedSetup) -> None:
        """Build the bed for these devices; nothing is known of it yet."""
        self._bedside = Bedside(
            setup, self.profile, self._announcer, required=self._configured.devices
        )
        self._orders = self._all_orders()

    def _pass_to(self, at: float) -> None:
        """Fire every deadline before `at`, each at its own time."""
        while (deadline := self._bedside.deadline) is not None and deadline < at:
            self._now = max(self._now, deadline)
            self._bedside.fire(self._now)
        self._now = at

    def _all_orders(self) -> Orders:
        orders: dict[type[Order], Callable[[float, Any], None]] = {
            c.Acknowledge: self._acknowledge,
            c.Accept: self._take_answer,
            c.Reject: self._take_answer,
            c.Revoke: self._take_answer,
            c.Reset: self._acknowledge,
            c.Resolve: self._resolve,
            c.PauseAudio: self._pause,
            c.Begin: self._begin,
            c.Close: self._close,
            c.Assign: self._assign,
            c.Release: self._release,
            c.Depart: self._depart,
            c.Arrive: self._arrive,
        }
        for kind, lead in self._bedside.course.orders.items():
            orders[kind] = self._leading(lead)
        for part in self._bedside.parts:
            for kind, carry_out in part.orders.items():
                first = orders.get(kind)
                orders[kind] = carry_out if first is None else both(first, carry_out)
        return orders

    def _leading(self, lead: Callable[[float, Any], None]) -> Callable[[float, Any], None]:
        """An order of the session, after which every rule takes the phase anew."""

        def carry_out(at: float, order: Order) -> None:
            lead(at, order)
            self._bedside.rearm(at)

        return carry_out

    def _carry_out(self, at: float, order: Command) -> None:
        carry_out = self._orders.get(type(order))
        if carry_out is None:
            raise Refused("this belongs to the site's engine")
        carry_out(at, order)

    def _begin(self, at: float, order: c.Begin) -> None:
        self._bedside.session.begin(at, order)
        self._bedside.welcome(at)

    def _close(self, at: float, order: c.Close) -> None:
        self._bedside.way_out.discharge.let_go(at, order)
        self._bedside.session.close(at, order)
        self._bedside.part(at, order.by)

    def _assign(self, at: float, order: c.Assign) -> None:
        self._reseat(at, plus(self.setup, order.device), order.by)

    def _release(self, at: float, order: c.Release) -> None:
        self._reseat(at, minus(self.setup, order.device), order.by)

    def _depart(self, at: float, order: c.Depart) -> None:
        depart(self._bedside, at, order)

    def _arrive(self, at: float, order: c.Arrive) -> None:
        setup = self.setup
        for device in order.devices:
            setup = plus(setup, device)
        snapshot = arriving(self._bedside, order)
        self._seat(setup)
        scatter(self._bedside, snapshot)
        settle_in(self._bedside, at, order, snapshot)

    def _reseat(self, at: float, setup: BedSetup, by: str) -> None:
        """Other devices: everything goes on as it stands, what hangs on them begins or is gone."""
        before = self._bedside
        self._seat(setup)
        let_go(before, at, before.panel.ladders.keys() - self._bedside.panel.ladders.keys(), by)
        gone = {d.id for d in before.setup.devices} - {d.id for d in setup.devices}
        kept = without(gather(before, at, None), gone)
        scatter(self._bedside, kept)
        expect(self._bedside, at, dict(kept.ladders))
        self._bedside.rearm(at)

    def _acknowledge(self, at: float, order: c.Acknowledge | c.Reset) -> None:
        acknowledge(self._bedside.panel.ladders.values(), at, order, self._announcer.state.seq)
        self._bedside.memory.pauses = 0

    def _take_answer(self, at: float, order: Answer) -> None:
        take_answer(self._bedside.panel.ladders.values(), at, order, self.profile.escalation)

    def _resolve(self, at: float, order: c.Resolve) -> None:
        resolve(self._bedside, at, order)

    def _pause(self, at: float, order: c.PauseAudio) -> None:
        b, voice = self._bedside, self.profile.voice
        if b.memory.pauses >= voice.pauses_in_a_row:
            raise Refused("acknowledge an alarm before pausing the sound again", conflict=True)
        pause(b.panel.ladders.values(), at, order, voice)
        b.memory.pauses += 1
        until = at + order.seconds
        if b.memory.pause_until is None or until > b.memory.pause_until:  # shown: the longest
            b.memory.pause_since, b.memory.pause_until = at, until
            b.memory.pause_by = order.by
