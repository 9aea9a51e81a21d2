"""What a decoded Bluetooth measurement means as Readings: pure, one function a kind of device."""

import math
from datetime import datetime

import msgspec

from devices.reading import (
    METRICS,
    Beats,
    Cuff,
    Header,
    Metric,
    Origin,
    Reading,
    Reason,
    Validity,
    checked_sample,
)
from devices.wire.battery import BatteryLevel
from devices.wire.blood_pressure import BloodPressure, PressureStatus
from devices.wire.heart_rate import HeartRateMeasurement
from devices.wire.pulse_oximeter import (
    Continuous,
    OximeterSensor,
    OximeterStatus,
    Oximetry,
    SpotCheck,
)

MMHG_PER_KPA = 7.50062
"""From the definition of the conventional millimetre of mercury (133.322 Pa)."""

_RR_UNITS_PER_S = 1024

Trust = tuple[Validity, Reason | None]
TRUSTED: Trust = (Validity.VALID, None)

# Worst first; the first row whose bits are set decides.
_SENSOR_TRUST: tuple[tuple[OximeterSensor, Trust], ...] = (
    (
        OximeterSensor.DISCONNECTED | OximeterSensor.NOT_ON_PERSON,
        (Validity.UNAVAILABLE, Reason.SENSOR_OFF),
    ),
    (
        OximeterSensor.EQUIPMENT_MALFUNCTION | OximeterSensor.SENSOR_MALFUNCTION,
        (Validity.INVALID, Reason.DEVICE_INVALID),
    ),
    (OximeterSensor.NON_PULSATILE, (Validity.UNAVAILABLE, Reason.NO_PULSE)),
)
_STATUS_TRUST: tuple[tuple[OximeterStatus, Trust], ...] = (
    (OximeterStatus.INVALID, (Validity.INVALID, Reason.DEVICE_INVALID)),
    (OximeterStatus.UNAVAILABLE, (Validity.UNAVAILABLE, Reason.NO_VALUE)),
    (OximeterStatus.QUESTIONABLE, (Validity.QUESTIONABLE, Reason.DEVICE_QUESTIONABLE)),
    (OximeterStatus.CALIBRATING, (Validity.QUESTIONABLE, Reason.CALIBRATING)),
    (OximeterStatus.EARLY_ESTIMATE, (Validity.QUESTIONABLE, Reason.EARLY_ESTIMATE)),
)
_WEAK_SIGNAL = (
    OximeterSensor.SIGNAL_IRREGULAR
    | OximeterSensor.SIGNAL_INADEQUATE
    | OximeterSensor.SIGNAL_POOR
    | OximeterSensor.LOW_PERFUSION
    | OximeterSensor.SIGNAL_ERRATIC
    | OximeterSensor.PULSE_QUESTIONABLE
    | OximeterSensor.INTERFERENCE
    | OximeterSensor.UNKNOWN_SENSOR
    | OximeterSensor.DISPLACED
)
# A cycle with one of these may have measured something else than the pressure at heart level.
_DOUBTFUL_CYCLE = PressureStatus.MOVEMENT | PressureStatus.CUFF_LOOSE | PressureStatus.BAD_POSITION


def cuff_readings(header: Header, measured: BloodPressure) -> tuple[Reading, ...]:
    """One cuff cycle in mm[Hg]; a failed or impossible one keeps no pressure and says why."""
    scale = MMHG_PER_KPA if measured.unit == "kPa" else 1.0
    systolic = _number(measured.systolic, scale)
    diastolic = _number(measured.diastolic, scale)
    mean = _possible(Metric.MEAN_PRESSURE, _number(measured.mean, scale))  # some devices send 0
    validity, reason = _cycle_trust(systolic, diastolic, measured.status)
    if validity is Validity.INVALID:
        systolic = diastolic = mean = None
    return (
        Cuff(
            **msgspec.structs.asdict(header),
            systolic=systolic,
            diastolic=diastolic,
            mean_pressure=mean,
            pulse_rate=_possible(Metric.PULSE_RATE, _number(measured.pulse, 1.0)),
            validity=validity,
            reason=reason,
            status=None if measured.status is None else int(measured.status),
        ),
    )


