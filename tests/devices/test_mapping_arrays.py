"""Arrays in the messages of foreign devices: samples with times of their own, lists of metrics."""

import json
from typing import Any

import pytest

from devices.errors import MalformedFrame
from devices.mapping import Mapping
from devices.reading import Beats, Cuff, Reading, Sample
from tests.devices.test_mapping import parts, row


def read_all(rows: list[Any], said: object) -> list[Reading]:
    return [
        reading
        for one in parts(rows, json.dumps(said).encode())
        for reading in one.readings(5.0, False)
    ]


def short(readings: list[Reading]) -> list[tuple[float | None, str, float | None]]:
    return [
        (reading.device_time, reading.metric, reading.value)
        for reading in readings
        if isinstance(reading, Sample)
    ]


def test_each_element_is_a_sample_with_its_own_time_and_the_oldest_comes_first() -> None:
    rows = [
        row("spo2", "/o", each="/samples", time_pointer="/t"),
        row("pulse_rate", "/p", each="/samples", time_pointer="/t"),
    ]
    said = {"samples": [{"t": 12, "o": 96, "p": 71}, {"t": 11, "o": 97, "p": 72}]}
    assert short(read_all(rows, said)) == [
        (11, "spo2", 97),
        (11, "pulse_rate", 72),
        (12, "spo2", 96),
        (12, "pulse_rate", 71),
    ]


def test_an_element_is_chosen_by_the_value_of_a_key() -> None:
    rows = [
        row("spo2", "/value", each="/metrics", where=(("/name", "SpO2"),)),
        row("pulse_rate", "/value", each="/metrics", where=(("/name", "PR"), ("/on", True))),
    ]
    metrics = [
        {"name": "HR", "value": 70},
        {"name": "SpO2", "value": 97},
        {"name": "PR", "value": 71, "on": 1},
        {"name": "PR", "value": 72, "on": True},
    ]
    expected = [(None, "spo2", 97), (None, "pulse_rate", 72)]
    assert short(read_all(rows, {"metrics": metrics})) == expected


def test_pressures_of_one_time_are_one_cuff_reading() -> None:
    rows = [
        row(metric, "/v", each="", where=(("/n", name),), time_pointer="/t")
        for metric, name in (("systolic", "S"), ("diastolic", "D"), ("spo2", "O"))
    ]
    said = [{"n": "O", "v": 97, "t": 19}, {"n": "S", "v": 120, "t": 5}, {"n": "D", "v": 80, "t": 5}]
    cuff, sample = read_all(rows, said)
    assert isinstance(cuff, Cuff)
    assert (cuff.device_time, cuff.systolic, cuff.diastolic) == (5, 120, 80)
    assert short([sample]) == [(19, "spo2", 97)]


def test_a_time_that_an_element_does_not_have_is_that_of_the_message() -> None:
    rows = [row("spo2", "/v", each="/m", time_pointer="/t")]
    assert short(read_all(rows, {"t": 9, "m": [{"v": 97}]})) == [(9, "spo2", 97)]
    assert short(read_all(rows, {"t": 9, "m": [{"v": 97, "t": 7}]})) == [(7, "spo2", 97)]
    assert short(read_all(rows, {"m": [{"v": 97}]})) == [(None, "spo2", 97)]


def test_two_values_at_one_time_are_refused_and_a_repeated_one_is_not() -> None:
    rows = [row("spo2", "/v", each="/m")]
    assert short(read_all(rows, {"m": [{"v": 97}, {"v": None}, {"v": 97}]})) == [(None, "spo2", 97)]
    with pytest.raises(MalformedFrame, match="spo2 is 97 and 82 at one time"):
        read_all(rows, {"m": [{"v": 97}, {"v": 82}]})


def test_beats_of_an_array_stand_in_its_order() -> None:
    (beats,) = read_all([row("rr_ms", "/rr", each="/b")], {"b": [{"rr": 800}, {"rr": [810, 790]}]})
    assert isinstance(beats, Beats)
    assert beats.rr_ms == (800, 810, 790)


