"""The streamed values of a bed: which device counts, its rules, and a source gone silent."""

from collections.abc import Callable, Sequence

import msgspec

from alerts.clocks import ClockState, is_live
from alerts.condition import State
from alerts.heart import RATES, Heart
from alerts.panel import Panel, period_of
from alerts.part import Orders
from alerts.rows import Source
from alerts.rules.limit import LimitRule
from alerts.rules.silence import hear_all
from alerts.session import Session
from alerts.setup import BedSetup
from alerts.signals import Judged, Track, judged_by_hand, usable
from alerts.staff import entered_by, stated_at
from alerts.status import Phase, Task
from alerts.words import clock
from devices.reading import Beats, Metric, Reason, Sample, Validity

_METRICS = {
    Source.SPO2: (Metric.SPO2,),
    Source.HEART: RATES,
    Source.RESPIRATION: (Metric.RESPIRATORY_RATE,),
}
_QUESTIONABLE, _IDLE = Validity.QUESTIONABLE, State.IDLE  # bound once, for the fast path
_SOURCES = {metric: source for source, metrics in _METRICS.items() for metric in metrics}
_LOST = {State.LOST, State.LOST_ACKED}


Watch = Callable[[float, Source, Judged], bool]
"""Hears of every judged value; True if something waits for another instant now."""


def _unwatched(at: float, source: Source, now: Judged) -> bool:
    del at, source, now
    return False


class StreamsState(msgspec.Struct):
    """faint: the oximeters with too little perfusion, and when they last said so.

    clocks: what is known of the devices' own clocks.
    """

    faint: dict[str, float] = {}
    clocks: dict[str, ClockState] = {}


