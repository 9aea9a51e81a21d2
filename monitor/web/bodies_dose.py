"""Bodies of what happens to the drug: doses, the infusion, and a dose that was none."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from alerts.command import (
    EndInfusion,
    ExtraDose,
    GiveDose,
    InfusionRate,
    PauseInfusion,
    ResumeInfusion,
    VoidDose,
)
from monitor.web.amounts import Milligrams, read_quantity
from monitor.web.body import Reason
from monitor.web.told import Deeds, ReasonedBody, SessionBody, Told

Span = Annotated[float, Field(gt=0, le=86400)]


class DoseBody(SessionBody):
    """The first dose, given `at`; `override` is the reason that signs BP-GATE."""

    kind: Literal["dose"]
    value: Milligrams = None
    planned_s: Span | None = None
    override: Reason | None = None

    def deeds(self, told: Told) -> Deeds:
        """The dose."""
        dose = GiveDose(
            at=told.now,
            by=told.by,
            id=told.id,
            given_at=told.happened,
            amount_mg=self.value,
            planned_s=self.planned_s,
            override=self.override,
        )
        return (dose,)


class ExtraDoseBody(SessionBody):
    """A further dose, given `at`."""

    kind: Literal["extra_dose"]
    value: Milligrams = None

    def deeds(self, told: Told) -> Deeds:
        """The extra dose."""
        dose = ExtraDose(
            at=told.now, by=told.by, id=told.id, given_at=told.happened, amount_mg=self.value
        )
        return (dose,)


class InfusionPauseBody(SessionBody):
    """The infusion stands still since `at`; `value` may say why."""

    kind: Literal["infusion_pause"]
    value: Reason | None = None

    def deeds(self, told: Told) -> Deeds:
        """The pause."""
        pause = PauseInfusion(
            at=told.now,
            by=told.by,
            id=told.id,
            happened_at=told.happened,
            reason=self.value or "",
        )
        return (pause,)


class InfusionResumeBody(SessionBody):
    """The infusion runs again since `at`."""

    kind: Literal["infusion_resume"]

    def deeds(self, told: Told) -> Deeds:
        """The infusion goes on."""
        return (ResumeInfusion(at=told.now, by=told.by, id=told.id, happened_at=told.happened),)


class InfusionRateBody(SessionBody):
    """The infusion runs at another rate: a number (of `unit`), or words like "20 ml/h"."""

    kind: Literal["infusion_rate"]
    value: float | Annotated[str, Field(max_length=80)]
    unit: Annotated[str, Field(max_length=20)] = ""

    @model_validator(mode="after")
    def _is_a_rate(self) -> Self:
        if (quantity := read_quantity(self.value)) is None or quantity.number < 0:
            raise ValueError(f'value {self.value!r} is no rate; send 20 or "20 ml/h"')
        return self

    def deeds(self, told: Told) -> Deeds:
        """The rate."""
        quantity = read_quantity(self.value)
        rate, unit = (0.0, "") if quantity is None else quantity
        return (
            InfusionRate(
                at=told.now,
                by=told.by,
                id=told.id,
                happened_at=told.happened,
                rate=rate,
                unit=self.unit or unit,
            ),
        )


class InfusionEndBody(SessionBody):
    """The infusion has ended, `at` or now."""

    kind: Literal["infusion_end"]

    def deeds(self, told: Told) -> Deeds:
        """Its end."""
        return (EndInfusion(at=told.now, by=told.by, id=told.id, ended_at=told.happened),)


class VoidDoseBody(ReasonedBody):
    """A dose that was never given, and why it was entered.

    of: "dose" (the first: back to the baseline) or "extra_dose" (the one with the id `entry` or
    the stated time `entry_at`, else the latest).
    """

    kind: Literal["void_dose"]
    of: Literal["dose", "extra_dose"] = "dose"
    entry: Annotated[str, Field(max_length=64)] = ""
    entry_at: AwareDatetime | None = None

    def deeds(self, told: Told) -> Deeds:
        """The void."""
        return (
            VoidDose(
                at=told.now,
                by=told.by,
                id=told.id,
                reason=self.why,
                of=self.of,
                entry=self.entry,
                entry_at=None if self.entry_at is None else self.entry_at.timestamp(),
            ),
        )


DoseEvent = (
    DoseBody
    | ExtraDoseBody
    | InfusionPauseBody
    | InfusionResumeBody
    | InfusionRateBody
    | InfusionEndBody
    | VoidDoseBody
)
