"""Random stories of a cuff: valid, weak, failed, stored, late, undated readings, and orders."""

from collections.abc import Callable

import msgspec
from hypothesis import strategies as st

from alerts.command import Acknowledge, Command, Measure, VoidReading
from alerts.engine import BedEngine
from devices.reading import Cuff, Reading
from tests.alerts.stories import Act
from tests.alerts.timeline import T, cuff, failed_cuff

PRESSURES = [
    (118, 76),
    (150, 95),
    (158, 97),
    (165, 100),
    (178, 107),
    (183, 112),
    (205, 122),
    (93, 55),
    (88, 50),
    (76, 40),
]
Made = Callable[[float, BedEngine], Reading | Command | None]


@st.composite
def pressures(draw: st.DrawFn) -> tuple[float, float]:
    """A pressure near a limit; no two readings need be alike."""
    systolic, diastolic = draw(st.sampled_from(PRESSURES))
    return systolic + draw(st.sampled_from([0, 1, 2])), diastolic


@st.composite
def doubtful(draw: st.DrawFn) -> Callable[[float], Cuff]:
    """A reading that must clear nothing: failed, questionable, stored or undated."""
    systolic, diastolic = draw(pressures())
    age_s = draw(st.sampled_from([0, 30, 200, 599, 601, 4000]))
    kind = draw(st.sampled_from(["failed", "weak", "stored", "undated"]))

    def make(second: float) -> Cuff:
        if kind == "failed":
            return failed_cuff(second)
        if kind == "weak":
            return cuff(second, systolic, diastolic, weak=True)
        kept = cuff(second, systolic, diastolic, measured=second - age_s, history=True)
        return kept if kind == "stored" else msgspec.structs.replace(kept, undated=True)

    return make


@st.composite
def old(draw: st.DrawFn) -> Callable[[float, float], Cuff]:
    """Of a second and the age in seconds: a stored reading, or one that staff enter late."""
    systolic, diastolic = draw(pressures())
    by_staff = draw(st.booleans())

    def make(second: float, age_s: float) -> Cuff:
        device = "staff" if by_staff else "cuff"
        stated = second - age_s
        return cuff(
            second, systolic, diastolic, device=device, measured=stated, history=not by_staff
        )

    return make


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """One act about the cuff, some time after the one before."""
    after = draw(st.sampled_from([0.0, 1.0, 45.0, 65.0, 90.0, 185.0, 300.0, 700.0]))
    names = ["valid", "valid", "valid", "staff", "doubtful", "measure", "acknowledge", "void"]
    names += ["measure", "undated"]
    return Act(after, _MAKERS[draw(st.sampled_from(names))](draw))


def _valid(draw: st.DrawFn) -> Made:
    systolic, diastolic = draw(pressures())
    return lambda second, _: cuff(second, systolic, diastolic)


def _staff(draw: st.DrawFn) -> Made:
    (systolic, diastolic), ago = draw(pressures()), draw(st.sampled_from([0, 60, 400]))
    return lambda s, _: cuff(s, systolic, diastolic, device="staff", measured=s - ago)


def _doubtful(draw: st.DrawFn) -> Made:
    make = draw(doubtful())
    return lambda second, _: make(second)


def _undated(draw: st.DrawFn) -> Made:
    systolic, diastolic = draw(pressures())

    def make(second: float, engine: BedEngine) -> Reading:
        del engine
        kept = cuff(second, systolic, diastolic, measured=-1e9, history=True)
        return msgspec.structs.replace(kept, undated=True)

    return make


def _measure(draw: st.DrawFn) -> Made:
    del draw
    return lambda second, _: Measure(at=T + second, by="nurse")


def _acknowledge(draw: st.DrawFn) -> Made:
    index = draw(st.integers(0, 3))

    def make(second: float, engine: BedEngine) -> Command | None:
        alarms = engine.status().alarms
        if not alarms:
            return None
        event = alarms[index % len(alarms)].event
        return Acknowledge(at=T + second, by="nurse", occurrence=event.occurrence, seq=event.seq)

    return make


def _void(draw: st.DrawFn) -> Made:
    back = draw(st.integers(1, 3))

    def make(second: float, engine: BedEngine) -> Command | None:
        record = engine.snapshot().cuffs.record
        if len(record) < back:
            return None
        measured_at = record[-back].pressure.at
        return VoidReading(at=T + second, by="AB", measured_at=measured_at, reason="moved")

    return make


_MAKERS: dict[str, Callable[[st.DrawFn], Made]] = {
    "valid": _valid,
    "staff": _staff,
    "doubtful": _doubtful,
    "measure": _measure,
    "undated": _undated,
    "acknowledge": _acknowledge,
    "void": _void,
}

CUFF_STORIES = st.lists(acts(), max_size=25)
