"""Chance without state: numbers that depend on a seed, a name and an index, and on nothing else.

Whoever asks for the thousandth number first gets the same one as whoever counts up to it.
"""

import hashlib
import math
from dataclasses import dataclass
from statistics import NormalDist

_STANDARD = NormalDist()
_SCALE = float(1 << 64)


def uniform(seed: int, name: str, index: int = 0) -> float:
    """A number above 0 and below 1."""
    digest = hashlib.blake2b(f"{seed}/{name}/{index}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") + 0.5) / _SCALE * (1 - 2**-52)


def normal(seed: int, name: str, index: int = 0) -> float:
    """A number of the standard normal distribution."""
    return _STANDARD.inv_cdf(uniform(seed, name, index))


def within(seed: int, name: str, low: float, high: float) -> float:
    """A number between low and high."""
    return low + (high - low) * uniform(seed, name)


@dataclass(frozen=True)
class Wander:
    """A slow drift around 0, at most 1 either way: three sines whose periods never fall together.

    `period_s` is the slowest of the three.
    """

    terms: tuple[tuple[float, float, float], ...]  # amplitude, radians a second, phase

    @classmethod
    def of(cls, seed: int, name: str, period_s: float) -> "Wander":
        """The drift of this name; periods are drawn around period_s, its third and its ninth."""
        return cls(
            tuple(
                (
                    amplitude,
                    2 * math.pi / (period_s / 3**n * within(seed, f"{name}.period{n}", 0.8, 1.0)),
                    within(seed, f"{name}.phase{n}", 0.0, 2 * math.pi),
                )
                for n, amplitude in enumerate((0.55, 0.3, 0.15))
            )
        )

    def at(self, at: float) -> float:
        """The drift at an instant, -1 to 1."""
        return sum(
            amplitude * math.sin(speed * at + phase) for amplitude, speed, phase in self.terms
        )
