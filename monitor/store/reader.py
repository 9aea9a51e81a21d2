"""Reading the store beside the writer: blocking calls for a thread, on a read-only connection."""

import contextlib
import math
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from alerts.event import AlarmEvent
from devices.reading import Metric, Reading
from monitor.store.door import decode_reading
from monitor.store.rows import (
    ClockRow,
    DeadLetterRow,
    InputRow,
    PageRow,
    SessionRow,
    SnapshotRow,
    StoredEvent,
    StoredReading,
    TrendPoint,
)
from monitor.store.schema import FILE_NAME, Value, open_for_reading
from monitor.store.trend import trend_query

_PAGE_ROWS = 2_000
_INPUT = "SELECT seq, at, bed, session, kind, body, message FROM input"
_event_decoder = msgspec.json.Decoder(AlarmEvent)


class Reader:
    """Queries of one data folder; close() it. Threads may share it: they take turns.

    It sees what was durable when each call began, and never makes the writer wait.
    """

    def __init__(self, folder: Path) -> None:
        self._connection = open_for_reading(folder / FILE_NAME)
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        with self._turn:
            self._connection.close()

    # --- what a restart needs -------------------------------------------------

    def last_at(self) -> float | None:
        """The latest instant of anything stored; None in a new store.

        From it to the present the service was away.
        """
        rows = self._all(
            """SELECT max(at) FROM (
                 SELECT * FROM (SELECT at FROM input ORDER BY seq DESC LIMIT 1)
                 UNION ALL SELECT * FROM (SELECT at FROM event ORDER BY n DESC LIMIT 1)
                 UNION ALL SELECT * FROM (SELECT at FROM snapshot ORDER BY n DESC LIMIT 1)
                 UNION ALL SELECT * FROM (SELECT at FROM page ORDER BY n DESC LIMIT 1)
                 UNION ALL SELECT * FROM (SELECT at FROM clock ORDER BY n DESC LIMIT 1))"""
        )
        return rows[0][0]

    def last_clock(self) -> ClockRow | None:
        """The newest pair of wall and service time."""
        rows = self._all(
            "SELECT boot_id, boottime, wall, offset, at FROM clock ORDER BY n DESC LIMIT 1"
        )
        names = ClockRow.__struct_fields__
        return ClockRow(**dict(zip(names, rows[0], strict=True))) if rows else None

    def latest_snapshot(self, bed: str, schema: int) -> SnapshotRow | None:
        """The newest snapshot of a bed ("" is the site) that has this schema version."""
        rows = self._all(
            """SELECT bed, at, seq, schema, body FROM snapshot
               WHERE bed = ? AND schema = ? ORDER BY n DESC LIMIT 1""",
            bed,
            schema,
        )
        return SnapshotRow(*rows[0]) if rows else None

    def inputs_after(self, seq: int, bed: str | None) -> Iterator[InputRow]:
        """The inputs after number `seq` of a bed ("" is the site, None all), in order."""
        wanted = "" if bed is None else "AND bed IS ?2"
        query = f"{_INPUT} WHERE seq > ?1 {wanted} ORDER BY seq LIMIT {_PAGE_ROWS}"
        return self._inputs(query, seq, *([] if bed is None else [bed or None]))

    def inputs_of_session(self, session: str) -> Iterator[InputRow]:
        """All inputs of a session, in order; none for an unknown one."""
        began = self._all("SELECT began_at FROM session WHERE id = ?", session)
        if not began:
            return iter(())
        query = f"{_INPUT} WHERE seq > ?1 AND session = ?2 ORDER BY seq LIMIT {_PAGE_ROWS}"
        return self._inputs(query, self._seq_before(began[0][0]), session)

    def known_event_ids(self, bed: str | None, since_seq: int = 0) -> set[str]:
        """Ids of a bed's (None: the site's) stored events whose own `seq` is above `since_seq`."""
        rows = self._all("SELECT id FROM event WHERE bed IS ? AND seq > ?", bed, since_seq)
        return {row[0] for row in rows}

    def newest_event_seq(self, bed: str, before: float = math.inf) -> int:
        """The highest `seq` among a bed's own events earlier than `before`; 0: it has none.

        T-ENGINE and its like name a bed as well, but are numbered by the site.
        """
        query = """SELECT max(seq) FROM event
                   WHERE bed = ? AND at < ? AND occurrence NOT LIKE 'site:%'"""
        return self._all(query, bed, before)[0][0] or 0

    def messages_since(self, at: float, least: int = 20_000) -> dict[bytes, float]:
        """The marks of messages received since, and among the `least` newest inputs at any rate.

        Each with the time of its latest receipt.
        """
        found: dict[bytes, float] = {}
        query = "SELECT message, at FROM input ORDER BY seq DESC"
        with self._turn, contextlib.closing(self._connection.cursor()) as cursor:
            for number, (message, received_at) in enumerate(cursor.execute(query)):
                if received_at < at and number >= least:
                    break
                if message is not None:
                    found.setdefault(message, received_at)
        return found

    def poisoned(self) -> dict[int, str]:
        """Numbers of the inputs that broke an engine, with what it said."""
        return dict(self._all("SELECT seq, error FROM poison"))

    # --- sessions and alarms --------------------------------------------------

    def session(self, session: str) -> SessionRow | None:
        """A session by its id."""
        found = self._sessions("WHERE id = ?", session)
        return found[0] if found else None

    def sessions(self, bed: str | None = None, limit: int = 100) -> list[SessionRow]:
        """The sessions of a bed (None: of all), newest first."""
        return self._sessions(
            "WHERE ?1 IS NULL OR bed = ?1 ORDER BY began_at DESC LIMIT ?2", bed, limit
        )

    def open_sessions(self) -> list[SessionRow]:
        """The sessions that nobody has closed, oldest first."""
        return self._sessions("WHERE closed_at IS NULL ORDER BY began_at")

    def events(
        self,
        limit: int,
        *,
        session: str | None = None,
        bed: str | None = None,
        occurrence: str | None = None,
    ) -> list[AlarmEvent]:
        """Alarm events, newest first, of what is named; bed "" is the site."""
        return self._events(
            """WHERE (?1 IS NULL OR session = ?1) AND (?2 IS NULL OR bed IS nullif(?2, ''))
               AND (?3 IS NULL OR occurrence = ?3) ORDER BY n DESC LIMIT ?4""",
            session,
            bed,
            occurrence,
            limit,
        )

    def occurrences(self, *, active: bool | None = None, limit: int = 100) -> list[AlarmEvent]:
        """The latest event of each occurrence, newest first; `active`: only those (not) ended."""
        return self._events(
            """AS e WHERE (?1 IS NULL OR ended = NOT ?1) AND NOT EXISTS (
                 SELECT 1 FROM event WHERE occurrence = e.occurrence AND n > e.n)
               ORDER BY n DESC LIMIT ?2""",
            active,
            limit,
        )

    def trend(
        self, bed: str, metric: Metric, since: float, until: float, points: int | None = None
    ) -> list[TrendPoint]:
        """A bed's values of a metric in [since, until), oldest first: every one, or thinned.

        `points` is the most spans to divide the time into; a span without values gives none.
        """
        query, bindings = trend_query(bed, metric, since, until, points)
        return [TrendPoint(*row) for row in self._all(query, **bindings)]

    # --- for the sinks and for people -----------------------------------------

    def shown_from(self, at: float) -> list[Reading]:
        """What screens showed since: readings with numbers received at `at` and later, in order."""
        query = f"""{_INPUT} WHERE seq > ?1 AND at >= ?2 AND kind IN ('sample', 'cuff', 'report')
                    ORDER BY seq LIMIT {_PAGE_ROWS}"""
        return [decode_reading(row.body) for row in self._inputs(query, self._seq_before(at), at)]

    def readings_since(self, cursor: int, limit: int) -> list[StoredReading]:
        """The next readings that have a point, after `cursor` (0: from the first)."""
        rows = self._all(
            """SELECT seq, point_ms, session, body FROM input
               WHERE seq > ? AND point_ms IS NOT NULL ORDER BY seq LIMIT ?""",
            cursor,
            limit,
        )
        return [StoredReading(n, ms, name, decode_reading(body)) for n, ms, name, body in rows]

    def events_since(self, cursor: int, limit: int) -> list[StoredEvent]:
        """The next alarm events after `cursor` (0: from the first)."""
        rows = self._all(
            "SELECT n, point_ms, body FROM event WHERE n > ? ORDER BY n LIMIT ?", cursor, limit
        )
        return [StoredEvent(n, ms, _event_decoder.decode(body)) for n, ms, body in rows]

    def newest_event(self) -> int:
        """The number of the newest alarm event, as StoredEvent.cursor; 0: there is none."""
        return self._all("SELECT max(n) FROM event")[0][0] or 0

    def event_number(self, event_id: str) -> int | None:
        """The number of an alarm event by its id; None: it is not stored."""
        found = self._all("SELECT n FROM event WHERE id = ?", event_id)
        return found[0][0] if found else None

    def pages(self, key: str | None = None, limit: int = 1000) -> list[PageRow]:
        """The pager's log of one page (None: of all), the latest `limit` lines, oldest first."""
        rows = self._all(
            """SELECT key, at, state, body FROM page
               WHERE ?1 IS NULL OR key = ?1 ORDER BY n DESC LIMIT ?2""",
            key,
            limit,
        )
        return [PageRow(key=k, at=at, state=state, body=body) for k, at, state, body in rows[::-1]]

    def dead_letters(self, limit: int) -> list[DeadLetterRow]:
        """Messages that became nothing, newest first."""
        rows = self._all(
            """SELECT at, source, reason, payload, bed, device FROM dead_letter
               ORDER BY n DESC LIMIT ?""",
            limit,
        )
        names = DeadLetterRow.__struct_fields__
        return [DeadLetterRow(**dict(zip(names, row, strict=True))) for row in rows]

    # --- below ----------------------------------------------------------------

    def _inputs(self, query: str, seq: int, *rest: Value) -> Iterator[InputRow]:
        while rows := self._all(query, seq, *rest):
            for row in rows:
                yield InputRow(*row)
            seq = rows[-1][0]

    def _seq_before(self, at: float) -> int:
        """A number that lies before every input of that instant and later."""
        first = self._all("SELECT min(first_seq) FROM span WHERE minute >= ?", int(at // 60) - 1)
        return (first[0][0] or 1) - 1

    def _sessions(self, where: str, *values: Value) -> list[SessionRow]:
        query = "SELECT {} FROM session {}".format(", ".join(SessionRow.__struct_fields__), where)  # noqa: S608 - no foreign text
        rows = self._all(query, *values)
        names = SessionRow.__struct_fields__
        return [msgspec.convert(dict(zip(names, row, strict=True)), SessionRow) for row in rows]

    def _events(self, where: str, *values: Value) -> list[AlarmEvent]:
        rows = self._all(f"SELECT body FROM event {where}", *values)  # noqa: S608 - no foreign text
        return [_event_decoder.decode(row[0]) for row in rows]

    def _all(self, query: str, *values: Value, **named: Value) -> list[tuple[Any, ...]]:
        with self._turn:
            return list(self._connection.execute(query, named or values))
