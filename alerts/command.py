"""What people and the site's shell tell the engine about alarms; the union of every command."""

import msgspec

from alerts.entry import (
    Airway,
    Antihypertensive,
    Assessed,
    Attend,
    Begin,
    Close,
    Correct,
    Dissociation,
    EndInfusion,
    Entry,
    Escort,
    ExtraDose,
    GiveDose,
    InfusionRate,
    Note,
    Override,
    Oxygen,
    PauseInfusion,
    ResumeInfusion,
    SetPhase,
    TakeBaseline,
    Vitals,
    VoidDose,
    VoidReading,
)
from alerts.leaving import SensorsOff, Sign, Standby, StandbyEnd
from alerts.observed import Call, GiveAntiemetic, Symptom
from alerts.order import Order, Refused
from alerts.transfer import Arrive, Assign, Depart, Install, Place, Release
from alerts.watch_entry import JudgeWatch, NoteRisk

__all__ = [
    "Accept",
    "Acknowledge",
    "Airway",
    "Antihypertensive",
    "Arrive",
    "Assessed",
    "Assign",
    "Attend",
    "Begin",
    "Call",
    "Close",
    "Command",
    "Correct",
    "Cover",
    "Depart",
    "Dissociation",
    "EndInfusion",
    "Entry",
    "Escort",
    "ExtraDose",
    "Fault",
    "Gap",
    "GiveAntiemetic",
    "GiveDose",
    "Inflating",
    "InfusionRate",
    "Install",
    "JudgeWatch",
    "Measure",
    "Note",
    "NoteRisk",
    "Order",
    "Override",
    "Oxygen",
    "PauseAudio",
    "PauseInfusion",
    "Place",
    "Refused",
    "Reject",
    "Release",
    "Reloaded",
    "Reset",
    "Resolve",
    "ResumeInfusion",
    "Revoke",
    "SensorsOff",
    "Sessions",
    "SetPhase",
    "Sign",
    "Standby",
    "StandbyEnd",
    "Symptom",
    "TakeBaseline",
    "Tick",
    "Vitals",
    "VoidDose",
    "VoidReading",
]


class Acknowledge(Order, frozen=True, kw_only=True, tag="acknowledge", tag_field="type"):
    """Acknowledge exactly this occurrence as seen at `seq`; refused if it has risen since."""

    occurrence: str
    seq: int


class Accept(Order, frozen=True, kw_only=True, tag="accept", tag_field="type"):
    """A called person comes: paging stops for a while, the sound goes on.

    `until`: when the person's shift ends, where that is known; no acceptance outlives it. `seq`,
    where given, is the event that was seen: refused if the alarm has risen since.
    """

    occurrence: str
    on_site: bool = True
    seq: int | None = None
    until: float | None = None


class Reject(Order, frozen=True, kw_only=True, tag="reject", tag_field="type"):
    """A called person cannot come: the next step is due at once."""

    occurrence: str
    on_site: bool = True
    seq: int | None = None


class Revoke(Order, frozen=True, kw_only=True, tag="revoke", tag_field="type"):
    """Take back one's own acceptance (the next step is due at once) or rejection."""

    occurrence: str
    seq: int | None = None


class Reset(Order, frozen=True, kw_only=True, tag="reset", tag_field="type"):
    """Acknowledge a latched occurrence that is over, and so end it; refused while it is present."""

    occurrence: str
    seq: int


class Resolve(Order, frozen=True, kw_only=True, tag="resolve", tag_field="type"):
    """A person settles a reported condition: attended, or with its outcome.

    `nrs`: how sick the patient is now, where it was asked; `antiemetic`: one was given. A report of
    that rating under the order's own `id`, sent along for the record, says nothing new.
    """

    occurrence: str
    outcome: str = ""
    nrs: float | None = None
    antiemetic: bool = False


class PauseAudio(Order, frozen=True, kw_only=True, tag="audio_pause", tag_field="type"):
    """Silence the occurrences sounding at this bed now, for 30, 60 or 120 s."""

    seconds: float


class Measure(Order, frozen=True, kw_only=True, tag="measure", tag_field="type"):
    """A person asks for a cuff reading."""


class Inflating(Order, frozen=True, kw_only=True, tag="inflating", tag_field="type"):
    """A cuff has begun to measure: its driver or the shell says so."""

    device: str


class Cover(Order, frozen=True, kw_only=True, tag="cover", tag_field="type"):
    """A site alarm begins or stops covering this bed's weaker technical alarms."""

    condition: str
    on: bool


class Gap(msgspec.Struct, frozen=True, kw_only=True, tag="gap", tag_field="type"):
    """The service was away from `since` to `at`; `known` is False when the clock cannot tell."""

    since: float
    at: float
    known: bool = True


class Tick(msgspec.Struct, frozen=True, kw_only=True, tag="tick", tag_field="type"):
    """Time passed to a deadline of the engine."""

    at: float


class Fault(Order, frozen=True, kw_only=True, tag="fault", tag_field="type"):
    """A part of the site reports its health.

    `part` is store, influx, pager, broker, screen, duty, clock or engine (then `bed` names whose).
    `level` grades clock faults in seconds.
    """

    part: str
    up: bool
    detail: str = ""
    bed: str | None = None
    level: float | None = None


class Reloaded(Order, frozen=True, kw_only=True, tag="reloaded", tag_field="type"):
    """The configuration was read anew: names of beds, and of devices as bed/device."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Sessions(Order, frozen=True, kw_only=True, tag="sessions", tag_field="type"):
    """Tells the site which beds have an open session: nobody is unwatched where there is none."""

    beds: tuple[str, ...]


Command = (
    Begin
    | TakeBaseline
    | GiveDose
    | ExtraDose
    | PauseInfusion
    | ResumeInfusion
    | InfusionRate
    | EndInfusion
    | VoidDose
    | VoidReading
    | Correct
    | SetPhase
    | Override
    | Escort
    | Oxygen
    | Airway
    | Antihypertensive
    | Dissociation
    | Assessed
    | Standby
    | StandbyEnd
    | Sign
    | SensorsOff
    | Vitals
    | Note
    | Close
    | Accept
    | Reject
    | Revoke
    | Symptom
    | Call
    | GiveAntiemetic
    | Acknowledge
    | Reset
    | Resolve
    | PauseAudio
    | Measure
    | Inflating
    | NoteRisk
    | JudgeWatch
    | Attend
    | Entry
    | Cover
    | Fault
    | Sessions
    | Reloaded
    | Assign
    | Release
    | Depart
    | Arrive
    | Install
    | Place
)
