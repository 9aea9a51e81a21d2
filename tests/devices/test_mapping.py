"""Foreign MQTT devices: their JSON becomes the same readings as ours."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from devices.errors import MalformedFrame
from devices.mapping import Mapping
from devices.mapping_row import MappingRow
from devices.reading import Beats, Cuff, Metric, Reading, Sample
from devices.wire.bedside import Decoded
from devices.wire.json_pointer import resolve


def row(metric: str = "spo2", pointer: str = "/SpO2", **more: Any) -> MappingRow:
    fields: dict[str, Any] = {"topic": "ward/{bed}/ox", "device": "ox", **more}
    if "pointer" not in more:
        fields["pointer"] = pointer
    return MappingRow(metric=Metric(metric), **fields)


def parts(rows: list[MappingRow], payload: bytes, topic: str = "ward/B1/ox") -> Sequence[Decoded]:
    """What a payload says of the one device of the rows."""
    mapping = Mapping(rows)
    ((_, said),) = mapping.decode(mapping.find(topic), payload)
    if isinstance(said, MalformedFrame):
        raise said
    return said


def read(rows: list[MappingRow], said: object, topic: str = "ward/B1/ox") -> tuple[Reading, ...]:
    (one,) = parts(rows, json.dumps(said).encode(), topic)
    return one.readings(5.0, False)


def value(rows: list[MappingRow], said: object) -> float | None:
    (sample,) = read(rows, said)
    assert isinstance(sample, Sample)
    return sample.value


def test_the_rows_of_a_topic_make_one_message() -> None:
    rows = [
        row("systolic", "/bp/0", unit="kPa"),
        row("diastolic", "/bp/1", unit="kPa"),
        row("spo2", "/a~1b/SpO2", time_pointer="/t"),
    ]
    said = {"bp": [16, 10.0], "a/b": {"SpO2": 97}, "t": 1795426200250}
    cuff, sample = read(rows, said)
    assert isinstance(cuff, Cuff)
    assert isinstance(sample, Sample)
    assert (cuff.bed, cuff.device) == ("B1", "ox")
    assert (cuff.systolic, cuff.diastolic) == (
        pytest.approx(120.01, abs=0.01),
        pytest.approx(75, abs=0.1),
    )
    assert (sample.value, sample.device_time) == (97, 1795426200.25)


@pytest.mark.parametrize(
    ("rows", "said", "expected"),
    [
        ([row(unit="1")], {"SpO2": 0.97}, 97.0),
        ([row(scale=0.1)], {"SpO2": 970}, 97.0),
        ([row()], {"SpO2": "97"}, 97.0),
        ([row()], {"SpO2": None}, None),
        ([row(absent=(0, 127))], {"SpO2": 127}, None),
        ([row(absent=("unavailable",))], {"SpO2": "unavailable"}, None),
        ([row(absent=(False,))], {"SpO2": False}, None),
        ([row()], {"SpO2": 0}, None),
        *(
            ([row()], {"SpO2": word}, None)
            for word in ("", "unavailable", "unknown", "None", "NaN", "null")
        ),
        ([row(absent=(127,))], {"SpO2": "127"}, None),
        ([row("temperature", unit="[degF]")], {"SpO2": 98.6}, 37.0),
        ([row("temperature", unit="K")], {"SpO2": 310.15}, 37.0),
    ],
)
def test_a_value_is_scaled_converted_and_may_be_absent(
    rows: list[MappingRow], said: object, expected: float | None
) -> None:
    found = value(rows, said)
    assert found == (None if expected is None else pytest.approx(expected))


def test_intervals_in_seconds_become_beats_in_ms() -> None:
    (beats,) = read([row("rr_ms", "/rr", unit="s")], {"rr": [0.8, 0.81]})
    assert isinstance(beats, Beats)
    assert beats.rr_ms == pytest.approx((800, 810))


@pytest.mark.parametrize(
    "said", [{}, [], {"SpO2": "high"}, {"SpO2": [97]}, {"SpO2": True}, {"SpO2": 10**400}]
)
def test_a_payload_without_a_number_there_is_malformed(said: object) -> None:
    with pytest.raises(MalformedFrame):
        read([row()], said)


@pytest.mark.parametrize("time", [1e308, 10**400, -1, "noon", "2026-11-23T09:30:00", [1], True])
def test_a_time_that_is_none_is_malformed(time: object) -> None:
    with pytest.raises(MalformedFrame):
        read([row(time_pointer="/t")], {"SpO2": 97, "t": time})


def test_a_topic_names_its_bed_and_device() -> None:
    mapping = Mapping([row(topic="ward/{bed}/+/{device}", device=None)])
    (mapped,) = mapping.find("ward/B2/floor-1/ox-7")
    assert (mapped.bed, mapped.device) == ("B2", "ox-7")
    assert mapped.rows[0].filter == "ward/+/+/+"
    assert mapping.find("ward/B2/ox-7") == []
    with pytest.raises(MalformedFrame, match="bed"):
        mapping.find("ward/B 2/floor-1/ox-7")


def test_one_topic_may_carry_two_devices() -> None:
    mapping = Mapping([row(), row("systolic", "/sys", device="cuff")])
    assert [mapped.device for mapped in mapping.find("ward/B1/ox")] == ["ox", "cuff"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"topic": "ward/ox"}, "the bed is its level {bed} or the key bed"),
        ({"bed": "B1"}, "the bed is its level {bed} or the key bed"),
        ({"topic": "ward/{bed}/{devise}"}, "a level is a name"),
        ({"topic": "ward/x{bed}/ox"}, "a level is a name"),
        ({"topic": "{bed}/{bed}"}, "a level is a name"),
        ({"topic": "ward/{bed}/#"}, "# cannot be"),
        ({"topic": "kat/{bed}/ox"}, "is read without rows"),
        ({"device": None}, "the device is its level {device} or the key device"),
        ({"topic": "{bed}/{device}"}, "the device is its level {device} or the key device"),
        ({"pointer": "SpO2"}, "starts with /"),
        ({"pointer": "/a~b"}, "~ is ~0"),
        ({"each": "samples"}, "each: the JSON pointer 'samples'"),
        ({"where": (("name", "SpO2"),)}, "where 'name': the JSON pointer 'name'"),
        ({"unit": "mmHg"}, "unit 'mmHg' of spo2 is none of %, 1"),
        ({"scale": 0}, "scale is a factor"),
    ],
)
def test_a_row_that_cannot_work_says_why(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        row(**wrong)


DOCUMENT: Any = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, " ": 7}


@pytest.mark.parametrize(
    ("pointer", "found"),
    [("", DOCUMENT), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1),
     ("/m~0n", 8), ("/ ", 7)],
)  # fmt: skip
def test_pointers_resolve_as_in_rfc_6901(pointer: str, found: object) -> None:
    assert resolve(DOCUMENT, pointer) == (True, found)


@pytest.mark.parametrize("pointer", ["/foo/2", "/foo/01", "/foo/-", "/x", "/foo/0/x", "/foo/²"])
def test_pointers_that_lead_nowhere_find_nothing(pointer: str) -> None:
    assert resolve(DOCUMENT, pointer) == (False, None)
