"""Reads a recording (CSV, columns of recordings/README.md) and its session events as inputs."""

import csv
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from alerts.setup import BedSetup, DeviceRow
from devices.reading import Cuff, Metric, Reading, Reason, Sample, Validity

ECG, OXIMETER, CUFF = "ecg", "oximeter", "cuff"
_STREAMED = {
    "hr": (Metric.HEART_RATE, ECG),
    "spo2": (Metric.SPO2, OXIMETER),
    "pr": (Metric.PULSE_RATE, OXIMETER),
    "pi": (Metric.PERFUSION_INDEX, OXIMETER),
    "resp": (Metric.RESPIRATORY_RATE, ECG),
}
_NUMBERS = (*_STREAMED, "sys", "dia", "map", "motion")
_ABSENT = {"", "nan", "na", "n/a", "null", "none", "-", "--", "-?-", "inf", "-inf"}
_DENSE_S = 20  # pressures of unknown source that come faster than this are no cuff's


class RecordingError(ValueError):
    """A file that is no recording; says file, line, column and what would be right."""


class RecordedRow(NamedTuple):
    """One line: its time, the numbers it has, its pressure source and flags."""

    at: float
    values: dict[str, float]
    source: str
    flags: frozenset[str]


class Recording(NamedTuple):
    """A file's rows in order of time, and the bed that would have sent them."""

    name: str
    rows: list[RecordedRow]
    setup: BedSetup
    cuff_pulse: bool

    def readings(self) -> Iterator[Reading]:
        """Every reading of the recording; absent values are silent, flagged ones say so."""
        for row in self.rows:
            yield from _streamed(self, row)
            if row.source == "nibp" and "sys" in row.values:
                yield Cuff(
                    at=row.at,
                    bed=self.setup.bed,
                    device=CUFF,
                    systolic=row.values["sys"],
                    diastolic=row.values.get("dia"),
                    mean_pressure=row.values.get("map"),
                    pulse_rate=row.values.get("pr") if self.cuff_pulse else None,
                )


def read_recording(path: Path) -> Recording:
    """The recording in a file.

    Raises:
        RecordingError: no such file, no time_s column, or a cell that is no number.
    """
    rows = sorted((_row(path, line, cells) for line, cells in read_cells(path)), key=_time)
    rows = _with_sources(rows)
    present = {name for row in rows for name in row.values}
    # a pulse rate that only ever comes with a cuff reading is the cuff's own
    cuff_pulse = "spo2" not in present and all(
        row.source == "nibp" for row in rows if "pr" in row.values
    )
    bed = re.sub(r"[^A-Za-z0-9_-]", "-", path.stem)[:32] or "recording"
    return Recording(path.stem, rows, _setup(bed, present, rows), cuff_pulse)


def read_cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column name (spaces around both removed).

    Raises:
        RecordingError: it cannot be read as CSV with a time_s column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            header = [name.strip() for name in next(lines, list[str]())]
            if "time_s" not in header:
                raise RecordingError(f"{path}: line 1: no column time_s among {', '.join(header)}")
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    yield (
                        lines.line_num,
                        {k: v.strip() for k, v in zip(header, cells, strict=False)},
                    )
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordingError(f"{path}: is no CSV text: {error}") from error


def read_time(path: Path, line: int, cells: dict[str, str]) -> float:
    """The time of a line.

    Raises:
        RecordingError: it has none.
    """
    at = _number(path, line, "time_s", cells.get("time_s", ""))
    if at is None:
        raise RecordingError(f"{path}: line {line}, column time_s: a row needs its time in seconds")
    return at


def _row(path: Path, line: int, cells: dict[str, str]) -> RecordedRow:
    values: dict[str, float] = {}
    for name in _NUMBERS:
        number = _number(path, line, name, cells.get(name, ""))
        if number is not None:
            values[name] = number
    flags = frozenset(re.split(r"[\s;|,+/]+", cells.get("flag", "").lower())) - {""}
    source = cells.get("bp_src", "").lower()
    return RecordedRow(read_time(path, line, cells), values, source, flags)


def _number(path: Path, line: int, column: str, cell: str) -> float | None:
    if cell.lower() in _ABSENT:
        return None
    try:
        number = float(cell)
    except ValueError:
        wrong = f"{path}: line {line}, column {column}: {cell!r} is no number"
        raise RecordingError(f"{wrong}; leave it blank if absent") from None
    return number if math.isfinite(number) else None


def _time(row: RecordedRow) -> float:
    return row.at


def _with_sources(rows: list[RecordedRow]) -> list[RecordedRow]:
    """Pressures without a source are a cuff's if they come as seldom as a cuff's do."""
    unknown = [row.at for row in rows if "sys" in row.values and not row.source]
    steps = [b - a for a, b in pairwise(unknown)]
    if not unknown or (steps and median(steps) < _DENSE_S):
        return rows
    return [
        row._replace(source="nibp") if "sys" in row.values and not row.source else row
        for row in rows
    ]


def _setup(bed: str, present: set[str], rows: list[RecordedRow]) -> BedSetup:
    """Devices that send what the file has; the period is the file's median interval."""
    steps = [b.at - a.at for a, b in pairwise(rows) if b.at > a.at]
    period_s = median(steps) if steps else 1.0
    metrics: dict[str, list[Metric]] = {}
    for name, (metric, device) in _STREAMED.items():
        if name in present:
            metrics.setdefault(device, []).append(metric)
    devices = [
        DeviceRow(id=device, metrics=tuple(names), streams=False, period_s=period_s)
        for device, names in metrics.items()
    ]
    cuff = DeviceRow(id=CUFF, metrics=(Metric.SYSTOLIC, Metric.DIASTOLIC), streams=False)
    return BedSetup(bed=bed, devices=(*devices, cuff))


def _streamed(recording: Recording, row: RecordedRow) -> Iterator[Sample]:
    weak = row.values.get("motion", 0) > 0
    for name, (metric, device) in _STREAMED.items():
        flagged = _flagged(name, row.flags)
        if (name not in row.values and not flagged) or (name == "pr" and recording.cuff_pulse):
            continue
        validity, reason = Validity.VALID, None
        if flagged:
            validity, reason = Validity.UNAVAILABLE, Reason.NO_VALUE
        elif weak and device == OXIMETER:
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


def _flagged(name: str, flags: frozenset[str]) -> bool:
    """A flag that names metrics takes those away; any other takes the oximeter's values."""
    for flag in flags:
        named = [n for n in ("spo2", "pr", "hr", "resp", "pi") if flag.startswith(n)]
        if name in (named or ["spo2", "pr"]):
            return True
    return False
