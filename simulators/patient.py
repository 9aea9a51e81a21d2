"""A patient's physiology: what the body does at an instant, with ketamine or without.

Pure and seeded: every value is a function of the seed and of time, whoever asks, in whatever order.
Time is the scenario's: seconds, 0 where its story begins, negative before.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import exp
from typing import NamedTuple

from simulators.heart import Heart, Rhythm
from simulators.noise import Wander, normal, within

DRUG_PEAK_S = 40 * 60.0  # blood pressure peaks 40 min after the dose (Yale 2024, 2342 infusions)
DRUG_SHARPNESS = 4.0  # puts a sixth of the rise at 90 min, where the trials found it nearly gone
RISE_SYSTOLIC = (16.0, 11.2)  # mm[Hg] at the peak, mean and standard deviation (Yale 2024)
RISE_DIASTOLIC = (11.0, 8.45)
RISE_HEART_RATE = 1.9  # per minute, mean (741 infusions, Chinese series)
RISE_PER_YEAR = 0.01  # older patients rise more: 16 mm[Hg] from 65 on, 13 below (Doherty)


class Vital(StrEnum):
    """What a course of events can move."""

    SPO2 = "spo2"
    HEART_RATE = "heart_rate"
    RESPIRATORY_RATE = "respiratory_rate"
    PERFUSION_INDEX = "perfusion_index"
    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"


class Vitals(NamedTuple):
    """The body at an instant; units as in devices.reading.METRICS."""

    spo2: float
    heart_rate: float
    pulse_rate: float
    perfusion_index: float
    systolic: float
    diastolic: float
    mean_pressure: float
    respiratory_rate: float
    temperature: float


@dataclass(frozen=True)
class Traits:
    """How a patient is made: the resting values, and what the drug adds at its peak."""

    age: float
    systolic: float
    diastolic: float
    heart_rate: float
    spo2: float
    respiratory_rate: float
    perfusion_index: float
    rise_systolic: float
    rise_diastolic: float
    rise_heart_rate: float


@dataclass(frozen=True)
class Course:
    """Something happens: a vital goes to `target`, stays, and comes back. Spans in seconds.

    `hold_s` None: it stays for ever.
    """

    vital: Vital
    target: float
    after_s: float
    rise_s: float = 0.0
    hold_s: float | None = None
    fall_s: float = 0.0

    def share(self, at: float) -> float:
        """How much of the way to the target the vital has gone: 0 to 1."""
        since = at - self.after_s
        if since < 0:
            return 0.0
        if since < self.rise_s:
            return since / self.rise_s
        if self.hold_s is None or since < self.rise_s + self.hold_s:
            return 1.0
        left = self.rise_s + self.hold_s + self.fall_s - since
        return left / self.fall_s if left > 0 else 0.0


def draw_traits(seed: int, **given: float | None) -> Traits:
    """A plausible patient of this seed; what is given (by the names of Traits) is kept.

    The drawn rise stays below what alarms: severe rises are a scenario's to tell.
    """
    known = {name: value for name, value in given.items() if value is not None}
    age = known.get("age", within(seed, "age", 22, 68))
    stronger = 1 + RISE_PER_YEAR * (age - 45)
    shared = normal(seed, "rise")  # systolic and diastolic rise together
    drawn = {
        "age": age,
        "systolic": within(seed, "systolic", 108, 126) + 0.15 * (age - 45),
        "diastolic": within(seed, "diastolic", 66, 78) + 0.08 * (age - 45),
        "heart_rate": within(seed, "heart_rate", 60, 78),
        "spo2": within(seed, "spo2", 96.6, 98.6),
        "respiratory_rate": within(seed, "respiratory_rate", 12, 16),
        "perfusion_index": within(seed, "perfusion_index", 1.8, 5.0),
        "rise_systolic": _limited(RISE_SYSTOLIC, shared, 26.0) * stronger,
        "rise_diastolic": _limited(RISE_DIASTOLIC, shared, 16.0) * stronger,
        "rise_heart_rate": RISE_HEART_RATE + 2 * normal(seed, "rise_heart_rate"),
    }
    return Traits(**(drawn | known))


def drug_effect(since_dose: float) -> float:
    """Share of the drug's greatest effect, 0 to 1, `since_dose` seconds after the dose."""
    if since_dose <= 0:
        return 0.0
    x = since_dose / DRUG_PEAK_S
    return (x * exp(1 - x)) ** DRUG_SHARPNESS


