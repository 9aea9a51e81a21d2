"""How a session ends: never by itself, always by a named person, with nothing left behind."""

from alerts.command import Begin, Close
from alerts.engine import BedEngine
from alerts.event import Cause
from alerts.status import Phase
from tests.alerts.dosing import begin, dose, dosed, measured
from tests.alerts.timeline import NO_STREAMS, PROFILE, T, cuff, run

MINUTE = 60.0


def test_aborting_closes_each_standing_alarm_with_its_cause() -> None:
    engine = measured([cuff(60, 150, 88), cuff(130, 140, 92)])
    engine.command(dose(300))
    run(engine, [cuff(400, 205, 122)])
    events = engine.command(
        Close(at=T + 500, by="Dr A", outcome="aborted", reason="patient wishes to stop")
    )
    assert {(event.condition, event.cause) for event in events} == {
        ("BP-GATE", Cause.SESSION_CLOSED),
        ("BP-CRIT", Cause.SESSION_CLOSED),
    }


def test_a_session_never_closes_itself_and_may_always_be_aborted() -> None:
    engine = dosed()
    engine.advance(T + 3 * 24 * 60 * MINUTE)
    assert engine.status().phase is Phase.RECOVERY
    engine.command(
        Close(at=T + (3 * 24 * 60 + 1) * MINUTE, by="Dr A", outcome="aborted", reason="forgotten")
    )
    assert engine.status().phase is Phase.ABORTED


def test_a_session_in_setup_may_be_aborted_and_the_next_begins_clean() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    engine.command(dose(60))
    engine.command(Close(at=T + 120, by="Dr A", outcome="aborted", reason="fainted"))
    engine.command(Begin(at=T + 180, by="nurse", session="s2", protocol="iv", visit="K2"))
    session = engine.status().session
    assert session is not None
    assert (session.first_dose_at, session.dose_at) == (None, None)
