"""The simulated devices of a ward, one class each, as pure models of what they say and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from devices.reading import (
    Beats,
    Cuff,
    Metric,
    Reading,
    Reason,
    Report,
    ReportSource,
    Sample,
    Validity,
    checked_sample,
)
from simulators.faults import FaultKind
from simulators.instrument import Instrument, Occasional, Stream, later
from simulators.scenario import NauseaEvent


@dataclass(frozen=True)
class OximeterModel(Stream):
    """A pulse oximeter on a finger: saturation, pulse, perfusion."""

    def measure(self, at: float) -> Iterator[Sample]:
        """One packet."""
        return _saturation(self, at)


@dataclass(frozen=True)
class StrapModel(Stream):
    """A heart strap: the rate over the last beats, and every beat since its last packet."""

    def measure(self, at: float) -> Iterator[Reading]:
        """One packet."""
        recent = self.patient.beats(at - 5, at)
        rate = 60_000 * len(recent) / sum(recent) if recent else self.patient.heart_rate(at)
        yield _valid(self, at, Metric.HEART_RATE, rate)
        beats = self.patient.beats(at - self.period_s, at)
        if beats:
            yield Beats(**self.badge.fields(at), rr_ms=beats)


@dataclass(frozen=True)
class MonitorModel(Stream):
    """A bedside monitor: a finger probe, three leads, and a cuff whose cycles end at `times`."""

    times: tuple[float, ...] = ()

    def next_word(self, after: float) -> float:
        """The next tick, or the next cuff reading."""
        tick, cuff = super().next_word(after), later(self.times, after)
        return tick if cuff is None else min(tick, cuff)

    def words(self, at: float) -> tuple[Reading, ...]:
        """A message at a tick; a cuff reading at one of its times."""
        cuff = (self.measure_pressure(at),) if at in self.times else ()
        return (*super().words(at), *cuff)

    def measure_pressure(self, at: float) -> Cuff:
        """The reading of a cycle that ends now, whoever started it."""
        return _pressure(self, at)

    def measure(self, at: float) -> Iterator[Reading]:
        """One message."""
        vitals = self.patient.vitals(at)
        yield from _saturation(self, at)
        yield _valid(self, at, Metric.HEART_RATE, vitals.heart_rate)
        yield _valid(self, at, Metric.RESPIRATORY_RATE, vitals.respiratory_rate)


@dataclass(frozen=True)
class CuffModel(Occasional):
    """A blood pressure cuff, whose cycles end at `times`."""

    def words(self, at: float) -> tuple[Cuff, ...]:
        """The reading of a cycle that ends now, if it is one of its times."""
        return (self.measure_pressure(at),) if at in self.times else ()

    def measure_pressure(self, at: float) -> Cuff:
        """The reading of a cycle that ends now, whoever started it."""
        return _pressure(self, at)


@dataclass(frozen=True)
class ButtonModel(Occasional):
    """A nausea button (and tablet): what the patient reports."""

    reports: tuple[NauseaEvent, ...] = ()

    def words(self, at: float) -> tuple[Report, ...]:
        """The reports of this instant."""
        return tuple(
            self.report(at, number, said)
            for number, said in enumerate(self.reports)
            if said.after_s == at
        )

    def report(self, at: float, number: int, said: NauseaEvent) -> Report:
        """One report, with an id that only this one has."""
        return Report(
            **self.badge.fields(at),
            id=f"{self.badge.device}-{number}-{round(self.badge.starts_at + at)}",
            source=ReportSource.BUTTON if said.value is None else ReportSource.TABLET,
            kind=said.report,
            value=said.value,
        )


def _pressure(device: Instrument, at: float) -> Cuff:
    fields = device.badge.fields(at)
    if device.faults.active(FaultKind.CUFF_FAILS, at):
        return Cuff(
            **fields,
            systolic=None,
            diastolic=None,
            validity=Validity.INVALID,
            reason=Reason.CUFF_FAILED,
        )
    vitals = device.patient.vitals(at)
    return Cuff(
        **fields,
        systolic=float(round(vitals.systolic)),
        diastolic=float(round(vitals.diastolic)),
        mean_pressure=float(round(vitals.mean_pressure)),
        pulse_rate=float(round(vitals.pulse_rate)),
    )


def _saturation(device: Instrument, at: float) -> Iterator[Sample]:
    """What a finger probe yields, whichever box it is plugged into."""
    vitals = device.patient.vitals(at)
    validity, reason = Validity.VALID, None
    if device.faults.active(FaultKind.PROBE_OFF, at):
        validity, reason = Validity.UNAVAILABLE, Reason.SENSOR_OFF
    elif device.faults.active(FaultKind.WEAK_SIGNAL, at):
        validity, reason = Validity.QUESTIONABLE, Reason.WEAK_SIGNAL
    header = device.badge.header(at)
    for metric, value in (
        (Metric.SPO2, float(round(vitals.spo2))),
        (Metric.PULSE_RATE, float(round(vitals.pulse_rate))),
        (Metric.PERFUSION_INDEX, round(vitals.perfusion_index, 1)),
    ):
        yield checked_sample(header, metric, value, validity, reason)


def _valid(device: Instrument, at: float, metric: Metric, value: float) -> Sample:
    header = device.badge.header(at)
    return checked_sample(header, metric, float(round(value)), Validity.VALID, None)
