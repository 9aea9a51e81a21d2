"""Rows into tables: whole groups in one transaction each, on the writer's thread."""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import assert_never

import apsw
import msgspec

from alerts.event import AlarmEvent
from devices.reading import Sample
from monitor.store.door import Entry, decode_reading
from monitor.store.points import (
    LONGEST_BEATS_MS,
    Given,
    PointClock,
    Series,
    beats_back,
    place_of_event,
    place_of_reading,
)
from monitor.store.rows import (
    ClockRow,
    DeadLetterRow,
    EventRow,
    InputRow,
    PageRow,
    PoisonRow,
    SessionRow,
    SnapshotRow,
)
from monitor.store.schema import MINUTE_MS, Value

TRANSIENT = (
    apsw.FullError,
    apsw.IOError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.ReadOnlyError,
    apsw.CantOpenError,
    apsw.PermissionsError,
    apsw.ProtocolError,
    apsw.NoMemError,
    apsw.InterruptError,
    apsw.CorruptError,
    apsw.NotADBError,
)
"""What the disk does to us, not a row: keep the rows and try again."""

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode

MOST_ROWS = 256
"""Rows of one statement. Each statement gives the interpreter's lock away and, beside a busy event
loop, waits a switch interval (5 ms) for it: row by row the writer would store 200 rows a second."""

_INPUT = "INSERT INTO input VALUES "
_SPAN = "INSERT INTO span VALUES "
_SPAN_KNOWN = """ ON CONFLICT (minute) DO UPDATE SET
    first_seq = min(first_seq, excluded.first_seq), last_seq = max(last_seq, excluded.last_seq)"""
_EVENT = """INSERT INTO event (id, at, bed, session, occurrence, seq, ended, point_ms, body)
    VALUES """
_EVENT_KNOWN = " ON CONFLICT (id) DO NOTHING"
_SESSION = "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SNAPSHOT = "INSERT INTO snapshot (bed, seq, at, schema, body) VALUES (?, ?, ?, ?, ?)"
_OLD_SNAPSHOTS = """DELETE FROM snapshot WHERE bed = ?1 AND n NOT IN
    (SELECT n FROM snapshot WHERE bed = ?1 ORDER BY n DESC LIMIT 2)"""
_CLOCK = "INSERT INTO clock (boot_id, boottime, wall, offset, at) VALUES (?, ?, ?, ?, ?)"
_PAGE = "INSERT INTO page (key, at, state, body) VALUES (?, ?, ?, ?)"
_DEAD_LETTER = """INSERT INTO dead_letter (at, source, reason, payload, bed, device)
    VALUES (?, ?, ?, ?, ?, ?)"""
_POISON = "INSERT OR REPLACE INTO poison VALUES (?, ?)"
_LATEST_INPUT = """SELECT max(point_ms) FROM input WHERE seq >=
    (SELECT first_seq FROM span ORDER BY minute DESC LIMIT 1) AND late = 0"""
_LATEST_EVENT = "SELECT max(point_ms) FROM event"


