"""Properties of the codecs: round trips, random bytes, special numbers, a foreign oracle."""

import json
import math
from contextlib import suppress
from datetime import datetime

import pytest
from bumble.profiles.heart_rate_service import HeartRateService
from hypothesis import given
from hypothesis import strategies as st

from devices.decode import CHARACTERISTICS, decode
from devices.errors import MalformedFrame
from devices.wire.battery import BatteryLevel
from devices.wire.blood_pressure import BloodPressure, CuffPressure, PressureStatus
from devices.wire.date_time import decode_date_time, encode_date_time
from devices.wire.heart_rate import HeartRateMeasurement
from devices.wire.medfloat import decode_sfloat, encode_sfloat
from devices.wire.pulse_oximeter import (
    Continuous,
    OximeterFeatures,
    OximeterSensor,
    OximeterStatus,
    Oximetry,
    SpotCheck,
)

words = st.integers(0, 0xFFFF)
moments = st.none() | st.datetimes().map(lambda moment: moment.replace(microsecond=0))
tenths = st.none() | st.integers(-2000, 2000).map(lambda tenth: tenth / 10)
oximetries = st.builds(Oximetry, tenths, tenths)
statuses = st.none() | st.integers(0, 0x7FF).map(lambda bits: OximeterStatus(bits << 5))
sensors = st.none() | words.map(OximeterSensor)
optional_pressures = {
    "unit": st.sampled_from(["mmHg", "kPa"]),
    "timestamp": moments,
    "pulse": st.none() | st.integers(0, 300).map(float),
    "user": st.none() | st.integers(0, 254),
    "status": st.none() | st.integers(0, 63).map(PressureStatus),
}
MEASUREMENTS = st.one_of(
    st.builds(BloodPressure, tenths, tenths, tenths, **optional_pressures),
    st.builds(CuffPressure, tenths, **optional_pressures),
    st.builds(
        HeartRateMeasurement,
        words,
        st.none() | st.booleans(),
        st.none() | words,
        st.lists(words, max_size=9).map(tuple),
    ),
    st.builds(SpotCheck, oximetries, moments, statuses, sensors, tenths, st.booleans()),
    st.builds(
        Continuous,
        oximetries,
        st.none() | oximetries,
        st.none() | oximetries,
        statuses,
        sensors,
        tenths.filter(lambda tenth: tenth is not None),
    ),
    st.just(OximeterFeatures(0x13, OximeterStatus.UNAVAILABLE, OximeterSensor.LOW_PERFUSION)),
    st.builds(BatteryLevel, st.integers(0, 100)),
)


@given(measurement=MEASUREMENTS)
def test_what_is_encoded_decodes_to_the_same(measurement: BloodPressure) -> None:
    assert type(measurement).from_bytes(bytes(measurement)) == measurement


@pytest.mark.parametrize("characteristic", sorted(CHARACTERISTICS))
@pytest.mark.parametrize("model", [None, "Beurer BM85"])
def test_random_bytes_decode_to_json_or_are_malformed(
    characteristic: str, model: str | None
) -> None:
    @given(data=st.binary(max_size=40))
    def holds(data: bytes) -> None:
        with suppress(MalformedFrame):
            json.dumps(decode(characteristic, data, model), allow_nan=False)

    holds()


@given(word=words)
def test_any_sfloat_that_is_a_number_survives_a_round_trip(word: int) -> None:
    value = decode_sfloat(word.to_bytes(2, "little"))
    assert decode_sfloat(encode_sfloat(value)) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (0x07FF, None),
        (0x0800, None),
        (0x0801, None),
        (0x07FE, math.inf),
        (0x0802, -math.inf),
        (0xF7FF, 204.7),
        (0xF800, -204.8),
        (0x17FE, 20460.0),
        (0x0FFF, -1.0),
        (0x8001, 1e-8),
        (0x7001, 1e7),
    ],
)
def test_special_values_are_special_only_with_exponent_zero(word: int, value: float | None) -> None:
    assert decode_sfloat(word.to_bytes(2, "little")) == value


def test_a_number_beyond_every_exponent_is_refused_when_encoding() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_sfloat(1e12)


@given(
    bpm=words,
    contact=st.none() | st.booleans(),
    energy=st.none() | words,
    intervals=st.lists(words, max_size=8),
)
def test_heart_rate_agrees_with_bumble(
    bpm: int, contact: bool | None, energy: int | None, intervals: list[int]
) -> None:
    oracle = HeartRateService.HeartRateMeasurement(
        bpm, contact, energy, [interval / 1024 for interval in intervals] or None
    )
    ours = HeartRateMeasurement(bpm, contact, energy, tuple(intervals))
    assert bytes(ours) == bytes(oracle)
    theirs = HeartRateService.HeartRateMeasurement.from_bytes(bytes(ours))
    assert (theirs.heart_rate, theirs.sensor_contact_detected) == (bpm, contact)
    assert (theirs.energy_expended, len(theirs.rr_intervals or ())) == (energy, len(intervals))


def test_half_an_rr_interval_is_malformed() -> None:
    with pytest.raises(MalformedFrame, match="RR interval needs bytes 4 to 5"):
        HeartRateMeasurement.from_bytes(bytes.fromhex("10482c0301"))


@given(moment=moments)
def test_a_date_time_survives_a_round_trip(moment: datetime | None) -> None:
    assert decode_date_time(encode_date_time(moment)) == moment


@pytest.mark.parametrize("broken", ["e8070d01000000", "e8070200000000", "e807021f190000"])
def test_a_date_no_calendar_has_is_an_unknown_time_and_keeps_the_pressure(broken: str) -> None:
    frame = bytes.fromhex("02cd007a009500") + bytes.fromhex(broken)
    measured = BloodPressure.from_bytes(frame)
    assert (measured.systolic, measured.diastolic, measured.timestamp) == (205, 122, None)


def test_kilopascals_are_told_as_such() -> None:
    decoded = decode("2A35", bytes.fromhex("01a0f06af07cf0"), None)
    assert (decoded["systolic"], decoded["diastolic"], decoded["unit"]) == (16, 10.6, "kPa")


def test_reserved_flags_and_later_fields_are_ignored() -> None:
    plain = decode("2A5F", bytes.fromhex("0061004800"), None)
    assert decode("2A5F", bytes.fromhex("e061004800aabb"), None) == plain
    assert decode("2A35", bytes.fromhex("e0780050005d0099"), None)["systolic"] == 120
