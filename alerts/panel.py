"""Builds the ladders of one bed from its profile and its devices, and keeps them findable."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from alerts.announce import Announcer
from alerts.event import AlarmKind, Priority
from alerts.ladder import Ladder
from alerts.leaving_rules import LeftRules, StandbyRules
from alerts.limits import Profile
from alerts.rows import CuffRow, LimitRow, Row, SilenceRow, Source
from alerts.rules.absence import AbsenceRule
from alerts.rules.call import CallRule
from alerts.rules.cuff import CuffRule
from alerts.rules.due import DueRule
from alerts.rules.fail import FailRule
from alerts.rules.faint import FaintRule
from alerts.rules.flag import FlagRule
from alerts.rules.limit import DipsRule, LimitRule
from alerts.rules.nausea import NauseaRule
from alerts.rules.rule import AnyRule
from alerts.rules.score import ScoreRule
from alerts.rules.seen import SeenRule
from alerts.rules.silence import FaultRule, SilenceRule
from alerts.rules.watch import WatchRule
from alerts.setup import BedSetup, DeviceRow
from alerts.status import Phase
from devices.reading import Metric

R = TypeVar("R", AbsenceRule, SeenRule)
Streamed = LimitRule | DipsRule
NAUSEA, SEDATION, DUE, T_SPO2 = "NAU", "SED", "T-NIBP-DUE", "T-SPO2"
T_HR = "T-HR"


class Panel:
    """Every ladder of a bed: `ladders` in the order in which they decide."""

    def __init__(self, setup: BedSetup, profile: Profile, announcer: Announcer) -> None:
        self.profile = profile
        self.announcer = announcer
        self.ladders: dict[str, Ladder] = {}
        self.streamed: dict[Source, list[tuple[Ladder, tuple[Streamed, ...]]]] = {}
        self.cuffs: list[tuple[Ladder, tuple[CuffRule, ...]]] = []
        self.links: dict[str, tuple[Ladder, tuple[SilenceRule, ...]]] = {}
        self.frames: dict[str, tuple[Ladder, FaultRule]] = {}
        self._build_streamed()
        self._build_cuffs()
        self.nausea_rule = NauseaRule(profile.nausea)
        self.nausea = self._add(NAUSEA, AlarmKind.PHYSIOLOGICAL, (self.nausea_rule,))
        self.scores = tuple(ScoreRule(row, i) for i, row in enumerate(profile.score))
        self.sedation = self._add(SEDATION, AlarmKind.PHYSIOLOGICAL, self.scores)
        self.call_rule = CallRule(profile.call)
        self.call = self._add(profile.call.id, AlarmKind.PHYSIOLOGICAL, (self.call_rule,))
        self.flag_rule = FlagRule(profile.red_flag)
        self.flags = self._add(profile.red_flag.id, AlarmKind.PHYSIOLOGICAL, (self.flag_rule,))
        self._build_autonomic()
        self.batteries: dict[str, tuple[Ladder, tuple[LimitRule, ...]]] = {}
        for device in setup.devices:
            self._build_device(device)
        self.absence = self._one(AbsenceRule(profile.absence))
        self.origin = self._one(SeenRule(profile.origin, 0))
        self.spo2_rules = self._silences("spo2", "no SpO2", period_of(setup, Metric.SPO2))
        watched = any(Metric.SPO2 in device.metrics for device in setup.devices)
        self.spo2 = self._add(T_SPO2, AlarmKind.TECHNICAL, self.spo2_rules) if watched else None
        gate = Row(
            id=profile.gate.id,
            ladder=profile.gate.id,
            priority=profile.gate.priority,
            armed=Phase.DOSING,
        )
        self.gate_rule = FaultRule(gate, 0, f"{gate.id} unsigned", 0)
        self.gate = self._add(gate.ladder, AlarmKind.TECHNICAL, (self.gate_rule,))
        self.due_rule = DueRule(profile.due)
        self.due = self._add(DUE, AlarmKind.TECHNICAL, (self.due_rule,))
        self.fail_rule = FailRule(profile.fail)
        self.fail = self._add(profile.fail.id, AlarmKind.TECHNICAL, (self.fail_rule,))
        self.standby, self.standby_rule = self._build_away(profile.standby, "NOT BACK ON MONITOR")
        self.left, self.left_rule = self._build_away(profile.left, "patient left?")

    def rows(self) -> Iterable[tuple[Row, AnyRule]]:
        """Every rule that has a row with an earliest phase."""
        for ladder in self.ladders.values():
            for rule in ladder.rules:
                if isinstance(rule, LimitRule | DipsRule | CuffRule | ScoreRule):
                    yield rule.row, rule

    def silences(self) -> Iterable[SilenceRule]:
        """Every rule that waits for data."""
        for ladder in self.ladders.values():
            for rule in ladder.rules:
                if isinstance(rule, SilenceRule):
                    yield rule

    def bound(self, most: Priority | None) -> None:
        """Technical alarms speak no louder than this (None: as their rules say)."""
        for ladder in self.ladders.values():
            ladder.most = most if ladder.kind is AlarmKind.TECHNICAL else None

    def _build_streamed(self) -> None:
        dips_rows = self.profile.dips
        dips = [DipsRule(row, order) for order, row in enumerate(dips_rows)]
        limits = [
            self._limit(row, order, self.profile.limit_beside(row))
            for order, row in enumerate(self.profile.limit, len(dips))
        ]
        rules: list[Streamed] = [*dips, *limits]
        for name in dict.fromkeys(rule.row.ladder for rule in [*limits, *dips]):
            own = tuple(rule for rule in rules if rule.row.ladder == name)
            ladder = self._add(name, AlarmKind.PHYSIOLOGICAL, own)
            self.streamed.setdefault(own[0].row.source, []).append((ladder, own))
        self.apart_rule = self._limit(self.profile.heart_apart, 0)
        self.apart = self._add(T_HR, AlarmKind.TECHNICAL, (self.apart_rule,))

    def _build_cuffs(self) -> None:
        p = self.profile
        rows: Sequence[CuffRow] = [*p.cuff_rise, *p.cuff_high, *p.cuff_low, *p.cuff_slow]
        unanswered_s = p.check.unanswered_s
        rules = [CuffRule(row, i, unanswered_s=unanswered_s) for i, row in enumerate(rows)]
        for name in dict.fromkeys(rule.row.ladder for rule in rules):
            own = tuple(rule for rule in rules if rule.row.ladder == name)
            self.cuffs.append((self._add(name, AlarmKind.PHYSIOLOGICAL, own), own))

    def _build_autonomic(self) -> None:
        watch, faint = self.profile.nausea_watch, self.profile.vasovagal
        self.watch_rule = WatchRule(watch)
        self.watch = self._add(
            watch.ladder, AlarmKind.PHYSIOLOGICAL, (self.watch_rule,), lost_priority=watch.priority
        )
        self.faint_rule = FaintRule(faint)
        self.faint = self._add(faint.ladder, AlarmKind.PHYSIOLOGICAL, (self.faint_rule,))

    def _build_device(self, device: DeviceRow) -> None:
        p = self.profile
        row = Row(id=p.frame.id, ladder=p.frame.id, priority=p.frame.priority, armed=Phase.SETUP)
        frames = FaultRule(row, 0, f"{device.id} sends only malformed frames", p.frame.delay_s)
        ladder = self._add(f"{p.frame.id}/{device.id}", AlarmKind.TECHNICAL, (frames,))
        self.frames[device.id] = (ladder, frames)
        self._build_battery(device)
        if device.streams:
            rules = self._silences("link", f"{device.id} lost", device.period_s)
            name = f"{rules[0].row.id}/{device.id}"
            self.links[device.id] = (self._add(name, AlarmKind.TECHNICAL, rules), rules)

    def _build_battery(self, device: DeviceRow) -> None:
        name = f"{device.id} battery"
        rules = tuple(self._limit(row, i, name=name) for i, row in enumerate(self.profile.battery))
        if rules:
            ladder = self._add(f"{rules[0].row.id}/{device.id}", AlarmKind.TECHNICAL, rules)
            self.batteries[device.id] = (ladder, rules)

    def _one(self, rule: R) -> tuple[Ladder, R]:
        """A technical alarm of the bed with one rule."""
        return self._add(rule.condition, AlarmKind.TECHNICAL, (rule,)), rule

    def _build_away(self, rules: StandbyRules | LeftRules, words: str) -> tuple[Ladder, FaultRule]:
        row = Row(id=rules.id, ladder=rules.id, priority=rules.priority, armed=Phase.SETUP)
        rule = FaultRule(row, 0, words, 0)
        return self._add(rules.id, AlarmKind.TECHNICAL, (rule,)), rule

    def _silences(self, of: str, name: str, period_s: float) -> tuple[SilenceRule, ...]:
        rows: list[SilenceRow] = [row for row in self.profile.silence if row.of == of]
        least_s = self.profile.signals.silent_periods * period_s
        stale_s, most_s = self.profile.signals.stale_s, self.profile.voice.chatter_most_s
        return tuple(
            SilenceRule(row, order, name, least_s, stale_s=stale_s, dwell_most_s=most_s)
            for order, row in enumerate(rows)
        )

    def _limit(
        self, row: LimitRow, place: int, beside: float | None = None, name: str | None = None
    ) -> LimitRule:
        return LimitRule(
            row,
            place,
            weak_s=self.profile.signals.weak_s,
            lag_s=self.profile.signals.median_lag_s,
            dwell_most_s=self.profile.voice.chatter_most_s,
            beside=beside,
            name=name,
        )

    def _add(
        self,
        name: str,
        kind: AlarmKind,
        rules: tuple[AnyRule, ...],
        lost_priority: Priority | None = None,
    ) -> Ladder:
        ladder = Ladder(
            name,
            kind,
            rules,
            self.announcer,
            voice=self.profile.voice,
            lost_priority=lost_priority or self.profile.signals.lost_priority,
        )
        self.ladders[name] = ladder
        return ladder


def period_of(setup: BedSetup, metric: Metric) -> float:
    """The longest usual time between two values of a metric over the bed's devices (0: none)."""
    return max((d.period_s for d in setup.devices if metric in d.metrics), default=0)
