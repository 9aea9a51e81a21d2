"""What a device with plain thresholds would do: one alarm at each crossing of a limit."""

from collections.abc import Iterator
from typing import NamedTuple

from devices.reading import METRICS, Metric
from monitor.recording import STREAMED, RecordedRow, Recording, interval

_GAP_PERIODS = 5  # of the column's own median interval


class Threshold(NamedTuple):
    """A limit without delay, as recordings/INDEX.csv counts it: strictly beyond is an alarm."""

    name: str
    column: str
    metric: Metric
    limit: float
    low: bool

    @property
    def label(self) -> str:
        """As a person writes it."""
        shown = {"spo2": "SpO2"}.get(self.column, self.column.upper())
        return f"{shown} {'<' if self.low else '>'} {self.limit:g}"

    def beyond(self, value: float) -> bool:
        """Whether a value would alarm."""
        return value < self.limit if self.low else value > self.limit


THRESHOLDS = (
    Threshold("spo2_lt90", "spo2", Metric.SPO2, 90, low=True),
    Threshold("hr_lt50", "hr", Metric.HEART_RATE, 50, low=True),
    Threshold("hr_gt120", "hr", Metric.HEART_RATE, 120, low=False),
    Threshold("sys_gt160", "sys", Metric.SYSTOLIC, 160, low=False),
    Threshold("dia_gt100", "dia", Metric.DIASTOLIC, 100, low=False),
)


BESIDE = (
    Threshold("sys_lt90", "sys", Metric.SYSTOLIC, 90, low=True),
    Threshold("map_lt65", "map", Metric.MEAN_PRESSURE, 65, low=True),
)
"""What a monitor might watch for as well; not among the naive crossings."""

SUSTAINED_S = 30.0


class Crossing(NamedTuple):
    """A run of values beyond a threshold: its first, and the next that is not.

    sustained: two values or more that fill 30 s (each counts for the column's usual interval).
    """

    threshold: Threshold
    start: float
    stop: float
    rows: list[RecordedRow]
    sustained: bool


def find_crossings(recording: Recording, threshold: Threshold) -> Iterator[Crossing]:
    """Every upward crossing; absent values neither begin nor end a run, a long gap ends it."""
    values = raw_values(recording, threshold.column)
    usual_s = interval([row.at for row, _ in values])
    run: list[RecordedRow] = []
    for row, value in values:
        if run and row.at - run[-1].at > _GAP_PERIODS * usual_s:
            yield _crossing(threshold, run, run[-1].at + _GAP_PERIODS * usual_s, usual_s)
            run = []
        if threshold.beyond(value):
            run.append(row)
        elif run:
            yield _crossing(threshold, run, row.at, usual_s)
            run = []
    if run:
        yield _crossing(threshold, run, recording.rows[-1].at, usual_s)


def _crossing(
    threshold: Threshold, run: list[RecordedRow], stop: float, usual_s: float
) -> Crossing:
    start, last = run[0].at, run[-1].at
    sustained = len(run) > 1 and last - start + usual_s >= SUSTAINED_S
    return Crossing(threshold, start, stop, run, sustained)


def raw_values(recording: Recording, column: str) -> list[tuple[RecordedRow, float]]:
    """The rows with a number in a column that no flag takes away and that can be true.

    A file without `hr` has the oximeter's pulse as its heart rate.
    """
    if column == "hr" and not recording.has("hr") and not recording.cuff_pulse:
        column = "pr"
    found = [
        (row, row.values[column])
        for row in recording.rows
        if column in row.values and column not in row.flags
    ]
    if column not in STREAMED:
        return found
    info = METRICS[STREAMED[column][0]]
    return [(row, v) for row, v in found if info.possible_low <= v <= info.possible_high]
