"""What became of a naive crossing in our engine: announced, or kept back, and by what."""

from collections.abc import Iterable
from enum import StrEnum

from alerts.limits import Profile
from alerts.rows import LimitRow
from alerts.signals import Track
from devices.reading import Metric, Sample, Validity
from monitor.load.ladders import Alarm
from monitor.load.naive import Crossing, Threshold
from monitor.load.sustained import COLUMNS
from monitor.recording import Recording

_PRESSURES = {"sys", "dia"}


class Fate(StrEnum):
    """One for each crossing; the document explains them in these words."""

    CALLED = "called"
    STANDING = "standing"
    LIMIT = "limit"
    DELAY = "delay"
    CONFIRMATION = "confirmation"
    ARTEFACT = "artefact"
    NO_CUFF = "no cuff"


def ladders_of(threshold: Threshold, profile: Profile) -> set[str]:
    """The ladders that watch for what a naive threshold watches for."""
    if threshold.column in _PRESSURES:
        return {row.ladder for row in (*profile.cuff_high, *profile.cuff_rise)}
    return {row.ladder for row in _rows(threshold, profile)}


class Fates:
    """The fates of one recording's crossings."""

    def __init__(self, recording: Recording, profile: Profile, alarms: list[Alarm]) -> None:
        self._profile = profile
        self._alarms = alarms
        self._judged = {
            metric: list(_judge(recording, profile, metric))
            for metric in (Metric.SPO2, Metric.HEART_RATE, Metric.PULSE_RATE)
        }

    def of(self, crossing: Crossing) -> Fate:
        """What became of one."""
        threshold = crossing.threshold
        if threshold.column in _PRESSURES and not any(row.cuff for row in crossing.rows):
            return Fate.NO_CUFF
        ladders = ladders_of(threshold, self._profile)
        alarms = [a for a in self._alarms if a.ladder in ladders and _meets(a, crossing)]
        if any(a.episode.calls and a.episode.start >= crossing.start for a in alarms):
            return Fate.CALLED
        if alarms:
            return Fate.STANDING
        if threshold.column in _PRESSURES:
            return Fate.CONFIRMATION
        return self._kept_back(crossing)

    def _kept_back(self, crossing: Crossing) -> Fate:
        rows = _rows(crossing.threshold, self._profile)
        column = crossing.threshold.column
        raw = [row.values.get(column, row.values.get("pr", 0)) for row in crossing.rows]
        if not _any_beyond(rows, raw):
            return Fate.LIMIT
        metrics = [Metric.SPO2] if column == "spo2" else [Metric.HEART_RATE, Metric.PULSE_RATE]
        values = [
            value
            for metric in metrics
            for at, value in self._judged[metric]
            if crossing.start <= at < crossing.stop
        ]
        return Fate.DELAY if _any_beyond(rows, values) else Fate.ARTEFACT


def _meets(alarm: Alarm, crossing: Crossing) -> bool:
    return alarm.episode.start <= crossing.stop and alarm.episode.end >= crossing.start


def _rows(threshold: Threshold, profile: Profile) -> list[LimitRow]:
    return [
        row
        for row in profile.limit
        if COLUMNS.get(row.source.value) == threshold.column
        and row.comparator.low == threshold.low
        and not row.needs_baseline
    ]


def _any_beyond(rows: Iterable[LimitRow], values: Iterable[float]) -> bool:
    kept = list(values)
    return any(row.comparator.beyond(value, row.limit) for row in rows for value in kept)


def _judge(recording: Recording, profile: Profile, metric: Metric) -> Iterable[tuple[float, float]]:
    """The values that the rules see: after the artefact gate (impossible, flagged, median)."""
    period_s = max((d.period_s for d in recording.setup.devices if metric in d.metrics), default=0)
    track = Track(metric, profile.signals, period_s)
    for reading in recording.readings():
        if isinstance(reading, Sample) and reading.metric is metric:
            weak = reading.validity is Validity.QUESTIONABLE
            judged = track.take(reading.at, reading, weak=weak)
            if judged is not None:
                yield reading.at, judged.value
