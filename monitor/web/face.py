"""What every endpoint is given: the service's desk, the hub, the answers and the counters."""

from typing import Annotated, NamedTuple, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from monitor.hub import Hub
from monitor.metrics import Metrics
from monitor.web.answers import Answers
from monitor.web.desk import Desk
from monitor.web.problems import Problem, unknown


class Face(NamedTuple):
    """The parts behind the web's face, and the look-ups all endpoints share."""

    desk: Desk
    hub: Hub
    metrics: Metrics
    answers: Answers

    def bed(self, bed: str) -> str:
        """The bed of that name; 404 lists the beds there are."""
        names = self.desk.bed_names()
        if bed not in names:
            raise unknown("bed", bed, names)
        return bed

    def bed_of_session(self, session: str) -> str:
        """The bed where a session is open; 404 otherwise."""
        bed = self.desk.bed_of_session(session)
        if bed is None:
            raise Problem(404, f"The session {session!r} is not open at any bed.")
        return bed

    def who(self, by: str) -> str:
        """Who gives an order: the name in the request, else the station's."""
        return by.strip() or self.desk.station


def face_of(connection: HTTPConnection) -> Face:
    """The face of the application that serves this connection."""
    return cast("Face", connection.app.state.face)


Here = Annotated[Face, Depends(face_of)]
