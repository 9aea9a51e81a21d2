"""A made-up heart for one session: every beat, with what drug, nausea or a faint do to it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, pi, sin

from simulators.noise import Wander
from simulators.patient import drug_effect


@dataclass(frozen=True)
class Spell:
    """For a while the rate is `rate` higher, and every change from beat to beat `change` times.

    It comes over `rise_s`, stays, and goes over `fall_s`; `share` of the rate is added as well.
    """

    onset: float
    rise_s: float
    hold_s: float
    fall_s: float
    rate: float = 0.0
    share: float = 0.0
    change: float = 1.0
    systolic: float = 0.0

    @property
    def end(self) -> float:
        """When nothing of it is left."""
        return self.onset + self.rise_s + self.hold_s + self.fall_s

    def strength(self, at: float) -> float:
        """How much of it is there: 0 to 1."""
        since, until = (at - self.onset) / self.rise_s, (self.end - at) / self.fall_s
        return max(0.0, min(1.0, since, until))


@dataclass(frozen=True)
class MadeHeart:
    """A heart at rest with breathing, slow waves and wandering; `drug_rate` at the drug's peak.

    early: the share of beats that come early, each followed by its pause.
    """

    seed: int
    drug_rate: float = 2.0
    spells: tuple[Spell, ...] = ()
    early: float = 0.0

    def beats(self, since: float, until: float) -> Iterator[tuple[float, float]]:
        """(end, RR in ms) of each beat."""
        chance = random.Random(f"heart {self.seed}")
        rest = chance.uniform(60, 80)
        swing, jitter = chance.uniform(0.02, 0.05), chance.uniform(0.005, 0.01)
        breaths, phase = chance.uniform(0.2, 0.28), chance.uniform(0, 2 * pi)
        rate_wander = Wander.of(self.seed, "rate", 420)
        change_wander = Wander.of(self.seed, "change", 600)
        at, lent = since, 0.0
        while at < until:
            scale = exp(0.2 * change_wander.at(at))
            rate = rest + self.drug_rate * drug_effect(at) + 3.5 * rate_wander.at(at)
            for spell in self.spells:
                strength = spell.strength(at)
                rate += strength * (spell.rate + spell.share * rest)
                scale *= spell.change**strength
            breath = swing * sin(2 * pi * breaths * at + phase)
            wave = 0.015 * sin(2 * pi * 0.1 * at)
            rr = 60 / rate * (1 + scale * (breath + wave + jitter * chance.gauss(0, 1)))
            if lent:
                rr, lent = rr + lent, 0.0
            elif chance.random() < self.early:
                lent = rr * chance.uniform(0.25, 0.45)
                rr -= lent
            at += rr
            yield at, rr * 1000