def oximeter_readings(header: Header, measured: Continuous | SpotCheck) -> tuple[Reading, ...]:
    """SpO2, pulse rate and, where sent, the perfusion index, trusted as far as the device does.

    What the device had stored is history; what it made up for a demonstration or test says so.
    """
    status = measured.status or OximeterStatus(0)
    header = msgspec.structs.replace(
        header,
        origin=_origin(header.origin, status),
        history=header.history or OximeterStatus.FROM_STORAGE in status,
    )
    validity, reason = _oximeter_trust(status, measured.sensor or OximeterSensor(0))
    values = _values(measured.normal, measured.amplitude)
    return tuple(
        checked_sample(header, metric, value, validity, reason) for metric, value in values
    )


def strap_readings(header: Header, measured: HeartRateMeasurement) -> tuple[Reading, ...]:
    """Heart rate and beats; a strap off the skin, or one that says 0, has no heart rate."""
    if measured.contact is False or measured.bpm == 0:
        off = (Validity.UNAVAILABLE, Reason.NO_CONTACT)
        return (checked_sample(header, Metric.HEART_RATE, None, *off),)
    rate = checked_sample(header, Metric.HEART_RATE, float(measured.bpm), *TRUSTED)
    told = (interval * 1000 / _RR_UNITS_PER_S for interval in measured.rr_1024)
    beats = tuple(beat for beat in told if _possible(Metric.RR_MS, beat) is not None)
    if not beats:
        return (rate,)
    return (
        rate,
        Beats(**msgspec.structs.asdict(header), rr_ms=beats),
    )


def battery_readings(header: Header, measured: BatteryLevel) -> tuple[Reading, ...]:
    """The charge of the device's battery."""
    return (checked_sample(header, Metric.BATTERY, float(measured.percent), *TRUSTED),)


def epoch_of(clock: datetime | None) -> float | None:
    """Epoch seconds of a device's local time, taken as the local time of this host."""
    if clock is None:
        return None
    try:
        return clock.timestamp()
    except (OverflowError, ValueError, OSError):
        return None  # a year that this host's calendar cannot reach is an unset clock


def _values(pair: Oximetry, amplitude: float | None) -> tuple[tuple[Metric, float | None], ...]:
    values = ((Metric.SPO2, pair.spo2), (Metric.PULSE_RATE, pair.pulse))
    return values if amplitude is None else (*values, (Metric.PERFUSION_INDEX, amplitude))


def _oximeter_trust(status: OximeterStatus, sensor: OximeterSensor) -> Trust:
    for bits, trust in _SENSOR_TRUST:
        if sensor & bits:
            return trust
    for flag, trust in _STATUS_TRUST:
        if status & flag:
            return trust
    if sensor & _WEAK_SIGNAL:
        return Validity.QUESTIONABLE, Reason.WEAK_SIGNAL
    return TRUSTED


def _cycle_trust(
    systolic: float | None, diastolic: float | None, status: PressureStatus | None
) -> Trust:
    if systolic is None or diastolic is None:
        return Validity.INVALID, Reason.CUFF_FAILED
    possible = (
        _possible(Metric.SYSTOLIC, systolic) is not None
        and _possible(Metric.DIASTOLIC, diastolic) is not None
    )
    if not possible or diastolic >= systolic:
        return Validity.INVALID, Reason.OUT_OF_RANGE
    if status is not None and status & _DOUBTFUL_CYCLE:
        return Validity.QUESTIONABLE, Reason.MOTION
    return TRUSTED


def _origin(configured: Origin, status: OximeterStatus) -> Origin:
    if configured is not Origin.REAL:
        return configured
    if OximeterStatus.DEMONSTRATION in status:
        return Origin.DEMO
    return Origin.TEST if OximeterStatus.TESTING in status else Origin.REAL


def _number(value: float | None, scale: float) -> float | None:
    return None if value is None or math.isinf(value) else value * scale


def _possible(metric: Metric, value: float | None) -> float | None:
    info = METRICS[metric]
    return value if value is not None and info.possible_low <= value <= info.possible_high else None
