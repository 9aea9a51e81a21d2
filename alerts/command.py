"""What people and the site's shell tell the engine: commands, and why one may be refused."""

import msgspec

from devices.reading import Origin


class Refused(Exception):  # noqa: N818 - the field's word; it is an answer, not a fault
    """A command that cannot be carried out now. Nothing has changed.

    `conflict` is True when the state has moved on since the sender looked (HTTP 409), False when
    the command itself makes no sense here (HTTP 422).
    """

    def __init__(self, detail: str, *, conflict: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.conflict = conflict


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What every command says: when it arrived, by whom, and its sender's own id (or "")."""

    at: float
    by: str
    id: str = ""


class Begin(Order, frozen=True, kw_only=True, tag="begin", tag_field="type"):
    """Open a session: EMPTY -> SETUP. `visit` is the short code that tells two patients apart."""

    session: str
    protocol: str
    visit: str
    initials: str = ""
    origin: Origin = Origin.REAL


class TakeBaseline(Order, frozen=True, kw_only=True, tag="baseline", tag_field="type"):
    """Enter BASELINE, or settle it from the cuff readings taken since."""


class GiveDose(Order, frozen=True, kw_only=True, tag="dose", tag_field="type"):
    """The first dose: T0. `given_at` may lie in the past; `override` signs BP-GATE by reason."""

    given_at: float
    amount_mg: float | None = None
    planned_s: float | None = None
    override: str | None = None


class EndInfusion(Order, frozen=True, kw_only=True, tag="infusion_end", tag_field="type"):
    """The infusion has ended: DOSING -> PEAK."""


class Close(Order, frozen=True, kw_only=True, tag="close", tag_field="type"):
    """A named person closes the session: "discharged", or "aborted" with a reason."""

    outcome: str
    reason: str = ""


class Acknowledge(Order, frozen=True, kw_only=True, tag="acknowledge", tag_field="type"):
    """Acknowledge exactly this occurrence as seen at `seq`; refused if it has risen since."""

    occurrence: str
    seq: int


class Resolve(Order, frozen=True, kw_only=True, tag="resolve", tag_field="type"):
    """A person settles a reported condition (attended, resolved); `nrs` where it was asked."""

    occurrence: str
    outcome: str = ""
    nrs: float | None = None


class PauseAudio(Order, frozen=True, kw_only=True, tag="audio_pause", tag_field="type"):
    """Silence the occurrences sounding at this bed now, for 30, 60 or 120 s."""

    seconds: float


class Measure(Order, frozen=True, kw_only=True, tag="measure", tag_field="type"):
    """A person asks for a cuff reading."""


class Entry(Order, frozen=True, kw_only=True, tag="entry", tag_field="type"):
    """Any other event of a session (note, symptom, oxygen, ...), kept with its time."""

    kind: str
    happened_at: float
    value: float | str | None = None


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

    `part` is store, influx, pager, broker, screen, clock or engine (then `bed` names whose).
    `level` grades clock faults in seconds.
    """

    part: str
    up: bool
    detail: str = ""
    bed: str | None = None
    level: float | None = None


class Sessions(Order, frozen=True, kw_only=True, tag="sessions", tag_field="type"):
    """Tells the site which beds have an open session: nobody is unwatched where there is none."""

    beds: tuple[str, ...]


Command = (
    Begin
    | TakeBaseline
    | GiveDose
    | EndInfusion
    | Close
    | Acknowledge
    | Resolve
    | PauseAudio
    | Measure
    | Entry
    | Cover
    | Fault
    | Sessions
)
