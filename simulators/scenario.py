"""Scenarios: a patient, where the session stands, and what happens when, as TOML files.

`after_s` counts from the scenario's start. A file is checked whole: ScenarioError lists every
mistake with its key, what stands there and what would be right.
"""

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from devices.reading import ReportKind
from simulators.faults import Fault, FaultKind, Faults
from simulators.patient import Course, Patient, Traits, Vital, draw_traits

Phase = Literal["EMPTY", "SETUP", "BASELINE", "DOSING", "PEAK", "RECOVERY"]
DeviceKind = Literal["oximeter", "cuff", "strap", "monitor", "button"]
Span = Annotated[float, Field(ge=0)]
LEAD_S = 20 * 60.0  # devices are put on this long before the dose
SETTLED_S = 40 * 60.0  # and every bed is watched at least this long before the story begins
# What staff have done before the dose, in seconds before it (before second 0 where none is given).
BEGIN_S = 18 * 60.0
BASELINE_S = 14 * 60.0
BASELINE_CUFFS_S = (12 * 60.0, 10.5 * 60.0)
BASELINE_SETTLED_S = 6 * 60.0


class Step(StrEnum):
    """A command of staff that brings a session on."""

    BEGIN = "begin"
    BASELINE = "baseline"
    DOSE = "dose"
    INFUSION_END = "infusion_end"


