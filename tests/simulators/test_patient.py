"""The simulated body: deterministic, plausible, and moved by the drug as the trials say."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.patient import DRUG_PEAK_S, Course, Patient, Vital, draw_traits, drug_effect

HOUR = 3600.0
SEEDS = st.integers(min_value=0, max_value=2**31)
INSTANTS = st.floats(min_value=-HOUR, max_value=3 * HOUR)


def patient(seed: int, *courses: Course, dose_at: float | None = -1800.0) -> Patient:
    return Patient(seed, draw_traits(seed), dose_at=dose_at, courses=courses, since=-HOUR / 4)


@given(SEEDS, st.lists(INSTANTS, min_size=1, max_size=20), st.randoms())
def test_vitals_depend_on_seed_and_time_alone(
    seed: int, instants: list[float], random: Random
) -> None:
    asked, shuffled = patient(seed), list(instants)
    random.shuffle(shuffled)
    in_any_order = {at: asked.vitals(at) for at in shuffled}
    assert [in_any_order[at] for at in instants] == [patient(seed).vitals(at) for at in instants]


@given(SEEDS, st.lists(st.floats(min_value=0.1, max_value=30), max_size=30))
def test_the_same_beats_come_whatever_the_polling(seed: int, steps: list[float]) -> None:
    polled, at, beats = patient(seed), 0.0, list[float]()
    for step in steps:
        beats += polled.beats(at, at + step)
        at += step
    assert tuple(beats) == patient(seed).beats(0.0, at)


def test_another_seed_is_another_patient() -> None:
    assert patient(1).vitals(0) != patient(2).vitals(0)
    assert patient(1).beats(0, 60) != patient(2).beats(0, 60)


@given(SEEDS, INSTANTS)
def test_a_patient_to_whom_nothing_happens_stays_within_what_is_normal(
    seed: int, at: float
) -> None:
    vitals = patient(seed).vitals(at)
    assert 94 <= vitals.spo2 <= 100
    assert 48 <= vitals.heart_rate <= 95
    assert 95 <= vitals.systolic < 160
    assert 55 <= vitals.diastolic < 100
    assert vitals.diastolic < vitals.mean_pressure < vitals.systolic
    assert 9 <= vitals.respiratory_rate <= 20
    assert vitals.perfusion_index > 0.3
    assert 36 <= vitals.temperature <= 37.2


@given(SEEDS)
def test_beats_add_up_to_the_heart_rate(seed: int) -> None:
    someone = patient(seed)
    beats = someone.beats(0, 300)
    mean_rate = sum(someone.heart_rate(at) for at in range(300)) / 300
    assert 60_000 * len(beats) / sum(beats) == pytest.approx(mean_rate, rel=0.03)
    assert sum(beats) == pytest.approx(300_000, abs=2_000)
    assert all(300 < beat < 2_000 for beat in beats)


def test_intervals_swing_with_breathing_more_in_the_young() -> None:
    def swing(age: float) -> float:
        someone = Patient(5, draw_traits(5, age=age, heart_rate=65.0), since=0)
        beats = someone.beats(0, 60)
        return max(beats) - min(beats)

    assert swing(20) > swing(70) > 0


def test_the_drug_peaks_at_forty_minutes_and_is_nearly_gone_at_ninety() -> None:
    assert drug_effect(-1) == drug_effect(0) == 0
    assert drug_effect(DRUG_PEAK_S) == pytest.approx(1)
    assert all(drug_effect(60.0 * minute) < 1 for minute in range(120) if minute != 40)
    assert drug_effect(90 * 60) < 0.2


def test_blood_pressure_rises_by_the_mean_of_the_trials() -> None:
    rises = [draw_traits(seed) for seed in range(400)]
    assert sum(t.rise_systolic for t in rises) / 400 == pytest.approx(15, abs=2)
    assert sum(t.rise_diastolic for t in rises) / 400 == pytest.approx(10, abs=1.5)
    given_none, given_some = patient(3, dose_at=None), patient(3, dose_at=0.0)
    added = given_some.vitals(DRUG_PEAK_S).systolic - given_none.vitals(DRUG_PEAK_S).systolic
    assert added == pytest.approx(draw_traits(3).rise_systolic)


def test_what_is_given_of_a_patient_is_kept_and_the_rest_is_drawn() -> None:
    traits = draw_traits(9, age=70, systolic=150)
    assert (traits.age, traits.systolic) == (70, 150)
    assert traits.spo2 == draw_traits(9).spo2


def test_a_course_takes_a_vital_to_its_target_and_back() -> None:
    course = Course(Vital.SPO2, 80, after_s=100, rise_s=10, hold_s=30, fall_s=20)
    someone, before = patient(4, course), patient(4)
    assert someone.vitals(99.9) == before.vitals(99.9)
    assert 80 < someone.vitals(105).spo2 < before.vitals(105).spo2
    assert someone.vitals(110).spo2 == someone.vitals(139.9).spo2 == 80
    assert 80 < someone.vitals(150).spo2 < before.vitals(150).spo2
    assert someone.vitals(160.1) == before.vitals(160.1)


@given(st.floats(min_value=-10, max_value=200))
def test_a_course_never_overshoots(at: float) -> None:
    course = Course(Vital.SPO2, 80, after_s=10, rise_s=7, hold_s=50, fall_s=9)
    assert 0 <= course.share(at) <= 1


def test_a_course_without_an_end_stays() -> None:
    assert Course(Vital.SPO2, 80, after_s=0).share(10 * HOUR) == 1


def test_a_misspelt_attribute_is_an_error() -> None:
    with pytest.raises(AttributeError):
        patient(1).dose_att = 5.0  # pyright: ignore[reportAttributeAccessIssue] # the point