@dataclass(frozen=True)
class Patient:
    """One simulated patient. `dose_at` None: no drug. The heart is known from `since` on."""

    seed: int
    traits: Traits
    dose_at: float | None = None
    courses: tuple[Course, ...] = ()
    since: float = 0.0

    def vitals(self, at: float) -> Vitals:
        """The body at an instant."""
        traits = self.traits
        drug = self._drug(at)
        tide = 4 * self._drift("pressure", at)
        systolic = traits.systolic + traits.rise_systolic * drug + tide
        diastolic = traits.diastolic + traits.rise_diastolic * drug + 0.6 * tide
        systolic = self._moved(Vital.SYSTOLIC, systolic, at)
        diastolic = min(self._moved(Vital.DIASTOLIC, diastolic, at), systolic - 15)
        spo2 = traits.spo2 - 0.8 * drug + 0.7 * self._drift("spo2", at)
        perfusion = traits.perfusion_index * (1 - 0.25 * drug + 0.2 * self._drift("flow", at))
        breaths = traits.respiratory_rate + drug + 1.2 * self._drift("breath", at)
        heart_rate = self.heart_rate(at)
        return Vitals(
            spo2=min(max(self._moved(Vital.SPO2, spo2, at), 1.0), 100.0),
            heart_rate=heart_rate,
            pulse_rate=heart_rate,
            perfusion_index=max(self._moved(Vital.PERFUSION_INDEX, perfusion, at), 0.02),
            systolic=systolic,
            diastolic=diastolic,
            mean_pressure=diastolic + (systolic - diastolic) / 3,
            respiratory_rate=max(self._moved(Vital.RESPIRATORY_RATE, breaths, at), 0.0),
            temperature=36.6 + 0.2 * self._drift("temperature", at),
        )

    def heart_rate(self, at: float) -> float:
        """Heart rate per minute, without its breathing swing."""
        natural = (
            self.traits.heart_rate
            + self.traits.rise_heart_rate * self._drug(at)
            + 3.5 * self._drift("heart", at)
        )
        return max(self._moved(Vital.HEART_RATE, natural, at), 15.0)

    def beats(self, since: float, until: float) -> tuple[float, ...]:
        """RR intervals in ms of the beats that end after `since` and not after `until`."""
        return self._heart.intervals(since, until)

    @cached_property
    def _heart(self) -> Heart:
        swing = max(0.015, 0.055 - 0.0006 * (self.traits.age - 20))  # falls with age
        rhythm = Rhythm(self.seed, self.traits.respiratory_rate / 60, swing)
        return Heart(rhythm, self.heart_rate, self.since)

    @cached_property
    def _wanders(self) -> dict[str, Wander]:
        slowest = {
            "pressure": 900.0,
            "heart": 420.0,
            "spo2": 300.0,
            "flow": 240.0,
            "breath": 180.0,
            "temperature": 5400.0,
        }
        return {name: Wander.of(self.seed, name, period) for name, period in slowest.items()}

    def _drift(self, name: str, at: float) -> float:
        return self._wanders[name].at(at)

    def _drug(self, at: float) -> float:
        return 0.0 if self.dose_at is None else drug_effect(at - self.dose_at)

    def _moved(self, vital: Vital, natural: float, at: float) -> float:
        """The vital where its courses, in their order, have brought it."""
        value = natural
        for course in self.courses:
            if course.vital is vital:
                value += (course.target - value) * course.share(at)
        return value


def _limited(rise: tuple[float, float], deviation: float, most: float) -> float:
    mean, spread = rise
    return min(max(mean + spread * deviation, 0.0), most)
