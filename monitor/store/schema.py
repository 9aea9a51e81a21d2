"""The database file: its tables, how it is opened, and the way from each version to the next.

A new version appends to MIGRATIONS and never edits what is there. The rows of live data are only
ever appended: no index is touched by an ordinary reading.
"""

from pathlib import Path

import apsw

from monitor.store.errors import StoreUnusableError

FILE_NAME = "kat.db"
MINUTE_MS = 60_000
"""The unit of table span."""

Value = str | int | float | bytes | None
"""What a column may hold."""

_LARGEST_IDLE_WAL = 64 * 2**20

_VERSION_1 = """
-- Every input of every engine, in the one order in which they were decided.
CREATE TABLE input (
    seq      INTEGER PRIMARY KEY,
    at       REAL NOT NULL,          -- seconds on the service's timeline
    bed      TEXT,                   -- NULL: the site
    session  TEXT,
    kind     TEXT NOT NULL,          -- tag of what body holds: sample, cuff, begin, tick, ...
    body     BLOB NOT NULL,          -- its JSON, byte for byte
    metric   TEXT,                   -- of a sample; NULL otherwise
    value    REAL,                   -- of a sample, where it has one
    point_ms INTEGER,                -- time of its point in a time-series database; see rows.py
    late     INTEGER NOT NULL        -- 1: point_ms lies behind the series, out of seq order
) STRICT;
CREATE INDEX input_late ON input (point_ms) WHERE late = 1;

-- Which inputs fall into a minute (of point_ms, else of at): finds a time without an index on it.
-- Rows with late = 1 are not counted.
CREATE TABLE span (
    minute    INTEGER PRIMARY KEY,   -- epoch minutes
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL
) STRICT;

CREATE TABLE event (
    n          INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE, -- occurrence:n of alerts.event.AlarmEvent
    at         REAL NOT NULL,
    bed        TEXT,                 -- NULL: the site
    session    TEXT,
    occurrence TEXT NOT NULL,
    seq        INTEGER NOT NULL,     -- counts per bed
    ended      INTEGER NOT NULL,     -- 1: this event closes its occurrence
    point_ms   INTEGER NOT NULL,
    body       BLOB NOT NULL         -- JSON of the AlarmEvent
) STRICT;
CREATE INDEX event_occurrence ON event (occurrence, n);
CREATE INDEX event_bed ON event (bed, seq);
CREATE INDEX event_session ON event (session) WHERE session IS NOT NULL;

CREATE TABLE session (
    id        TEXT PRIMARY KEY,
    bed       TEXT NOT NULL,
    protocol  TEXT NOT NULL,
    visit     TEXT NOT NULL,
    initials  TEXT NOT NULL,
    origin    TEXT NOT NULL,
    began_at  REAL NOT NULL,
    closed_at REAL,                  -- NULL: open
    outcome   TEXT,
    profile   TEXT                   -- hash of the alarm profile it began with
) STRICT, WITHOUT ROWID;
CREATE INDEX session_bed ON session (bed, began_at);

-- An engine's whole state after input seq; the last two of each bed.
CREATE TABLE snapshot (
    n      INTEGER PRIMARY KEY,
    bed    TEXT NOT NULL,            -- '': the site
    seq    INTEGER NOT NULL,
    at     REAL NOT NULL,
    schema INTEGER NOT NULL,
    body   BLOB NOT NULL
) STRICT;
CREATE INDEX snapshot_bed ON snapshot (bed, n);

-- Pairs of wall and service time: one a start, one a step of the wall clock.
CREATE TABLE clock (
    n        INTEGER PRIMARY KEY,
    boot_id  TEXT NOT NULL,
    boottime REAL NOT NULL,
    wall     REAL NOT NULL,
    offset   REAL NOT NULL,          -- at - boottime
    at       REAL NOT NULL
) STRICT;

-- The pager's log of intents and outcomes.
CREATE TABLE page (
    n     INTEGER PRIMARY KEY,
    key   TEXT NOT NULL,
    at    REAL NOT NULL,
    state TEXT NOT NULL,
    body  BLOB NOT NULL
) STRICT;
CREATE INDEX page_key ON page (key, n);

CREATE TABLE dead_letter (
    n       INTEGER PRIMARY KEY,
    at      REAL NOT NULL,
    source  TEXT NOT NULL,           -- characteristic, topic, or part of the service
    reason  TEXT NOT NULL,
    payload BLOB NOT NULL,
    bed     TEXT,
    device  TEXT
) STRICT;

CREATE TABLE poison (
    seq   INTEGER PRIMARY KEY,       -- of the input that broke its engine
    error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_VERSION_2 = """
-- The mark of the message that an input came in, on the first input of each: a copy is known by it.
ALTER TABLE input ADD COLUMN message BLOB;
"""

MIGRATIONS: tuple[str, ...] = (_VERSION_1, _VERSION_2)


def open_for_writing(path: Path) -> apsw.Connection:
    """The one read-write connection: checked, migrated, every commit synced to the disk.

    Raises StoreUnusableError for a damaged file or one made by a newer version.
    """
    connection = apsw.Connection(str(path))
    try:
        _check(connection, path)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        connection.pragma("journal_size_limit", _LARGEST_IDLE_WAL)
        connection.set_busy_timeout(5_000)
        _migrate(connection, path)
    except BaseException:
        connection.close(force=True)
        raise
    return connection


def open_for_reading(path: Path) -> apsw.Connection:
    """A read-only connection that never checkpoints: only the writer does."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.wal_autocheckpoint(0)
    connection.set_busy_timeout(5_000)
    return connection


def _check(connection: apsw.Connection, path: Path) -> None:
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise StoreUnusableError(f"{path} is damaged: {error}; restore a backup") from error
    if found != ["ok"]:
        raise StoreUnusableError(f"{path} is damaged: {'; '.join(found)}; restore a backup")


def _migrate(connection: apsw.Connection, path: Path) -> None:
    version: int = connection.pragma("user_version")
    if version > len(MIGRATIONS):
        raise StoreUnusableError(
            f"{path} has schema version {version}, this program knows {len(MIGRATIONS)}: "
            "use the newer program that made it"
        )
    for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
        with connection:
            connection.execute(step)
            connection.pragma("user_version", number)
