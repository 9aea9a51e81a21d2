"""A session on its way out: dose at second 0, everything good, and READY after two hours."""

from alerts.command import (
    Assessed,
    Begin,
    Dissociation,
    EndInfusion,
    Escort,
    GiveDose,
    Override,
    TakeBaseline,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.status import DischargeLine
from devices.reading import Metric, Reading, ReportKind, ReportSource, Validity
from tests.alerts.timeline import PROFILE, SETUP, Step, T, cuff, nausea, run, value

RECOVERY = 5400.0  # seconds: ninety minutes after the dose
READY = 7200.0
Steps = list[Step | list[Reading]]


def streams(
    start: float,
    end: float,
    spo2: float | None = 97,
    rate: float | None = 75,
    *,
    weak: bool = False,
) -> list[Reading]:
    """SpO2 and heart rate every five seconds, `end` not included; None: not that one."""
    validity = Validity.QUESTIONABLE if weak else Validity.VALID
    found: list[Reading] = []
    for i in range(round((end - start) / 5)):
        at = start + 5 * i
        if spo2 is not None:
            found.append(value(at, Metric.SPO2, spo2, validity=validity))
        if rate is not None:
            found.append(value(at, Metric.HEART_RATE, rate, validity=validity))
    return found


def score(second: float, moaas: float) -> Reading:
    """A MOAA/S."""
    return value(second, Metric.MOAAS, moaas)


def rating(second: float, nrs: float) -> Reading:
    """Nausea as staff asked for it."""
    return nausea(second, ReportKind.NRS, nrs, source=ReportSource.STAFF)


def assessed(second: float, of: str, *, ok: bool = True) -> Assessed:
    """What staff found."""
    return Assessed(at=T + second, by="nurse", happened_at=T + second, of=of, ok=ok)


def dissociation(second: float, *, resolved: bool = True) -> Dissociation:
    """Whether the patient is back."""
    return Dissociation(at=T + second, by="nurse", happened_at=T + second, resolved=resolved)


def escort(second: float, name: str = "Jo") -> Escort:
    """Who brings the patient home."""
    return Escort(at=T + second, by="nurse", happened_at=T + second, name=name)


def override(second: float, of: str, by: str = "Dr A", reason: str = "known") -> Override:
    """A line is taken over."""
    return Override(at=T + second, by=by, happened_at=T + second, of=of, reason=reason)


GOOD: dict[str, Steps] = {
    "streams": [streams(6000, 7400)],
    "cuffs": [cuff(6000, 124, 82), cuff(6900, 122, 80)],
    "moaas": [score(6000, 5), score(6950, 5)],
    "nausea": [rating(6950, 0)],
    "dissociation": [dissociation(6960)],
    "walks": [assessed(6970, "walks")],
    "escort": [escort(6970)],
    "no_driving": [assessed(6970, "no_driving")],
}


def story(**instead: Steps) -> Steps:
    """A good way out, or one with other steps in the place of some."""
    return [step for steps in (GOOD | instead).values() for step in steps]


def dosed(protocol: str = "iv", *, baseline: bool = True) -> BedEngine:
    """A bed with a baseline of 120/80, 75/min and 97 %, and a dose at second 0."""
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T - 900, by="nurse", session="s1", protocol=protocol, visit="K1"))
    engine.command(TakeBaseline(at=T - 800, by="nurse"))
    if baseline:
        run(engine, [cuff(-700, 120, 80), cuff(-600, 120, 80), streams(-300, 0)])
    engine.command(GiveDose(at=T, by="Dr A", given_at=T))
    if protocol == "iv":
        engine.command(EndInfusion(at=T + 2400, by="nurse"))
    return engine


def ready(protocol: str = "iv") -> tuple[BedEngine, list[AlarmEvent]]:
    """A bed that is READY at second 7300, and what was said on the way."""
    engine = dosed(protocol)
    return engine, run(
        engine, [*(s for s in story() if not isinstance(s, list)), streams(6000, 7300)]
    )


def line(engine: BedEngine, of: str) -> DischargeLine:
    """One line as a screen shows it."""
    session = engine.status().session
    assert session is not None
    return next(found for found in session.discharge if found.id == of)
