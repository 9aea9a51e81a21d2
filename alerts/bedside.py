"""What happens at one bed when a reading comes, time passes or the phase changes."""

from alerts.announce import Announcer
from alerts.condition import State
from alerts.event import Cause
from alerts.ladder import Ladder
from alerts.limits import Profile, Source
from alerts.panel import Panel, period_of
from alerts.rules.limit import LimitRule
from alerts.rules.nausea import Circumstances
from alerts.rules.pressure import usable_pressure
from alerts.schedule import next_due
from alerts.session import AFTER_DOSE, DRUGGED, Session
from alerts.setup import BedSetup
from alerts.signals import Judged, Track, usable
from alerts.snapshot import BedMemory
from alerts.status import Phase
from devices.reading import (
    Beats,
    Cuff,
    Link,
    Malformed,
    Metric,
    Reading,
    Report,
    ReportSource,
    Sample,
)

STAFF = "staff"  # the device name of whatever a person typed in
_WATCHED = {State.PENDING, State.ON, State.ACKED}
_RATES = (Metric.HEART_RATE, Metric.PULSE_RATE)


class Bedside:
    """The working state of a bed behind BedEngine; its methods expect time in order."""

    def __init__(self, setup: BedSetup, profile: Profile, announcer: Announcer) -> None:
        self.setup = setup
        self.profile = profile
        self.announcer = announcer
        self.session = Session(profile)
        self.panel = Panel(setup, profile, announcer)
        self.memory = BedMemory()
        self.tracks = {
            metric: Track(metric, profile.signals, period_of(setup, metric))
            for metric in (Metric.SPO2, *_RATES)
        }
        self.cuffs = {d.id for d in setup.devices if Metric.SYSTOLIC in d.metrics}
        self.automatic = any(d.automatic for d in setup.devices if d.id in self.cuffs)

    # -- readings ----------------------------------------------------------------------------------

    def take(self, at: float, reading: Reading) -> None:
        """One reading of this bed. Without a session, history or foreign data decide nothing."""
        by_staff = reading.device == STAFF
        if isinstance(reading, Report):
            if self._concerns(reading):
                self._take_report(at, reading)
        elif reading.history:
            return
        elif isinstance(reading, Link):
            self._take_link(at, reading)
        elif isinstance(reading, Malformed):
            self._take_malformed(at, reading)
        else:
            self._hear(at, reading.device)
            if self._concerns(reading):
                self._take_value(at, reading, by_staff=by_staff)
        if self.announcer.events:
            self.cover(at)

    def _concerns(self, reading: Reading) -> bool:
        """Only an open session judges, and only data of its own origin (or a person's entry)."""
        if not self.session.open:
            return False
        return reading.device == STAFF or reading.origin is self.session.state.origin

    def _take_value(self, at: float, reading: Sample | Cuff | Beats, *, by_staff: bool) -> None:
        if isinstance(reading, Sample):
            if reading.metric in self.tracks:
                self._take_streamed(at, reading)
            elif reading.metric is Metric.MOAAS:
                self._take_moaas(at, reading)
        elif isinstance(reading, Cuff):
            self._take_cuff(at, reading, by_staff=by_staff)

    def _take_streamed(self, at: float, sample: Sample) -> None:
        if sample.metric is Metric.PULSE_RATE and sample.device in self.cuffs:
            return  # a cuff's pulse never alarms
        track = self.tracks[sample.metric]
        now = track.take(at, sample)
        if sample.metric is Metric.SPO2:
            self._hear_spo2(at, sample, now)
            source = Source.SPO2
        else:
            source = Source.HEART
        if now is None or self._second_choice(at, sample.metric):
            return
        self._keep_baseline(at, source, now)
        if self.session.state.phase is Phase.SETUP and not track.armed(at):
            return
        for ladder, rules in self.panel.streamed[source]:
            for rule in rules:
                rule.judge(at, now)
            ladder.settle(at)
        if source is Source.SPO2:
            self._weigh_nausea(at, now.value)

    def _second_choice(self, at: float, metric: Metric) -> bool:
        """The oximeter's pulse counts only while the strap or ECG is silent."""
        return metric is Metric.PULSE_RATE and self.tracks[Metric.HEART_RATE].fresh(at)

    def _keep_baseline(self, at: float, source: Source, now: Judged) -> None:
        if self.session.state.dose_at is None and not now.weak:
            state = self.session.state
            values = state.spo2s if source is Source.SPO2 else state.rates
            self.session.keep_value(values, at, now.value)

    def _hear_spo2(self, at: float, sample: Sample, now: Judged | None) -> None:
        ladder = self.panel.spo2
        if ladder is None:
            return
        if now is not None and (not now.weak or not ladder.standing):
            for rule in self.panel.spo2_rules:
                rule.hear(at)
        elif usable(sample) is None:
            for rule in self.panel.spo2_rules:
                rule.miss("" if sample.reason is None else sample.reason.replace("_", " "))
        if ladder.standing:
            ladder.settle(at)

    def _take_moaas(self, at: float, sample: Sample) -> None:
        value = usable(sample)
        if value is None:
            return
        self.memory.moaas, self.memory.moaas_at = value, at
        self._weigh_nausea(at, self.memory.spo2)

    def _take_cuff(self, at: float, cuff: Cuff, *, by_staff: bool) -> None:
        stated = cuff.device_time if by_staff and cuff.device_time is not None else at
        pressure = usable_pressure(cuff, min(at, stated))
        again = (cuff.device, cuff.device_time)
        memory = self.memory
        if pressure is None or (cuff.device_time is not None and again == memory.last_cuff):
            return
        if memory.pressure is not None and pressure.at < memory.pressure.at:
            return  # an older reading changes no state
        memory.pressure, memory.last_cuff = pressure, again
        self.session.keep(pressure)
        baseline = self.session.baseline_pressure
        for ladder, rules in self.panel.cuffs:
            checking = {rule for rule in rules if rule.checking}
            for rule in rules:
                rule.judge(pressure, baseline)
            ladder.settle(at, by_staff=by_staff)
            if any(rule.checking and rule not in checking for rule in rules):
                memory.desk.ask(at, self.profile.check.within_s)
        self.reschedule(at)

    def _take_report(self, at: float, report: Report) -> None:
        age_s = at - report.device_time if report.history and report.device_time else 0
        around = self._circumstances(at, self.memory.spo2)
        self.panel.nausea_rule.report(at, report, max(age_s, 0), around)
        by_staff = report.source is ReportSource.STAFF
        self.panel.nausea.settle(at, by_staff=by_staff)

    def _weigh_nausea(self, at: float, spo2: float | None) -> None:
        self.memory.spo2 = spo2
        if self.panel.nausea_rule.dangerous_if:
            self.panel.nausea_rule.weigh(at, self._circumstances(at, spo2))
            self.panel.nausea.settle(at)

    def _circumstances(self, at: float, spo2: float | None) -> Circumstances:
        state, memory = self.session.state, self.memory
        known_at = state.began_at if memory.moaas_at is None else memory.moaas_at
        unknown_s = at - known_at
        recent = unknown_s <= self.profile.nausea.moaas_known_s
        saturation = spo2 if self.tracks[Metric.SPO2].fresh(at) else None
        return Circumstances(
            moaas=memory.moaas if recent else None,
            moaas_unknown_s=unknown_s,
            spo2=saturation,
            drugged=state.phase in DRUGGED,
        )

    # -- devices -----------------------------------------------------------------------------------

    def _hear(self, at: float, device: str) -> None:
        """A good frame came from a device."""
        self.memory.heard[device] = at
        if device in self.panel.links:
            ladder, rules = self.panel.links[device]
            for rule in rules:
                rule.hear(at)
            if ladder.standing:
                ladder.settle(at)
        if device in self.panel.frames:
            ladder, rule = self.panel.frames[device]
            if rule.state.since is not None or rule.state.level is not None:
                rule.reset()
                ladder.settle(at)

    def _take_link(self, at: float, link: Link) -> None:
        if not link.up:
            self.memory.heard.pop(link.device, None)
        if link.up or not self.session.open or link.device not in self.panel.links:
            return
        ladder, rules = self.panel.links[link.device]
        for rule in rules:
            rule.cut(at, link.reason.replace("_", " "))
        ladder.settle(at)

    def _take_malformed(self, at: float, frame: Malformed) -> None:
        if not self.session.open or frame.device not in self.panel.frames:
            return
        ladder, rule = self.panel.frames[frame.device]
        rule.report(at, frame.where)
        ladder.settle(at)

    # -- time --------------------------------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        """The next instant at which something happens by itself."""
        if not self.session.open:
            return None
        found = self.session.deadline
        for ladder in self.panel.ladders.values():
            deadline = ladder.deadline
            if deadline is not None and (found is None or deadline < found):
                found = deadline
        for source, ladders in self.panel.streamed.items():
            if any(ladder.state.state in _WATCHED for ladder, _ in ladders):
                lost_at = self._lost_at(source)
                if lost_at is not None and (found is None or lost_at < found):
                    found = lost_at
        until = self.memory.pause_until
        return until if until is not None and (found is None or until < found) else found

    def fire(self, at: float) -> None:
        """Do everything that is due at `at`."""
        if self.session.elapse(at):
            self.rearm(at)
        if self.memory.pause_until is not None and self.memory.pause_until <= at:
            self.memory.pause_until = None
        for ladder in self.panel.ladders.values():
            deadline = ladder.deadline
            if deadline is not None and deadline <= at:
                self.cover(at)
                ladder.elapse(at)
        self._lose_sources(at)
        self.cover(at)

    def _lost_at(self, source: Source) -> float | None:
        metrics = (Metric.SPO2,) if source is Source.SPO2 else _RATES
        times = [t for metric in metrics if (t := self.tracks[metric].lost_at) is not None]
        return max(times, default=None)

    def _lose_sources(self, at: float) -> None:
        """A source that went silent in alarm is an alarm; so is a cuff reading that is overdue."""
        for source, ladders in self.panel.streamed.items():
            lost_at = self._lost_at(source)
            if lost_at is None or lost_at > at:
                continue
            for ladder, _ in ladders:
                if ladder.state.state in _WATCHED:
                    silent_s = max(self.tracks[Metric.SPO2].stale_s, 0)
                    ladder.lose(at, f"SIGNAL LOST {_clock(silent_s)}")
        pressure = self.memory.pressure
        if self.panel.due_rule.state.level is not None and pressure is not None:
            for ladder, _ in self.panel.cuffs:
                if ladder.state.state in {State.ON, State.ACKED}:
                    ladder.lose(at, f"NO READING FOR {_clock(at - pressure.at)}")

    def excuse(self, since: float, at: float, *, known: bool) -> None:
        """The service was away from `since` to `at`."""
        voice = self.profile.voice
        away_s = at - since
        long = not known or away_s > voice.gap_s
        for ladder in self.panel.ladders.values():
            until = ladder.state.paused_until
            if until is not None:
                ladder.state.paused_until = None if long else until + away_s
        if self.memory.pause_until is not None:
            self.memory.pause_until = None if long else self.memory.pause_until + away_s
        if not self.session.open:
            return
        for rule in self.panel.silences():
            rule.excuse(at, voice.gap_grace_s)
        for track in self.tracks.values():
            if track.state.value_at is not None:
                track.state.value_at = at - track.stale_s + max(track.stale_s, voice.gap_grace_s)

    # -- phases ------------------------------------------------------------------------------------

    def welcome(self, at: float) -> None:
        """A session opened: nothing of the last patient is left."""
        self.announcer.state.session = self.session.state.id
        self.announcer.state.origin = self.session.state.origin
        heard = self.memory.heard
        self.memory = BedMemory(heard=heard, site_cover=self.memory.site_cover)
        for track in self.tracks.values():
            track.reset()
        for rule in self.panel.silences():
            rule.wait_from(at)
        self.rearm(at)

    def part(self, at: float, by: str) -> None:
        """The session closed: every alarm ends, with its cause."""
        for ladder in self.panel.ladders.values():
            ladder.end(at, Cause.SESSION_CLOSED, by)
        self.memory.pause_until = None
        self.rearm(at)
        self.announcer.state.session = None

    def rearm(self, at: float, *, restoring: bool = False) -> None:
        """Take the phase and the baseline: which rules judge, and against what."""
        phase = self.session.state.phase
        baseline = self.session.state.baseline
        for row, rule in self.panel.rows():
            rule.armed = self.session.reached(row.armed)
            if isinstance(rule, LimitRule) and baseline is not None:
                spo2 = rule.row.source is Source.SPO2
                rule.compare_with(baseline.spo2 if spo2 else baseline.heart_rate)
            elif isinstance(rule, LimitRule):
                rule.compare_with(None)
        self.panel.nausea_rule.armed = self.session.open
        self.panel.due_rule.armed = phase in AFTER_DOSE
        for _, rule in self.panel.frames.values():
            rule.armed = self.session.open
        if restoring:
            for rule in self.panel.silences():
                rule.armed = self.session.open and (not rule.row.phases or phase in rule.row.phases)
            return
        for rule in self.panel.silences():
            rule.arm(at, phase, armed=self.session.open)
        for ladder in self.panel.ladders.values():
            if ladder.rules and ladder.kind == "technical":
                ladder.settle(at, data=False)
        self.reschedule(at)

    def ask_reading(self, at: float) -> None:
        """A person asks for a cuff reading."""
        self.memory.desk.ask(at, self.profile.check.within_s)

    def reschedule(self, at: float) -> None:
        """When the next cuff reading is due, after a reading or a change of phase."""
        session, rule = self.session.state, self.panel.due_rule
        if session.dose_at is None or session.phase not in AFTER_DOSE:
            rule.reset()
            self.panel.due.settle(at)
            return
        protocol = self.session.protocol
        last_at = None if self.memory.pressure is None else self.memory.pressure.at
        due = next_due(
            protocol.automatic if self.automatic else protocol.hand,
            phase=session.phase,
            phase_since=session.phase_since,
            dose_at=session.dose_at,
            last_at=last_at,
            early_s=self.profile.due.early_s,
        )
        urgent = any(_urgent(ladder) for ladder, _ in self.panel.cuffs)
        if urgent and last_at is not None and due is not None:
            due = min(
                due, due._replace(at=last_at + protocol.urgent_s, interval_s=protocol.urgent_s)
            )
        forced = last_at is None or last_at < session.dose_at + self.profile.due.forced_from_s
        waited_from = session.dose_at if last_at is None else max(last_at, session.dose_at)
        rule.expect(at, due, waited_from, session.dose_at if forced else None)
        self.panel.due.settle(at)

    # -- cover -------------------------------------------------------------------------------------

    def cover_by_site(self, at: float, condition: str | None) -> None:
        """A site alarm (T-NET) begins or stops to speak for this bed's lost streams."""
        self.memory.site_cover = condition
        self.cover(at)

    def cover(self, at: float) -> None:
        """T-NET > T-LINK > T-SPO2, and a value lost in alarm speaks for its own lost source."""
        site = self.memory.site_cover
        spo2_lost = self._lost_condition(Source.SPO2)
        heart_lost = self._lost_condition(Source.HEART)
        spo2_device = self.tracks[Metric.SPO2].state.device
        for device, (ladder, _) in self.panel.links.items():
            lost = spo2_lost if device == spo2_device else None
            if lost is None and heart_lost is not None:
                lost = heart_lost if self._feeds_heart(device) else None
            ladder.cover(at, site or lost)
        if self.panel.spo2 is not None:
            link = self.panel.links.get(spo2_device)
            by_link = link[0].state.condition if link is not None and link[0].standing else None
            self.panel.spo2.cover(at, site or spo2_lost or by_link)

    def _feeds_heart(self, device: str) -> bool:
        return any(self.tracks[metric].state.device == device for metric in _RATES)

    def _lost_condition(self, source: Source) -> str | None:
        for ladder, _ in self.panel.streamed.get(source, []):
            if ladder.state.state in {State.LOST, State.LOST_ACKED}:
                return ladder.state.condition
        return None


def _urgent(ladder: Ladder) -> bool:
    """A severe, critical or low pressure stands (not a mere rise)."""
    s = ladder.state
    return ladder.standing and s.condition not in {"BP-RISE", "BP-ELEV"}


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
