"""Bodies of what leads a session on: baseline, phases, corrections, signatures, its end."""

import re
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from alerts.command import Close, Correct, Override, SetPhase, TakeBaseline
from alerts.status import Phase
from monitor.web.body import Reason, Text
from monitor.web.told import Deeds, ReasonedBody, SessionBody, Told

Pressure = Annotated[float, Field(ge=10, le=350)]
_PRESSURE = re.compile(r"\s*(\d{2,3})\s*/\s*(\d{2,3})\s*")
Correctable = Literal[
    "airway",
    "antiemetic",
    "antihypertensive",
    "baseline",
    "dissociation",
    "dose",
    "escort",
    "extra_dose",
    "infusion_end",
    "infusion_pause",
    "infusion_rate",
    "infusion_resume",
    "moaas",
    "nausea",
    "note",
    "oxygen",
    "symptom",
    "vitals",
]


class BaselineBody(SessionBody):
    """Take the baseline, or settle it from the cuff readings taken since."""

    kind: Literal["baseline"]

    def deeds(self, told: Told) -> Deeds:
        """The order for it."""
        return (TakeBaseline(at=told.now, by=told.by, id=told.id),)


class CorrectBody(SessionBody):
    """An earlier entry was wrong: `of` its kind, `entry` its id or `entry_at` its stated time.

    at: the true time of what happened, if that was wrong; value: the true amount or words;
    planned_s: the true length of the infusion; a baseline's own numbers. A dose that moves by more
    than two minutes, and a baseline after the dose, need a `reason`.
    """

    kind: Literal["correct"]
    of: Correctable
    entry: Annotated[str, Field(max_length=64)] = ""
    entry_at: AwareDatetime | None = None
    value: float | Text | None = None
    planned_s: Annotated[float, Field(gt=0, le=86400)] | None = None
    systolic: Pressure | None = None
    diastolic: Pressure | None = None
    heart_rate: Annotated[float, Field(ge=10, le=350)] | None = None
    spo2: Annotated[float, Field(ge=1, le=100)] | None = None
    reason: Reason = ""

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        systolic, diastolic = self.pressure
        numbers = (systolic, diastolic, self.heart_rate, self.spo2)
        if self.of != "baseline" and any(n is not None for n in numbers):
            raise ValueError("systolic, diastolic, heart_rate and spo2 correct a baseline only")
        if (systolic is None) != (diastolic is None):
            raise ValueError("a pressure has both, systolic and diastolic")
        if systolic is not None and diastolic is not None and systolic <= diastolic:
            raise ValueError("systolic is above diastolic; were they swapped?")
        if self.of in {"dose", "extra_dose"} and not isinstance(self.value, float | None):
            raise ValueError(f"value {self.value!r} is no number of mg")
        if all(given is None for given in (self.at, self.value, self.planned_s, *numbers)):
            raise ValueError("say what is right: at, value, planned_s, or a baseline's numbers")
        return self

    @property
    def pressure(self) -> tuple[float | None, float | None]:
        """A baseline's systolic and diastolic, also where `value` says "132/84"."""
        if self.of == "baseline" and isinstance(self.value, str):
            found = _PRESSURE.fullmatch(self.value)
            if found is None:
                raise ValueError(f'value {self.value!r} is no pressure such as "132/84"')
            return float(found[1]), float(found[2])
        return self.systolic, self.diastolic

    def deeds(self, told: Told) -> Deeds:
        """The correction."""
        systolic, diastolic = self.pressure
        return (
            Correct(
                at=told.now,
                by=told.by,
                id=told.id,
                of=self.of,
                entry=self.entry,
                entry_at=None if self.entry_at is None else self.entry_at.timestamp(),
                happened_at=None if self.at is None else told.happened,
                value=self.value,
                planned_s=self.planned_s,
                systolic=systolic,
                diastolic=diastolic,
                heart_rate=self.heart_rate,
                spo2=self.spo2,
                reason=self.reason.strip(),
            ),
        )


def _loud(said: object) -> object:
    return said.upper() if isinstance(said, str) else said


class PhaseBody(SessionBody):
    """A named person moves the session to `value` (PEAK or RECOVERY), with a reason."""

    kind: Literal["phase"]
    value: Annotated[Literal["PEAK", "RECOVERY"], BeforeValidator(_loud)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    def deeds(self, told: Told) -> Deeds:
        """The move."""
        return (
            SetPhase(at=told.now, by=told.by, id=told.id, to=Phase(self.value), reason=self.reason),
        )


class OverrideBody(ReasonedBody):
    """A named person goes past a rule for a reason: "BP-GATE", or a line of the discharge."""

    kind: Literal["override"]
    of: Annotated[str, Field(min_length=1, max_length=64)] = "BP-GATE"

    def deeds(self, told: Told) -> Deeds:
        """The signature."""
        return (
            Override(
                at=told.now,
                by=told.by,
                id=told.id,
                happened_at=told.happened,
                of=self.of,
                reason=self.why,
            ),
        )


class DischargeBody(SessionBody):
    """Close the session: the patient is discharged."""

    kind: Literal["discharge"]
    reason: Reason = ""

    def deeds(self, told: Told) -> Deeds:
        """The end."""
        return (
            Close(at=told.now, by=told.by, id=told.id, outcome="discharged", reason=self.reason),
        )


class AbortBody(ReasonedBody):
    """Close the session before its usual end, with a reason."""

    kind: Literal["abort"]

    def deeds(self, told: Told) -> Deeds:
        """The end."""
        return (Close(at=told.now, by=told.by, id=told.id, outcome="aborted", reason=self.why),)


SessionEvent = BaselineBody | CorrectBody | PhaseBody | OverrideBody | DischargeBody | AbortBody
