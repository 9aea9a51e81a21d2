"""What people send: the bodies of POSTs, each rule a sentence in the problem that it causes."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from monitor.web.bodies_chart import ChartEvent
from monitor.web.bodies_cuff import VoidReadingBody
from monitor.web.bodies_dose import DoseEvent
from monitor.web.bodies_leaving import LeavingEvent
from monitor.web.bodies_people import PeopleEvent
from monitor.web.bodies_session import SessionEvent
from monitor.web.bodies_watch import WatchEvent
from monitor.web.body import Body, Code, Nrs, Reason, TimedBody


class BeginBody(Body):
    """Open a session; `visit` is the short code that tells two patients apart."""

    protocol: Literal["iv", "im", "nasal", "oral"]
    visit: Code
    initials: Annotated[str, Field(max_length=4)] = ""


class CloseBody(Body):
    """Close a session; aborting needs a reason."""

    outcome: Literal["discharged", "aborted"]
    reason: Reason = ""


class AcknowledgeBody(Body):
    """Acknowledge an occurrence as it was seen: `seq` of its latest event on the screen."""

    seq: int


class ResetBody(Body):
    """End an occurrence that is latched and over, as it was seen at `seq`."""

    seq: int


class ResolveBody(Body):
    """Settle a reported condition; the nausea rating and the antiemetic where it was nausea."""

    outcome: Reason = ""
    nrs: Nrs | None = None
    antiemetic: bool = False


class PauseBody(Body):
    """Silence what sounds at a bed now, for 30, 60 or 120 seconds."""

    seconds: Literal[30, 60, 120] = 120


class NauseaBody(TimedBody):
    """What a patient says (by tablet) or staff saw; `value` is the 0-10 rating of kind "nrs"."""

    kind: Literal["press", "long_press", "nrs", "retch", "vomit"] = "nrs"
    value: Nrs | None = None
    source: Literal["tablet", "staff"] = "tablet"

    @model_validator(mode="after")
    def _is_rated(self) -> Self:
        if (self.kind == "nrs") != (self.value is not None):
            raise ValueError('kind "nrs" comes with a value from 0 to 10, any other kind without')
        return self


class MeasureBody(TimedBody):
    """A person asks for a cuff reading."""

    kind: Literal["measure"]


class AttendBody(TimedBody):
    """A named nurse is in the room: reminders wait; `value` "leaves" ends it."""

    kind: Literal["attend"]
    value: Literal["present", "leaves"] = "present"


EventBody = Annotated[
    SessionEvent
    | DoseEvent
    | ChartEvent
    | LeavingEvent
    | WatchEvent
    | PeopleEvent
    | VoidReadingBody
    | MeasureBody
    | AttendBody,
    Field(discriminator="kind"),
]

EVENT_KINDS: frozenset[str] = frozenset(
    kind
    for body in get_args(get_args(EventBody)[0])
    for kind in get_args(body.model_fields["kind"].annotation)
)
"""Every kind of event that a person may enter."""
