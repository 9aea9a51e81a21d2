"""A recording (CSV, columns of recordings/README.md) as the readings of one bed."""

import re
from collections.abc import Container, Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from alerts.setup import BedSetup, DeviceRow
from devices.reading import METRICS, Cuff, Metric, Reading, Reason, Sample, Validity
from monitor.cells import RecordingError, read_cells, read_number, read_time
from monitor.flags import OXIMETER_FLAGGED, read_flags

__all__ = [
    "CUFF", "ECG", "OXIMETER", "STREAMED", "RecordedRow", "Recording", "RecordingError", "interval",
    "read_cells", "read_recording", "read_time",
]  # fmt: skip

ECG, OXIMETER, CUFF = "ecg", "oximeter", "cuff"
STREAMED = {
    "hr": (Metric.HEART_RATE, ECG),
    "spo2": (Metric.SPO2, OXIMETER),
    "pr": (Metric.PULSE_RATE, OXIMETER),
    "pi": (Metric.PERFUSION_INDEX, OXIMETER),
    "resp": (Metric.RESPIRATORY_RATE, ECG),
}
_PRESSURES = {
    "sys": Metric.SYSTOLIC,
    "dia": Metric.DIASTOLIC,
    "map": Metric.MEAN_PRESSURE,
}
_NUMBERS = (*STREAMED, *_PRESSURES, "motion")
_CUFF_SOURCES = {"nibp", "nbp", "cuff"}
_DENSE_S = 20  # no cuff measures so soon again: it is the same value, or no cuff
_NO_RATE = {-1, 0, 127, 255, 511, 999}  # what devices send for a rate they do not have
_BED_LONG = 32


class RecordedRow(NamedTuple):
    """One line: its time, the numbers it has, and which values its flags take away.

    cuff: its pressures are a new cuff reading; weak: the oximeter sensed motion.
    """

    at: float
    values: dict[str, float]
    source: str
    flags: frozenset[str]
    weak: bool = False

    @property
    def cuff(self) -> bool:
        """Whether it holds a new cuff reading."""
        return self.source == CUFF and "sys" in self.values


class Recording(NamedTuple):
    """A file's rows in order of time, and the bed that would have sent them."""

    name: str
    rows: list[RecordedRow]
    setup: BedSetup
    cuff_pulse: bool

    @property
    def length_s(self) -> float:
        """From its first row to its last."""
        return self.rows[-1].at - self.rows[0].at if self.rows else 0

    def has(self, column: str) -> bool:
        """Whether any row has a number there."""
        return any(column in row.values for row in self.rows)

    def readings(self) -> Iterator[Reading]:
        """Every reading of the recording; absent values are silent, flagged ones say so."""
        for row in self.rows:
            yield from _streamed(self, row)
            if row.cuff:
                yield Cuff(
                    at=row.at,
                    bed=self.setup.bed,
                    device=CUFF,
                    systolic=row.values["sys"],
                    diastolic=row.values.get("dia"),
                    mean_pressure=row.values.get("map"),
                    pulse_rate=row.values.get("pr") if self.cuff_pulse else None,
                )


def read_recording(path: Path, taken: Container[str] = ()) -> Recording:
    """The recording in a file; its bed is called like the file, but none of `taken`.

    Raises:
        RecordingError: no such file, no time_s column, or a cell that is no number.
    """
    rows = [_row(path, line, cells) for line, cells in read_cells(path)]
    rows = _without_repeats(_with_sources(_with_motion(sorted(rows, key=_time))))
    present = {name for row in rows for name in row.values}
    rows = _with_flags(rows, present)
    # a pulse rate that only ever comes with a cuff reading is the cuff's own
    cuff_pulse = "spo2" not in present and all(row.cuff for row in rows if "pr" in row.values)
    number = 1
    while (bed := bed_name(path.stem, number)) in taken:
        number += 1
    name = path.stem if number == 1 else f"{path.stem}-{number}"
    return Recording(name, rows, _setup(bed, present, rows), cuff_pulse)


def bed_name(stem: str, number: int) -> str:
    """A bed called like a file: the signs an id may have, cut short; numbered from 2 on."""
    suffix = "" if number == 1 else f"-{number}"
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", stem) or "recording"
    return plain[: _BED_LONG - len(suffix)] + suffix


def _row(path: Path, line: int, cells: dict[str, str]) -> RecordedRow:
    values: dict[str, float] = {}
    for name in _NUMBERS:
        cell = cells.get(name)
        number = read_number(path, line, name, cell) if cell else None
        if number is not None:
            values[name] = number
    flags = read_flags(cells.get("flag", ""))
    if "spo2" in values and not _possible(Metric.SPO2, values["spo2"]):
        values = {n: v for n, v in values.items() if n not in {"hr", "pr"} or v not in _NO_RATE}
    source = cells.get("bp_src", "").lower()
    if source in _CUFF_SOURCES:
        source = CUFF
    if "sys" in values and (not flags.isdisjoint(_PRESSURES) or not _plausible(values)):
        values = {n: v for n, v in values.items() if n not in _PRESSURES}
    return RecordedRow(read_time(path, line, cells), values, source, flags)


