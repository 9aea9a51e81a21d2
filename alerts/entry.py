"""What people enter of a session (alarm rules, section 7): append-only, corrections are entries.

What leads a session from its beginning to its end; doses are in dose.py, the rest of the record in
charted.py.
"""

from alerts.charted import (
    Airway,
    Antihypertensive,
    Assessed,
    Charted,
    Dissociation,
    Escort,
    Happening,
    Note,
    Override,
    Oxygen,
    Vitals,
)
from alerts.dose import (
    EndInfusion,
    ExtraDose,
    GiveDose,
    InfusionRate,
    PauseInfusion,
    ResumeInfusion,
    VoidDose,
)
from alerts.order import Order
from alerts.status import Phase
from devices.reading import Origin

__all__ = [
    "Airway",
    "Antihypertensive",
    "Assessed",
    "Attend",
    "Begin",
    "Charted",
    "Close",
    "Correct",
    "Dissociation",
    "EndInfusion",
    "Entry",
    "Escort",
    "ExtraDose",
    "GiveDose",
    "Happening",
    "InfusionRate",
    "Note",
    "Override",
    "Oxygen",
    "PauseInfusion",
    "ResumeInfusion",
    "SetPhase",
    "TakeBaseline",
    "Vitals",
    "VoidDose",
    "VoidReading",
]


class Begin(Order, frozen=True, kw_only=True, tag="begin", tag_field="type"):
    """Open a session: EMPTY -> SETUP. `visit` is the short code that tells two patients apart."""

    session: str
    protocol: str
    visit: str
    initials: str = ""
    origin: Origin = Origin.REAL


class TakeBaseline(Order, frozen=True, kw_only=True, tag="baseline", tag_field="type"):
    """Enter BASELINE, or settle it from the cuff readings taken since."""


class Correct(Order, frozen=True, kw_only=True, tag="correct", tag_field="type"):
    """An earlier entry was wrong; it stays in the record, and so does this.

    of: the kind of that entry; entry, entry_at: its id or its stated time (neither: the latest of
    its kind). What is right, as far as it changes: happened_at, the true time; value, the true
    amount (mg of a dose) or words; planned_s of the first dose; a baseline's own numbers.
    """

    of: str
    entry: str = ""
    entry_at: float | None = None
    happened_at: float | None = None
    value: float | str | None = None
    planned_s: float | None = None
    systolic: float | None = None
    diastolic: float | None = None
    heart_rate: float | None = None
    spo2: float | None = None
    reason: str = ""


class SetPhase(Order, frozen=True, kw_only=True, tag="phase", tag_field="type"):
    """A named person moves the session to PEAK or RECOVERY, earlier or back, with a reason."""

    to: Phase
    reason: str


class Close(Order, frozen=True, kw_only=True, tag="close", tag_field="type"):
    """A named person closes the session: "discharged", or "aborted" with a reason."""

    outcome: str
    reason: str = ""


class Attend(Order, frozen=True, kw_only=True, tag="attend", tag_field="type"):
    """A named nurse is in the room (or leaves it): this bed's reminders are held back a while."""

    leaves: bool = False


class Entry(Order, frozen=True, kw_only=True, tag="entry", tag_field="type"):
    """Any other event of a session (a symptom, ...), kept with its time."""

    kind: str
    happened_at: float
    value: float | str | None = None


class VoidReading(Order, frozen=True, kw_only=True, tag="void_reading", tag_field="type"):
    """Take back the cuff reading measured (or received) at `measured_at`, for a reason."""

    measured_at: float
    reason: str
