"""The vocabulary of readings: what a bedside device said, about which bed, and how far to trust it.

Every other package speaks these types. A Reading is immutable plain data; `at` is receipt time in
seconds on the service's timeline, `device_time` is epoch seconds as the device claimed it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, Protocol

import msgspec


class Origin(StrEnum):
    """Where data come from; it rides on every reading to screen, store and InfluxDB."""

    REAL = "real"
    TEST = "test"
    DEMO = "demo"


class Validity(StrEnum):
    """How far a value may be trusted. Only VALID and QUESTIONABLE carry a number."""

    VALID = "valid"
    QUESTIONABLE = "questionable"
    UNAVAILABLE = "unavailable"
    INVALID = "invalid"


class Reason(StrEnum):
    """Why a value is not plainly valid."""

    NO_VALUE = "no_value"
    SENSOR_OFF = "sensor_off"
    NO_PULSE = "no_pulse"
    NO_CONTACT = "no_contact"
    WEAK_SIGNAL = "weak_signal"
    MOTION = "motion"
    EARLY_ESTIMATE = "early_estimate"
    CALIBRATING = "calibrating"
    DEVICE_QUESTIONABLE = "device_questionable"
    DEVICE_INVALID = "device_invalid"
    OUT_OF_RANGE = "out_of_range"
    CUFF_FAILED = "cuff_failed"


class LinkReason(StrEnum):
    """Why a device's link came up or went down."""

    CONNECTED = "connected"
    NOT_SEEN = "not_seen"
    DISCONNECTED = "disconnected"
    SILENT = "silent"
    CONNECT_FAILED = "connect_failed"
    NOT_PAIRED = "not_paired"
    ADAPTER_UNAVAILABLE = "adapter_unavailable"
    BROKER_LOST = "broker_lost"
    DEVICE_OFFLINE = "device_offline"
    STOPPED = "stopped"


class Metric(StrEnum):
    """Names of measured quantities, the same everywhere (units in METRICS)."""

    HEART_RATE = "heart_rate"
    PULSE_RATE = "pulse_rate"
    SPO2 = "spo2"
    PERFUSION_INDEX = "perfusion_index"
    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    MEAN_PRESSURE = "mean_pressure"
    RESPIRATORY_RATE = "respiratory_rate"
    TEMPERATURE = "temperature"
    RR_MS = "rr_ms"
    NAUSEA = "nausea"
    MOAAS = "moaas"
    BATTERY = "battery"


class MetricInfo(NamedTuple):
    """Unit (UCUM), codes, and the range outside of which a number cannot be true.

    Codes: IEEE 11073-10101 (MDC) and LOINC; None where no code is certain.
    """

    unit: str
    mdc: int | None
    loinc: str | None
    possible_low: float
    possible_high: float


METRICS: dict[Metric, MetricInfo] = {
    Metric.HEART_RATE: MetricInfo("/min", 147842, "8867-4", 10, 350),
    Metric.PULSE_RATE: MetricInfo("/min", 149530, "8867-4", 10, 350),
    Metric.SPO2: MetricInfo("%", 150456, "59408-5", 1, 100),
    Metric.PERFUSION_INDEX: MetricInfo("%", 150448, None, 0, 100),
    Metric.SYSTOLIC: MetricInfo("mm[Hg]", 150021, "8480-6", 30, 350),
    Metric.DIASTOLIC: MetricInfo("mm[Hg]", 150022, "8462-4", 10, 300),
    Metric.MEAN_PRESSURE: MetricInfo("mm[Hg]", 150023, "8478-0", 15, 330),
    Metric.RESPIRATORY_RATE: MetricInfo("/min", 151562, "9279-1", 0, 120),
    Metric.TEMPERATURE: MetricInfo("Cel", None, "8310-5", 20, 45),
    Metric.RR_MS: MetricInfo("ms", None, None, 150, 6000),
    Metric.NAUSEA: MetricInfo("{score}", None, None, 0, 10),
    Metric.MOAAS: MetricInfo("{score}", None, None, 0, 5),
    Metric.BATTERY: MetricInfo("%", None, None, 0, 100),
}


