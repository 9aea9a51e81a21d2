"""The site's own alarms: streams, store, InfluxDB, pager, screen, clock, absence, dead engines."""

import math
from collections.abc import Sequence
from typing import Self

from alerts.announce import Announcer
from alerts.answer import acknowledge
from alerts.command import (
    Acknowledge,
    Command,
    Fault,
    Gap,
    PauseAudio,
    Place,
    Refused,
    Reset,
    Sessions,
)
from alerts.custody import Custody
from alerts.event import AlarmEvent, AlarmKind
from alerts.ladder import Ladder
from alerts.limits import Profile
from alerts.responsibility import Answer, take_answer
from alerts.rows import FaultRow
from alerts.rules.silence import FaultRule
from alerts.setup import BedSetup
from alerts.snapshot import (
    SNAPSHOT_SCHEMA,
    SiteSnapshot,
    SnapshotMismatch,
    copy_site,
    keep,
    put_back,
)
from alerts.status import StandingAlarm
from alerts.survey import stand
from devices.reading import Link, Origin, Reading

BROKER, GAP, ENGINE = "broker", "gap", "engine"
_NAMES = {
    BROKER: "streams lost",
    GAP: "service was away",
    ENGINE: "ALARM STATE UNKNOWN",
    "store": "store fails",
    "influx": "InfluxDB is down",
    "pager": "no pager channel works",
    "screen": "no armed station screen",
    "duty": "nobody is on call",
    "clock": "host clock off by",
}


