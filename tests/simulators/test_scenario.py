"""Scenario files: each loads, says what it is, and a bad one is told everything at once."""

from pathlib import Path

import pytest

from simulators.faults import Fault, FaultKind, Faults
from simulators.patient import Vital
from simulators.scenario import (
    ScenarioError,
    SessionTable,
    Step,
    list_scenarios,
    load_scenario,
    parse_scenario,
)


@pytest.mark.parametrize("name", list_scenarios())
def test_every_scenario_that_comes_with_us_loads_under_its_own_name(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.session.watched_from <= -2400


def test_the_stories_a_clinic_needs_are_there() -> None:
    assert {
        "quiet",
        "hypertension-confirmed",
        "hypertension-unconfirmed",
        "desaturation-short",
        "desaturation-long",
        "desaturation-deep",
        "probe-off",
        "nausea-press",
        "link-loss-short",
        "link-loss-long",
    } <= set(list_scenarios())


def test_a_file_of_ones_own_is_loaded_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\ndescription = "nothing much happens"\n')
    assert load_scenario(str(file)).name == "mine"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match=r"no scenario 'quite'.*quiet"):
        load_scenario("quite")
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario("nowhere/mine.toml")


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    text = """
        name = "Bad Name"
        description = "short"
        colour = "red"
        [patient]
        age = 7
        [session]
        phase = "PEAK"
        [[events]]
        kind = "course"
        after_s = nan
        to = { spo3 = 80 }
        [[events]]
        kind = "explosion"
        after_s = 3
    """
    with pytest.raises(ScenarioError) as told:
        parse_scenario(text, "bad.toml")
    message = str(told.value)
    assert all(line.startswith("bad.toml: ") for line in message.splitlines())
    for wrong in (
        "name",
        "description",
        "colour",
        "patient.age",
        "session: Value error, phase PEAK comes after a dose; add since_dose_min",
        "events.0.course.after_s",
        "events.0.course.to.spo3",
        "events.1: Input tag 'explosion'",
    ):
        assert f"bad.toml: {wrong}" in message


def test_a_dose_before_its_phase_is_a_mistake() -> None:
    text = 'name = "x"\ndescription = "ten letters"\n[session]\nphase = "SETUP"\nsince_dose_min = 3'
    with pytest.raises(ScenarioError, match="take since_dose_min away"):
        parse_scenario(text, "x.toml")


def test_text_that_is_no_toml_is_told_so() -> None:
    with pytest.raises(ScenarioError, match=r"x\.toml: this is not TOML"):
        parse_scenario("name = ", "x.toml")


def test_a_scenario_becomes_courses_faults_reports_and_measurements() -> None:
    text = """
        name = "all"
        description = "one of everything"
        [[events]]
        kind = "course"
        after_s = 5
        to = { systolic = 200, diastolic = 110 }
        hold_s = 60
        [[events]]
        kind = "measure"
        after_s = 30
        every_s = 60
        times = 3
        [[events]]
        kind = "nausea"
        after_s = 9
        report = "nrs"
        value = 6
        [[events]]
        kind = "nausea"
        after_s = 2
        [[events]]
        kind = "link_loss"
        device = "strap"
        after_s = 10
        for_s = 8
    """
    scenario = parse_scenario(text, "all.toml")
    courses = scenario.patient_of(1).courses
    assert [(c.vital, c.target) for c in courses] == [(Vital.SYSTOLIC, 200), (Vital.DIASTOLIC, 110)]
    assert scenario.measurements == (30, 90, 150)
    assert [report.after_s for report in scenario.reports] == [2, 9]
    assert scenario.faults == (Fault(FaultKind.LINK_LOSS, "strap", 10, 8),)


def test_steps_bring_a_session_to_its_phase_in_order() -> None:
    peak = SessionTable(phase="PEAK", since_dose_min=50, infusion_min=40)
    assert [step for _, step in peak.steps] == [
        Step.BEGIN,
        Step.BASELINE,
        Step.BASELINE,
        Step.DOSE,
        Step.INFUSION_END,
    ]
    assert [at for at, _ in peak.steps] == sorted(at for at, _ in peak.steps)
    assert peak.steps[-2:] == ((-3000, Step.DOSE), (-600, Step.INFUSION_END))
    dosing = SessionTable(phase="DOSING", since_dose_min=12)
    assert dosing.steps[-1] == (-720, Step.DOSE)
    assert [step for _, step in SessionTable(phase="SETUP").steps] == [Step.BEGIN]
    assert SessionTable(phase="EMPTY").steps == ()
    for session in (peak, dosing):
        assert session.watched_from < session.steps[0][0]


def test_faults_that_touch_are_one_and_ends_do_not_count() -> None:
    loss = FaultKind.LINK_LOSS
    faults = Faults(
        (
            Fault(loss, "strap", 10, 5),
            Fault(loss, "strap", 15, 5),
            Fault(loss, "strap", 40),
            Fault(FaultKind.PROBE_OFF, "oximeter", 12, 5),
        )
    )
    assert faults.edges(loss) == (10, 20, 40)
    assert faults.active(loss, 10)
    assert not faults.active(loss, 20)
    assert faults.active(loss, 1e9)
    assert faults.of("oximeter").edges(loss) == ()
    assert faults.over_at(loss, 12) == 15
    assert faults.over_at(loss, 41) == float("inf")
    assert faults.over_at(loss, 21) is None
