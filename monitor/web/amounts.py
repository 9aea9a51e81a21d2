"""What people write for an amount: a number, or a number with its unit."""

import math
import re
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field

_WITH_UNIT = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(\D.*?)?\s*", re.DOTALL)
_AIR = frozenset({"air", "room air", "off", "none", "no", "stop", "stopped"})


class Quantity(NamedTuple):
    """A number and the unit that was written after it ("" where none was)."""

    number: float
    unit: str


def read_quantity(said: object) -> Quantity | None:
    """A number, or words like "40 mg" or "2,5 l/min"; None for anything else."""
    if isinstance(said, int | float) and not isinstance(said, bool):
        return Quantity(float(said), "") if math.isfinite(said) else None
    if isinstance(said, str) and (found := _WITH_UNIT.fullmatch(said)):
        return Quantity(float(found[1].replace(",", ".")), found[2] or "")
    return None


def says_air(said: str) -> bool:
    """Whether words about oxygen mean that the patient breathes air."""
    return said.strip().lower() in _AIR


def _milligrams(said: object) -> object:
    if said is None or said == "":
        return None
    quantity = read_quantity(said)
    if quantity is None or quantity.unit.lower() not in {"", "mg"}:
        raise ValueError(f'{said!r} is no amount in mg; send a number such as 40, or "40 mg"')
    return quantity.number


Milligrams = Annotated[
    float | None,
    Field(gt=0, le=2000, description='amount in mg: 40 or "40 mg"'),
    BeforeValidator(_milligrams),
]
