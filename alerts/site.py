"""The site's own alarms: streams, store, InfluxDB, pager, screen, clock, absence, dead engines."""

import math
from collections.abc import Sequence
from typing import Self

from alerts.announce import Announcer
from alerts.answer import acknowledge, pause
from alerts.command import (
    Acknowledge,
    Command,
    Fault,
    Gap,
    Install,
    PauseAudio,
    Place,
    Refused,
    Reloaded,
    Reset,
    Sessions,
)
from alerts.condition import State
from alerts.custody import Custody
from alerts.event import AlarmEvent
from alerts.fault_ladders import fault_ladder, fault_rules
from alerts.faults import BROKER, GAP, IN_A_SESSION, OF_A_BED
from alerts.ladder import Ladder
from alerts.limits import Profile
from alerts.network import Network
from alerts.responsibility import Answer, take_answer
from alerts.rules.silence import FaultRule
from alerts.setup import BedSetup, DeviceRow
from alerts.snapshot import (
    SNAPSHOT_SCHEMA,
    SiteSnapshot,
    SnapshotMismatch,
    copy_site,
    keep,
    of_no_bed,
    put_back,
)
from alerts.status import StandingAlarm
from alerts.survey import standing
from devices.reading import Link, Origin, Reading


class SiteEngine:
    """The face of BedEngine for alarms that belong to no bed; occurrences begin with `site:`.

    T-ENGINE is raised here for a bed whose own engine is dead: its event names that bed.
    """

    def __init__(
        self,
        beds: Sequence[BedSetup],
        profile: Profile,
        *,
        spares: Sequence[DeviceRow] = (),
        origin: Origin = Origin.REAL,
        pending_events: bool = False,
    ) -> None:
        self.profile = profile
        self.custody = Custody(beds, spares)
        self._beds = tuple(bed.bed for bed in beds)
        self._net = Network(profile.net, self._streams())
        self._announcer = Announcer(None, profile=profile.version, pending_events=pending_events)
        self._announcer.state.origin = origin
        self._ladders: dict[str, Ladder] = {}
        self._rules: dict[str, tuple[FaultRule, ...]] = {}
        self._down: dict[str, str] = {}  # parts that count only in a session, and what they say
        self._open: tuple[str, ...] = ()  # beds with an open session
        self._now = -math.inf
        for part in dict.fromkeys(row.part for row in profile.fault):
            for about in self._beds if part in OF_A_BED else [None]:
                self._build(part, about)

    @property
    def now(self) -> float:
        """The time of the newest input."""
        return self._now

    def observe(self, reading: Reading) -> list[AlarmEvent]:
        """Take a reading of any bed; only the links of streaming devices matter here."""
        at = max(reading.at, self._now)
        self._pass_to(at)
        if isinstance(reading, Link) and reading.device in self._net.streams.get(reading.bed, ()):
            self._net.take(at, reading)
            self._judge_net(at, "")
        return self._announcer.take()

    def command(self, order: Command) -> list[AlarmEvent]:
        """Take a Fault, the open Sessions, or an answer or audio pause of the site's alarms.

        Raises:
            Refused: anything else, an unknown part or bed, or an alarm that moved on.
        """
        at = max(order.at, self._now)
        self._pass_to(at)
        match order:
            case Fault():
                self._take_fault(at, order)
            case Sessions():
                self._watch(at, order.beds)
            case Place():
                self.custody.place(at, order.home, order.row, order.bed, order.device)
                self._net.hangs(self._streams())
                self._judge_net(at, "")
            case Install():
                self.custody.install(at, order.home, order.device)
            case Acknowledge() | Reset():
                acknowledge(self._ladders.values(), at, order, self._announcer.state.seq)
            case _ if isinstance(order, Answer):
                take_answer(self._ladders.values(), at, order, self.profile.escalation)
            case PauseAudio():
                pause(self._ladders.values(), at, order, self.profile.voice)
            case Reloaded():
                pass  # the shell restores an engine of the new beds; this marks the instant
            case _:
                raise Refused("this belongs to a bed")
        return self._announcer.take()

    def advance(self, at: float) -> list[AlarmEvent]:
        """Let time pass to `at`."""
        self._pass_to(max(at, self._now))
        return self._announcer.take()

    def gap(self, gap: Gap) -> list[AlarmEvent]:
        """The service was away; without an open session nobody was unwatched."""
        at = max(gap.at, self._now)
        self._pass_to(at)
        away_s = at - gap.since
        long = not gap.known or away_s > self.profile.voice.gap_s
        for ladder in self._ladders.values():
            ladder.outlast(None if long else away_s)
        if self._open and long:
            length = f"{away_s:.0f} s" if gap.known else "unknown time"
            self._break(at, GAP, f"{length}, rooms {', '.join(self._open)}", away_s)
            self._mend(at, GAP)  # it is over: the latched signal stays until a person answers
        return self._announcer.take()

    @property
    def next_deadline(self) -> float | None:
        """When `advance` must be called at the latest."""
        deadline = self._deadline
        return None if deadline is None else math.nextafter(deadline, math.inf)

    def covers(self) -> frozenset[str]:
        """The beds whose T-LINK and T-SPO2 T-NET speaks for now; tell them with Cover.

        It speaks for streams lost with it or before it, never for what is lost later or for a bed
        whose devices do not hang on what failed.
        """
        ladder = self._ladders[BROKER]
        if not ladder.standing:
            return frozenset()
        until = ladder.state.onset_at + self.profile.net.within_s
        return self._net.lost_by(until)

    def alarms(self) -> tuple[StandingAlarm, ...]:
        """The standing alarms of the site, gravest first."""
        return standing(self._ladders.values(), self._now)

    def status(self) -> tuple[StandingAlarm, ...]:
        """The same, under the name a bed uses."""
        return self.alarms()

    def snapshot(self) -> SiteSnapshot:
        """Everything as plain data that shares nothing with this engine."""
        return copy_site(
            SiteSnapshot(
                profile=self.profile.version,
                now=self._now if math.isfinite(self._now) else None,
                announce=self._announcer.state,
                links=self._net.links,
                open=self._open,
                custody=self.custody.state,
                broker_down=self._net.broker_down,
                down=self._down,
                ladders={name: keep(ladder) for name, ladder in self._ladders.items()},
            )
        )

    @classmethod
    def restore(
        cls,
        beds: Sequence[BedSetup],
        profile: Profile,
        snapshot: SiteSnapshot,
        *,
        spares: Sequence[DeviceRow] = (),
    ) -> Self:
        """An engine that goes on as if it had never stopped; of beds that came or went only these.

        Raises:
            SnapshotMismatch: of another schema or profile.
        """
        engine = cls(beds, profile, spares=spares)
        kept = copy_site(snapshot)
        mine = (SNAPSHOT_SCHEMA, profile.version, of_no_bed(engine._ladders))
        theirs = (kept.schema, kept.profile, of_no_bed(kept.ladders))
        if mine != theirs:
            raise SnapshotMismatch(f"snapshot of {theirs} does not fit {mine}")
        engine._now = -math.inf if kept.now is None else kept.now
        engine._announcer.state = kept.announce
        engine._net.links = {bed: kept.links.get(bed, {}) for bed in engine._beds}
        engine._open = tuple(bed for bed in kept.open if bed in engine._beds)
        engine.custody.state = kept.custody
        engine._net.hangs(engine._streams())
        engine._net.broker_down = kept.broker_down
        engine._down = kept.down
        for name in engine._ladders.keys() & kept.ladders.keys():
            put_back(engine._ladders[name], kept.ladders[name])
        return engine

    def _build(self, part: str, about: str | None) -> None:
        name = self._name(part, about)
        rules = fault_rules(self.profile, part, about)
        self._rules[name] = rules
        self._ladders[name] = fault_ladder(name, rules, self._announcer, self.profile, about)

    @staticmethod
    def _name(part: str, about: str | None = None) -> str:
        return part if about is None else f"{part}/{about}"

    def _take_fault(self, at: float, fault: Fault) -> None:
        name = self._name(fault.part, fault.bed if fault.part in OF_A_BED else None)
        if name not in self._ladders:
            raise Refused(f"no such part {name!r}; the profile has {', '.join(self._ladders)}")
        if fault.part == BROKER:
            self._net.broker_down = not fault.up
            self._judge_net(at, fault.detail)
        elif fault.part in IN_A_SESSION:
            self._down.pop(fault.part, None)
            if not fault.up:
                self._down[fault.part] = fault.detail
            self._judge_watched(at, fault.part)
        elif fault.up:
            self._mend(at, name)
        else:
            self._break(at, name, fault.detail, fault.level)

    def _streams(self) -> dict[str, frozenset[str]]:
        return {bed: self.custody.streams(bed) for bed in self._beds}

    def _watch(self, at: float, beds: tuple[str, ...]) -> None:
        """Other sessions are open now."""
        self._open = tuple(bed for bed in beds if bed in self._beds)
        self._judge_net(at, "")
        for part in IN_A_SESSION:
            self._judge_watched(at, part)

    def _judge_watched(self, at: float, part: str) -> None:
        if part in self._down and self._open:
            self._break(at, part, self._down[part])
        elif part in self._ladders:
            self._mend(at, part)

    def _judge_net(self, at: float, detail: str) -> None:
        """Half of the streams of at least two watched beds within ten seconds, or the broker."""
        known = self._ladders[BROKER].state.state is not State.IDLE
        hit = self._net.lost(at, self._open, ever=known)
        if self._net.broker_down and self._open:
            self._break(at, BROKER, detail or "broker")
        elif hit:
            self._break(at, BROKER, ", ".join(hit), since=min(hit.values()))
        else:
            self._mend(at, BROKER)

    def _break(
        self,
        at: float,
        name: str,
        detail: str,
        level: float | None = None,
        since: float | None = None,
    ) -> None:
        for rule in self._rules[name]:
            rule.report(at, detail, level, since=since)
        self._ladders[name].settle(at)

    def _mend(self, at: float, name: str) -> None:
        for rule in self._rules[name]:
            rule.reset()
        self._ladders[name].settle(at)

    @property
    def _deadline(self) -> float | None:
        deadlines = [d for ladder in self._ladders.values() if (d := ladder.deadline) is not None]
        return min(deadlines, default=None)

    def _pass_to(self, at: float) -> None:
        while (deadline := self._deadline) is not None and deadline < at:
            self._now = max(self._now, deadline)
            for ladder in self._ladders.values():
                due = ladder.deadline
                if due is not None and due <= self._now:
                    ladder.elapse(self._now)
        self._now = at
