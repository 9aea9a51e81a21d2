"""The durable store: the event loop puts rows, one thread writes them, nobody waits."""

import asyncio
import fcntl
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from monitor.store.door import enter
from monitor.store.errors import BadRowError, StoreError, StoreFailedError, StoreLockedError
from monitor.store.ledger import Ledger
from monitor.store.rows import DeadLetterRow, InputRow, Row
from monitor.store.schema import FILE_NAME, open_for_writing
from monitor.store.writer import Batch, Listener, Writer

ROWS_IN_MEMORY = 200_000
"""While the disk fails, rows wait in memory: up to this many (about 200 MB, hours of a clinic).

Beyond it ordinary inputs are dropped and counted, and a dead letter names them once there is room.
What someone waits for and what is urgent is always kept: it is rare, or its sender stops by itself
(a broker that gets no PUBACK sends no more than its window).
"""

_log = logging.getLogger(__name__)


def _nothing() -> None:
    """Hold or release no clock."""


class Store:
    """Open it, start() it on the loop (or `async with`), put() rows, close() it.

    `on_fault(up, reason)` is called on the loop when commits begin to fail and when they work
    again. `hold` and `release` are called on the loop around each answer that the writer owes
    (a `stored` still to be called), so that a clock of a test does not run ahead of the disk.
    """

    def __init__(
        self,
        ledger: Ledger,
        lock: IO[str],
        *,
        on_fault: Callable[[bool, str], None] | None,
        hold: Callable[[], None],
        release: Callable[[], None],
        most_rows: int,
    ) -> None:
        self.lost_inputs = 0
        self._ledger = ledger
        self._lock = lock
        self._on_fault = on_fault
        self._hold = hold
        self._release = release
        self._most_rows = most_rows
        self._last_seq = ledger.last_seq()
        self._dropped: DeadLetterRow | None = None  # to be stored once there is room
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Future[None] | None = None
        self._writer = Writer(
            ledger, Listener(self._after_commit, self._after_fault, self._after_end)
        )

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        on_fault: Callable[[bool, str], None] | None = None,
        hold: Callable[[], None] = _nothing,
        release: Callable[[], None] = _nothing,
        most_rows: int = ROWS_IN_MEMORY,
    ) -> Self:
        """Lock the folder (made if missing), check the file, bring its schema up to date; blocks.

        Raises StoreLockedError where another process has the folder, StoreUnusableError for a
        damaged file, and OSError where the folder cannot be used at all.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _lock(folder)
        try:
            ledger = Ledger(open_for_writing(folder / FILE_NAME))
        except BaseException:
            lock.close()
            raise
        return cls(ledger, lock, on_fault=on_fault, hold=hold, release=release, most_rows=most_rows)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to write; callbacks go to this loop."""
        self._loop = loop
        self._ended = loop.create_future()
        self._writer.start()

    async def __aenter__(self) -> Self:
        self.start(asyncio.get_running_loop())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def rows_in_memory(self) -> int:
        """Rows put and not yet durable."""
        return self._writer.rows_in_memory

    @property
    def known_events(self) -> int:
        """How often an event was put whose id was stored already."""
        return self._ledger.known_events

    def next_input_seq(self) -> int:
        """One more than the highest number put so far, in this run or before it."""
        return self._last_seq + 1

    def put(
        self,
        rows: Sequence[Row],
        stored: Callable[[], None] | None = None,
        *,
        urgent: bool = False,
    ) -> None:
        """Hand rows to the writer, for one transaction; a plain call on the loop that never waits.

        `stored` is called on the loop once they are durable. Rows with `stored` or `urgent` are
        committed at once, with all that were put before them; others within 100 ms. Raises
        BadRowError, and then took nothing, for a number that is not finite, a body that is not what
        its kind says, or an input out of order.
        """
        if self._ended is not None and self._ended.done():
            raise StoreFailedError("the store's writer has ended: nothing can be stored any more")
        if not rows and stored is None:
            return
        entries = tuple(enter(row) for row in rows)
        self._last_seq = _checked_order(rows, self._last_seq)
        if self.rows_in_memory >= self._most_rows:
            if not urgent and stored is None and all(isinstance(row, InputRow) for row in rows):
                self._drop(len(rows), rows[0])
                return
        elif self._dropped is not None:
            entries = (enter(self._dropped), *entries)
            self._dropped = None
        if stored is not None:
            self._hold()
        self._writer.offer(Batch(entries, stored, urgent))

    async def flush(self) -> None:
        """Return when everything put so far is durable."""
        done = asyncio.get_running_loop().create_future()
        self.put((), lambda: None if done.done() else done.set_result(None))
        await done

    async def close(self) -> None:
        """Make everything durable, checkpoint, close the file, give the folder free.

        Raises StoreFailedError if the disk refuses for 5 s more: then rows were lost.
        """
        if self._ended is None:
            self._ledger.close()
        else:
            self._hold()
            self._writer.finish()
            await self._ended  # the last thing its thread does: joining it would block the loop
            self._release()
        self._lock.close()
        if self.rows_in_memory:
            raise StoreFailedError(f"{self.rows_in_memory} rows could not be stored before the end")

    def _drop(self, count: int, first: Row) -> None:
        if self._dropped is None:
            _log.error(
                "the store has failed for too long: inputs before %d are dropped, and "
                "more until there is room",
                self.next_input_seq(),
            )
        self.lost_inputs += count
        self._dropped = DeadLetterRow(
            at=getattr(first, "at", 0.0) if self._dropped is None else self._dropped.at,
            where="store",
            reason=f"memory was full: {self.lost_inputs} inputs dropped since the start, "
            f"the last of them {self._last_seq}",
            payload=b"",
        )

    def _after_commit(self, waiters: list[Callable[[], None]]) -> None:
        self._tell(self._answer, waiters)

    def _after_fault(self, up: bool, reason: str) -> None:
        if self._on_fault is not None:
            self._tell(self._on_fault, up, reason)

    def _after_end(self) -> None:
        if self._ended is not None:
            self._tell(self._ended.set_result, None)

    def _tell(self, callback: Callable[..., object], *words: object) -> None:
        """From the writer's thread to the loop, in order."""
        if self._loop is None:
            raise StoreError("start() the store first")
        try:
            self._loop.call_soon_threadsafe(callback, *words)
        except RuntimeError:
            _log.error("the event loop closed before the store: %s is not told", callback)

    def _answer(self, waiters: list[Callable[[], None]]) -> None:
        for stored in waiters:
            try:
                stored()
            except Exception as error:  # noqa: BLE001 - one waiter's fault must not cost the others their answer
                asyncio.get_running_loop().call_exception_handler(
                    {"message": "a stored callback failed", "exception": error}
                )
            self._release()


def _lock(folder: Path) -> IO[str]:
    """The open, locked file that makes this process the folder's only owner; close it to unlock."""
    lock = (folder / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise StoreLockedError(folder, holder) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _checked_order(rows: Sequence[Row], last_seq: int) -> int:
    """The last input's number; BadRowError unless inputs are numbered upwards from `last_seq`."""
    for row in rows:
        if isinstance(row, InputRow):
            if row.seq <= last_seq:
                raise BadRowError(f"input {row.seq} after input {last_seq}: numbers must ascend")
            last_seq = row.seq
    return last_seq
