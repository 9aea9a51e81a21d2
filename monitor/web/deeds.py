"""From an event of a session to what the engine understands: commands, and readings by hand."""

from alerts.command import Attend, Measure
from monitor.web.bodies import AttendBody, EventBody, MeasureBody
from monitor.web.told import Deeds, SessionBody, Told


def deeds_of(body: EventBody, told: Told) -> Deeds:
    """The commands and the staff-entered readings that an event of a session is, in order."""
    match body:
        case SessionBody():
            return body.deeds(told)
        case MeasureBody():
            return (Measure(at=told.now, by=told.by, id=told.id),)
        case AttendBody():
            leaves = body.value == "leaves"
            return (Attend(at=told.now, by=told.by, id=told.id, leaves=leaves),)