class ScenarioError(Exception):
    """A scenario cannot be used; the message names every mistake, one a line."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class PatientTable(_Table):
    """Who it is: anything left out is drawn from the seed."""

    age: Annotated[float, Field(ge=18, le=110)] | None = None
    systolic: Annotated[float, Field(ge=70, le=220)] | None = None
    diastolic: Annotated[float, Field(ge=35, le=140)] | None = None
    heart_rate: Annotated[float, Field(ge=30, le=180)] | None = None
    spo2: Annotated[float, Field(ge=70, le=100)] | None = None
    respiratory_rate: Annotated[float, Field(ge=6, le=40)] | None = None
    perfusion_index: Annotated[float, Field(gt=0, le=20)] | None = None
    rise_systolic: Annotated[float, Field(ge=-40, le=90)] | None = None
    rise_diastolic: Annotated[float, Field(ge=-30, le=60)] | None = None
    rise_heart_rate: Annotated[float, Field(ge=-30, le=60)] | None = None


class SessionTable(_Table):
    """Where the session stands when the story begins."""

    phase: Phase = "PEAK"
    since_dose_min: Annotated[float, Field(ge=0, le=300)] | None = None
    infusion_min: Annotated[float, Field(gt=0, le=120)] = 40.0

    @model_validator(mode="after")
    def _dose_fits_phase(self) -> Self:
        dosed = self.phase in {"DOSING", "PEAK", "RECOVERY"}
        if dosed and self.since_dose_min is None:
            raise ValueError(f"phase {self.phase} comes after a dose; add since_dose_min")
        if not dosed and self.since_dose_min is not None:
            raise ValueError(f"phase {self.phase} comes before the dose; take since_dose_min away")
        return self

    @property
    def dose_at(self) -> float | None:
        """When the dose was given, in scenario seconds (not after 0)."""
        return None if self.since_dose_min is None else -60 * self.since_dose_min

    @property
    def infusion_end_at(self) -> float | None:
        """When the infusion ends, in scenario seconds."""
        return None if self.dose_at is None else self.dose_at + 60 * self.infusion_min

    @property
    def steps(self) -> tuple[tuple[float, Step], ...]:
        """What staff have done until second 0, and when."""
        dose = self.dose_at or 0.0
        begun = (dose - BEGIN_S, Step.BEGIN)
        baseline = (dose - BASELINE_S, Step.BASELINE)
        if self.phase == "EMPTY":
            return ()
        if self.phase == "SETUP":
            return (begun,)
        if self.dose_at is None or self.infusion_end_at is None:
            return (begun, baseline)
        dosed = (self.dose_at, Step.DOSE)
        settled = (dose - BASELINE_SETTLED_S, Step.BASELINE)
        ended = (self.infusion_end_at, Step.INFUSION_END)
        return (begun, baseline, settled, dosed, *([ended] if ended[0] <= 0 else []))

    @property
    def watched_from(self) -> float:
        """When the devices are put on, in scenario seconds (before 0)."""
        dosed = -(self.dose_at or 0.0)
        return -max(SETTLED_S, dosed + LEAD_S)


class CourseEvent(_Table):
    """Vitals go to the values of `to` within rise_s, stay hold_s (left out: for ever), return."""

    kind: Literal["course"]
    after_s: float
    to: Annotated[dict[Vital, float], Field(min_length=1)]
    rise_s: Span = 0.0
    hold_s: Span | None = None
    fall_s: Span = 0.0


class MeasureEvent(_Table):
    """Somebody starts the cuff; its reading comes at after_s, then every every_s `times` times."""

    kind: Literal["measure"]
    after_s: float
    times: Annotated[int, Field(ge=1, le=200)] = 1
    every_s: Annotated[float, Field(ge=30)] = 300.0


class NauseaEvent(_Table):
    """The patient, or staff, reports nausea; `value` is the 0-10 rating of kind nrs."""

    kind: Literal["nausea"]
    after_s: float
    report: ReportKind = ReportKind.PRESS
    value: Annotated[float, Field(ge=0, le=10)] | None = None


class FaultEvent(_Table):
    """A device fails for for_s seconds (left out: for ever)."""

    kind: Literal["probe_off", "weak_signal", "cuff_fails", "link_loss"]
    after_s: float
    device: DeviceKind = "oximeter"
    for_s: Annotated[float, Field(gt=0)] | None = None


Event = Annotated[
    CourseEvent | MeasureEvent | NauseaEvent | FaultEvent, Field(discriminator="kind")
]


class Scenario(_Table):
    """One story: who, where the session stands, what happens."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    description: Annotated[str, Field(min_length=10)]
    patient: PatientTable = PatientTable()
    session: SessionTable = SessionTable(phase="PEAK", since_dose_min=50)
    events: tuple[Event, ...] = ()

    def patient_of(self, seed: int) -> Patient:
        """The patient of this story; another seed is another patient with the same story."""
        return Patient(
            seed=seed,
            traits=self._traits(seed),
            dose_at=self.session.dose_at,
            courses=tuple(self._courses()),
            since=self.session.watched_from,
        )

    @property
    def faults(self) -> Faults:
        """Every fault of the story."""
        return Faults(
            Fault(FaultKind(event.kind), event.device, event.after_s, event.for_s)
            for event in self.events
            if isinstance(event, FaultEvent)
        )

    @property
    def reports(self) -> tuple[NauseaEvent, ...]:
        """Every report of nausea, in time order."""
        found = [event for event in self.events if isinstance(event, NauseaEvent)]
        return tuple(sorted(found, key=lambda event: event.after_s))

    @property
    def measurements(self) -> tuple[float, ...]:
        """When the story itself has the cuff measure, in time order."""
        return tuple(
            sorted(
                event.after_s + n * event.every_s
                for event in self.events
                if isinstance(event, MeasureEvent)
                for n in range(event.times)
            )
        )

    def _traits(self, seed: int) -> Traits:
        return draw_traits(seed, **self.patient.model_dump())

    def _courses(self) -> Iterator[Course]:
        for event in self.events:
            if isinstance(event, CourseEvent):
                for vital, target in event.to.items():
                    yield Course(
                        vital, target, event.after_s, event.rise_s, event.hold_s, event.fall_s
                    )


def list_scenarios() -> tuple[str, ...]:
    """The names of the scenarios that come with us."""
    files = resources.files("simulators").joinpath("scenarios").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def load_scenario(name: str) -> Scenario:
    """The scenario of this name, or of this file if it ends in .toml. Raises ScenarioError."""
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise ScenarioError(f"{name}: there is no such file")
        return parse_scenario(path.read_text(encoding="utf-8"), name)
    if name not in list_scenarios():
        known = ", ".join(list_scenarios())
        raise ScenarioError(f"there is no scenario {name!r}; there are {known}, or give a .toml")
    file = resources.files("simulators").joinpath("scenarios", f"{name}.toml")
    return parse_scenario(file.read_text(encoding="utf-8"), file.name)


def parse_scenario(text: str, where: str) -> Scenario:
    """The scenario of a TOML text; `where` stands in front of every mistake."""
    try:
        return Scenario.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{where}: this is not TOML: {error}") from None
    except ValidationError as error:
        raise ScenarioError(
            "\n".join(
                f"{where}: {'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
                for item in error.errors(include_url=False)
            )
        ) from None
