"""The same statistic on recorded hearts: artefacts put in, a day cut up, sums in the head.

Sources: github.com/berndporr/ECG-GUDB (CC BY 3.0) and PhysioNet "rr-interval-healthy-subjects" as
kept in github.com/RHRV-team/RHRVBook (ODC-BY 1.0).
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median
from typing import NamedTuple

from alerts.beats import BeatFilter
from tests.study.sessions import LENGTH_S, PROFILE, QUIET_S, Said, play

SHARES = (0.01, 0.03, 0.05, 0.10)
KINDS = ("early", "missed", "extra", "jitter")
PIECE = 240  # beats of a piece for the artefact table
STEP_S = 1800  # between the starts of the two-hour pieces of a day's ECG


@dataclass(frozen=True)
class Errors:
    """Errors of V, as parts of 1, of pieces with this share of artefacts; signed, sorted."""

    share: float
    signed: tuple[float, ...]
    unavailable: int

    def at(self, part: float) -> float:
        """A quantile of the size of the error."""
        sizes = sorted(map(abs, self.signed))
        return sizes[min(len(sizes) - 1, int(part * len(sizes)))]


class Sum(NamedTuple):
    """Of one person: rate per minute and ln V of doing sums, less those of sitting still."""

    person: str
    rate: float
    change: float


def read(path: Path) -> list[float]:
    """The intervals of a recording, ms."""
    return [float(line) for line in path.read_text(encoding="utf-8").split()[1:]]


def with_artefacts(rr_ms: Sequence[float], share: float, seed: str) -> list[float]:
    """The same beats with a share of artefacts.

    An early beat with its pause, a missed one, an extra one, or an R peak up to 100 ms off.
    """
    chance = random.Random(seed)
    out: list[float] = []
    rest = iter(rr_ms)
    for rr in rest:
        if chance.random() >= share:
            out.append(rr)
            continue
        kind = chance.choice(KINDS)
        if kind == "extra":
            part = chance.uniform(0.3, 0.7)
            out += [rr * part, rr * (1 - part)]
            continue
        following = next(rest, rr)
        if kind == "missed":
            out.append(rr + following)
        else:
            off = chance.uniform(30, 100) * chance.choice((-1, 1))
            early = rr * chance.uniform(0.25, 0.45) if kind == "early" else off
            out += [rr - early, following + early]
    return out


def variability(rr_ms: Sequence[float]) -> float | None:
    """V at the end of these beats, as the engine reckons it."""
    beats, at = BeatFilter(PROFILE.beats), 0.0
    for rr in rr_ms:
        at += rr / 1000
        beats.take(at, "strap", (rr,))
    return beats.variability(at).value


def artefact_errors(folder: Path) -> list[Errors]:
    """Errors of V over pieces of every recording."""
    pieces = [
        (f"{path.stem} {start}", rr[start : start + PIECE])
        for path in sorted(folder.glob("*.csv"))
        for rr in [read(path)]
        for start in range(0, min(len(rr), 7200), PIECE)
        if len(rr) - start >= 140
    ]
    found: list[Errors] = []
    for share in SHARES:
        signed: list[float] = []
        unavailable = 0
        for name, piece in pieces:
            clean = variability(piece)
            dirty = variability(with_artefacts(piece, share, f"{name} {share}"))
            if clean is not None and dirty is not None:
                signed.append(dirty / clean - 1)
            elif clean is not None:
                unavailable += 1
        found.append(Errors(share, tuple(sorted(signed)), unavailable))
    return found


def daily_life(folder: Path) -> list[Said]:
    """Two-hour pieces of a day's ECG as if they were sessions: no drug, nobody sick."""
    found: list[Said] = []
    for path in sorted(folder.glob("healthy_*.csv")):
        rr_ms = read(path)
        whole_s = sum(rr_ms) / 1000
        start = 0
        while start + QUIET_S + LENGTH_S < whole_s:
            found.append(play(_from(rr_ms, start), lambda _: 118.0))
            start += STEP_S
    return found


def spread(folder: Path) -> tuple[float, float]:
    """How often V is 30 % and 50 % under its median of the five minutes a quarter before."""
    steps: list[float] = []
    for path in sorted(folder.glob("healthy_*.csv")):
        told = _told(read(path))
        for i in range(30, len(told)):
            before = [v for v in told[i - 30 : i - 20] if v is not None]
            now = told[i]
            if now is not None and len(before) >= 5:
                steps.append(log(now / median(before)))
    mild, strong = (sum(step <= cut for step in steps) / len(steps) for cut in (-0.36, -0.69))
    return mild, strong


def sums_in_the_head(folder: Path) -> list[Sum]:
    """Every person that was recorded both sitting still and doing sums."""
    found: list[Sum] = []
    for path in sorted(folder.glob("gudb_*_maths.csv")):
        maths, sitting = read(path), read(path.with_name(path.name.replace("maths", "sitting")))
        v_maths, v_sitting = variability(maths), variability(sitting)
        if v_maths is None or v_sitting is None:
            continue
        rate = 60_000 / median(maths) - 60_000 / median(sitting)
        found.append(Sum(path.stem.split("_")[1], rate, log(v_maths / v_sitting)))
    return found


def _told(rr_ms: Sequence[float]) -> list[float | None]:
    """V every 30 s."""
    beats, at, due = BeatFilter(PROFILE.beats), 0.0, 30.0
    told: list[float | None] = []
    for rr in rr_ms:
        at += rr / 1000
        beats.take(at, "strap", (rr,))
        if at >= due:
            told.append(beats.variability(at).value)
            due += 30
    return told


def _from(rr_ms: Sequence[float], start_s: float) -> Iterator[tuple[float, float]]:
    at = -QUIET_S - start_s
    for rr in rr_ms:
        at += rr / 1000
        if at > -QUIET_S:
            yield at, rr


def reasons(said: Sequence[Said]) -> Counter[str]:
    """Minutes without an index, by why."""
    return sum((one.missing for one in said), Counter[str]())
