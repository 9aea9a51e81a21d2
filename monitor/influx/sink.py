"""The InfluxDB sink: a cursor over the store, written batch by batch; nothing waits for it.

Alarms go first. A batch is read, written whole, and only then is the cursor moved: a crash between
the two writes the same points again, and a point's place never changes, so none is doubled.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from monitor.influx.cursor import Cursor, CursorFile, Mark
from monitor.influx.delivery import Delivery, Refusal
from monitor.influx.errors import ServerDownError, SetupError
from monitor.influx.lines import event_line, reading_lines
from monitor.influx.settings import InfluxSettings
from monitor.store.reader import Reader
from monitor.store.rows import DeadLetterRow, StoredEvent, StoredReading
from monitor.store.store import Store

if TYPE_CHECKING:  # half a second of imports, done in a thread and only where an InfluxDB is
    from monitor.influx.client import InfluxClient

Connect = Callable[[InfluxSettings], AbstractAsyncContextManager["InfluxClient"]]

_log = logging.getLogger(__name__)

PING_EVERY_S = 10.0
"""An idle connection is tried this often: a lost InfluxDB shows before there is data for it."""


class Batch(NamedTuple):
    """Lines to write, and where the cursor stands once they are."""

    lines: list[bytes]
    cursor: Cursor
    alarms: bool


class InfluxSink:
    """Copies the record to one InfluxDB.

    `on_fault(up, detail)` is called at each change: False when the server cannot be written to,
    True when it has caught up again. `folder` is the store's own; `now` times dead letters.
    """

    def __init__(
        self,
        settings: InfluxSettings,
        *,
        folder: Path,
        store: Store,
        now: Callable[[], float],
        on_fault: Callable[[bool, str], None],
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._file = CursorFile(folder)
        self._store = store
        self._now = now
        self._on_fault = on_fault
        self._alarms = _delivery(settings)
        self._readings = _delivery(settings)
        self._cursor = Cursor()
        self._up: bool | None = None
        self._detail = ""
        self._delay_s = settings.retry_first_s

    async def run(self) -> None:
        """Write until cancelled; no fault of the server ends this."""
        connect = await asyncio.to_thread(load_client)
        reader = await asyncio.to_thread(Reader, self._folder)
        try:
            self._cursor = await asyncio.to_thread(self._resume, reader)
            while True:
                await self._connect_and_copy(connect, reader)
        finally:
            await asyncio.to_thread(reader.close)

    async def _connect_and_copy(self, connect: Connect, reader: Reader) -> None:
        """Write until something fails, then wait."""
        try:
            async with connect(self._settings) as client:
                await self._copy(client, reader)
        except ServerDownError as error:
            await self._wait_out(str(error), error.retry_after_s or 0.0)
        except SetupError as error:
            await self._wait_out(f"configuration: {error}", 0.0)

    async def _copy(self, client: "InfluxClient", reader: Reader) -> None:
        """Write batch after batch; wait a little where nothing is left."""
        loop = asyncio.get_running_loop()
        ping_at = loop.time()
        while True:
            batch = await asyncio.to_thread(self._next_batch, reader)
            if batch is None:
                if loop.time() >= ping_at:
                    await client.ping()
                    ping_at = loop.time() + PING_EVERY_S
                self._delay_s = self._settings.retry_first_s
                self._report(True, "")
                await asyncio.sleep(self._settings.poll_s)
                continue
            delivery = self._alarms if batch.alarms else self._readings
            await self._set_aside(await delivery.send(client.write, batch.lines))
            await asyncio.to_thread(self._file.save, self._settings.target, batch.cursor)
            self._cursor = batch.cursor
            self._delay_s = self._settings.retry_first_s
            ping_at = loop.time() + PING_EVERY_S

    def _next_batch(self, reader: Reader) -> Batch | None:
        """The next rows as lines, alarms first; None where the cursor is at the end."""
        cursor, limit = self._cursor, self._settings.batch_lines
        if events := reader.events_since(cursor.events.row, limit):
            lines = [event_line(row.event, row.point_ms) for row in events]
            return Batch(lines, cursor._replace(events=_mark(events)), alarms=True)
        if rows := reader.readings_since(cursor.readings.row, limit):
            lines = [
                line
                for row in rows
                for line in reading_lines(row.reading, row.session, row.point_ms)
            ]
            return Batch(lines, cursor._replace(readings=_mark(rows)), alarms=False)
        return None

    def _resume(self, reader: Reader) -> Cursor:
        """The cursor as saved, from the start where the store is not the one it was saved for."""
        cursor = self._file.load(self._settings.target)
        readings = reader.readings_since(cursor.readings.row - 1, 1)
        events = reader.events_since(cursor.events.row - 1, 1)
        return Cursor(
            cursor.readings if _mark(readings) == cursor.readings else Mark(),
            cursor.events if _mark(events) == cursor.events else Mark(),
        )

    async def _set_aside(self, refused: Sequence[Refusal]) -> None:
        """Keep refused lines as dead letters; returns once they are durable."""
        if not refused:
            return
        for refusal in refused:
            _log.error("InfluxDB refuses a line (%s): %r", refusal.reason, refusal.line)
        self._store.put(
            [
                DeadLetterRow(at=self._now(), where="influx", reason=item.reason, payload=item.line)
                for item in refused
            ]
        )
        await self._store.flush()

    async def _wait_out(self, why: str, retry_after_s: float) -> None:
        self._report(False, why)
        await asyncio.sleep(max(self._delay_s, retry_after_s))
        self._delay_s = min(self._delay_s * 2, self._settings.retry_most_s)

    def _report(self, up: bool, detail: str) -> None:
        known, self._detail = self._detail, detail
        if up is not self._up:
            self._up = up
            self._on_fault(up, detail)
        elif detail != known:  # the server is back, say, but refuses our token now
            _log.warning("InfluxDB %s: %s", self._settings.url, detail)


def _mark(rows: Sequence[StoredReading] | Sequence[StoredEvent]) -> Mark:
    return Mark(rows[-1].cursor, rows[-1].point_ms) if rows else Mark()


def _delivery(settings: InfluxSettings) -> Delivery:
    return Delivery(
        batch_lines=settings.batch_lines,
        batch_bytes=settings.batch_bytes,
        refusals_most=settings.dead_letters_most,
    )


def load_client() -> Connect:
    """How to connect. Blocks for half a second at first: call it in a thread."""
    from monitor.influx.client import connect  # noqa: PLC0415 - see TYPE_CHECKING above

    return connect