def _possible(metric: Metric, value: float) -> bool:
    return METRICS[metric].possible_low <= value <= METRICS[metric].possible_high


def _plausible(values: dict[str, float]) -> bool:
    """Whether the systolic pressure is one: a sentinel in its place is no reading at all."""
    return _possible(Metric.SYSTOLIC, values["sys"])


def _time(row: RecordedRow) -> float:
    return row.at


def _with_flags(rows: list[RecordedRow], present: set[str]) -> list[RecordedRow]:
    """A flag speaks only of what the file has; without an oximeter a nameless one means the ECG."""
    if present.isdisjoint(OXIMETER_FLAGGED):
        rows = [
            row._replace(flags=frozenset({"hr"})) if row.flags == OXIMETER_FLAGGED else row
            for row in rows
        ]
    return [
        row if row.flags <= present else row._replace(flags=row.flags & present) for row in rows
    ]


def _with_motion(rows: list[RecordedRow]) -> list[RecordedRow]:
    """Motion weakens the signal where the column tells rest from motion.

    A column that is never at rest, or has fractions, is an acceleration in a unit nobody told us.
    """
    levels = [row.values.get("motion", 0.0) for row in rows]
    if all(levels) or not all(level.is_integer() for level in levels):
        return rows
    return [
        row._replace(weak=True) if level > 0 else row
        for row, level in zip(rows, levels, strict=True)
    ]


def _with_sources(rows: list[RecordedRow]) -> list[RecordedRow]:
    """Pressures without a source are a cuff's if they come as seldom as a cuff's do."""
    unknown = [row.at for row in rows if "sys" in row.values and not row.source]
    steps = [b - a for a, b in pairwise(unknown)]
    if not unknown or (steps and median(steps) < _DENSE_S):
        return rows
    return [
        row._replace(source=CUFF) if "sys" in row.values and not row.source else row for row in rows
    ]


def _without_repeats(rows: list[RecordedRow]) -> list[RecordedRow]:
    """No row twice, and no cuff value that is merely still shown: it would confirm itself."""
    kept: list[RecordedRow] = []
    shown: RecordedRow | None = None
    for row in rows:
        if kept and row == kept[-1]:
            continue
        if not row.cuff:
            kept.append(row)
            continue
        still = shown is not None and row.at - shown.at < _DENSE_S and _same_cuff(row, shown)
        shown = row
        kept.append(row._replace(source="") if still else row)
    return kept


def _same_cuff(row: RecordedRow, other: RecordedRow) -> bool:
    return all(row.values.get(name) == other.values.get(name) for name in _PRESSURES)


def _setup(bed: str, present: set[str], rows: list[RecordedRow]) -> BedSetup:
    """Devices that send what the file has.

    A device's period is the file's median interval, or that of its rarest value if longer.
    """
    periods: dict[str, float] = {}
    metrics: dict[str, list[Metric]] = {}
    overall_s = interval([row.at for row in rows]) or 1.0
    for name, (metric, device) in STREAMED.items():
        if name in present:
            metrics.setdefault(device, []).append(metric)
            own_s = interval([row.at for row in rows if name in row.values])
            periods[device] = max(periods.get(device, overall_s), own_s)
    devices = [
        DeviceRow(id=device, metrics=tuple(names), streams=False, period_s=periods[device])
        for device, names in metrics.items()
    ]
    cuff = DeviceRow(id=CUFF, metrics=(Metric.SYSTOLIC, Metric.DIASTOLIC), streams=False)
    return BedSetup(bed=bed, devices=(*devices, cuff))


def interval(times: list[float]) -> float:
    """The median step between different times; 0 where there is none."""
    steps = [b - a for a, b in pairwise(times) if b > a]
    return median(steps) if steps else 0.0


def _streamed(recording: Recording, row: RecordedRow) -> Iterator[Sample]:
    for name, (metric, device) in STREAMED.items():
        flagged = name in row.flags
        if (name not in row.values and not flagged) or (name == "pr" and recording.cuff_pulse):
            continue
        validity, reason = Validity.VALID, None
        if flagged:
            validity, reason = Validity.UNAVAILABLE, Reason.NO_VALUE
        elif row.weak and device == OXIMETER:
            validity, reason = Validity.QUESTIONABLE, Reason.MOTION
        yield Sample(
            at=row.at,
            bed=recording.setup.bed,
            device=device,
            metric=metric,
            value=None if flagged else row.values[name],
            validity=validity,
            reason=reason,
        )
