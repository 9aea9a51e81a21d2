"""What people send: the bodies of POSTs, each rule a sentence in the problem that it causes."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Nrs = Annotated[int, Field(ge=0, le=10)]
Reason = Annotated[str, Field(max_length=500)]
Code = Annotated[str, Field(min_length=1, max_length=16)]


class Body(BaseModel):
    """Every POST: `id` makes a repeat harmless, `by` names a person (else the station orders)."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)

    id: Annotated[str, Field(max_length=64)] = ""
    by: Annotated[str, Field(max_length=80)] = ""


class TimedBody(Body):
    """Something that happened `at` a time; without it: now."""

    at: AwareDatetime | None = None


class BeginBody(Body):
    """Open a session; `visit` is the short code that tells two patients apart."""

    protocol: Literal["iv", "im", "nasal", "oral"]
    visit: Code
    initials: Annotated[str, Field(max_length=4)] = ""


class CloseBody(Body):
    """Close a session; aborting needs a reason."""

    outcome: Literal["discharged", "aborted"]
    reason: Reason = ""


class AcknowledgeBody(Body):
    """Acknowledge an occurrence as it was seen: `seq` of its latest event on the screen."""

    seq: int


class ResolveBody(Body):
    """Settle a reported condition; the nausea rating where it was asked."""

    outcome: Reason = ""
    nrs: Nrs | None = None


class PauseBody(Body):
    """Silence what sounds at a bed now, for 30, 60 or 120 seconds."""

    seconds: Literal[30, 60, 120] = 120


class NauseaBody(TimedBody):
    """What a patient says (by tablet) or staff saw; `value` is the 0-10 rating of kind "nrs"."""

    kind: Literal["press", "long_press", "nrs", "retch", "vomit"] = "nrs"
    value: Nrs | None = None
    source: Literal["tablet", "staff"] = "tablet"

    @model_validator(mode="after")
    def _is_rated(self) -> Self:
        if (self.kind == "nrs") != (self.value is not None):
            raise ValueError('kind "nrs" comes with a value from 0 to 10, any other kind without')
        return self


class BaselineBody(TimedBody):
    """Take the baseline, or settle it from the cuff readings taken since."""

    kind: Literal["baseline"]


class DoseBody(TimedBody):
    """The first dose, given `at`; `override` is the reason that signs BP-GATE."""

    kind: Literal["dose"]
    value: Annotated[float, Field(gt=0, le=2000)] | None = Field(None, description="amount in mg")
    planned_s: Annotated[float, Field(gt=0, le=86400)] | None = None
    override: Reason | None = None


class InfusionEndBody(TimedBody):
    """The infusion has ended."""

    kind: Literal["infusion_end"]


class VitalsBody(TimedBody):
    """A blood pressure measured by hand, at its stated time."""

    kind: Literal["vitals"]
    systolic: Annotated[float, Field(ge=30, le=350)]
    diastolic: Annotated[float, Field(ge=10, le=300)]
    mean_pressure: Annotated[float, Field(ge=15, le=330)] | None = None
    pulse_rate: Annotated[float, Field(ge=10, le=350)] | None = None

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if self.systolic <= self.diastolic:
            raise ValueError("systolic is above diastolic; were they swapped?")
        return self


class NauseaEventBody(TimedBody):
    """Nausea as staff asked or saw it; `report` says what, `value` the rating of "nrs"."""

    kind: Literal["nausea"]
    report: Literal["nrs", "retch", "vomit"] = "nrs"
    value: Nrs | None = None

    @model_validator(mode="after")
    def _is_rated(self) -> Self:
        if (self.report == "nrs") != (self.value is not None):
            raise ValueError('report "nrs" comes with a value from 0 to 10, any other without')
        return self


class MoaasBody(TimedBody):
    """Depth of sedation, 0 (no response) to 5 (alert)."""

    kind: Literal["moaas"]
    value: Annotated[int, Field(ge=0, le=5)]


class MeasureBody(TimedBody):
    """A person asks for a cuff reading."""

    kind: Literal["measure"]


class AttendBody(TimedBody):
    """A named nurse is in the room: reminders wait; `value` "leaves" ends it."""

    kind: Literal["attend"]
    value: Literal["present", "leaves"] = "present"


class AntiemeticBody(TimedBody):
    """An antiemetic was given; `value` names drug and dose."""

    kind: Literal["antiemetic"]
    value: Reason = ""


class EntryBody(TimedBody):
    """Any other event of the record, kept with its time."""

    kind: Literal[
        "airway",
        "antihypertensive",
        "dissociation",
        "escort",
        "extra_dose",
        "infusion_pause",
        "infusion_rate",
        "infusion_resume",
        "note",
        "oxygen",
        "symptom",
    ]
    value: float | Annotated[str, Field(max_length=2000)] | None = None


EventBody = Annotated[
    BaselineBody
    | DoseBody
    | InfusionEndBody
    | VitalsBody
    | NauseaEventBody
    | MoaasBody
    | MeasureBody
    | AntiemeticBody
    | AttendBody
    | EntryBody,
    Field(discriminator="kind"),
]
