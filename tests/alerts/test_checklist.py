"""Every line of the discharge criteria: met, not met, unknown, overridden, as tables."""

import pytest

from alerts.command import Close, ExtraDose, Refused
from alerts.status import Phase
from tests.alerts.checklist_rows import LINES, MET
from tests.alerts.timeline import T, run
from tests.alerts.way_out import (
    Steps,
    assessed,
    dosed,
    line,
    override,
    rating,
    story,
    streams,
)


@pytest.mark.parametrize(
    ("of", "instead", "expected"),
    [row[1:] for row in LINES],
    ids=[f"{row[1]}: {row[0]}" for row in LINES],
)
def test_a_line_says_what_it_lacks(of: str, instead: dict[str, Steps], expected: str) -> None:
    engine = dosed()
    run(engine, [*story(**instead), 7395])
    found = line(engine, of)
    said = "" if found.state == "met" else f"{found.state} {found.because}"
    assert said == expected
    assert (engine.status().phase is Phase.READY) is (expected == MET)


@pytest.mark.parametrize(
    ("of", "instead"),
    [(row[1], row[2]) for row in LINES if row[3] != MET and row[1] != "alarms"],
    ids=[f"{row[1]}: {row[0]}" for row in LINES if row[3] != MET and row[1] != "alarms"],
)
def test_a_line_that_is_not_met_can_be_overridden(of: str, instead: dict[str, Steps]) -> None:
    engine = dosed()
    run(engine, [*story(**instead), override(7390, of), 7395])
    run(engine, [override(7396, "alarms")])  # what is wrong may be an alarm as well
    if "streams" in instead:
        run(engine, [override(7396, "spo2"), override(7396, "heart_rate")])
    found = line(engine, of)
    assert (found.overridden_by, found.override_reason) == ("Dr A", "known")
    assert engine.status().phase is Phase.READY


def test_time_alone_meets_the_first_line_at_two_hours_sharp() -> None:
    engine = dosed()
    run(engine, [*story(streams=[streams(6000, 7199)]), 7199])
    assert engine.status().phase is Phase.RECOVERY
    assert line(engine, "time").due_at == T + 7200
    assert engine.next_deadline is not None
    assert engine.next_deadline <= T + 7200.01
    engine.advance(T + 7200.01)
    assert engine.status().phase is Phase.READY


def test_without_a_baseline_pressure_nobody_knows() -> None:
    engine = dosed(baseline=False)
    run(engine, [*story(), 7395])
    assert line(engine, "pressure").because == "no baseline pressure to compare with"


def test_nasal_asks_for_sedation_and_breathing_by_name() -> None:
    engine = dosed("nasal")
    run(engine, [*story(), 7390])
    assert line(engine, "sedation").state == "unknown"
    assert line(engine, "respiration").state == "unknown"
    run(engine, [assessed(7391, "sedation"), assessed(7392, "respiration")])
    assert engine.status().phase is Phase.READY


def test_the_two_hours_of_nasal_are_hard() -> None:
    engine = dosed("nasal")
    run(engine, [streams(6000, 6010)])
    with pytest.raises(Refused, match="nobody may override this after a dose by nasal"):
        engine.command(override(6010, "time"))
    with pytest.raises(Refused, match=r"nobody may override it: less than 120 min"):
        engine.command(Close(at=T + 6011, by="Dr A", outcome="discharged", reason="wants to go"))
    engine.command(Close(at=T + 6012, by="Dr A", outcome="aborted", reason="left"))
    assert engine.status().phase is Phase.ABORTED


def test_an_override_needs_a_name_and_a_reason() -> None:
    engine = dosed()
    run(engine, [streams(6000, 6010)])
    for order in (override(6010, "walks", by=" "), override(6010, "walks", reason=" ")):
        with pytest.raises(Refused, match="a named person and a reason"):
            engine.command(order)
    assert line(engine, "walks").overridden_by is None


def test_an_override_of_alarms_does_not_answer_for_the_next_one() -> None:
    engine = dosed()
    run(engine, [*story(nausea=[rating(6950, 5)]), override(7200, "nausea")])
    engine.command(override(7390, "alarms"))
    assert engine.status().phase is Phase.READY
    run(engine, [streams(7400, 7440, spo2=87)])
    assert engine.status().phase is Phase.RECOVERY
    assert "O2-LO" in line(engine, "alarms").because
    assert line(engine, "alarms").overridden_by is None


def test_an_extra_dose_asks_for_everything_again() -> None:

    engine = dosed()
    run(engine, [*story(), override(7380, "walks"), 7390])
    assert engine.status().phase is Phase.READY
    engine.command(ExtraDose(at=T + 7390, by="Dr A", given_at=T + 7390))
    assert engine.status().phase is Phase.PEAK
    engine.advance(T + 7390 + 5401)
    states = {of: line(engine, of).state for of in ("pressure", "moaas", "dissociation", "walks")}
    assert set(states.values()) == {"unknown"}
    assert line(engine, "walks").overridden_by is None
    assert line(engine, "no_driving").state == "met"
