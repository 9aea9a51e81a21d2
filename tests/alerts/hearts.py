"""A strap on a steady heart: a heart rate each second, and beats that change by so many ms."""

from collections.abc import Sequence

from alerts.command import Begin, GiveDose, TakeBaseline
from alerts.engine import BedEngine
from devices.reading import Beats, Metric, Reading
from tests.alerts.timeline import BED, PROFILE, SETUP, T, cuff, run, value

Stretch = tuple[float, float, float, float]
"""From second, to second, beats a minute, ms from one interval to the next."""


def strap(*stretches: Stretch) -> list[Reading]:
    """Frames a second apart, as a strap sends them: each with the beats that ended since."""
    readings: list[Reading] = []
    beat_at, odd = stretches[0][0] - 1, False
    for start, end, rate, change in stretches:
        for second in range(round(start), round(end)):
            rr_ms: list[float] = []
            while True:
                rr = 60_000 / rate + (change / 2 if odd else -change / 2)
                if beat_at + rr / 1000 > second:
                    break
                beat_at, odd = beat_at + rr / 1000, not odd
                rr_ms.append(rr)
            readings.append(value(second, Metric.HEART_RATE, rate))
            if rr_ms:
                readings.append(beats(second, rr_ms))
    return readings


def beats(second: float, rr_ms: Sequence[float], *, device: str = "strap") -> Beats:
    """One frame of beats."""
    return Beats(at=T + second, bed=BED, device=device, rr_ms=tuple(rr_ms))


def dosed(*, rate: float = 70, change: float = 40) -> BedEngine:
    """A bed after ten quiet minutes on the strap, its dose given at second 0."""
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T - 700, by="nurse", session="s1", protocol="iv", visit="K1"))
    engine.command(TakeBaseline(at=T - 650, by="nurse"))
    run(engine, [strap((-600, 0, rate, change)), cuff(-500, 120, 80), cuff(-400, 120, 80)])
    engine.command(GiveDose(at=T, by="nurse", given_at=T))
    return engine
