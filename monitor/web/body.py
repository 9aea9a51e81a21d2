"""What every POST carries, and the kinds of values that bodies share."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Nrs = Annotated[int, Field(ge=0, le=10)]
Reason = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(min_length=1, max_length=16)]


class Body(BaseModel):
    """Every POST: `id` makes a repeat harmless, `by` names a person (else the station orders)."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)

    id: Annotated[str, Field(max_length=64)] = ""
    by: Annotated[str, Field(max_length=80)] = ""


class TimedBody(Body):
    """Something that happened `at` a time; without it: now."""

    at: AwareDatetime | None = None
