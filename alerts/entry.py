"""What people enter of a session (alarm rules, section 7): append-only, corrections are entries."""

from alerts.order import Order
from devices.reading import Origin


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


class Attend(Order, frozen=True, kw_only=True, tag="attend", tag_field="type"):
    """A named nurse is in the room (or leaves it): this bed's reminders are held back a while."""

    leaves: bool = False


class Entry(Order, frozen=True, kw_only=True, tag="entry", tag_field="type"):
    """Any other event of a session (note, symptom, oxygen, ...), kept with its time."""

    kind: str
    happened_at: float
    value: float | str | None = None
