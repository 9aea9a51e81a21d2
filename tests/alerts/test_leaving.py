"""READY by itself, the signature, sensors off, and the discharge that needs every line."""

from itertools import pairwise

import pytest

from alerts.command import Close, Entry, GiveDose, Refused, SensorsOff, Sign, Standby
from alerts.engine import BedEngine
from alerts.event import Cause, Change
from alerts.status import Phase
from devices.reading import ReportKind, ReportSource
from tests.alerts.dosing import begin
from tests.alerts.timeline import NO_STREAMS, PROFILE, T, acknowledge, cuff, nausea, run
from tests.alerts.way_out import line, override, ready, streams


def sign(second: float, by: str = "Dr A") -> Sign:
    return Sign(at=T + second, by=by)


def sensors_off(second: float) -> SensorsOff:
    return SensorsOff(at=T + second, by="nurse")


def discharge(second: float, reason: str = "") -> Close:
    return Close(at=T + second, by="Dr A", outcome="discharged", reason=reason)


def phase(engine: BedEngine) -> Phase:
    return engine.status().phase


def test_ready_comes_by_itself_and_says_nothing() -> None:
    engine, events = ready()
    assert phase(engine) is Phase.READY
    assert [event.condition for event in events if event.kind == "physiological"] == []
    session = engine.status().session
    assert session is not None
    assert all(found.state == "met" for found in session.discharge)


def test_ready_ends_when_a_line_is_not_met_any_more() -> None:
    engine, _ = ready()
    run(engine, [streams(7300, 7330, spo2=92)])
    assert phase(engine) is Phase.RECOVERY
    assert line(engine, "spo2").because == "SpO2 92 < 94"


def test_ready_does_not_flap_with_a_value_at_its_bound() -> None:
    engine, _ = ready()
    seen: list[Phase] = []
    for i in range(60):
        run(engine, [streams(7300 + 10 * i, 7310 + 10 * i, spo2=93 + i % 2)])
        seen.append(phase(engine))
    changes = sum(a is not b for a, b in pairwise(seen))
    assert changes <= 1


def test_ready_comes_back_no_sooner_than_a_minute_after_it_was_left() -> None:
    engine, _ = ready()
    run(engine, [streams(7300, 7400), nausea(7301, ReportKind.NRS, 4, source=ReportSource.STAFF)])
    assert phase(engine) is Phase.RECOVERY
    run(engine, [override(7402, "nausea"), override(7403, "alarms"), streams(7405, 7410)])
    assert phase(engine) is Phase.READY  # 100 s after it was left
    run(engine, [nausea(7420, ReportKind.NRS, 5, source=ReportSource.STAFF), streams(7410, 7440)])
    assert phase(engine) is Phase.READY  # the same alarm, taken over by name
    run(engine, [nausea(7450, ReportKind.VOMIT, source=ReportSource.STAFF), streams(7440, 7460)])
    assert phase(engine) is Phase.RECOVERY
    run(engine, [override(7461, "alarms"), streams(7460, 7510)])
    assert phase(engine) is Phase.RECOVERY
    run(engine, [streams(7510, 7520)])
    assert phase(engine) is Phase.READY


def test_a_silent_oximeter_ends_ready_after_ten_seconds() -> None:
    engine, _ = ready()  # the last value came at 7295
    engine.advance(T + 7304.9)
    assert phase(engine) is Phase.READY
    engine.advance(T + 7305.1)
    assert phase(engine) is Phase.RECOVERY
    assert line(engine, "spo2").state == "unknown"


def test_only_who_is_ready_can_be_signed() -> None:
    engine, _ = ready()
    run(engine, [streams(7300, 7330, spo2=92)])
    with pytest.raises(Refused, match="not ready to be signed: SpO2 92 < 94, since 0:"):
        engine.command(sign(7330))
    with pytest.raises(Refused, match="after the discharge is signed"):
        engine.command(sensors_off(7330))


def test_a_signature_needs_a_name_and_comes_once() -> None:
    engine, _ = ready()
    with pytest.raises(Refused, match="named person"):
        engine.command(sign(7300, by=" "))
    engine.command(sign(7300))
    with pytest.raises(Refused, match="signed already by Dr A"):
        engine.command(sign(7301))


def test_sensors_off_ends_technical_alarms_by_a_person_and_lets_them_rest() -> None:
    engine, _ = ready()
    run(engine, [streams(7300, 7320, spo2=None)])
    assert phase(engine) is Phase.RECOVERY  # the oximeter had fallen off before anybody signed
    engine, _ = ready()
    events = run(engine, [sign(7300), streams(7300, 7330, spo2=None)])
    assert [(e.condition, e.covered_by) for e in events] == [("T-LINK", None), ("T-SPO2", "T-LINK")]
    assert phase(engine) is Phase.READY  # what was signed holds while nothing new is known
    events = run(engine, [sensors_off(7330), 9000])
    ends = [(e.condition, e.change, e.cause, e.by) for e in events]
    assert sorted(ends) == [
        ("T-LINK", Change.END, Cause.PERSON, "nurse"),
        ("T-SPO2", Change.END, Cause.PERSON, "nurse"),
    ]
    assert phase(engine) is Phase.READY
    assert engine.status().alarms == ()
    (hold,) = engine.status().holds
    assert (hold.kind, hold.owner, hold.until - T) == ("sensors_off", "nurse", 7330 + 1800)
    (task,) = [t for t in engine.status().tasks if t.kind == "close_session"]
    assert task.due_at == T + 7330 + 1800


