"""The seat of a bed as the record says it stands: its engine, its session, those before."""

import logging
from typing import NamedTuple

from alerts.custody import Custody
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.setup import BedSetup
from monitor.plan import Plan
from monitor.recipes import bed_recipe, devices_at
from monitor.recovery import here_since, open_session, rebuild
from monitor.seat import SESSIONS_REMEMBERED, Seat, SeatState
from monitor.store.reader import Reader

_log = logging.getLogger(__name__)


class Seated(NamedTuple):
    """A seat, and the events of its inputs that were never stored: to be stored and told now."""

    seat: Seat[BedEngine]
    missing: list[AlarmEvent]


def seat_bed(plan: Plan, setup: BedSetup, custody: Custody, reader: Reader) -> Seated:
    """The seat of a bed. Blocks. A bed that cannot be restored is down, and no other with it."""
    session = open_session(reader, setup.bed)
    since = 0.0 if session is None else here_since(reader, session)
    recipe = bed_recipe(plan, setup, devices_at(custody, setup.bed, session and since))
    missing: list[AlarmEvent] = []
    try:
        rebuilt = rebuild(reader, setup.bed, recipe)
    except Exception:  # noqa: BLE001 - whatever it is, it stops this bed and no other
        _log.critical("%s cannot be restored from its record", setup.bed, exc_info=True)
        seat = Seat(setup.bed, recipe.fresh())
        seat.state = SeatState.DOWN
    else:
        seat = Seat(setup.bed, rebuilt.engine)
        seat.last_seq = rebuilt.last_seq
        missing = rebuilt.missing
    seat.recall(session, since, reader.sessions(setup.bed, SESSIONS_REMEMBERED))
    return Seated(seat, missing)


def warn_of_orphans(plan: Plan, reader: Reader) -> None:
    """Say which sessions the record holds open at beds that are not configured. Blocks."""
    beds = {setup.bed for setup in plan.beds}
    for session in reader.open_sessions():
        if session.bed not in beds:
            _log.error(
                "session %s is open at %s, which is not configured: nobody watches it. Put the bed"
                " back into the configuration to go on with it or to close it",
                session.id,
                session.bed,
            )
