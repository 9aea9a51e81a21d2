"""Whatever a foreign payload is, it becomes readings or a MalformedFrame, and soon."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import MalformedFrame
from devices.mapping import Mapping
from devices.reading import Metric
from devices.wire.bounded_json import Limits, leaves, read
from tests.devices.test_mapping import parts, row

ROWS = [
    row("spo2", "/v", time_pointer="/t"),
    row("temperature", ""),
    row("pulse_rate", "/v", each="/m", where=(("/n", "PR"),), time_pointer="/t"),
    row("systolic", "/v", each="", time_pointer="/t"),
    row("rr_ms", "/rr", each="/m"),
]
WORDS = st.sampled_from(["v", "t", "m", "n", "rr", "PR", "unavailable", "nan", "NaN", "1e999"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**4000)
    | st.floats()
    | st.text(max_size=8)
    | WORDS
    | st.datetimes().map(lambda moment: moment.isoformat() + "+14:00")
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=30,
)


def become(payload: bytes) -> None:
    """Decode, and make the readings of it; only MalformedFrame may come out."""
    mapping = Mapping(ROWS)
    refusals: list[MalformedFrame] = []
    try:
        outcomes = mapping.decode(mapping.find("ward/B1/ox"), payload)
    except MalformedFrame as error:
        outcomes = []
        refusals.append(error)
    for _, said in outcomes:
        if isinstance(said, MalformedFrame):
            refusals.append(said)
        else:
            for one in said:
                one.readings(0.0, False)
    assert all(len(str(error).encode()) < 2_000 for error in refusals)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_malformed_frame(payload: bytes) -> None:
    become(payload)


@given(DOCUMENTS)
def test_arbitrary_documents_raise_nothing_but_malformed_frame(document: object) -> None:
    become(json.dumps(document).encode())
    become(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@given(DOCUMENTS, st.integers(0, 400), st.binary(max_size=3))
def test_a_damaged_document_raises_nothing_but_malformed_frame(
    document: object, at: int, damage: bytes
) -> None:
    payload = json.dumps(document).encode()
    become(payload[:at] + damage + payload[at + 1 :])


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 60_000,
        b"[" * 900 + b"]" * 900,
        b'{"v":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"v": NaN}',
        b'{"v": Infinity}',
        b'{"v": 1e999}',
        b'{"v": ' + b"9" * 4_000 + b"}",
        b'{"v": ' + b"9" * 60_000 + b"}",
        b'{"v": 97, "t": ' + b"9" * 4_000 + b"}",
        b'{"v": "\\ud800"}',
        b'{"v": "\xff"}',
        b'{"\\ud83d": 1}',
        b"\xff\xfe\x00",
        b'{"v": "' + b"9" * 60_000 + b'"}',
        b'{"m": [' + b"{}," * 10_000 + b"{}]}",
        b" " * 10_000_000 + b"97",
        b"9" * 10_000_000,
        b'"' + "\U0010ffff".encode() * 15_000 + b'"',
    ],
    ids=lambda payload: f"{payload[:20]}",
)
def test_a_hostile_payload_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedFrame) as caught:
        parts([row("spo2", "/v", time_pointer="/t")], payload)
    assert len(str(caught.value)) < 500


def test_of_a_key_that_stands_twice_the_last_counts_as_everywhere() -> None:
    (one,) = parts([row("spo2", "/v")], b'{"v": 97, "v": 82}')
    (sample,) = one.readings(0.0, False)
    assert sample.value == 82  # pyright: ignore[reportAttributeAccessIssue] - it is a Sample


@pytest.mark.parametrize(
    ("payload", "limits", "reason"),
    [
        (b'{"v": 97}', Limits(bytes=8), "payload of 9 bytes; at most 8 are read"),
        (b'{"v": [[97]]}', Limits(depth=2), "nested more than 2 deep"),
        (b'{"v": [1, 2, 3]}', Limits(values=4), "more than 4 values in a message"),
        (b'{"m": [{"rr": [800, 801]}]}', Limits(readings=1), "more than 1 readings"),
    ],
)
def test_what_is_too_much_says_how_much_is_allowed(
    payload: bytes, limits: Limits, reason: str
) -> None:
    mapping = Mapping([row("rr_ms", "/rr", each="/m")], limits=limits)
    ((_, said),) = mapping.decode(mapping.find("ward/B1/ox"), payload)
    assert isinstance(said, MalformedFrame)
    assert reason in str(said)


@pytest.mark.parametrize(
    ("payload", "limits"),
    [
        (b'{"v": 97}', Limits(bytes=9)),
        (b'{"v": [[97]]}', Limits(depth=3)),
        (b'{"v": [1, 2, 3]}', Limits(values=5)),
    ],
)
def test_what_just_fits_is_read(payload: bytes, limits: Limits) -> None:
    assert read(payload, limits) == json.loads(payload)


@given(DOCUMENTS)
def test_a_description_is_never_long(document: Any) -> None:
    assert len(leaves(document)) < 2_000


def test_a_batch_of_a_hundred_beds_is_told_apart_by_a_thousand_rows() -> None:
    rows = [
        row(metric, "/v", topic="batch", bed=f"B{bed}", each="", where=(("/b", bed),))
        for bed in range(100)
        for metric in Metric
        if metric is not Metric.RR_MS
    ]
    mapping = Mapping(rows)
    found = mapping.find("batch")
    payload = json.dumps([{"b": number % 100, "v": 50} for number in range(600)]).encode()
    assert len(mapping.decode(found, payload)) == 100
