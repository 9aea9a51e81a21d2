"""What every POST carries, and the kinds of values that bodies share."""

from collections.abc import Iterator
from typing import Annotated, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Nrs = Annotated[int, Field(ge=0, le=10)]
Reason = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(min_length=1, max_length=16)]


class Body(BaseModel):
    """Every POST: `id` makes a repeat harmless, `by` names a person (else the station orders)."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _can_be_stored(cls, sent: object) -> object:
        """JSON can spell half a character; no record could keep what an engine did with it."""
        if not all(_is_text(words) for words in _texts(sent)):
            raise ValueError("a text holds half a character (a lone surrogate); send it again")
        return sent

    id: Annotated[str, Field(max_length=64)] = ""
    by: Annotated[str, Field(max_length=80)] = ""


class TimedBody(Body):
    """Something that happened `at` a time; without it: now."""

    at: AwareDatetime | None = None


def _texts(sent: object) -> Iterator[str]:
    """Every text in what was sent."""
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, dict):
        for value in cast("dict[object, object]", sent).values():
            yield from _texts(value)
    elif isinstance(sent, list):
        for value in cast("list[object]", sent):
            yield from _texts(value)


def _is_text(words: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in words)