def test_a_row_may_ask_something_of_the_whole_message() -> None:
    rows = [row("spo2", "/v", where=(("/finger", True),))]
    assert short(read_all(rows, {"v": 97, "finger": True})) == [(None, "spo2", 97)]
    with pytest.raises(MalformedFrame, match=r"/finger must be true and is false$"):
        read_all(rows, {"v": 97, "finger": False})


def test_a_batch_without_a_bed_says_nothing_of_it() -> None:
    rows = [
        row(topic="batch", bed=bed, pointer="/v", each="", where=(("/bed", bed),))
        for bed in ("B1", "B2")
    ]
    mapping = Mapping(rows)
    found = mapping.find("batch")
    assert [mapped.bed for mapped in found] == ["B1", "B2"]
    ((mapped, said),) = mapping.decode(found, b'[{"bed": "B2", "v": 97}]')
    assert mapped.bed == "B2"
    assert not isinstance(said, MalformedFrame)
    with pytest.raises(MalformedFrame, match=r"/bed must be 'B1', 'B2' and is 'B7'$"):
        mapping.decode(found, b'[{"bed": "B7", "v": 97}]')
    with pytest.raises(MalformedFrame, match=r"and is not there$"):
        mapping.decode(found, b"[]")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"values": {"SPO2": 97}, "time": 3}, "it has '/values/SPO2', '/time'"),
        ({"a~/b": 1}, "it has '/a~0~1b'"),
        ({"m": [{"v": 1}] * 20}, "'/m/5/v', ..."),
        ({}, "it has ''"),
    ],
)
def test_a_payload_that_says_nothing_is_told_what_it_has(said: object, reason: str) -> None:
    with pytest.raises(MalformedFrame) as caught:
        read_all([row("spo2", "/SpO2")], said)
    assert str(caught.value).startswith("the payload has nothing at '/SpO2'; ")
    assert str(caught.value).endswith(reason)


def test_the_row_that_comes_nearest_is_named() -> None:
    mapping = Mapping([row(), row(topic="floor/{bed}/+/ox")])
    assert mapping.miss("ward/B1/oy") == (
        "no mapping row is for topic 'ward/B1/oy'; the nearest is 'ward/{bed}/ox': "
        "level 3 is 'oy', not 'ox'"
    )
    assert mapping.miss("floor/B1/ox").endswith(
        "the nearest is 'ward/{bed}/ox': level 1 is 'floor', not 'ward'"
    )
    assert mapping.miss("floor/B1").endswith("it has 2 levels, not 3")
    assert Mapping([]).miss("a").endswith("there are no mapping rows")


@pytest.mark.parametrize(
    ("payload", "value"),
    [(b"97", 97), (b" 97.5\n", 97.5), (b'"97"', 97), (b"+97", 97)]
    + [(word, None) for word in (b"", b"nan", b"NaN", b"None", b"unavailable", b'"unknown"')],
)
def test_a_payload_may_be_a_bare_number_or_word(payload: bytes, value: float | None) -> None:
    (one,) = parts([row("spo2", "")], payload)
    assert short(list(one.readings(5.0, False))) == [(None, "spo2", value)]


@pytest.mark.parametrize("payload", [b"ninety", b"97 %", b"1_0", "٩٧".encode(), b"inf", b"0x61"])
def test_a_word_that_is_no_number_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedFrame, match="not a number"):
        parts([row("spo2", "")], payload)


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (1795426200, 1795426200),
        (1795426200250, 1795426200.25),
        ("1795426200250", 1795426200.25),
        ("2026-11-23T09:30:00.250Z", 1795426200.25),
        ("2026-11-23T10:30:00.250+01:00", 1795426200.25),
        (0, None),
        (None, None),
        ("unknown", None),
    ],
)
def test_a_time_is_iso_or_a_number_of_seconds_or_ms(told: object, at: float | None) -> None:
    readings = read_all([row("spo2", "/v", time_pointer="/t")], {"v": 97, "t": told})
    assert [reading.device_time for reading in readings] == [at]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"])
def test_a_time_before_1970_is_none_that_can_be_written(time: str) -> None:
    with pytest.raises(MalformedFrame, match="before 1970"):
        read_all([row("spo2", "/v", time_pointer="/t")], {"v": 97, "t": time})
