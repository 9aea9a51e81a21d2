"""A timeline: what happened at a bed, as rows; what the engine said, as lines."""

from collections.abc import Iterable, Iterator

from alerts.command import Acknowledge, Begin, Command, EndInfusion, GiveDose, TakeBaseline
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.setup import BedSetup, DeviceRow
from devices.reading import (
    Cuff,
    Link,
    LinkReason,
    Malformed,
    Metric,
    Reading,
    Reason,
    Report,
    ReportKind,
    ReportSource,
    Sample,
    Validity,
)
from monitor.profile import load_profile

PROFILE = load_profile("default")
T = 1_800_000_000.0  # second 0 of every timeline
BED = "B1"
OXIMETER = DeviceRow(id="ox", metrics=(Metric.SPO2, Metric.PULSE_RATE))
STRAP = DeviceRow(id="strap", metrics=(Metric.HEART_RATE,))
CUFF = DeviceRow(
    id="cuff", metrics=(Metric.SYSTOLIC, Metric.DIASTOLIC), streams=False, automatic=True
)
SETUP = BedSetup(bed=BED, devices=(OXIMETER, STRAP, CUFF))
NO_STREAMS = BedSetup(bed=BED, devices=(CUFF,))

Step = Reading | Command | float


def value(
    second: float,
    metric: Metric,
    number: float | None,
    *,
    validity: Validity = Validity.VALID,
    device: str | None = None,
) -> Sample:
    """One sample from the device that usually sends the metric."""
    usual = {Metric.HEART_RATE: "strap", Metric.MOAAS: "staff"}.get(metric, "ox")
    return Sample(
        at=T + second,
        bed=BED,
        device=device or usual,
        metric=metric,
        value=number,
        validity=validity,
    )


def spo2(start: float, end: float, number: float, *, weak: bool = False) -> list[Reading]:
    """SpO2 once a second, `end` not included."""
    validity = Validity.QUESTIONABLE if weak else Validity.VALID
    return _every_second(start, end, Metric.SPO2, number, validity)


def rate(start: float, end: float, number: float) -> list[Reading]:
    """Heart rate of the strap once a second."""
    return _every_second(start, end, Metric.HEART_RATE, number, Validity.VALID)


def pulse(start: float, end: float, number: float) -> list[Reading]:
    """Pulse rate of the oximeter once a second."""
    return _every_second(start, end, Metric.PULSE_RATE, number, Validity.VALID)


def breaths(start: float, end: float, number: float) -> list[Reading]:
    """Respiratory rate of the monitor once a second."""
    return _every_second(start, end, Metric.RESPIRATORY_RATE, number, Validity.VALID)


def off_finger(start: float, end: float) -> list[Reading]:
    """The oximeter says that it has nothing."""
    return [
        Sample(
            at=T + start + i,
            bed=BED,
            device="ox",
            metric=Metric.SPO2,
            value=None,
            validity=Validity.UNAVAILABLE,
            reason=Reason.SENSOR_OFF,
        )
        for i in range(round(end - start))
    ]


def _every_second(
    start: float, end: float, metric: Metric, number: float, validity: Validity
) -> list[Reading]:
    seconds = range(round(end - start))
    return [value(start + i, metric, number, validity=validity) for i in seconds]


def cuff(
    second: float,
    systolic: float,
    diastolic: float | None,
    mean: float | None = None,
    *,
    device: str = "cuff",
    history: bool = False,
    pulse_rate: float | None = None,
    measured: float | None = None,
    weak: bool = False,
) -> Cuff:
    """One cuff reading, valid unless weak; `measured` is the second that it states itself."""
    return Cuff(
        at=T + second,
        bed=BED,
        device=device,
        systolic=systolic,
        diastolic=diastolic,
        mean_pressure=mean,
        pulse_rate=pulse_rate,
        history=history,
        device_time=None if measured is None else T + measured,
        validity=Validity.QUESTIONABLE if weak else Validity.VALID,
    )


