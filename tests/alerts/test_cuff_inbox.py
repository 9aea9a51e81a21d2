"""Cuff readings that are stored, late, of an unset clock, or of a cuff that several beds share."""

import msgspec

from alerts.command import Measure
from alerts.engine import BedEngine
from alerts.setup import BedSetup
from alerts.status import Task
from devices.reading import Cuff
from tests.alerts.timeline import BED, CUFF, NO_STREAMS, T, cuff, in_peak, lines, run

SHARED = BedSetup(bed=BED, devices=(msgspec.structs.replace(CUFF, shared=True),))


def stored(second: float, systolic: float, diastolic: float, measured: float) -> Cuff:
    """A reading from the memory of a cuff whose clock is right."""
    return cuff(second, systolic, diastolic, measured=measured, history=True)


def undated(second: float, systolic: float, diastolic: float) -> Cuff:
    """One of a burst of a cuff whose clock is unset."""
    reading = cuff(second, systolic, diastolic, history=True)
    return msgspec.structs.replace(reading, undated=True)


def measure_here(engine: BedEngine, second: float) -> None:
    """A nurse says that she measures at this bed."""
    engine.command(Measure(at=T + second, by="nurse"))


def check_of(engine: BedEngine) -> str | None:
    """The condition of the open check."""
    session = engine.status().session
    assert session is not None
    return None if session.check is None else session.check.condition


def unassigned(engine: BedEngine) -> list[Task]:
    """What waits in the inbox."""
    return [task for task in engine.status().tasks if task.kind == "unassigned_reading"]


def newest(engine: BedEngine) -> float | None:
    """The systolic pressure that the engine takes for the newest."""
    pressure = engine.snapshot().cuffs.pressure
    return None if pressure is None else pressure.systolic


def test_a_stored_severe_reading_ten_minutes_old_opens_a_check_and_raises_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    assert run(engine, [stored(400, 185, 115, measured=-200)]) == []
    assert check_of(engine) == "BP-SEV"
    assert newest(engine) is None
    assert lines(run(engine, [600.0, cuff(620, 120, 80)])) == []
    assert check_of(engine) is None


def test_a_stored_reading_opens_its_check_only_once() -> None:
    engine = in_peak(NO_STREAMS)
    again = [stored(second, 185, 115, measured=0) for second in (10, 200, 300)]
    run(engine, [again[0], cuff(90, 120, 80), *again[1:]])
    assert check_of(engine) is None


def test_an_older_or_a_harmless_stored_reading_opens_none() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [stored(500, 185, 115, measured=-101), stored(501, 165, 100, measured=400)])
    assert check_of(engine) is None


def test_a_stored_reading_from_before_the_session_is_another_patients() -> None:
    engine = in_peak(NO_STREAMS)  # the session was opened at second -900
    run(engine, [stored(-310, 185, 115, measured=-905)])
    assert check_of(engine) is None


def test_a_late_severe_entry_of_staff_opens_a_check_and_changes_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(100, 120, 80)])
    assert run(engine, [cuff(200, 205, 122, device="staff", measured=50)]) == []
    assert check_of(engine) == "BP-CRIT"
    assert newest(engine) == 120


def test_of_a_burst_without_a_clock_nothing_counts_unless_somebody_asked() -> None:
    engine = in_peak(NO_STREAMS)
    assert run(engine, [undated(0, 205, 122), undated(0.2, 190, 115), 10.0]) == []
    assert newest(engine) is None
    (task,) = unassigned(engine)
    assert task.text.startswith("unassigned 190/115 does not count (its time is not known)")


def test_of_a_burst_without_a_clock_the_last_counts_after_measure_here() -> None:
    engine = in_peak(NO_STREAMS)
    measure_here(engine, 0)
    events = run(engine, [undated(200, 205, 122), undated(200.5, 184, 95), 210.0])
    assert lines(events) == ["202.5 BP-SEV start medium on"]
    assert newest(engine) == 184
    assert unassigned(engine) == []


def test_of_a_burst_without_a_clock_the_last_counts_while_a_check_is_young() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [cuff(0, 182, 112)])
    events = run(engine, [undated(100, 120, 80), undated(100.1, 184, 95), 110.0])
    assert lines(events) == ["102.1 BP-SEV escalate high on"]
    late = in_peak(NO_STREAMS)
    run(late, [cuff(0, 182, 112), undated(301, 120, 80), 310.0])
    assert newest(late) == 182


def test_a_shared_cuff_decides_nothing_without_measure_here() -> None:
    engine = in_peak(SHARED)
    assert run(engine, [cuff(0, 205, 122)]) == []
    (task,) = unassigned(engine)
    assert "shared cuff" in task.text
    measure_here(engine, 60)
    assert lines(run(engine, [cuff(240, 204, 121)])) == ["240 BP-CRIT start high on"]
    assert unassigned(engine) == []
    assert run(engine, [cuff(241, 120, 80)]) == []
    assert newest(engine) == 204
