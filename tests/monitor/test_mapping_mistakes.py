"""Mapping rows of nobody, rows that stand twice, rows with several faults: all told at once."""

from pathlib import Path
from typing import Any

import pytest

from monitor.config import parse_config
from monitor.mapping_mistakes import mapping_mistakes
from monitor.mistakes import ConfigError

FILE = Path("clinic.toml")
BEDS = [
    {"id": "a", "device": [{"id": "ox", "kind": "monitor"}]},
    {
        "id": "b",
        "device": [{"id": "cuff", "kind": "cuff", "address": "00:00:00:00:00:01"}],
    },
]


def row(**more: Any) -> dict[str, Any]:
    return {"topic": "gw", "bed": "a", "device": "ox", "metric": "spo2", "pointer": "/v", **more}


def mistakes(*rows: dict[str, Any]) -> list[str]:
    raw: dict[str, Any] = {"site": {"id": "x"}, "mqtt": {"mapping": list(rows)}, "bed": BEDS}
    return [str(mistake) for mistake in mapping_mistakes(parse_config(raw, FILE), FILE)]


def test_rows_of_beds_and_devices_that_are_there_are_right() -> None:
    assert mistakes(row(), row(topic="{bed}/{device}", bed=None, device=None)) == []
    assert mistakes(row(topic="w/{bed}", bed=None)) == []
    elements = [row(each="", where={"/n": name}) for name in ("1", 1, True)]
    assert mistakes(*elements) == []


def test_every_row_of_nobody_is_told() -> None:
    told = mistakes(
        row(bed="c"), row(device="oy"), row(topic="w/{bed}", bed=None, device="cuff"), row(bed="b")
    )
    assert [mistake.removeprefix("clinic.toml: mqtt.mapping") for mistake in told] == [
        "[1].bed = 'c': there is no such bed; there are a, b",
        "[2].device = 'oy': bed a does not have such an MQTT device; there are ox",
        "[3].device = 'cuff': no bed has such an MQTT device; there are ox",
        "[4].device = 'ox': bed b does not have such an MQTT device; there are none",
    ]


def test_a_row_that_stands_twice_is_told() -> None:
    assert mistakes(row(), row(scale=0.1)) == [
        "clinic.toml: mqtt.mapping[2]: spo2 is read like this by mqtt.mapping[1]; take one away"
    ]


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    rows = [row(topic="a/#", bed=None, pointer="v", unit="mile", scale=0)]
    raw: dict[str, Any] = {"site": {"id": "x"}, "mqtt": {"mapping": rows}, "bed": BEDS}
    with pytest.raises(ConfigError) as caught:
        parse_config(raw, FILE)
    (mistake,) = caught.value.mistakes
    for words in ("# cannot be", "the bed is its level", "pointer 'v'", "unit 'mile'", "a factor"):
        assert words in str(mistake)


@pytest.mark.parametrize(
    ("key", "wrong"), [("max_bytes", 10_000_000), ("max_depth", 0), ("max_values", 10**9)]
)
def test_limits_have_limits(key: str, wrong: int) -> None:
    raw: dict[str, Any] = {"site": {"id": "x"}, "mqtt": {"limits": {key: wrong}}, "bed": BEDS}
    with pytest.raises(ConfigError, match=f"mqtt.limits.{key} = {wrong}"):
        parse_config(raw, FILE)


def test_absent_values_and_where_keep_their_types() -> None:
    raw: dict[str, Any] = {
        "site": {"id": "x"},
        "mqtt": {"mapping": [row(absent=[0, 1.5, "off", False], where={"/a": True, "/b": 1})]},
        "bed": BEDS,
    }
    (made,) = parse_config(raw, FILE).mqtt.mapping
    assert [type(value) for value in made.row().absent] == [int, float, str, bool]
    assert [type(value) for _, value in made.row().where] == [bool, int]