class Ledger:
    """The tables behind the one read-write connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.known_events = 0
        self._connection = connection
        self._points = PointClock(self._latest_ms(), self._occupied)
        self._spans: dict[int, tuple[int, int]] = {}
        self._inputs: list[tuple[Value, ...]] = []
        self._events: list[tuple[Value, ...]] = []

    def last_seq(self) -> int:
        """The number of the last stored input; 0 before the first."""
        return self._number("SELECT max(seq) FROM input")

    def write(self, entries: Iterable[Entry]) -> None:
        """Make all rows durable, or none and raise what the database raised."""
        mark = self._points.mark()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for entry in entries:
                self._insert(entry)
            self._flush()
            self._connection.execute("COMMIT")
        except BaseException:
            self._points.back_to(mark)
            self._forget()
            self._roll_back()
            raise

    def salvage(self, entries: deque[Entry]) -> None:
        """As write, but row by row; what is done is removed, what is refused is a dead letter."""
        while entries:
            try:
                self.write([entries[0]])
            except TRANSIENT:
                raise
            except Exception as error:  # noqa: BLE001 - logged; the other rows must go on
                _log.exception("a row that passed the door was refused by the tables")
                self.write([Entry(_refused(entries[0], error))])
            entries.popleft()

    def close(self) -> None:
        """Move everything from the write-ahead log into the file, and close it."""
        try:
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.Error as error:
            _log.warning("no checkpoint at close (%s); the next start does it", error)
        self._connection.close(force=True)

    def _insert(self, entry: Entry) -> None:
        row = entry.row
        match row:
            case InputRow():
                self._note_input(row, entry)
            case EventRow():
                self._note_event(row.event)
            case SessionRow():
                self._execute(_SESSION, *_session_values(row))
            case SnapshotRow():
                self._execute(_SNAPSHOT, row.bed, row.seq, row.at, row.schema, row.body)
                self._execute(_OLD_SNAPSHOTS, row.bed)
            case ClockRow():
                self._execute(_CLOCK, row.boot_id, row.boottime, row.wall, row.offset, row.at)
            case PageRow():
                self._execute(_PAGE, row.key, row.at, row.state, row.body)
            case DeadLetterRow():
                values = row.at, row.where, row.reason, row.payload, row.bed, row.device
                self._execute(_DEAD_LETTER, *values)
            case PoisonRow():
                self._execute(_POISON, row.seq, row.error)
            case _:
                assert_never(row)

    def _note_input(self, row: InputRow, entry: Entry) -> None:
        given = Given(round(row.at * 1000), behind=False)
        place = entry.reading and place_of_reading(entry.reading, row.session)
        if place is not None:
            given = self._points.give(place)
        sample = entry.reading if isinstance(entry.reading, Sample) else None
        values = (
            row.seq,
            row.at,
            row.bed,
            row.session,
            str(row.kind),
            row.body,
            sample and sample.metric.value,
            sample and sample.value,
            given.ms if place else None,
            int(given.behind),
            row.message,
        )
        self._inputs.append(values)
        if not given.behind:
            minute = given.ms // MINUTE_MS
            first, last = self._spans.get(minute, (row.seq, row.seq))
            self._spans[minute] = (min(first, row.seq), max(last, row.seq))

    def _note_event(self, event: AlarmEvent) -> None:
        given = self._points.give(place_of_event(event))
        values = (
            event.id,
            event.at,
            event.bed,
            event.session,
            event.occurrence,
            event.seq,
            int(event.change.value == "end"),
            given.ms,
            _encode(event),
        )
        self._events.append(values)

    def _flush(self) -> None:
        """Into the tables what was noted: nothing reads those tables before."""
        self._insert_all(_INPUT, self._inputs)
        known = len(self._events) - self._insert_all(_EVENT, self._events, _EVENT_KNOWN)
        if known:
            self.known_events += known
            first, last = self._events[0][0], self._events[-1][0]
            _log.info("%d events of %s to %s are known already", known, first, last)
        spans = [(minute, first, last) for minute, (first, last) in self._spans.items()]
        self._insert_all(_SPAN, spans, _SPAN_KNOWN)
        self._forget()

    def _forget(self) -> None:
        self._inputs.clear()
        self._events.clear()
        self._spans.clear()

    def _insert_all(self, head: str, rows: Sequence[tuple[Value, ...]], tail: str = "") -> int:
        """How many rows the database took, MOST_ROWS a statement.

        Statements of powers of two rows: few different texts, which stay prepared.
        """
        taken = start = 0
        while start < len(rows):
            count = min(MOST_ROWS, 1 << (len(rows) - start).bit_length() - 1)
            some = rows[start : start + count]
            marks = "(" + ",".join("?" * len(some[0])) + ")"
            statement = head + ",".join([marks] * count) + tail
            self._execute(statement, *chain.from_iterable(some))
            taken += self._connection.changes()
            start += count
        return taken

    def _occupied(self, series: Series, low: int, high: int) -> set[int]:
        """The points of the series within [low, high] that stand in the tables."""
        self._flush()
        last = high + LONGEST_BEATS_MS if series[0] == "rr" else high
        found = self._connection.execute(
            """SELECT point_ms, body, session FROM input WHERE late = 0 AND bed = ?1
                 AND point_ms BETWEEN ?2 AND ?3
                 AND seq BETWEEN (SELECT min(first_seq) FROM span WHERE minute BETWEEN ?4 AND ?5)
                             AND (SELECT max(last_seq) FROM span WHERE minute BETWEEN ?4 AND ?5)
               UNION ALL SELECT point_ms, body, session FROM input
               WHERE late = 1 AND point_ms BETWEEN ?2 AND ?3 AND bed = ?1""",
            (series[1], low, last, low // MINUTE_MS, last // MINUTE_MS),
        )
        taken: set[int] = set()
        for point_ms, body, session in found:
            reading = decode_reading(body)
            place = place_of_reading(reading, session)
            if place is not None and place.series == series:
                taken.update(point_ms - back for back in beats_back(reading))
        return taken

    def _latest_ms(self) -> int:
        return max(self._number(_LATEST_INPUT), self._number(_LATEST_EVENT))

    def _number(self, query: str) -> int:
        value: Value = next(self._connection.execute(query))[0]
        return value if isinstance(value, int) else 0

    def _execute(self, statement: str, *values: Value) -> None:
        self._connection.execute(statement, values)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except apsw.Error as error:
                _log.warning("rollback after a failed commit: %s", error)


def _session_values(row: SessionRow) -> tuple[Value, ...]:
    return (
        row.id,
        row.bed,
        row.protocol,
        row.visit,
        row.initials,
        row.origin.value,
        row.began_at,
        row.closed_at,
        row.outcome,
        row.profile,
    )


def _refused(entry: Entry, error: Exception) -> DeadLetterRow:
    row = entry.row
    at = row.event.at if isinstance(row, EventRow) else getattr(row, "at", 0.0)
    return DeadLetterRow(at=at, where="store", reason=repr(error), payload=repr(row).encode())
