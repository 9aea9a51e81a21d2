"""What one call to the path brings about: rows to keep and things to tell, in order."""

import asyncio
from collections.abc import Iterable

from alerts.command import Fault
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.site import SiteEngine
from devices.reading import Reading, Rejected
from monitor.journal import Input, encode_input, kind_of, measured_at
from monitor.neighbours import Listener
from monitor.seat import Seat
from monitor.store.rows import DeadLetterRow, EventRow, InputRow, Row

AnySeat = Seat[BedEngine] | Seat[SiteEngine]


class Batch:
    """Filled by one call, then handed to the store and to the listeners as a whole."""

    __slots__ = ("_message", "events", "readings", "rows", "urgent")

    def __init__(self, message: bytes | None = None) -> None:
        """`message`: the mark of the message that says it all; its first input keeps it."""
        self._message = message
        self.rows: list[Row] = []
        self.readings: list[Reading] = []
        self.events: list[AlarmEvent] = []
        self.urgent = False

    def add_events(self, events: list[AlarmEvent]) -> None:
        """Keep and tell what an engine said."""
        self.events += events
        self.rows += [EventRow(event=event) for event in events]

    def add_input(self, seat: AnySeat, item: Input) -> None:
        """Keep an input under the number that its seat was given last."""
        session = seat.session_at(measured_at(item))
        self.rows.append(
            InputRow(
                seq=seat.last_seq,
                at=item.at,
                bed=seat.bed,
                session=None if session is None else session.id,
                kind=kind_of(item),
                body=encode_input(item),
                message=self._message,
            )
        )
        self._message = None

    def tell(self, listeners: Iterable[Listener]) -> None:
        """Tell each what came of it: readings first, then events."""
        for listener in listeners:
            for reading in self.readings:
                listener.offer_reading(reading)
            if self.events:
                listener.offer_events(self.events)


def dead_letter(rejected: Rejected) -> DeadLetterRow:
    """The row that keeps a message which became no reading, with its reason."""
    return DeadLetterRow(
        at=rejected.at,
        where=rejected.where,
        reason=rejected.reason,
        payload=rejected.payload,
        bed=rejected.bed,
        device=rejected.device,
    )


def engine_fault(bed: str, at: float, *, up: bool) -> Fault:
    """What the site is told of a bed whose engine has failed, or works again."""
    return Fault(at=at, by="service", part="engine", up=up, bed=bed)


def settle(done: asyncio.Future[None]) -> None:
    """Tell whoever waits that the batch is durable; they may have gone."""
    if not done.done():
        done.set_result(None)
