"""Every golden frame decodes to what its source says, and every truncation of it is safe."""

import json
from contextlib import suppress
from typing import Any

import pytest

from devices.decode import CHARACTERISTICS, decode
from devices.errors import MalformedFrame
from tests.support.shared import SHARED, needs_shared, shared

pytestmark = needs_shared


def _vectors() -> list[dict[str, Any]]:
    if SHARED is None:
        return []
    rows: list[dict[str, Any]] = json.loads((SHARED / "gatt_vectors.json").read_text())
    return [row for row in rows if row["characteristic"] in CHARACTERISTICS]


def _name(row: dict[str, Any]) -> str:
    return f"{row['characteristic']}-{row['hex'][:16]}"


def _model(row: dict[str, Any]) -> str | None:
    return row["device"] if row.get("device") == "Beurer BM85" else None


@pytest.mark.parametrize("row", _vectors(), ids=_name)
def test_a_golden_frame_decodes_to_what_its_source_says(row: dict[str, Any]) -> None:
    data = bytes.fromhex(row["hex"])
    if row["expected"] == "error":
        with pytest.raises(MalformedFrame):
            decode(row["characteristic"], data, _model(row))
    elif row["expected"] == "empty":
        assert decode(row["characteristic"], data, _model(row)) == {"empty": True}
    else:
        assert decode(row["characteristic"], data, _model(row)) == row["expected"]


@pytest.mark.parametrize("row", _vectors(), ids=_name)
def test_every_truncation_decodes_or_is_malformed(row: dict[str, Any]) -> None:
    data = bytes.fromhex(row["hex"])
    for length in range(len(data)):
        with suppress(MalformedFrame):
            json.dumps(decode(row["characteristic"], data[:length], _model(row)), allow_nan=False)


def test_every_golden_frame_has_a_codec() -> None:
    rows: list[dict[str, Any]] = json.loads(shared("gatt_vectors.json").read_text())
    assert {row["characteristic"] for row in rows} <= CHARACTERISTICS
