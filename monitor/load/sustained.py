"""What must be announced, found in the raw values alone and without the engine.

A run of raw values beyond a limit that lasts longer than the limit's delay; a cuff reading beyond a
limit that needs no second one; two such readings in a row where it needs one.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from alerts.limits import Profile
from alerts.rows import Confirm, CuffRow, HighCuffRow, LimitRow, LowCuffRow
from alerts.rules.pressure import Pressure, Verdict, Yardstick, judge_pressure, usable_pressure
from devices.reading import Cuff
from monitor.load.naive import raw_values
from monitor.recording import RecordedRow, Recording

COLUMNS = {"spo2": "spo2", "heart": "hr", "respiration": "resp"}


class Sustained(NamedTuple):
    """A stretch beyond a limit, and the latest time at which its alarm must stand."""

    row: LimitRow | CuffRow
    start: float
    last: float
    due: float

    @property
    def length_s(self) -> float:
        """From its first value to its last."""
        return self.last - self.start


def find_sustained(recording: Recording, profile: Profile) -> Iterator[Sustained]:
    """Everything that has to be announced in a recording without a baseline."""
    for row in profile.limit:
        if row.source.value in COLUMNS and not row.needs_baseline:
            yield from _streamed(recording, profile, row)
    pressures = [p for p in map(_pressure, recording.readings()) if p is not None]
    for row in (*profile.cuff_high, *profile.cuff_low):
        yield from _cuffs(pressures, row)


def find_runs(recording: Recording, profile: Profile, row: LimitRow) -> list[list[RecordedRow]]:
    """The runs of raw values beyond a row's limit, without gaps in which nobody knows."""
    values = raw_values(recording, COLUMNS[row.source.value])
    periods = [device.period_s for device in recording.setup.devices]
    signals = profile.signals
    gap_s = max(signals.median_s, signals.silent_periods * max(periods, default=1.0))
    runs: list[list[RecordedRow]] = [[]]
    for sample, value in values:
        if runs[-1] and sample.at - runs[-1][-1].at >= gap_s:
            runs.append([])
        if row.comparator.beyond(value, row.limit):
            runs[-1].append(sample)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _streamed(recording: Recording, profile: Profile, row: LimitRow) -> Iterator[Sustained]:
    signals = profile.signals
    for run in find_runs(recording, profile, row):
        weak_s = signals.weak_s if any(_is_weak(sample, profile) for sample in run) else 0
        due = run[0].at + row.delay_s + signals.median_lag_s + weak_s
        if run[-1].at > due:
            yield Sustained(row, run[0].at, run[-1].at, due)


def _is_weak(sample: RecordedRow, profile: Profile) -> bool:
    """Motion, little perfusion, or two heart rates that lie apart."""
    values = sample.values
    faint = values.get("pi", math.inf) < profile.signals.perfusion_least
    apart = "hr" in values and "pr" in values and _apart(values, profile)
    return sample.weak or faint or apart


def _apart(values: dict[str, float], profile: Profile) -> bool:
    return abs(values["hr"] - values["pr"]) > profile.heart_apart.limit


def _cuffs(pressures: list[Pressure], row: HighCuffRow | LowCuffRow) -> Iterator[Sustained]:
    beyond = [p for p in pressures if judge_pressure(row, p, Yardstick())[0] is Verdict.BEYOND]
    if row.confirm is Confirm.ONE:
        for pressure in beyond:
            yield Sustained(row, pressure.at, pressure.at, pressure.at)
        return
    for before, pressure in pairwise(pressures):
        if before in beyond and pressure in beyond and pressure.at - before.at >= row.apart_s:
            yield Sustained(row, before.at, pressure.at, pressure.at)


def _pressure(reading: object) -> Pressure | None:
    return usable_pressure(reading, reading.at) if isinstance(reading, Cuff) else None
