"""One bed: readings, commands and time in, alarm events out. The only door to a bed's alarms."""

import math
from collections.abc import Callable
from typing import Any, Self

from alerts import command as c
from alerts.announce import Announcer
from alerts.answer import acknowledge, find
from alerts.bedside import Bedside
from alerts.command import Command, Gap
from alerts.event import AlarmEvent, Cause
from alerts.limits import Profile
from alerts.order import Order, Refused
from alerts.part import Orders
from alerts.setup import BedSetup
from alerts.snapshot import (
    SNAPSHOT_SCHEMA,
    BedSnapshot,
    SnapshotMismatch,
    copy_bed,
    keep,
    put_back,
)
from alerts.status import BedStatus
from alerts.survey import survey
from devices.reading import Reading


class BedEngine:
    """A pure function of its ordered input, kept incrementally.

    Time never runs backwards: an input older than the last one is handled at the last one's time.
    A deadline is strict: at its very instant a reading still comes first, so `next_deadline` lies
    one float above it, and events carry the deadline's own time however late `advance` is called.
    That is why waking only at `next_deadline` gives the same events as polling.
    """

    def __init__(self, setup: BedSetup, profile: Profile, *, pending_events: bool = False) -> None:
        self.setup = setup
        self.profile = profile
        self._announcer = Announcer(
            setup.bed, profile=profile.version, pending_events=pending_events
        )
        self._bedside = Bedside(setup, profile, self._announcer)
        self._now = -math.inf
        self._orders: Orders = self._all_orders()

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
        self._bedside.stir(at)
        return self._announcer.take()

    def advance(self, at: float) -> list[AlarmEvent]:
        """Let time pass to `at`."""
        self._pass_to(max(at, self._now))
        return self._announcer.take()

    def gap(self, gap: Gap) -> list[AlarmEvent]:
        """The service was away: delays went on counting, silence is excused, long pauses end."""
        at = max(gap.at, self._now)
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

    def status(self) -> BedStatus:
        """The bed as a screen shows it."""
        return survey(self._bedside, self._now)

    def snapshot(self) -> BedSnapshot:
        """Everything as plain data that shares nothing with this engine."""
        b = self._bedside
        return copy_bed(
            BedSnapshot(
                profile=self.profile.version,
                bed=self.setup.bed,
                now=self._now if math.isfinite(self._now) else None,
                announce=self._announcer.state,
                session=b.session.state,
                memory=b.memory,
                reports=b.reports.state,
                cuffs=b.cuffs.state,
                contacts=b.contacts.state,
                reminders=b.reminders.state,
                tracks={m: track.state for m, track in b.streams.tracks.items()},
                ladders={name: keep(ladder) for name, ladder in b.panel.ladders.items()},
            )
        )

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
        b = self._bedside
        mine = (SNAPSHOT_SCHEMA, self.profile.version, self.setup.bed, set(b.panel.ladders))
        theirs = (snapshot.schema, snapshot.profile, snapshot.bed, set(snapshot.ladders))
        if mine != theirs:
            raise SnapshotMismatch(f"snapshot of {theirs} does not fit {mine}")
        self._now = -math.inf if snapshot.now is None else snapshot.now
        self._announcer.state = snapshot.announce
        b.session.state = snapshot.session
        b.memory = snapshot.memory
        b.reports.state = snapshot.reports
        b.cuffs.state = snapshot.cuffs
        b.contacts.state = snapshot.contacts
        b.reminders.state = snapshot.reminders
        for metric, track in b.streams.tracks.items():
            track.state = snapshot.tracks[metric]
        for name, ladder in b.panel.ladders.items():
            put_back(ladder, snapshot.ladders[name])
        b.arm()

    def _pass_to(self, at: float) -> None:
        """Fire every deadline before `at`, each at its own time."""
        while (deadline := self._bedside.deadline) is not None and deadline < at:
            self._now = max(self._now, deadline)
            self._bedside.fire(self._now)
        self._now = at

    def _all_orders(self) -> Orders:
        orders: dict[type[Order], Callable[[float, Any], None]] = {
            c.Acknowledge: self._acknowledge,
            c.Resolve: self._resolve,
            c.PauseAudio: self._pause,
            c.Begin: self._begin,
            c.Close: self._close,
        }
        for kind, lead in self._bedside.session.orders.items():
            orders[kind] = self._leading(lead)
        for part in self._bedside.parts:
            orders.update(part.orders)
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
        self._bedside.session.close(at, order)
        self._bedside.part(at, order.by)

    def _acknowledge(self, at: float, order: c.Acknowledge) -> None:
        acknowledge(self._bedside.panel.ladders.values(), at, order, self._announcer.state.seq)
        self._bedside.memory.pauses = 0

    def _resolve(self, at: float, order: c.Resolve) -> None:
        ladder = find(self._bedside.panel.ladders.values(), order.occurrence)
        if ladder is not self._bedside.panel.nausea:
            raise Refused("this alarm ends by its readings, not by hand")
        ladder.end(at, Cause.PERSON, order.by)

    def _pause(self, at: float, order: c.PauseAudio) -> None:
        b, voice = self._bedside, self.profile.voice
        if order.seconds not in voice.pauses_s:
            allowed = ", ".join(f"{s:g}" for s in voice.pauses_s)
            raise Refused(f"an audio pause lasts {allowed} s, not {order.seconds:g}")
        if b.memory.pauses >= voice.pauses_in_a_row:
            raise Refused("acknowledge an alarm before pausing the sound again", conflict=True)
        sounding = [ladder for ladder in b.panel.ladders.values() if ladder.audible(at)]
        if not sounding:
            raise Refused("nothing sounds at this bed", conflict=True)
        b.memory.pauses += 1
        b.memory.pause_until = at + order.seconds
        for ladder in sounding:
            ladder.pause(at + order.seconds)
