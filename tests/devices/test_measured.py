"""What a decoded measurement means: trust, units, origin; nothing missing becomes a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.measured import cuff_readings, oximeter_readings, strap_readings
from devices.reading import (
    METRICS,
    Beats,
    Cuff,
    Header,
    Origin,
    Reason,
    Sample,
    Validity,
)
from devices.wire.blood_pressure import BloodPressure, PressureStatus
from devices.wire.heart_rate import HeartRateMeasurement
from devices.wire.pulse_oximeter import (
    Continuous,
    OximeterSensor,
    OximeterStatus,
    Oximetry,
    SpotCheck,
)

HEADER = Header(at=100.0, bed="B1", device="d1")
PAIR = Oximetry(97.0, 64.0)


def cuff(frame: str) -> Cuff:
    (reading,) = cuff_readings(HEADER, BloodPressure.from_bytes(bytes.fromhex(frame)))
    assert isinstance(reading, Cuff)
    return reading


def test_the_all_nan_frame_of_a_boso_is_a_failed_cycle_not_2047_mmhg() -> None:
    reading = cuff("16ff07ff07ff07e80706170e230aff070000")
    assert (reading.systolic, reading.diastolic, reading.mean_pressure) == (None, None, None)
    assert (reading.validity, reading.reason) == (Validity.INVALID, Reason.CUFF_FAILED)
    assert reading.pulse_rate is None


def test_kilopascals_become_millimetres_of_mercury() -> None:
    (reading,) = cuff_readings(HEADER, BloodPressure(27.3, 16.3, 20.0, unit="kPa"))
    assert isinstance(reading, Cuff)
    assert reading.systolic == pytest.approx(204.77, abs=0.01)
    assert reading.mean_pressure == pytest.approx(150.01, abs=0.01)


@pytest.mark.parametrize(("systolic", "diastolic"), [(80, 120), (120, 120), (18.9, 11), (0, 0)])
def test_an_impossible_pressure_is_invalid_and_keeps_no_number(
    systolic: float, diastolic: float
) -> None:
    (reading,) = cuff_readings(HEADER, BloodPressure(systolic, diastolic, None))
    assert isinstance(reading, Cuff)
    assert (reading.systolic, reading.reason) == (None, Reason.OUT_OF_RANGE)


def test_a_mean_pressure_of_zero_is_absent() -> None:
    assert cuff("02710049000000ea07080b143800").mean_pressure is None


@pytest.mark.parametrize(
    "status", [PressureStatus.MOVEMENT, PressureStatus.CUFF_LOOSE, PressureStatus.BAD_POSITION]
)
def test_a_doubtful_cycle_keeps_its_pressures_as_questionable(status: PressureStatus) -> None:
    (reading,) = cuff_readings(HEADER, BloodPressure(205, 122, 150, status=status))
    assert isinstance(reading, Cuff)
    assert (reading.systolic, reading.validity) == (205, Validity.QUESTIONABLE)
    assert reading.status == int(status)


@pytest.mark.parametrize(
    ("status", "sensor", "validity", "reason"),
    [
        (0, OximeterSensor.DISCONNECTED, Validity.UNAVAILABLE, Reason.SENSOR_OFF),
        (0, OximeterSensor.NOT_ON_PERSON, Validity.UNAVAILABLE, Reason.SENSOR_OFF),
        (0, OximeterSensor.NON_PULSATILE, Validity.UNAVAILABLE, Reason.NO_PULSE),
        (0, OximeterSensor.SENSOR_MALFUNCTION, Validity.INVALID, Reason.DEVICE_INVALID),
        (OximeterStatus.INVALID, 0, Validity.INVALID, Reason.DEVICE_INVALID),
        (OximeterStatus.UNAVAILABLE, 0, Validity.UNAVAILABLE, Reason.NO_VALUE),
        (OximeterStatus.QUESTIONABLE, 0, Validity.QUESTIONABLE, Reason.DEVICE_QUESTIONABLE),
        (OximeterStatus.CALIBRATING, 0, Validity.QUESTIONABLE, Reason.CALIBRATING),
        (OximeterStatus.EARLY_ESTIMATE, 0, Validity.QUESTIONABLE, Reason.EARLY_ESTIMATE),
        (0, OximeterSensor.LOW_PERFUSION, Validity.QUESTIONABLE, Reason.WEAK_SIGNAL),
        (0, OximeterSensor.SIGNAL_POOR, Validity.QUESTIONABLE, Reason.WEAK_SIGNAL),
        (0, OximeterSensor.SIGNAL_INADEQUATE, Validity.QUESTIONABLE, Reason.WEAK_SIGNAL),
        (OximeterStatus.ONGOING, 0, Validity.VALID, None),
        (OximeterStatus.QUESTIONABLE, OximeterSensor.DISCONNECTED, Validity.UNAVAILABLE,
         Reason.SENSOR_OFF),
    ],
)  # fmt: skip
def test_an_oximeter_is_trusted_as_far_as_it_trusts_itself(
    status: int, sensor: int, validity: Validity, reason: Reason | None
) -> None:
    measured = Continuous(PAIR, status=OximeterStatus(status), sensor=OximeterSensor(sensor))
    for sample in oximeter_readings(HEADER, measured):
        assert isinstance(sample, Sample)
        assert (sample.validity, sample.reason) == (validity, reason)
        trusted = validity in {Validity.VALID, Validity.QUESTIONABLE}
        assert (sample.value is not None) == trusted


@pytest.mark.parametrize(
    ("status", "configured", "origin"),
    [
        (OximeterStatus.DEMONSTRATION, Origin.REAL, Origin.DEMO),
        (OximeterStatus.TESTING, Origin.REAL, Origin.TEST),
        (OximeterStatus.TESTING, Origin.DEMO, Origin.DEMO),
        (OximeterStatus.ONGOING, Origin.REAL, Origin.REAL),
    ],
)
def test_demonstration_and_test_data_say_so(
    status: OximeterStatus, configured: Origin, origin: Origin
) -> None:
    header = Header(at=1.0, bed="B1", device="d1", origin=configured)
    readings = oximeter_readings(header, Continuous(PAIR, status=status))
    assert {reading.origin for reading in readings} == {origin}


def test_what_an_oximeter_had_stored_is_history() -> None:
    stored = SpotCheck(PAIR, status=OximeterStatus.FROM_STORAGE)
    assert all(reading.history for reading in oximeter_readings(HEADER, stored))
    assert not any(reading.history for reading in oximeter_readings(HEADER, SpotCheck(PAIR)))


@pytest.mark.parametrize(("bpm", "contact"), [(0, None), (0, True), (255, False)])
def test_a_strap_without_contact_has_no_heart_rate_and_no_beats(
    bpm: int, contact: bool | None
) -> None:
    told = HeartRateMeasurement(bpm, contact, rr_1024=(812,))
    (sample,) = strap_readings(HEADER, told)
    assert isinstance(sample, Sample)
    assert (sample.value, sample.reason) == (None, Reason.NO_CONTACT)


def test_beats_that_no_heart_can_make_are_left_out() -> None:
    told = HeartRateMeasurement(72, rr_1024=(0, 812, 65535))
    _, beats = strap_readings(HEADER, told)
    assert isinstance(beats, Beats)
    assert beats.rr_ms == (812 * 1000 / 1024,)


def test_a_heart_rate_beyond_the_possible_is_invalid() -> None:
    (sample,) = strap_readings(HEADER, HeartRateMeasurement(32896))
    assert isinstance(sample, Sample)
    assert (sample.value, sample.reason) == (None, Reason.OUT_OF_RANGE)


@given(frame=st.binary(min_size=5, max_size=20))
def test_no_frame_of_any_bytes_gives_a_number_beyond_the_possible(frame: bytes) -> None:
    measured = Continuous.from_bytes(bytes((0,)) + frame)
    for sample in oximeter_readings(HEADER, measured):
        assert isinstance(sample, Sample)
        info = METRICS[sample.metric]
        assert sample.value is None or info.possible_low <= sample.value <= info.possible_high
        assert (sample.value is None) == (
            sample.validity in {Validity.INVALID, Validity.UNAVAILABLE}
        )