class Header(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every reading says about itself.

    measured_at: when it was measured on the service's timeline, of one that its device delivered
    later and whose clock is known to be right, or by how much it is wrong.
    """

    at: float
    bed: str
    device: str
    origin: Origin = Origin.REAL
    device_time: float | None = None
    measured_at: float | None = None
    history: bool = False


class Sample(Header, frozen=True, kw_only=True, gc=False, tag="sample", tag_field="type"):
    """One value of one metric. `value` is None exactly when it is unavailable or invalid.

    `by`: who typed it in, where a person did.
    """

    metric: Metric
    value: float | None
    validity: Validity = Validity.VALID
    reason: Reason | None = None
    by: str | None = None


class Cuff(Header, frozen=True, kw_only=True, gc=False, tag="cuff", tag_field="type"):
    """One cuff cycle; pressures in mm[Hg], pulse per minute. A failed cycle has no pressures.

    `status` is the Blood Pressure Measurement Status field as sent, where the device sends one;
    `by`: who typed it in, where a person did; `undated`: one of a burst that a device with an unset
    clock delivered, so nobody knows which of it is new.
    """

    systolic: float | None
    diastolic: float | None
    mean_pressure: float | None = None
    pulse_rate: float | None = None
    validity: Validity = Validity.VALID
    reason: Reason | None = None
    status: int | None = None
    by: str | None = None
    undated: bool = False


class Beats(Header, frozen=True, kw_only=True, gc=False, tag="beats", tag_field="type"):
    """Consecutive beat-to-beat (RR) intervals in ms, oldest first; the last beat ends at `at`."""

    rr_ms: tuple[float, ...]


class ReportSource(StrEnum):
    """Who made a report."""

    BUTTON = "button"
    TABLET = "tablet"
    STAFF = "staff"


class ReportKind(StrEnum):
    """What was reported; NRS is the 0-10 numeric rating scale of nausea."""

    PRESS = "press"
    LONG_PRESS = "long_press"
    NRS = "nrs"
    RETCH = "retch"
    VOMIT = "vomit"
    ANTIEMETIC = "antiemetic"


class Report(Header, frozen=True, kw_only=True, gc=False, tag="report", tag_field="type"):
    """Something a person said about nausea; nobody senses it. `value` is the NRS where given.

    `by`: which of the staff said it, where one did.
    """

    id: str
    source: ReportSource
    kind: ReportKind
    value: float | None = None
    by: str | None = None


class Link(Header, frozen=True, kw_only=True, gc=False, tag="link", tag_field="type"):
    """A device's link came up or went down; reported once for each change."""

    up: bool
    reason: LinkReason


class Malformed(Header, frozen=True, kw_only=True, gc=False, tag="malformed", tag_field="type"):
    """A frame that broke its format arrived; `where` is the characteristic or topic."""

    where: str
    detail: str


Reading = Sample | Cuff | Beats | Report | Link | Malformed


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A message that became no reading, kept with its reason (a dead letter)."""

    at: float
    where: str
    reason: str
    payload: bytes
    bed: str | None = None
    device: str | None = None


Stored = Callable[[], None] | None
"""What is called on the loop once something is durable, if anything is."""


class Intake(Protocol):
    """Where drivers deliver. All three are plain calls on the event loop that never wait."""

    def now(self) -> float:
        """Seconds on the service's timeline: the `at` of a reading received now."""
        ...

    def receive(
        self, readings: tuple[Reading, ...], stored: Stored = None, message: bytes | None = None
    ) -> None:
        """Decide on each reading in order; call `stored` on the loop once all are durable.

        `message` is the mark of the message that said them: it becomes durable with them, so that
        a later run of the driver can be told what is in the record.
        """
        ...

    def reject(self, rejected: Rejected, stored: Stored = None) -> None:
        """Keep a message that became no reading; `stored` as for receive."""
        ...


def checked_sample(
    header: Header, metric: Metric, value: float | None, validity: Validity, reason: Reason | None
) -> Sample:
    """A Sample that obeys the rules of its type, out of whatever a device sent.

    A missing number becomes UNAVAILABLE and a number outside the metric's possible range (or not
    finite) INVALID with OUT_OF_RANGE; a value that the device itself calls unusable is removed.
    """
    info = METRICS[metric]
    if value is None:
        if validity in {Validity.VALID, Validity.QUESTIONABLE}:
            validity, reason = Validity.UNAVAILABLE, reason or Reason.NO_VALUE
    elif not info.possible_low <= value <= info.possible_high:
        value, validity, reason = None, Validity.INVALID, Reason.OUT_OF_RANGE
    elif validity in {Validity.UNAVAILABLE, Validity.INVALID}:
        value = None
    return Sample(
        at=header.at,
        bed=header.bed,
        device=header.device,
        origin=header.origin,
        device_time=header.device_time,
        measured_at=header.measured_at,
        history=header.history,
        metric=metric,
        value=value,
        validity=validity,
        reason=reason,
    )
