"""Invariant 24: each row's priority agrees with the matrix of harm and onset (clinical A1).

IEC 60601-1-8 assigns priority from what happens if nobody comes, and how soon: death or lasting
harm: HIGH when immediate or prompt, MEDIUM when delayed; harm that heals: HIGH, MEDIUM, LOW; minor
harm: MEDIUM, LOW, LOW.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, cast

import pytest

from alerts.event import Priority
from alerts.rows import Row
from tests.alerts.timeline import PROFILE


class Harm(StrEnum):
    """What happens if nobody comes."""

    LASTING = "lasting"
    HEALS = "heals"
    MINOR = "minor"


class Onset(StrEnum):
    """How soon."""

    IMMEDIATE = "immediate"
    PROMPT = "prompt"
    DELAYED = "delayed"


_H, _M, _L = Priority.HIGH, Priority.MEDIUM, Priority.LOW
MATRIX = {
    Harm.LASTING: {Onset.IMMEDIATE: _H, Onset.PROMPT: _H, Onset.DELAYED: _M},
    Harm.HEALS: {Onset.IMMEDIATE: _H, Onset.PROMPT: _M, Onset.DELAYED: _L},
    Harm.MINOR: {Onset.IMMEDIATE: _M, Onset.PROMPT: _L, Onset.DELAYED: _L},
}


class Hazard(NamedTuple):
    """The worst that a row of this condition and priority stands for."""

    harm: Harm
    onset: Onset


HAZARDS: dict[str, dict[Priority, Hazard]] = {
    "BP-CRIT": {_H: Hazard(Harm.LASTING, Onset.PROMPT)},
    "BP-SEV": {_H: Hazard(Harm.LASTING, Onset.PROMPT), _M: Hazard(Harm.LASTING, Onset.DELAYED)},
    "BP-RISE": {_M: Hazard(Harm.LASTING, Onset.DELAYED)},
    "BP-ELEV": {_L: Hazard(Harm.HEALS, Onset.DELAYED)},
    "BP-SLOW": {_L: Hazard(Harm.HEALS, Onset.DELAYED)},
    "BP-LOW": {
        _H: Hazard(Harm.LASTING, Onset.IMMEDIATE),
        _M: Hazard(Harm.HEALS, Onset.PROMPT),
        _L: Hazard(Harm.HEALS, Onset.DELAYED),
    },
    "HR-EXT": {_H: Hazard(Harm.LASTING, Onset.IMMEDIATE)},
    "HR-HI": {_M: Hazard(Harm.HEALS, Onset.PROMPT), _L: Hazard(Harm.HEALS, Onset.DELAYED)},
    "HR-LO": {_M: Hazard(Harm.HEALS, Onset.PROMPT), _L: Hazard(Harm.HEALS, Onset.DELAYED)},
    "O2-CRIT": {_H: Hazard(Harm.LASTING, Onset.IMMEDIATE)},
    "O2-LO": {_M: Hazard(Harm.HEALS, Onset.PROMPT)},
    "O2-NET": {_M: Hazard(Harm.HEALS, Onset.PROMPT)},
    "O2-WATCH": {_L: Hazard(Harm.HEALS, Onset.DELAYED)},
    "RESP": {_H: Hazard(Harm.LASTING, Onset.IMMEDIATE), _M: Hazard(Harm.HEALS, Onset.PROMPT)},
    "SED": {_H: Hazard(Harm.LASTING, Onset.IMMEDIATE), _M: Hazard(Harm.HEALS, Onset.PROMPT)},
    "T-SPO2": {_M: Hazard(Harm.LASTING, Onset.DELAYED), _L: Hazard(Harm.MINOR, Onset.DELAYED)},
    "T-LINK": {_M: Hazard(Harm.LASTING, Onset.DELAYED), _L: Hazard(Harm.MINOR, Onset.DELAYED)},
    "T-BATT": {_M: Hazard(Harm.LASTING, Onset.DELAYED), _L: Hazard(Harm.MINOR, Onset.DELAYED)},
    "T-NOSESSION": {_L: Hazard(Harm.MINOR, Onset.DELAYED)},
    "T-NET": {_H: Hazard(Harm.LASTING, Onset.PROMPT)},
    "T-STORE": {_H: Hazard(Harm.LASTING, Onset.PROMPT)},
    "T-INFLUX": {_L: Hazard(Harm.MINOR, Onset.DELAYED)},
    "T-PAGER": {_M: Hazard(Harm.LASTING, Onset.DELAYED)},
    "T-DUTY": {_H: Hazard(Harm.LASTING, Onset.PROMPT)},
    "T-UI": {_H: Hazard(Harm.LASTING, Onset.PROMPT)},
    "T-GAP": {_H: Hazard(Harm.LASTING, Onset.PROMPT)},
    "T-ENGINE": {_H: Hazard(Harm.LASTING, Onset.PROMPT)},
    "T-CLOCK": {_M: Hazard(Harm.HEALS, Onset.PROMPT), _L: Hazard(Harm.MINOR, Onset.DELAYED)},
}


def _rows() -> Iterator[Row]:
    for name in PROFILE.__dataclass_fields__:
        rows: object = getattr(PROFILE, name)
        if isinstance(rows, tuple):
            yield from (row for row in cast("tuple[object, ...]", rows) if isinstance(row, Row))


@pytest.mark.parametrize("row", list(_rows()), ids=lambda row: f"{row.id}-{row.priority.value}")
def test_invariant_24_each_rows_priority_agrees_with_harm_and_onset(row: Row) -> None:
    hazard = HAZARDS[row.id][row.priority]
    assert MATRIX[hazard.harm][hazard.onset] is row.priority