def test_sensors_off_ends_a_standby_too() -> None:
    for late_s in (0, 700):
        engine, _ = ready()
        off = Standby(at=T + 7300, by="Ana", reason="toilet")
        run(engine, [sign(7300), off, 7301.0 + late_s])
        events = run(engine, [sensors_off(7302 + late_s), 9000.0])
        assert all(event.change is Change.END for event in events)
        assert (engine.status().standby, engine.status().alarms) == (None, ())
    with pytest.raises(Refused, match="the sensors are off"):
        engine.command(Standby(at=T + 9001, by="Ana", reason="toilet"))


def test_a_refused_override_counts_for_nothing() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    with pytest.raises(Refused, match="no dose was given"):
        engine.command(override(400, "walks"))
    engine.command(GiveDose(at=T + 500, by="Dr A", given_at=T + 300))
    [walks] = [found for found in engine.discharge() if found.id == "walks"]
    assert walks.overridden_by is None


def test_a_session_forgotten_with_its_sensors_off_asks_whether_the_patient_left() -> None:
    engine, _ = ready()
    events = run(engine, [sign(7300), sensors_off(7301), 7301 + 1800 + 20])
    said = [(e.at - T, e.condition, e.change, e.covered_by) for e in events]
    assert (9101.0, "T-LEFT", Change.START, None) in said
    assert all(covered for _, c, _, covered in said if c in {"T-SPO2", "T-LINK"})
    assert engine.status().holds == ()


def test_after_sensors_off_what_still_arrives_is_judged_as_before() -> None:
    engine, _ = ready()
    events = run(engine, [sign(7300), sensors_off(7301), streams(7302, 7340, spo2=87)])
    assert any(e.condition == "O2-LO" and e.change is Change.START for e in events)
    assert phase(engine) is Phase.RECOVERY
    session = engine.status().session
    assert session is not None
    assert session.signed_by is None
    (task,) = [t for t in engine.status().tasks if t.kind == "discharge_undone"]
    assert "O2-LO" in task.text
    events = run(engine, [7400])
    assert "T-LINK" in {event.condition for event in events}  # the sensors are missed again


def test_sensors_off_waits_for_an_unanswered_alarm_of_a_stream() -> None:
    engine, _ = ready()
    run(engine, [override(7300, "spo2"), streams(7300, 7400, spo2=93), sign(7400)])
    watch = next(a.event for a in engine.status().alarms if a.event.condition == "O2-WATCH")
    with pytest.raises(Refused, match="acknowledge O2-WATCH first"):
        engine.command(sensors_off(7401))
    engine.command(acknowledge(7402, watch))
    events = run(engine, [sensors_off(7403), 7500])
    ends = [(e.condition, e.change, e.cause) for e in events]
    assert ends == [("O2-WATCH", Change.END, Cause.PERSON)]


def test_a_signed_discharge_needs_no_reason_even_when_the_sensors_are_off() -> None:
    engine, _ = ready()
    run(engine, [sign(7300), sensors_off(7301), 8000])
    engine.command(discharge(8000))
    assert phase(engine) is Phase.DISCHARGED


def test_a_discharge_with_open_lines_lists_them_and_needs_a_reason() -> None:
    engine, _ = ready()
    run(engine, [streams(7300, 7330, spo2=92)])
    with pytest.raises(Refused, match="needs a reason: SpO2 92 < 94, since 0:") as refused:
        engine.command(discharge(7330))
    assert "no heart rate" not in refused.value.detail
    assert phase(engine) is Phase.RECOVERY
    engine.command(discharge(7331, "home oxygen arranged"))
    assert phase(engine) is Phase.DISCHARGED
    (open_line,) = [found for found in engine.discharge() if found.overridden_by]
    assert (open_line.id, open_line.overridden_by, open_line.override_reason) == (
        "spo2",
        "Dr A",
        "home oxygen arranged",
    )


def test_without_a_dose_nothing_is_asked() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    engine.command(discharge(10))
    assert phase(engine) is Phase.DISCHARGED


def test_the_lines_can_be_asked_for_before_recovery() -> None:
    engine, _ = ready()
    assert len(engine.discharge()) == 11
    assert BedEngine(NO_STREAMS, PROFILE).discharge() == ()


def test_in_ready_the_cuff_goes_on_every_fifteen_minutes() -> None:
    engine, _ = ready()
    session = engine.status().session
    assert session is not None
    assert session.next_cuff_at == T + 6900 + 900
    run(engine, [cuff(7310, 120, 80), streams(7300, 7320)])
    session = engine.status().session
    assert session is not None
    assert session.next_cuff_at == T + 7310 + 900


def test_a_note_does_not_move_the_phase() -> None:
    engine, _ = ready()
    engine.command(Entry(at=T + 7300, by="n", kind="symptom", happened_at=T + 7300, value="calm"))
    assert phase(engine) is Phase.READY
