"""Random stories of a bed for property tests: readings, link changes, reports, commands, pauses."""

import math
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from alerts.command import (
    Acknowledge,
    Attend,
    Close,
    Command,
    Cover,
    EndInfusion,
    Gap,
    PauseAudio,
    Refused,
    Standby,
    StandbyEnd,
)
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from devices.reading import Metric, Reading, ReportKind, ReportSource, Validity
from tests.alerts.hearts import beats
from tests.alerts.people import attended, call, moaas, symptom
from tests.alerts.timeline import T, cuff, link, malformed, nausea, value

SPO2 = st.sampled_from([60, 78, 82, 84, 86, 89, 89.5, 91, 92, 93, 95, 97, None])
RATE = st.sampled_from([5, 38, 42, 45, 50, 75, 118, 122, 133, 149, 155, None])
PRESSURE = st.sampled_from(
    [(120, 80), (150, 95), (161, 99), (165, 100), (178, 107), (182, 112), (205, 122), (88, 50)]
)
BREATHS = st.sampled_from([4, 8, 9, 14, 23.5, 25, 40])
RR = st.sampled_from([800.0, 820.0, 860.0, 500.0, 1600.0, 20.0, 0.0, math.nan])
VALIDITY = st.sampled_from([Validity.VALID, Validity.VALID, Validity.QUESTIONABLE])
KIND = st.sampled_from(list(ReportKind))
PEOPLE = ("report", "report", "moaas", "symptom", "call", "acknowledge", "resolve", "spo2")
REPORTED = ("NAU", "CALL", "RED-FLAG")  # conditions that end by a person


class Act(NamedTuple):
    """Something that happens `after` seconds; `make` sees the engine (to answer its alarms)."""

    after: float
    make: Callable[[float, BedEngine], Reading | Command | Gap | None]


def _reading(build: Callable[[float], Reading]) -> Callable[[float, BedEngine], Reading]:
    return lambda second, _: build(second)


@st.composite
def acts(draw: st.DrawFn, *, commands: bool = True, only: tuple[str, ...] = ()) -> Act:
    """One act; mostly streamed values a second apart, so that delays and dwells run."""
    after = draw(st.sampled_from([0.0, 0.5, 1.0, 1.0, 1.0, 3.0, 8.0, 17.0, 65.0, 200.0]))
    names = ["spo2", "spo2", "spo2", "rate", "rate", "pulse", "cuff", "report", "link", "frame"]
    names += ["moaas", "symptom", "call", "breaths", "perfusion", "beats"]
    if commands:
        names += ["acknowledge", "acknowledge", "pause", "resolve", "end", "cover", "gap"]
        names += ["attend", "by_hand"]
        names += ["standby", "back"]
    return Act(after, _MAKERS[draw(st.sampled_from(only or names))](draw))


