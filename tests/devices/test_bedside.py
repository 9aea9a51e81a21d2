"""The native JSON codec: what devices may say, and that nothing else gets through."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import MalformedFrame
from devices.reading import (
    METRICS,
    Beats,
    Cuff,
    Metric,
    Origin,
    Reason,
    Report,
    ReportKind,
    ReportSource,
    Sample,
    Validity,
)
from devices.wire.bedside import MAX_PAYLOAD, decode, decode_status
from devices.wire.bedside_json import (
    Kind,
    Topic,
    encode_nausea,
    encode_reading,
    encode_status,
    epoch_time,
    iso_time,
)

READING = Topic("clinic", "B3", "ox-1", Kind.READING)
NAUSEA = Topic("clinic", "B3", "button", Kind.NAUSEA)
PRESSURES = {Metric.SYSTOLIC, Metric.DIASTOLIC, Metric.MEAN_PRESSURE}
SAMPLED = [metric for metric in Metric if metric not in {*PRESSURES, Metric.RR_MS}]


def readings(payload: object, topic: Topic = READING) -> tuple[object, ...]:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return decode(topic, raw).readings(100.0, False)


def test_the_example_of_the_contract_becomes_three_samples() -> None:
    payload = (
        b'{"spo2": 97, "pulse_rate": 72, "perfusion_index": 3.1,'
        b' "device_time": "2026-11-23T09:30:00.250Z", "seq": 41, "validity": "valid",'
        b' "origin": "real"}'
    )
    decoded = decode(READING, payload)
    made = decoded.readings(7.0, False)
    assert {m.metric: m.value for m in made if isinstance(m, Sample)} == {
        Metric.SPO2: 97,
        Metric.PULSE_RATE: 72,
        Metric.PERFUSION_INDEX: 3.1,
    }
    assert (decoded.stamped, decoded.device_time) == (True, 1795426200.25)
    assert all((m.at, m.bed, m.device, m.origin) == (7.0, "B3", "ox-1", "real") for m in made)


def test_null_is_an_unavailable_value_and_an_absent_key_is_nothing() -> None:
    (made,) = readings({"spo2": None})
    assert isinstance(made, Sample)
    assert (made.value, made.validity, made.reason) == (None, "unavailable", "no_value")


def test_an_impossible_value_is_named_and_carries_no_number() -> None:
    decoded = decode(READING, b'{"spo2": 250, "pulse_rate": 70}')
    assert decoded.impossible == "spo2 250.0"
    made = {m.metric: m for m in decoded.readings(0, False) if isinstance(m, Sample)}
    spo2 = made[Metric.SPO2]
    assert (spo2.value, spo2.validity, spo2.reason) == (None, "invalid", "out_of_range")
    assert made[Metric.PULSE_RATE].value == 70


def test_pressures_become_one_cuff_with_their_pulse() -> None:
    (cuff,) = readings({"systolic": 142, "diastolic": 88, "mean_pressure": 106, "pulse_rate": 74})
    assert isinstance(cuff, Cuff)
    assert (cuff.systolic, cuff.diastolic, cuff.mean_pressure, cuff.pulse_rate) == (
        142,
        88,
        106,
        74,
    )


def test_a_pulse_beside_a_saturation_stays_the_oximeters() -> None:
    made = readings({"systolic": 142, "diastolic": 88, "spo2": 97, "pulse_rate": 74})
    (cuff,) = [m for m in made if isinstance(m, Cuff)]
    assert cuff.pulse_rate is None
    assert {m.metric for m in made if isinstance(m, Sample)} == {"spo2", "pulse_rate"}


def test_a_cuff_cycle_without_pressures_has_failed() -> None:
    (cuff,) = readings({"systolic": None, "diastolic": None})
    assert isinstance(cuff, Cuff)
    assert (cuff.systolic, cuff.validity, cuff.reason) == (None, "unavailable", "cuff_failed")


@pytest.mark.parametrize("said", [{"diastolic": 80}, {"mean_pressure": 95, "systolic": None}])
def test_pressures_without_a_systolic_are_a_cycle_that_failed(
    said: dict[str, float | None],
) -> None:
    (cuff,) = readings({**said})
    assert isinstance(cuff, Cuff)
    assert (cuff.validity, cuff.reason) == (Validity.UNAVAILABLE, Reason.CUFF_FAILED)
    assert (cuff.systolic, cuff.diastolic, cuff.mean_pressure) == (None, None, None)


@pytest.mark.parametrize(("systolic", "diastolic"), [(80, 120), (100, 100), (900, 80), (120, 0)])
def test_pressures_that_cannot_be_true_leave_no_number(systolic: float, diastolic: float) -> None:
    (cuff,) = readings({"systolic": systolic, "diastolic": diastolic, "pulse_rate": 70})
    assert isinstance(cuff, Cuff)
    assert (cuff.systolic, cuff.diastolic, cuff.pulse_rate) == (None, None, None)
    assert (cuff.validity, cuff.reason) == (Validity.INVALID, Reason.OUT_OF_RANGE)


def test_beats_keep_their_order_and_lose_what_no_heart_does() -> None:
    decoded = decode(READING, b'{"rr_ms": [812.5, 90, 799]}')
    assert decoded.impossible == "rr_ms 90.0"
    (beats,) = decoded.readings(0, False)
    assert isinstance(beats, Beats)
    assert beats.rr_ms == (812.5, 799)


def test_a_press_of_the_nausea_button_is_a_report() -> None:
    payload = {"id": "p1", "source": "button", "kind": "press", "origin": "demo"}
    (report,) = readings(payload, NAUSEA)
    assert isinstance(report, Report)
    assert (report.id, report.source, report.kind, report.origin) == (
        "p1",
        "button",
        "press",
        "demo",
    )


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"", "bad JSON"),
        (b"[1]", "Expected `object`"),
        (b'{"spo2": NaN}', "bad JSON"),
        (b'{"spo2": 1e999}', "bad JSON"),
        (b'{"spo2": 1' + b"0" * 400 + b"}", "bad JSON"),
        (b'{"spo2": "97"}', r"spo2"),
        (b'{"spo2": true}', r"spo2"),
        (b'{"sp02": 97}', "no metric"),
        (b'{"spo2": 97, "seq": -1}', "seq"),
        (b'{"spo2": 97, "validity": "fine"}', "validity"),
        (b'{"spo2": 97, "device_time": "yesterday"}', "ISO 8601"),
        (b'{"spo2": 97, "device_time": "2026-11-23T09:30:00"}', "zone"),
        (b'{"x": ' + b"[" * 15_000 + b"]" * 1000 + b"}", "bad JSON"),
        (b'{"spo2": 97, "x": "' + b"x" * MAX_PAYLOAD + b'"}', "at most 16384"),
        (b'{"spo2": 97, "device_time": "\xff"}', "bad JSON"),
    ],
)
def test_a_malformed_reading_says_what_is_wrong(payload: bytes, says: str) -> None:
    with pytest.raises(MalformedFrame, match=says):
        decode(READING, payload)


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ({"source": "button", "kind": "press"}, "id"),
        ({"id": "a b", "source": "button", "kind": "press"}, "id"),
        ({"id": "1", "source": "nobody", "kind": "press"}, "source"),
        ({"id": "1", "source": "tablet", "kind": "nrs"}, "needs a value"),
        ({"id": "1", "source": "tablet", "kind": "nrs", "value": 11}, "value"),
    ],
)
def test_a_malformed_report_says_what_is_wrong(payload: object, says: str) -> None:
    with pytest.raises(MalformedFrame, match=says):
        readings(payload, NAUSEA)


@pytest.mark.parametrize(
    "text",
    ["", "kat", "kat/s/b/d", "kat/s/b/d/x", "kat/s/b/d/reading/x", "kat/s//d/reading",
     "kat/s/b d/d/reading", "kat/s/" + "b" * 33 + "/d/reading", "kat/s/bé/d/reading",
     "kat/s/b\n/d/reading"],
)  # fmt: skip
def test_other_topics_are_refused(text: str) -> None:
    with pytest.raises(MalformedFrame):
        Topic.parse(text)


def test_a_status_is_online_or_offline() -> None:
    assert decode_status(encode_status(online=True))
    assert not decode_status(encode_status(online=False))
    with pytest.raises(MalformedFrame, match="neither"):
        decode_status(b"ONLINE")


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_malformed_frame(payload: bytes) -> None:
    for kind in Kind:
        with pytest.raises(MalformedFrame):
            decode(READING._replace(kind=kind), payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
KEYS = st.sampled_from([*Metric, "seq", "device_time", "validity", "origin", "id", "kind", "value"])


@given(st.dictionaries(KEYS, JSON))
def test_arbitrary_json_makes_true_readings_or_malformed_frame(said: dict[str, object]) -> None:
    try:
        decoded = decode(READING, json.dumps(said).encode())
    except MalformedFrame:
        return
    for reading in decoded.readings(0.0, False):
        if isinstance(reading, Sample):
            info = METRICS[reading.metric]
            numbered = reading.validity in {Validity.VALID, Validity.QUESTIONABLE}
            assert (reading.value is not None) == numbered
            assert reading.value is None or info.possible_low <= reading.value <= info.possible_high


def in_range(metric: Metric) -> st.SearchStrategy[float]:
    return st.floats(METRICS[metric].possible_low, METRICS[metric].possible_high)


@given(
    values=st.fixed_dictionaries({}, optional={m: in_range(m) for m in SAMPLED}).filter(bool),
    device_time=st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1000),
    seq=st.integers(0, 2**53),
    origin=st.sampled_from(Origin),
)
def test_what_is_encoded_is_decoded(
    values: dict[Metric, float], device_time: float, seq: int, origin: Origin
) -> None:
    payload = encode_reading(values, device_time=device_time, seq=seq, origin=origin)
    decoded = decode(READING, payload)
    made = decoded.readings(5.0, True)
    assert {m.metric: m.value for m in made if isinstance(m, Sample)} == values
    assert all((m.origin, m.history, m.at) == (origin, True, 5.0) for m in made)
    assert decoded.stamped
    assert decoded.device_time == device_time


@given(st.sampled_from(ReportSource), st.sampled_from(ReportKind), st.floats(0, 10))
def test_a_report_survives_the_wire(source: ReportSource, kind: ReportKind, value: float) -> None:
    payload = encode_nausea("r-1", source, kind, value=value, origin=Origin.TEST)
    (report,) = decode(NAUSEA, payload).readings(1.0, False)
    assert isinstance(report, Report)
    assert (report.id, report.source, report.kind, report.value) == ("r-1", source, kind, value)


def test_times_are_written_in_milliseconds_of_utc() -> None:
    assert iso_time(1795426200.25) == "2026-11-23T09:30:00.250Z"
    assert epoch_time("2026-11-23T10:30:00.250+01:00") == 1795426200.25


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_number_but_a_possible_one_leaves_the_codec(value: float) -> None:
    if math.isfinite(value):
        (made,) = readings({"spo2": value})
        assert isinstance(made, Sample)
        assert (made.value is not None) == (1 <= value <= 100)
    else:
        with pytest.raises(MalformedFrame):
            readings({"spo2": value})
