"""The streamed values of a bed: which device counts, its rules, and a source gone silent."""

from collections.abc import Sequence

from alerts.condition import State
from alerts.panel import Panel, period_of
from alerts.part import Orders
from alerts.rows import Source
from alerts.rules.limit import LimitRule
from alerts.session import Session
from alerts.setup import BedSetup
from alerts.signals import Judged, Track, usable
from alerts.status import Phase, Task
from alerts.words import clock
from devices.reading import Metric, Sample

_RATES = (Metric.HEART_RATE, Metric.PULSE_RATE)
_METRICS = {Source.SPO2: (Metric.SPO2,), Source.HEART: _RATES}
_LOSABLE = {State.PENDING, State.ON, State.ACKED}
_LOST = {State.LOST, State.LOST_ACKED}


class Streams:
    """SpO2 and heart rate of one bed, judged sample by sample."""

    __slots__ = ("cuffs", "panel", "session", "tracks")

    def __init__(self, setup: BedSetup, panel: Panel, session: Session) -> None:
        self.panel = panel
        self.session = session
        self.cuffs = {d.id for d in setup.devices if Metric.SYSTOLIC in d.metrics}
        self.tracks = {
            metric: Track(metric, panel.profile.signals, period_of(setup, metric))
            for metric in (Metric.SPO2, *_RATES)
        }

    def take(self, at: float, sample: Sample) -> bool:
        """Judge one sample; False if nothing waits or stands, so that no deadline came nearer."""
        metric = sample.metric
        if metric is Metric.PULSE_RATE and sample.device in self.cuffs:
            return False  # a cuff's pulse never alarms
        track = self.tracks[metric]
        now = track.take(at, sample)
        source = Source.SPO2 if metric is Metric.SPO2 else Source.HEART
        stirred = source is Source.SPO2 and self._hear_spo2(at, sample, now)
        if now is None or self._outranked(at, metric, now):
            return stirred
        if self.session.state.dose_at is None:
            self._keep_baseline(at, source, now)
            if self.session.state.phase is Phase.SETUP and not track.armed(at):
                return stirred
        for ladder, rules in self.panel.streamed[source]:
            for rule in rules:
                rule.judge(at, now)
            ladder.settle(at)
            stirred = stirred or ladder.state.state is not State.IDLE
        return stirred

    @property
    def orders(self) -> Orders:
        """None: streams are readings."""
        return {}

    def arm(self) -> None:
        """Set the limits in force from the session's baseline."""
        baseline = self.session.state.baseline
        rates = None if baseline is None else baseline.heart_rate
        spo2 = None if baseline is None else baseline.spo2
        for source, ladders in self.panel.streamed.items():
            for _, rules in ladders:
                for rule in rules:
                    if isinstance(rule, LimitRule):
                        rule.compare_with(spo2 if source is Source.SPO2 else rates)

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def spo2(self, at: float) -> float | None:
        """The last judged SpO2 while it is fresh."""
        track = self.tracks[Metric.SPO2]
        return track.median if track.fresh(at) else None

    @property
    def deadline(self) -> float | None:
        """When a source in alarm, or about to be, counts as lost."""
        found: float | None = None
        for source, ladders in self.panel.streamed.items():
            for ladder, _ in ladders:
                if ladder.state.state in _LOSABLE:
                    lost_at = self._lost_at(source)
                    if lost_at is not None and (found is None or lost_at < found):
                        found = lost_at
        return found

    def elapse(self, at: float) -> None:
        """A source that went silent in alarm is an alarm: the same occurrence, presence unknown."""
        for source, ladders in self.panel.streamed.items():
            lost_at = self._lost_at(source)
            if lost_at is None or lost_at > at:
                continue
            silent_s = at - max(
                (t for m in _METRICS[source] if (t := self.tracks[m].state.value_at) is not None),
                default=at,
            )
            for ladder, _ in ladders:
                if ladder.state.state in _LOSABLE:
                    ladder.lose(at, f"SIGNAL LOST {clock(silent_s)}")

    def lost_condition(self, source: Source) -> str | None:
        """The condition that was lost in alarm on this source, if one is."""
        for ladder, _ in self.panel.streamed.get(source, []):
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

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        for track in self.tracks.values():
            track.reset()

    def _outranked(self, at: float, metric: Metric, now: Judged) -> bool:
        """The oximeter's pulse counts while the strap or ECG is silent, or weak and it is not."""
        strap, pulse = (self.tracks[rate] for rate in _RATES)
        if metric is Metric.PULSE_RATE:
            return strap.sure(at) or (now.weak and strap.fresh(at))
        return metric is Metric.HEART_RATE and not strap.sure(at) and pulse.sure(at)

    def _lost_at(self, source: Source) -> float | None:
        times = [t for m in _METRICS[source] if (t := self.tracks[m].lost_at) is not None]
        return max(times, default=None)

    def _keep_baseline(self, at: float, source: Source, now: Judged) -> None:
        if not now.weak:
            state = self.session.state
            values = state.spo2s if source is Source.SPO2 else state.rates
            self.session.keep_value(values, at, now.value)

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
            for rule in self.panel.spo2_rules:
                rule.hear(at)
        elif usable(sample) is None and not self._from_another(at, sample):
            for rule in self.panel.spo2_rules:
                rule.miss("" if sample.reason is None else sample.reason.replace("_", " "))
        if standing:
            ladder.settle(at)
        return standing