def _spo2(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    number, validity = draw(SPO2), draw(VALIDITY)
    return _reading(lambda s: value(s, Metric.SPO2, number, validity=validity))


def _rate(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    number = draw(RATE)
    return _reading(lambda s: value(s, Metric.HEART_RATE, number))


def _pulse(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    number = draw(RATE)
    return _reading(lambda s: value(s, Metric.PULSE_RATE, number))


def _breaths(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    number = draw(BREATHS)
    return _reading(lambda s: value(s, Metric.RESPIRATORY_RATE, number))


def _by_hand(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    number = draw(BREATHS)
    return _reading(lambda s: value(s, Metric.RESPIRATORY_RATE, number, device="staff"))


def _perfusion(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    index = draw(st.sampled_from([0.1, 3]))
    return _reading(lambda s: value(s, Metric.PERFUSION_INDEX, index))


def _beats(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    """Some seconds of beats at once, clean or nonsense."""
    rr_ms = draw(st.lists(RR, min_size=1, max_size=4)) * draw(st.sampled_from([1, 30]))
    return _reading(lambda s: beats(s, rr_ms))


def _cuff(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    (systolic, diastolic), by_staff = draw(PRESSURE), draw(st.booleans())
    device = "staff" if by_staff else "cuff"
    return _reading(lambda s: cuff(s, systolic, diastolic, device=device))


def _report(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    kind, number = draw(KIND), draw(st.integers(0, 10))
    source = draw(st.sampled_from(list(ReportSource)))
    nrs = number if kind is ReportKind.NRS else None
    return _reading(lambda s: nausea(s, kind, nrs, source=source))


def _moaas(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    score, device = draw(st.integers(0, 5)), draw(st.sampled_from(["staff", "tablet"]))
    return _reading(lambda s: moaas(s, score, device=device))


def _symptom(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    said = draw(st.lists(st.sampled_from(["chest pain", "seizure", "itching"]), min_size=1))
    return lambda second, _: symptom(second, *said)


def _call(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    del draw
    return lambda second, _: call(second)


def _link(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    up, device = draw(st.booleans()), draw(st.sampled_from(["ox", "strap"]))
    return _reading(lambda s: link(s, up=up, device=device))


def _frame(draw: st.DrawFn) -> Callable[[float, BedEngine], Reading]:
    device = draw(st.sampled_from(["ox", "cuff"]))
    return _reading(lambda s: malformed(s, device))


def _acknowledge(draw: st.DrawFn) -> Callable[[float, BedEngine], Command | None]:
    index = draw(st.integers(0, 5))

    def make(second: float, engine: BedEngine) -> Command | None:
        alarms = engine.status().alarms
        if not alarms:
            return None
        event = alarms[index % len(alarms)].event
        return Acknowledge(at=T + second, by="nurse", occurrence=event.occurrence, seq=event.seq)

    return make


def _resolve(draw: st.DrawFn) -> Callable[[float, BedEngine], Command | None]:
    nrs, antiemetic = draw(st.none() | st.integers(0, 10)), draw(st.booleans())

    def make(second: float, engine: BedEngine) -> Command | None:
        for alarm in engine.status().alarms:
            if alarm.event.condition.startswith(REPORTED):
                return attended(second, alarm.event, nrs, antiemetic=antiemetic)
        return None

    return make


def _pause(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    seconds = draw(st.sampled_from([30.0, 60.0, 120.0]))
    return lambda second, _: PauseAudio(at=T + second, by="nurse", seconds=seconds)


def _end(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    if draw(st.integers(0, 3)):
        return lambda second, _: EndInfusion(at=T + second, by="nurse")
    return lambda second, _: Close(at=T + second, by="Dr A", outcome="discharged", reason="well")


def _cover(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    on = draw(st.booleans())
    return lambda second, _: Cover(at=T + second, by="site", condition="T-NET", on=on)


def _standby(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    reason = draw(st.sampled_from(["toilet", "sensor", "other"]))
    return lambda second, _: Standby(at=T + second, by="nurse", reason=reason, escort="KM")


def _back(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    del draw
    return lambda second, _: StandbyEnd(at=T + second, by="nurse")


def _attend(draw: st.DrawFn) -> Callable[[float, BedEngine], Command]:
    leaves = draw(st.booleans())
    return lambda second, _: Attend(at=T + second, by="KM", leaves=leaves)


def _gap(draw: st.DrawFn) -> Callable[[float, BedEngine], Gap]:
    away_s, known = draw(st.sampled_from([5.0, 40.0])), draw(st.booleans())
    return lambda second, _: Gap(since=T + second - away_s, at=T + second, known=known)


_MAKERS: dict[
    str, Callable[[st.DrawFn], Callable[[float, BedEngine], Reading | Command | Gap | None]]
] = {
    "spo2": _spo2,
    "rate": _rate,
    "pulse": _pulse,
    "breaths": _breaths,
    "by_hand": _by_hand,
    "perfusion": _perfusion,
    "beats": _beats,
    "cuff": _cuff,
    "report": _report,
    "moaas": _moaas,
    "symptom": _symptom,
    "call": _call,
    "link": _link,
    "frame": _frame,
    "acknowledge": _acknowledge,
    "resolve": _resolve,
    "pause": _pause,
    "end": _end,
    "cover": _cover,
    "gap": _gap,
    "attend": _attend,
    "standby": _standby,
    "back": _back,
}

STORIES = st.lists(acts(), max_size=60)
SPOKEN = st.lists(acts(only=PEOPLE), max_size=40)
UNTOUCHED = st.lists(acts(commands=False), max_size=60)


def give(engine: BedEngine, thing: Reading | Command | Gap | None) -> list[AlarmEvent]:
    """Feed one input; a refusal gives no event."""
    if thing is None:
        return []
    if isinstance(thing, Gap):
        return engine.gap(thing)
    if isinstance(thing, Reading):
        return engine.observe(thing)
    try:
        return engine.command(thing)
    except Refused:
        return []


def play(engine: BedEngine, story: list[Act], start: float = 0.0) -> list[AlarmEvent]:
    """Feed a story act by act, from second `start` on."""
    events: list[AlarmEvent] = []
    second = start
    for act in story:
        second += act.after
        events += give(engine, act.make(second, engine))
    return events + engine.advance(engine.now)  # what a refused last command left untold
