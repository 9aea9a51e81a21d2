"""The rows of the study: what each session holds, and what counts as seen, late or false."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from statistics import median

from tests.study.heart import MadeHeart, Spell
from tests.study.sessions import QUIET_S, Said, play

SESSIONS = 40
HIT_S = 540.0  # a watch later than this after the onset comes too late to count

Made = tuple[MadeHeart, Spell | None]


@dataclass(frozen=True)
class Row:
    """One kind of session. `make` draws one from its seed; `expected`: what should be called.

    before: what the prototype of our evidence page found, in its words.
    """

    name: str
    make: Callable[[int], Made]
    before: str
    expected: str = ""  # "watch" or "faint"; empty: nothing
    risk: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What came of the sessions of a row; shares of 1, per session, seconds after the onset."""

    row: Row
    sessions: int
    seen: float | None
    delay_s: float | None
    medium: float | None
    false_watches: float
    false_faints: float
    blind: float


def run(row: Row, sessions: int = SESSIONS) -> Result:
    """Play all sessions of a row."""
    said: list[tuple[Said, Spell | None]] = []
    for seed in range(sessions):
        heart, spell = row.make(seed)
        said.append((play_one(heart, spell, row.risk), spell))
    hits = [hit for one, spell in said if (hit := _hit(row, one, spell)) is not None]
    rising = [
        any(spell.onset <= at <= spell.end for at in one.medium)
        for one, spell in said
        if spell is not None
    ]
    return Result(
        row=row,
        sessions=sessions,
        seen=len(hits) / sessions if row.expected else None,
        delay_s=median(hits) if hits else None,
        medium=sum(rising) / sessions if row.expected == "faint" else None,
        false_watches=sum(_strays(row, "watch", one, spell) for one, spell in said) / sessions,
        false_faints=sum(_strays(row, "faint", one, spell) for one, spell in said) / sessions,
        blind=sum(one.blind for one, _ in said) / sessions,
    )


def play_one(heart: MadeHeart, spell: Spell | None, risk: tuple[str, ...] = ()) -> Said:
    """One session; the pressure follows the drug a little, and the spell."""

    def systolic(second: float) -> float:
        fall = 0.0 if spell is None else spell.systolic * spell.strength(second)
        return 118 + fall

    return play(heart.beats(-QUIET_S, 7300), systolic, risk)


def _hit(row: Row, said: Said, spell: Spell | None) -> float | None:
    """How long after the onset it was called, if it was in time."""
    if spell is None or not row.expected:
        return None
    called = said.watches if row.expected == "watch" else said.faints
    return next((at - spell.onset for at in called if 0 <= at - spell.onset <= HIT_S), None)


def _strays(row: Row, kind: str, said: Said, spell: Spell | None) -> int:
    """Calls of a kind for which there was no reason."""
    called = said.watches if kind == "watch" else said.faints
    if row.expected != kind or spell is None:
        return len(called)
    return sum(not spell.onset <= at <= spell.end for at in called)


def _plain(drug_rate: float = 2.0, early: float = 0.0) -> Callable[[int], Made]:
    return lambda seed: (MadeHeart(seed, drug_rate, early=early), None)


def _sick(
    rate: float, change: float, *, part: float = 1.0, early: float = 0.0
) -> Callable[[int], Made]:
    """Nausea between the 10th and the 75th minute; patients differ in how strongly they answer."""

    def make(seed: int) -> Made:
        chance = random.Random(f"sick {seed}")
        spell = Spell(
            onset=chance.uniform(600, 4500),
            rise_s=chance.uniform(60, 180),
            hold_s=chance.uniform(600, 1200),
            fall_s=chance.uniform(180, 420),
            rate=part * chance.gauss(rate, 4),
            change=exp(part * chance.gauss(change, 0.15)),
        )
        return MadeHeart(seed, 2.0, (spell,), early), spell

    return make


def _fainting(seed: int) -> Made:
    chance = random.Random(f"faint {seed}")
    spell = Spell(
        onset=chance.uniform(600, 6000),
        rise_s=chance.uniform(30, 90),
        hold_s=chance.uniform(120, 300),
        fall_s=chance.uniform(60, 180),
        share=-chance.uniform(0.25, 0.4),
        change=1.3,
        systolic=-chance.uniform(22, 45),
    )
    return MadeHeart(seed, 2.0, (spell,)), spell


LN_HALF, LN_70, LN_75 = -0.693, -0.357, -0.288

ROWS = (
    Row("drug, heart rate +2", _plain(2), "0 false"),
    Row("drug, heart rate +10", _plain(10), "0 false"),
    Row("8 % of intervals from early beats", _plain(early=0.04), "0 false"),
    Row("16 % of intervals from early beats", _plain(early=0.087), "not tried"),
    Row("confounder: +10, variability -30 %", _sick(10, LN_70), "0.5-0.67 false"),
    Row("worst confounder: +15, -50 %", _sick(15, LN_HALF), "0.88 false"),
    Row("nausea, textbook: +15, -50 %", _sick(15, LN_HALF), "83-88 %, 235-245 s", "watch"),
    Row(
        "the same, nausea in an earlier session",
        _sick(15, LN_HALF),
        "100 % (with prior 2)",
        "watch",
        ("earlier_nausea",),
    ),
    Row("nausea, half of that", _sick(15, LN_HALF, part=0.5), "25 %", "watch"),
    Row("nausea without any trace", _sick(0, 0, part=0), "0 %", "watch"),
    Row("textbook, and 8 % from early beats", _sick(15, LN_HALF, early=0.04), "92 %", "watch"),
    Row("fainting: rate -25 to -40 %, systolic -22 to -45", _fainting, "100 %", "faint"),
)