class Streams:
    """SpO2, heart and respiratory rate of one bed, judged sample by sample."""

    __slots__ = ("cuffs", "heart", "panel", "rules", "session", "state", "tracks", "watch")

    def __init__(self, setup: BedSetup, panel: Panel, session: Session) -> None:
        self.panel = panel
        self.session = session
        self.rules = panel.profile.signals
        self.state = StreamsState()
        self.watch: Watch = _unwatched
        self.cuffs = {
            d.id
            for d in setup.devices
            if Metric.SYSTOLIC in d.metrics and Metric.SPO2 not in d.metrics
        }
        self.tracks = {
            metric: Track(metric, panel.profile.signals, period_of(setup, metric))
            for metric in _SOURCES
        }
        strap, pulse = (self.tracks[rate] for rate in RATES)
        self.heart = Heart(strap, pulse, panel.apart, panel.apart_rule)

    def live(self, at: float, sample: Sample | Beats) -> bool:
        """Whether a sample may change anything: its device's clock does not say late or old."""
        return is_live(self.state.clocks, at, sample, self.rules)

    def take(self, at: float, sample: Sample) -> bool:
        """Judge one sample; False if no deadline can have come nearer."""
        metric = sample.metric
        if metric is Metric.PULSE_RATE and sample.device in self.cuffs:
            return False  # a cuff's pulse never alarms
        track, source = self.tracks[metric], _SOURCES[metric]
        weak = sample.validity is _QUESTIONABLE or self._disturbed(at, sample)
        unlosable = track.lost_at is None
        now = track.take(at, sample, weak=weak)
        stirred = source is Source.SPO2 and self._hear_spo2(at, sample, now)
        stirred = stirred or (unlosable and now is not None)
        if now is None:
            return stirred
        if source is Source.HEART:
            stirred = self.heart.compare(at) or stirred
            if self.heart.outranked(at, now):
                return stirred
            now = self.heart.doubted(now)
        if self.session.state.dose_at is None:
            self._keep_baseline(at, source, now)
            if self.session.state.phase is Phase.SETUP and not track.armed(at):
                return stirred
        stirred = self.watch(at, source, now) or stirred
        return self._judge(at, source, now) or stirred

    def take_perfusion(self, at: float, sample: Sample) -> bool:
        """A perfusion index: too low, it makes the same device's SpO2 weak for a while."""
        index = usable(sample)
        if index is not None:
            if index < self.rules.perfusion_least:
                self.state.faint[sample.device] = at
            else:
                self.state.faint.pop(sample.device, None)
        return False

    def take_by_hand(self, at: float, sample: Sample) -> bool:
        """A person measured it: it decides alone, at its stated time, and proves no device.

        Older than what any device or person has told of the same, it decides nothing.
        """
        source, when = _SOURCES[sample.metric], stated_at(at, sample)
        tracks = [self.tracks[metric] for metric in _METRICS[source]]
        now = judged_by_hand(sample)
        if now is None or when < max(track.known_at for track in tracks):
            return False
        for track in tracks:
            track.state.by_hand_at = when
        for ladder, rules in self.panel.streamed[source]:
            for rule in rules:
                if isinstance(rule, LimitRule):
                    rule.judge_alone(at, now)
            ladder.settle(at, by=entered_by(sample))
        return True

    @property
    def orders(self) -> Orders:
        """None: streams are readings."""
        return {}

    def arm(self) -> None:
        """Set the limits in force from the session's baseline."""
        baseline = self.session.state.baseline
        usual: dict[Source, float | None] = {}
        if baseline is not None:
            usual = {Source.SPO2: baseline.spo2, Source.HEART: baseline.heart_rate}
        for source, ladders in self.panel.streamed.items():
            for _, rules in ladders:
                for rule in rules:
                    if isinstance(rule, LimitRule):
                        rule.compare_with(usual.get(source))

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def spo2(self, at: float) -> float | None:
        """The last judged SpO2 while it is fresh."""
        track = self.tracks[Metric.SPO2]
        return track.state.judged if track.fresh(at) else None

    def rate(self, at: float) -> float | None:
        """The judged heart rate while it is plainly valid: strap or ECG, else the oximeter's."""
        tracks = (self.tracks[rate] for rate in RATES)
        return next((track.state.judged for track in tracks if track.sure(at)), None)

    @property
    def deadline(self) -> float | None:
        """When a source in alarm, or about to be, counts as lost."""
        found = self.heart.deadline
        for source, ladders in self.panel.streamed.items():
            for ladder, _ in ladders:
                if ladder.losable:
                    lost_at = self.lost_at(source)
                    if lost_at is not None and (found is None or lost_at < found):
                        found = lost_at
        return found

    def elapse(self, at: float) -> None:
        """A source that went silent in alarm is an alarm: the same occurrence, presence unknown."""
        self.heart.elapse(at)
        for source, ladders in self.panel.streamed.items():
            lost_at = self.lost_at(source)
            if lost_at is None or lost_at > at:
                continue
            silent_s = self.silent_s(source, at)
            for ladder, _ in ladders:
                if ladder.losable:
                    ladder.lose(at, f"SIGNAL LOST {clock(silent_s)}")

    def lost_at(self, source: Source) -> float | None:
        """When the source counts as lost if nothing comes; None before its first value."""
        times = [t for m in _METRICS[source] if (t := self.tracks[m].lost_at) is not None]
        return max(times, default=None)

    def silent_s(self, source: Source, at: float) -> float:
        """For how long the source has had no value."""
        times = [t for m in _METRICS[source] if (t := self.tracks[m].state.value_at) is not None]
        return at - max(times, default=at)

    def lost_condition(self, source: Source) -> str | None:
        """The condition that was lost in alarm on this source, if one is."""
        ladders = [ladder for ladder, _ in self.panel.streamed.get(source, [])]
        if source is Source.HEART:
            ladders.append(self.panel.faint)
        for ladder in ladders:
            if ladder.state.state in _LOST:
                return ladder.state.condition
        return None

    def feeds(self, source: Source, device: str) -> bool:
        """Whether the source's values come (or came last) from this device."""
        return any(self.tracks[metric].state.device == device for metric in _METRICS[source])

    def excuse(self, at: float, grace_s: float) -> None:
        """The service was away until `at`: silence counts anew, with grace for the devices."""
        for track in self.tracks.values():
            track.state.excused_until = at + max(track.stale_s, grace_s)
        for ladders in self.panel.streamed.values():
            for _, rules in ladders:
                for rule in rules:
                    rule.interrupt()

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = StreamsState(clocks=self.state.clocks)  # devices outlive a patient
        for track in self.tracks.values():
            track.reset()

    def _judge(self, at: float, source: Source, now: Judged) -> bool:
        stirred = False
        for ladder, rules in self.panel.streamed[source]:
            for rule in rules:
                rule.judge(at, now)
            was = ladder.state.state
            ladder.settle(at)
            now_is = ladder.state.state
            if now_is is not _IDLE and (
                now_is is not was or now_is in _LOST or ladder.deadline is not None
            ):
                stirred = True
        return stirred

    def _disturbed(self, at: float, sample: Sample) -> bool:
        """By motion, or by too little perfusion of late, though its driver did not say weak."""
        if sample.reason is Reason.MOTION:
            return True
        faint = self.state.faint
        if not faint or sample.metric is not Metric.SPO2:
            return False
        faint_at = faint.get(sample.device)
        return faint_at is not None and at - faint_at <= self.rules.perfusion_s

    def _keep_baseline(self, at: float, source: Source, now: Judged) -> None:
        if not now.weak:
            state = self.session.state
            kept = {
                Source.SPO2: state.spo2s,
                Source.HEART: state.rates,
                Source.RESPIRATION: state.breaths,
            }
            self.session.keep_value(kept[source], at, now.value)

    def _from_another(self, at: float, sample: Sample) -> bool:
        """Whether it is of a device that is not the source while the source delivers."""
        track = self.tracks[sample.metric]
        return track.fresh(at) and track.state.device != sample.device

    def _hear_spo2(self, at: float, sample: Sample, now: Judged | None) -> bool:
        """T-SPO2: a weak value postpones the alarm but never clears it."""
        ladder = self.panel.spo2
        if ladder is None:
            return False
        standing = ladder.standing
        if now is not None and not (now.weak and standing):
            hear_all(self.panel.spo2_rules, at)
        elif usable(sample) is None and not self._from_another(at, sample):
            for rule in self.panel.spo2_rules:
                rule.miss("" if sample.reason is None else sample.reason.replace("_", " "))
        if standing:
            ladder.settle(at)
        return standing