def failed_cuff(second: float, *, measured: float | None = None) -> Cuff:
    """One cuff cycle that gave no reading."""
    return Cuff(
        at=T + second,
        bed=BED,
        device="cuff",
        systolic=None,
        diastolic=None,
        validity=Validity.UNAVAILABLE,
        reason=Reason.CUFF_FAILED,
        device_time=None if measured is None else T + measured,
    )


def nausea(
    second: float,
    kind: ReportKind,
    number: float | None = None,
    *,
    source: ReportSource = ReportSource.BUTTON,
    name: str = "",
) -> Report:
    """One report of nausea, with an id of its own unless named."""
    return Report(
        at=T + second,
        bed=BED,
        device="button",
        id=name or f"r{second}",
        source=source,
        kind=kind,
        value=number,
    )


def link(second: float, *, up: bool, device: str = "ox") -> Link:
    """A device's link went up or down."""
    reason = LinkReason.CONNECTED if up else LinkReason.DISCONNECTED
    return Link(at=T + second, bed=BED, device=device, up=up, reason=reason)


def malformed(second: float, device: str = "ox") -> Malformed:
    """A frame that broke its format."""
    return Malformed(at=T + second, bed=BED, device=device, where="2A5F", detail="too short")


def in_peak(setup: BedSetup = SETUP, *, baseline: tuple[float, float] | None = None) -> BedEngine:
    """A bed whose dose was given at second -300 and whose infusion has just ended."""
    engine = BedEngine(setup, PROFILE)
    engine.command(Begin(at=T - 900, by="nurse", session="s1", protocol="iv", visit="K1"))
    engine.command(TakeBaseline(at=T - 800, by="nurse"))
    if baseline is not None:
        engine.observe(cuff(-700, *baseline))
        engine.observe(cuff(-600, *baseline))
    engine.command(GiveDose(at=T - 300, by="nurse", given_at=T - 300))
    engine.command(EndInfusion(at=T - 20, by="nurse"))
    for i in range(-10, 0):
        if any(device.streams for device in setup.devices):
            engine.observe(value(i, Metric.SPO2, 97))
            engine.observe(value(i, Metric.HEART_RATE, 75))
    return engine


def in_dosing(planned_s: float) -> BedEngine:
    """A bed whose dose is being given since second 0."""
    engine = BedEngine(SETUP, PROFILE)
    engine.command(Begin(at=T - 900, by="nurse", session="s1", protocol="iv", visit="K1"))
    dose = GiveDose(at=T, by="nurse", given_at=T, planned_s=planned_s)
    engine.command(dose)
    return engine


def run(engine: BedEngine, steps: Iterable[Step | list[Reading]]) -> list[AlarmEvent]:
    """Feed the steps in order of time; a bare number lets time pass to that second."""
    events: list[AlarmEvent] = []
    for step in sorted(_flat(steps), key=_second):
        if isinstance(step, float | int):
            events += engine.advance(T + step)
        elif isinstance(step, Reading):
            events += engine.observe(step)
        else:
            events += engine.command(step)
    return events


def _flat(steps: Iterable[Step | list[Reading]]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, list):
            yield from step
        else:
            yield step


def _second(step: Step) -> float:
    return T + step if isinstance(step, float | int) else step.at


def line(event: AlarmEvent) -> str:
    """An event as one readable line."""
    second = event.at - T
    return f"{second:g} {event.condition} {event.change} {event.priority} {event.signal}"


def lines(events: Iterable[AlarmEvent], *, technical: bool = False) -> list[str]:
    """The lines of the physiological events, or of the technical ones."""
    kind = "technical" if technical else "physiological"
    return [line(event) for event in events if event.kind == kind]


def acknowledge(second: float, event: AlarmEvent, by: str = "nurse") -> Acknowledge:
    """Answer an event as it was seen."""
    return Acknowledge(at=T + second, by=by, occurrence=event.occurrence, seq=event.seq)
