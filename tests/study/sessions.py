"""Two hours of a bed with a strap and a cuff, through the real engine: what it said, and when."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from alerts.command import Begin, GiveDose, NoteRisk, TakeBaseline
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change, Priority
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Beats, Cuff, Metric, Sample
from monitor.profile import load_profile

BED = "B1"
SETUP = BedSetup(
    bed=BED,
    devices=(
        DeviceRow(id="strap", metrics=(Metric.HEART_RATE, Metric.RR_MS)),
        DeviceRow(
            id="cuff", metrics=(Metric.SYSTOLIC, Metric.DIASTOLIC), streams=False, automatic=True
        ),
    ),
)
PROFILE = load_profile("default")
QUIET_S = 900  # on the strap before the dose
LENGTH_S = 7200  # after it
CUFF_S = 600  # between two readings of the cuff
REPEAT_S = 90  # staff repeat a reading so long after they were asked

Beat = tuple[float, float]
"""When it ended, and its interval in ms."""


@dataclass(frozen=True)
class Said:
    """What the engine said, in seconds after the dose.

    medium: when VASOVAGAL first was more than LOW; missing: how many minutes had no index, by why.
    """

    watches: tuple[float, ...]
    faints: tuple[float, ...]
    medium: tuple[float, ...]
    missing: Counter[str]

    @property
    def blind(self) -> float:
        """The share of the session without an index."""
        return sum(self.missing.values()) / (LENGTH_S / 60)


def play(
    beats: Iterator[Beat], systolic: Callable[[float], float], risk: Sequence[str] = ()
) -> Said:
    """A session whose dose is at second 0; `beats` begin QUIET_S before it."""
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=-QUIET_S, by="n", session="s", protocol="iv", visit="V"))
    engine.command(TakeBaseline(at=-QUIET_S + 1, by="n"))
    if risk:
        engine.command(NoteRisk(at=-QUIET_S + 2, by="n", factors=tuple(risk)))
    events: list[AlarmEvent] = []
    missing: Counter[str] = Counter()
    repeat_at: float | None = None
    for second, rr_ms in _frames(beats):
        if second == 0:
            events += engine.command(GiveDose(at=0, by="n", given_at=0))
        events += _say(engine, second, rr_ms)
        if second % CUFF_S == 0 or second == repeat_at or second == -CUFF_S // 2:
            events += engine.observe(_cuff(second, systolic(second)))
            repeat_at = None
        if second > 0 and second % 60 == 0:
            status = engine.status()
            if status.nausea_index is not None and status.nausea_index.missing:
                missing[status.nausea_index.missing] += 1
        if repeat_at is None and any(_opens_check(event) for event in events[-3:]):
            repeat_at = second + REPEAT_S
    return Said(
        watches=tuple(_first(events, "NAU-WATCH", Priority.LOW)),
        faints=tuple(_first(events, "VASOVAGAL", Priority.LOW)),
        medium=tuple(_first(events, "VASOVAGAL", Priority.MEDIUM)),
        missing=missing,
    )


def _frames(beats: Iterator[Beat]) -> Iterator[tuple[int, list[float]]]:
    """What a strap sends each second: the beats that have ended since, in steps of 1/1024 s."""
    end, rr = next(beats)
    for second in range(-QUIET_S + 5, LENGTH_S + 1):
        frame: list[float] = []
        while end <= second:
            frame.append(int(rr * 1.024) / 1.024)
            end, rr = next(beats, (float("inf"), 0.0))
        yield second, frame


def _say(engine: BedEngine, second: int, rr_ms: list[float]) -> list[AlarmEvent]:
    if not rr_ms:
        return []
    rate = round(60_000 * len(rr_ms) / sum(rr_ms))
    sample = Sample(
        at=second, bed=BED, device="strap", metric=Metric.HEART_RATE, value=min(max(rate, 10), 350)
    )
    events = engine.observe(sample)
    return events + engine.observe(Beats(at=second, bed=BED, device="strap", rr_ms=tuple(rr_ms)))


def _cuff(second: float, systolic: float) -> Cuff:
    diastolic = round(0.62 * systolic)
    return Cuff(
        at=second, bed=BED, device="cuff", systolic=round(systolic), diastolic=float(diastolic)
    )


def _opens_check(event: AlarmEvent) -> bool:
    return event.condition == "VASOVAGAL" and event.change is Change.START


def _first(events: list[AlarmEvent], condition: str, least: Priority) -> Iterator[float]:
    """When each occurrence of the condition first had at least this priority."""
    seen: set[str] = set()
    for event in events:
        grave = event.priority.rank >= least.rank
        if event.condition == condition and grave and event.occurrence not in seen:
            seen.add(event.occurrence)
            yield event.at
