"""Bring engines back from the store: the newest snapshot, then every input after it.

The same code restores a bed after a crash of the process and after a failure of its engine alone.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

import msgspec

from alerts.command import Refused
from alerts.event import AlarmEvent
from alerts.snapshot import SnapshotMismatch
from monitor.journal import Engine, apply_input, decode_input
from monitor.store.reader import Reader
from monitor.store.rows import InputRow, SessionRow

_log = logging.getLogger(__name__)

E = TypeVar("E", bound=Engine)


class Rebuilt(NamedTuple, Generic[E]):
    """An engine as it stood after input `last_seq`.

    `missing` are events that the inputs brought about and that were never stored: a kill came
    between the two. They are to be stored and delivered now.
    """

    engine: E
    last_seq: int
    missing: list[AlarmEvent]


class Recipe(NamedTuple, Generic[E]):
    """How to make an engine: anew, or from the bytes of a snapshot of this schema version.

    count_on: number its events on from there; None where a new one replays its whole record.
    """

    fresh: Callable[[], E]
    thaw: Callable[[bytes], E]
    schema: int
    count_on: Callable[[E, int], None] | None = None


def rebuild(reader: Reader, bed: str | None, recipe: Recipe[E]) -> Rebuilt[E]:
    """The engine of a bed (None: the site's) as the record says it stands. Blocks.

    Inputs that once broke it are skipped. Raises whatever the engine raises on any other input.
    """
    key = bed or ""
    engine, last_seq = _thaw_newest(reader, key, recipe)
    if engine is None:
        engine = recipe.fresh()
        inputs = _since_session_start(reader, key)
        session = open_session(reader, key)
        if session is not None and recipe.count_on is not None:
            # answers name events by number: those of the session must be numbered as they were
            before = here_since(reader, session)
            recipe.count_on(engine, reader.newest_event_seq(key, before))
    else:
        inputs = reader.inputs_after(last_seq, key)
    poisoned = reader.poisoned()
    known = reader.known_event_ids(bed)
    missing: list[AlarmEvent] = []
    for row in inputs:
        last_seq = row.seq
        if row.seq not in poisoned:
            missing += [event for event in _apply(engine, row) if event.id not in known]
    if recipe.count_on is not None:
        recipe.count_on(engine, reader.newest_event_seq(key))
    return Rebuilt(engine, last_seq, missing)


def open_session(reader: Reader, bed: str) -> SessionRow | None:
    """The session that nobody has closed at this bed."""
    return next((row for row in reader.open_sessions() if row.bed == bed), None)


def here_since(reader: Reader, session: SessionRow) -> float:
    """Since when a session is at its bed: it may have come from another. Blocks."""
    inputs = reader.inputs_of_session(session.id)
    return next((row.at for row in inputs if row.bed == session.bed), session.began_at)


def _thaw_newest(reader: Reader, bed: str, recipe: Recipe[E]) -> tuple[E | None, int]:
    """The engine of the newest snapshot and its last input; None where none fits."""
    snapshot = reader.latest_snapshot(bed, recipe.schema)
    if snapshot is None:
        return None, 0
    try:
        return recipe.thaw(snapshot.body), snapshot.seq
    except (SnapshotMismatch, msgspec.ValidationError) as error:
        _log.warning("%s: its session is replayed instead of thawed: %s", bed or "the site", error)
        return None, 0


def _since_session_start(reader: Reader, bed: str) -> Iterator[InputRow]:
    """Without a usable snapshot: what belongs to the open session; the site has none, so all."""
    if not bed:
        return reader.inputs_after(0, bed)
    session = open_session(reader, bed)
    if session is None:
        return iter(())
    return (row for row in reader.inputs_of_session(session.id) if row.bed == bed)


def _apply(engine: Engine, row: InputRow) -> list[AlarmEvent]:
    try:
        item = decode_input(row.body)
    except msgspec.ValidationError:
        # a kind of input that only another version knows: the record keeps it, this one skips it
        _log.exception("input %d (%s) is skipped: this version cannot read it", row.seq, row.kind)
        return []
    try:
        return apply_input(engine, item)
    except Refused as refused:
        # other limits than then: what a person answered may not stand any more; the rest must go on
        _log.warning("input %d (%s) is skipped: %s", row.seq, row.kind, refused.detail)
        return []
