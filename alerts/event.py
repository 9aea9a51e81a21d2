"""What the engine says: alarm events, and the words they are made of.

Field meanings follow the vocabulary of IEC 60601-1-8: the condition
(presence) and its signal are separate things.
"""

from enum import StrEnum

import msgspec

from devices.reading import Metric, Origin


class Priority(StrEnum):
    """Alarm priority, from the harm if nobody comes and how soon it comes."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """1, 2, 3: comparable, and the number written to InfluxDB."""
        return _RANKS[self]


_RANKS = {Priority.LOW: 1, Priority.MEDIUM: 2, Priority.HIGH: 3}


class AlarmKind(StrEnum):
    """About the patient, or about the means of watching the patient."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


class Change(StrEnum):
    """What an event says happened to its occurrence. PENDING exists only where asked for."""

    PENDING = "pending"
    START = "start"
    UPDATE = "update"
    ESCALATE = "escalate"
    DEESCALATE = "deescalate"
    ACKNOWLEDGE = "acknowledge"
    LATCH = "latch"
    END = "end"


class Presence(StrEnum):
    """Whether the condition exists now; UNKNOWN when its source was lost while it did."""

    PENDING = "pending"
    PRESENT = "present"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Signal(StrEnum):
    """Whether staff are being called."""

    OFF = "off"
    ON = "on"
    LATCHED = "latched"
    ACKNOWLEDGED = "acknowledged"


class Cause(StrEnum):
    """Why an occurrence changed or ended: no end is without one."""

    READINGS = "readings"
    PERSON = "person"
    SESSION_CLOSED = "session_closed"
    RELEASED = "released"
    VOID = "void"
    RECOVERED = "recovered"
    ELAPSED = "elapsed"
    SOURCE_LOST = "source_lost"


class Stance(StrEnum):
    """What a person who was called said; nobody has said anything: no Responsibility at all."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Responsibility(msgspec.Struct, frozen=True, kw_only=True):
    """Who has taken (or declined) an alarm; accepted is not acknowledged.

    An acceptance lapses at `lapses_at` unless the alarm is acknowledged before; paging then goes
    on. `on_site`: the person is in the building.
    """

    stance: Stance
    by: str
    at: float
    on_site: bool = True
    lapses_at: float | None = None


class AlarmEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one occurrence of an alarm condition (docs/schemas/alarm_event.json).

    `at` is service-timeline seconds inside the house and ISO 8601 outside. `id` is occurrence:n,
    `occurrence` bed:condition:onset-ms, `seq` counts per bed. Site alarms have bed None.
    `reason` is the machine-readable why: rule, delay, confirmation, profile. `reminder` marks an
    update that only reminds of an acknowledged alarm: one burst, no new call. `responsibility`: who
    has accepted or rejected it, as long as nobody has acknowledged it.
    """

    at: float
    id: str
    seq: int
    bed: str | None
    session: str | None
    occurrence: str
    condition: str
    kind: AlarmKind
    priority: Priority
    change: Change
    cause: Cause | None
    presence: Presence
    signal: Signal
    value: float | None
    limit: float | None
    metric: Metric | None
    text: str
    origin: Origin
    by: str | None = None
    latching: bool = False
    covered_by: str | None = None
    reason: dict[str, str | float] | None = None
    reminder: bool = False
    responsibility: Responsibility | None = None
