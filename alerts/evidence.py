"""What a session gathers for the discharge criteria: streams, readings, scores, what staff say."""

import msgspec

from alerts.chart import Chart
from alerts.charted import Assessed, Dissociation, Escort, Oxygen
from alerts.criteria import Known, rate_bounds, spo2_bound
from alerts.cuffs import Cuffs
from alerts.event import AlarmKind, Priority
from alerts.limits import Profile
from alerts.rows import Source
from alerts.signals import Judged
from alerts.steady import Steady
from alerts.streams import Streams
from devices.reading import Metric, Report, ReportKind, Sample, Validity

_KEPT = 12  # scores: enough to reach back over the span that the criteria ask for
_EMESIS = {ReportKind.RETCH, ReportKind.VOMIT}


class EvidenceState(msgspec.Struct):
    """Plain data. scores: (at, MOAA/S); rating: (at, NRS)."""

    spo2: Steady = msgspec.field(default_factory=Steady)
    rate: Steady = msgspec.field(default_factory=Steady)
    scores: list[tuple[float, float]] = []
    rating: tuple[float, float] | None = None
    emesis_at: float | None = None


class Evidence:
    """Listens to one bed; every taker says whether a line may have turned."""

    __slots__ = (
        "_bounds",
        "_gap_s",
        "chart",
        "cuffs",
        "panel",
        "press",
        "rules",
        "session",
        "state",
    )

    def __init__(self, profile: Profile, streams: Streams, cuffs: Cuffs, chart: Chart) -> None:
        self.rules = profile.discharge
        self.press = profile.nausea.press
        self.panel = streams.panel
        self.session = streams.session
        self.cuffs = cuffs
        self.chart = chart
        self.state = EvidenceState()
        tracks = streams.tracks
        self._gap_s = {
            Source.SPO2: tracks[Metric.SPO2].stale_s,
            Source.HEART: max(tracks[m].stale_s for m in (Metric.HEART_RATE, Metric.PULSE_RATE)),
        }
        self._bounds = {Source.SPO2: (0.0, 0.0), Source.HEART: (0.0, 0.0)}

    def arm(self) -> None:
        """Take the baseline: the bounds of the streams."""
        baseline = self.session.baseline
        self._bounds = {
            Source.SPO2: (spo2_bound(self.rules, baseline), 100.0),
            Source.HEART: rate_bounds(self.rules, baseline),
        }

    def take_stream(self, at: float, source: Source, now: Judged) -> bool:
        """A judged value; a weak one is as good as none."""
        if now.weak or self.session.state.dose_at is None:
            return False
        bounds = self._bounds.get(source)
        if bounds is None:
            return False
        stream = self.state.spo2 if source is Source.SPO2 else self.state.rate
        good = bounds[0] <= now.value <= bounds[1]
        gap_s, dip_s = self._gap_s[source], self.rules.dip_s
        return stream.take(at, now.value, good=good, gap_s=gap_s, dip_s=dip_s)

    def take_score(self, at: float, sample: Sample) -> bool:
        """A MOAA/S: only a plainly valid one is kept, at the time it states."""
        if sample.validity is not Validity.VALID or sample.value is None or sample.history:
            return False
        scored_at = at if sample.device_time is None else min(at, sample.device_time)
        self.state.scores = sorted([*self.state.scores, (scored_at, sample.value)])[-_KEPT:]
        return True

    def take_report(self, at: float, report: Report) -> bool:
        """What was said or seen of nausea; a stored report can only tell against a discharge."""
        happened_at = at if report.device_time is None else min(at, report.device_time)
        s = self.state
        if report.kind in _EMESIS:
            s.emesis_at = happened_at if s.emesis_at is None else max(s.emesis_at, happened_at)
            return True
        nrs = report.value if report.kind is ReportKind.NRS else None
        if report.kind is ReportKind.PRESS:
            nrs = self.press
        if nrs is None or (report.history and nrs <= self.rules.nausea):
            return False
        return self.take_rating(happened_at, nrs)

    def take_rating(self, at: float, nrs: float) -> bool:
        """A rating of nausea, 0-10; an older one than the newest tells nothing."""
        if self.state.rating is not None and at < self.state.rating[0]:
            return False
        self.state.rating = (at, nrs)
        return True

    def known(self, answered_seq: int | None) -> Known:
        """Everything that the criteria ask for; alarms that rose after `answered_seq`, or all."""
        s, session = self.state, self.session.state
        first = session.dose_at or 0
        last = max(session.last_dose_at or 0, first)
        dissociation, oxygen = self.chart.latest(Dissociation), self.chart.latest(Oxygen)
        escort = self.chart.latest(Escort)
        if dissociation is not None and dissociation.happened_at < last:
            dissociation = None
        return Known(
            began_at=first,
            dose_at=last,
            baseline=self.session.baseline,
            pressures=[kept.pressure for kept in self.cuffs.state.record if not kept.void],
            spo2=s.spo2,
            spo2_gap_s=self._gap_s[Source.SPO2],
            rate=s.rate,
            rate_gap_s=self._gap_s[Source.HEART],
            scores=s.scores,
            rating=s.rating,
            emesis_at=s.emesis_at,
            oxygen=oxygen,
            dissociation=dissociation,
            assessed=self._assessed(last),
            escort="" if escort is None else escort.name.strip(),
            alarms=self._alarms(-1 if answered_seq is None else answered_seq),
        )

    def _assessed(self, last_dose_at: float) -> dict[str, Assessed]:
        """Of each point the latest; what was found before the last dose says nothing of now."""
        return {
            said.of: said
            for said in self.chart.all_of(Assessed)
            if said.happened_at >= last_dose_at or said.of == "no_driving"
        }

    def _alarms(self, answered_seq: int) -> list[str]:
        """The texts of the standing physiological alarms of medium or high priority."""
        return [
            s.condition if s.event is None else f"{s.condition} {s.event.text}"
            for ladder in self.panel.ladders.values()
            if (s := ladder.state)
            and ladder.kind is AlarmKind.PHYSIOLOGICAL
            and ladder.standing
            and s.priority.rank >= Priority.MEDIUM.rank
            and s.risen_seq > answered_seq
        ]
