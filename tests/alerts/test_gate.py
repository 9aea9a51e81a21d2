"""BP-GATE: a dose over the baseline's limit is recorded, and its missing signature is told."""

import pytest

from alerts.command import Acknowledge, Correct, Override, Refused, VoidDose
from alerts.engine import BedEngine
from alerts.event import Cause, Signal
from alerts.status import Phase
from tests.alerts.dosing import dose, measured
from tests.alerts.timeline import T, cuff, line


def _gated(*, override: str | None = None) -> BedEngine:
    engine = measured([cuff(60, 150, 88), cuff(130, 140, 92)])
    status = engine.status()
    assert status.session is not None
    assert status.session.gate == "baseline 145/90 > 140/90"
    engine.command(dose(300, override=override))
    return engine


def test_a_dose_over_the_gate_is_recorded_and_its_missing_signature_is_a_low_alarm() -> None:
    engine = _gated()
    assert engine.status().phase is Phase.DOSING
    [alarm] = engine.status().alarms
    assert line(alarm.event) == "300 BP-GATE start low on"
    assert alarm.event.text == "BP-GATE unsigned: baseline 145/90 > 140/90"
    events = engine.command(
        Override(at=T + 400, by="Dr A", happened_at=T + 400, of="BP-GATE", reason="known")
    )
    assert [line(event) for event in events] == ["400 BP-GATE end low off"]
    assert (events[0].cause, events[0].by) == (Cause.PERSON, "Dr A")


def test_a_dose_with_its_override_opens_nothing() -> None:
    assert _gated(override="known hypertension").status().alarms == ()


def test_an_override_before_the_dose_signs_it_too() -> None:
    engine = measured([cuff(60, 150, 88), cuff(130, 140, 92)])
    engine.command(
        Override(at=T + 200, by="Dr A", happened_at=T + 200, of="BP-GATE", reason="known")
    )
    engine.command(dose(300))
    assert engine.status().alarms == ()


def test_an_override_without_a_name_or_a_reason_signs_nothing() -> None:
    engine = _gated()
    for by, reason in (("Dr A", " "), ("", "known")):
        with pytest.raises(Refused, match="named person and a reason"):
            engine.command(
                Override(at=T + 400, by=by, happened_at=T + 400, of="BP-GATE", reason=reason)
            )
    assert [alarm.event.condition for alarm in engine.status().alarms] == ["BP-GATE"]


def test_an_acknowledged_gate_stands_until_it_is_signed() -> None:
    engine = _gated()
    event = engine.status().alarms[0].event
    engine.command(Acknowledge(at=T + 310, by="nurse", occurrence=event.occurrence, seq=event.seq))
    assert engine.status().alarms[0].event.signal is Signal.ACKNOWLEDGED


@pytest.mark.parametrize(
    "order",
    [
        VoidDose(at=T + 400, by="Dr A", reason="wrong bed"),
        Correct(
            at=T + 400, by="Dr A", of="baseline", systolic=132, diastolic=84, reason="wrong cuff"
        ),
    ],
)
def test_a_gate_whose_ground_is_gone_ends_by_the_person_who_took_it_away(
    order: VoidDose | Correct,
) -> None:
    [event] = _gated().command(order)
    assert (line(event), event.cause, event.by) == (
        "400 BP-GATE end low off",
        Cause.PERSON,
        "Dr A",
    )