class SiteEngine:
    """The face of BedEngine for alarms that belong to no bed; occurrences begin with `site:`.

    T-ENGINE is raised here for a bed whose own engine is dead: its event names that bed.
    """

    def __init__(
        self,
        beds: Sequence[BedSetup],
        profile: Profile,
        *,
        origin: Origin = Origin.REAL,
        pending_events: bool = False,
    ) -> None:
        self.profile = profile
        self.custody = Custody(beds)
        self._streams = {bed.bed: self.custody.streams(bed.bed) for bed in beds}
        self._announcer = Announcer(None, profile=profile.version, pending_events=pending_events)
        self._announcer.state.origin = origin
        self._ladders: dict[str, Ladder] = {}
        self._rules: dict[str, tuple[FaultRule, ...]] = {}
        self._links: dict[str, dict[str, float]] = {bed: {} for bed in self._streams}
        self._broker_down = False
        self._open: tuple[str, ...] = ()  # beds with an open session
        self._now = -math.inf
        for part in dict.fromkeys(row.part for row in profile.fault):
            for about in self._streams if part == ENGINE else [None]:
                self._build(part, about)

    @property
    def now(self) -> float:
        """The time of the newest input."""
        return self._now

    def observe(self, reading: Reading) -> list[AlarmEvent]:
        """Take a reading of any bed; only the links of streaming devices matter here."""
        at = max(reading.at, self._now)
        self._pass_to(at)
        if isinstance(reading, Link) and reading.device in self._streams.get(reading.bed, ()):
            self._take_link(at, reading)
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
                self._open = tuple(bed for bed in order.beds if bed in self._links)
                self._judge_net(at, "")
            case Place():
                self._place(at, order)
            case Acknowledge() | Reset():
                acknowledge(self._ladders.values(), at, order, self._announcer.state.seq)
            case _ if isinstance(order, Answer):
                take_answer(self._ladders.values(), at, order, self.profile.escalation)
            case PauseAudio():
                self._pause(at, order)
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
        return frozenset(
            bed for bed, down in self._links.items() if any(at <= until for at in down.values())
        )

    def alarms(self) -> tuple[StandingAlarm, ...]:
        """The standing alarms of the site, gravest first."""
        found = [a for ladder in self._ladders.values() if (a := stand(ladder, self._now))]
        return tuple(sorted(found, key=lambda a: (-a.event.priority.rank, -a.onset_at)))

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
                links=self._links,
                open=self._open,
                custody=self.custody.state,
                broker_down=self._broker_down,
                ladders={name: keep(ladder) for name, ladder in self._ladders.items()},
            )
        )

    @classmethod
    def restore(cls, beds: Sequence[BedSetup], profile: Profile, snapshot: SiteSnapshot) -> Self:
        """An engine that goes on as if it had never stopped.

        Raises:
            SnapshotMismatch: of another schema, profile or set of beds.
        """
        engine = cls(beds, profile)
        kept = copy_site(snapshot)
        mine = (SNAPSHOT_SCHEMA, profile.version, set(engine._ladders))
        theirs = (kept.schema, kept.profile, set(kept.ladders))
        if mine != theirs:
            raise SnapshotMismatch(f"snapshot of {theirs} does not fit {mine}")
        engine._now = -math.inf if kept.now is None else kept.now
        engine._announcer.state = kept.announce
        engine._links = kept.links
        engine._open = kept.open
        engine.custody.state = kept.custody
        engine._streams = {bed: engine.custody.streams(bed) for bed in engine._streams}
        engine._broker_down = kept.broker_down
        for name, ladder in engine._ladders.items():
            put_back(ladder, kept.ladders[name])
        return engine

    def _build(self, part: str, about: str | None) -> None:
        rows: list[FaultRow] = [row for row in self.profile.fault if row.part == part]
        words = _NAMES.get(part, part)
        if about is not None:
            words = f"{about}: {words}"
        rules = tuple(FaultRule(row, order, words, row.delay_s) for order, row in enumerate(rows))
        for rule in rules:
            rule.armed = True
        ladder = Ladder(
            self._name(part, about),
            AlarmKind.TECHNICAL,
            rules,
            self._announcer,
            voice=self.profile.voice,
            lost_priority=self.profile.signals.lost_priority,
            about=about,
        )
        self._ladders[ladder.name] = ladder
        self._rules[ladder.name] = rules

    @staticmethod
    def _name(part: str, about: str | None = None) -> str:
        return part if about is None else f"{part}/{about}"

    def _take_fault(self, at: float, fault: Fault) -> None:
        name = self._name(fault.part, fault.bed if fault.part == ENGINE else None)
        if name not in self._ladders:
            raise Refused(f"no such part {name!r}; the profile has {', '.join(self._ladders)}")
        if fault.part == BROKER:
            self._broker_down = not fault.up
            self._judge_net(at, fault.detail)
        elif fault.up:
            self._mend(at, name)
        else:
            self._break(at, name, fault.detail, fault.level)

    def _take_link(self, at: float, link: Link) -> None:
        down = self._links[link.bed]
        if link.up:
            down.pop(link.device, None)
        else:
            down.setdefault(link.device, at)
        self._judge_net(at, "")

    def _place(self, at: float, order: Place) -> None:
        """A device is at another bed now: its link counts there."""
        self.custody.place(at, order.home, order.row, order.bed, order.device)
        for bed, down in self._links.items():
            self._streams[bed] = self.custody.streams(bed)
            for device in down.keys() - self._streams[bed]:
                del down[device]
        self._judge_net(at, "")

    def _judge_net(self, at: float, detail: str) -> None:
        """Half of the streams of at least two watched beds within ten seconds, or the broker."""
        standing = self._ladders[BROKER].standing
        hit = [bed for bed in self._open if self._half_lost(bed, at, ever=standing)]
        if self._broker_down and self._open:
            self._break(at, BROKER, detail or "broker", None)
        elif len(hit) >= self.profile.net.beds:
            self._break(at, BROKER, ", ".join(hit), None)
        else:
            self._mend(at, BROKER)

    def _half_lost(self, bed: str, at: float, *, ever: bool) -> bool:
        """Lost together raises; once raised, whatever is still lost keeps it."""
        net = self.profile.net
        lost = [t for t in self._links[bed].values() if ever or at - t <= net.within_s]
        streams = self._streams[bed]
        return bool(streams) and len(lost) >= net.part * len(streams)

    def _break(self, at: float, name: str, detail: str, level: float | None) -> None:
        for rule in self._rules[name]:
            rule.report(at, detail, level)
        self._ladders[name].settle(at)

    def _mend(self, at: float, name: str) -> None:
        for rule in self._rules[name]:
            rule.reset()
        self._ladders[name].settle(at)

    def _pause(self, at: float, order: PauseAudio) -> None:
        if order.seconds not in self.profile.voice.pauses_s:
            raise Refused(f"an audio pause cannot last {order.seconds:g} s")
        sounding = [ladder for ladder in self._ladders.values() if ladder.audible(at)]
        if not sounding:
            raise Refused("no alarm of the site sounds", conflict=True)
        for ladder in sounding:
            ladder.pause(at + order.seconds)

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
