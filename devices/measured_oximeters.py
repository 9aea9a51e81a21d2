"""What the frames of makers' own oximeters mean as Readings: no number without a finger."""

from devices.measured import TRUSTED, Trust
from devices.reading import Header, Metric, Reading, Reason, Validity, checked_sample
from devices.wire.berrymed import BerryMedReading
from devices.wire.contec import ContecReading
from devices.wire.jks50f import Jks50fReading
from devices.wire.nonin import NoninReading, NoninStatus
from devices.wire.o2ring import O2RingReading
from devices.wire.oxyii import OxyiiReading
from devices.wire.pc60fw import Pc60fwReading

_OFF: Trust = (Validity.UNAVAILABLE, Reason.SENSOR_OFF)
_NO_PULSE: Trust = (Validity.UNAVAILABLE, Reason.NO_PULSE)
_WEAK: Trust = (Validity.QUESTIONABLE, Reason.WEAK_SIGNAL)
_CONTESTED: Trust = (Validity.QUESTIONABLE, Reason.DEVICE_QUESTIONABLE)

_CONTEC_NO_SPO2 = 127


def pc60fw_readings(header: Header, measured: Pc60fwReading) -> tuple[Reading, ...]:
    """A PC-60FW says 0 for what it has not."""
    trust = _trust(off=measured.probe_off, no_pulse=measured.searching)
    return _samples(
        header,
        trust,
        spo2=measured.spo2 or None,
        pulse=measured.pulse or None,
        perfusion=(measured.perfusion or None,),
    )


def berrymed_readings(header: Header, measured: BerryMedReading) -> tuple[Reading, ...]:
    """It streams the perfusion only as a picture."""
    trust = _trust(
        off=measured.no_finger or measured.probe_off,
        no_pulse=measured.searching or measured.no_signal,
    )
    return _samples(header, trust, spo2=measured.spo2, pulse=measured.pulse)


def nonin_readings(header: Header, measured: NoninReading) -> tuple[Reading, ...]:
    """Whether the numbers would do for a spot-check (SmartPoint) changes nothing here."""
    status = measured.status
    trust = _trust(
        off=NoninStatus.ON_FINGER not in status,
        no_pulse=NoninStatus.SEARCHING in status,
        weak=NoninStatus.WEAK_SIGNAL in status,
    )
    return _samples(
        header,
        trust,
        spo2=measured.spo2,
        pulse=measured.pulse,
        perfusion=(measured.amplitude,),
    )


def o2ring_readings(header: Header, measured: O2RingReading) -> tuple[Reading, ...]:
    """A ring that is not worn keeps its last numbers."""
    return _samples(
        header,
        _trust(off=not measured.worn),
        spo2=measured.spo2,
        pulse=measured.pulse,
        perfusion=(measured.perfusion,),
    )


def oxyii_readings(header: Header, measured: OxyiiReading) -> tuple[Reading, ...]:
    """An O2Ring S says 0 or 255 for what it has not."""
    return _samples(
        header,
        _trust(off=not measured.finger),
        spo2=_unless_blank(measured.spo2),
        pulse=_unless_blank(measured.pulse),
    )


def contec_readings(header: Header, measured: ContecReading) -> tuple[Reading, ...]:
    """Without a finger its numbers are the last ones.

    In frames of a sibling (CMS50E) the finger bit is the pulse's bit 7 instead, so the pulse is
    never plainly valid; the SpO2 is the same either way.
    """
    spo2, pulse = measured.spo2 or None, measured.pulse or None
    if spo2 is None or spo2 == _CONTEC_NO_SPO2:
        spo2 = pulse = None  # the sibling says so without a finger, and 127 as the pulse
    trust = _trust(off=not measured.finger)
    of_pulse = _CONTESTED if trust is TRUSTED and pulse is not None else trust
    return (
        checked_sample(header, Metric.SPO2, _float(spo2), *trust),
        checked_sample(header, Metric.PULSE_RATE, _float(pulse), *of_pulse),
    )


def jks50f_readings(header: Header, measured: Jks50fReading) -> tuple[Reading, ...]:
    """It marks what it has not."""
    return _samples(
        header,
        _trust(off=not measured.finger),
        spo2=measured.spo2,
        pulse=measured.pulse,
        perfusion=(measured.perfusion,),
    )


def _trust(*, off: bool, no_pulse: bool = False, weak: bool = False) -> Trust:
    if off:
        return _OFF
    if no_pulse:
        return _NO_PULSE
    return _WEAK if weak else TRUSTED


def _samples(
    header: Header,
    trust: Trust,
    *,
    spo2: int | None,
    pulse: int | None,
    perfusion: tuple[float | None, ...] = (),
) -> tuple[Reading, ...]:
    """`perfusion` is empty where the device never tells one."""
    values = ((Metric.SPO2, spo2), (Metric.PULSE_RATE, pulse))
    told = (*values, *((Metric.PERFUSION_INDEX, index) for index in perfusion))
    return tuple(checked_sample(header, metric, _float(value), *trust) for metric, value in told)


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


def _unless_blank(value: int) -> int | None:
    return None if value in {0, 0xFF} else value
