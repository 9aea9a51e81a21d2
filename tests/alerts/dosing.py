"""Sessions for the tests: begun, and with a dose given at second 0."""

from alerts.command import Begin, GiveDose, TakeBaseline
from alerts.engine import BedEngine
from alerts.setup import BedSetup
from devices.reading import Reading
from tests.alerts.timeline import NO_STREAMS, PROFILE, T, run

MINUTE = 60.0


def begin(second: float = 0, protocol: str = "iv") -> Begin:
    """A nurse opens the session at that second."""
    return Begin(at=T + second, by="nurse", session="s1", protocol=protocol, visit="K1")


def dose(second: float, given: float | None = None, override: str | None = None) -> GiveDose:
    """A doctor gives the dose, now or at a stated second."""
    given_at = T + (second if given is None else given)
    return GiveDose(at=T + second, by="Dr A", given_at=given_at, override=override)


def dosed(protocol: str = "iv", setup: BedSetup = NO_STREAMS) -> BedEngine:
    """A session whose dose was given at second 0."""
    engine = BedEngine(setup, PROFILE)
    engine.command(begin(-600, protocol))
    engine.command(dose(0))
    return engine


def measured(steps: list[Reading | list[Reading]], setup: BedSetup = NO_STREAMS) -> BedEngine:
    """A session in BASELINE since second 0."""
    engine = BedEngine(setup, PROFILE)
    engine.command(begin(-60))
    engine.command(TakeBaseline(at=T, by="nurse"))
    run(engine, steps)
    return engine
