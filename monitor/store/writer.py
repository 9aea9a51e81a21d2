"""The writer's thread: takes what was put, in order, and makes it durable group by group.

An ordinary row waits up to GROUP_S for others; one with a waiter, or an urgent one, is committed at
once together with everything before it, at most every SPACING_S. While the disk refuses, everything
stays in memory and is tried again; see Store for the bound.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import NamedTuple

from monitor.store.door import Entry
from monitor.store.ledger import TRANSIENT, Ledger

GROUP_S = 0.1
SPACING_S = 0.005
GROUP_ROWS = 20_000
FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 2.0
CLOSE_PATIENCE_S = 5.0
"""How long a failing disk may hold up the end of the service."""
COMMIT_PATIENCE_S = 0.02
YIELD_EVERY_S = 0.001
YIELD_S = 0.00005
"""A loop that never rests takes the interpreter's lock back before this thread can have it: after
each statement the writer would wait for tens of milliseconds, and alarms with it. So once a commit
takes longer than the patience, offer() rests that long, at most that often."""

_log = logging.getLogger(__name__)


class Batch(NamedTuple):
    """The rows of one put(): never split over two transactions."""

    entries: tuple[Entry, ...]
    stored: Callable[[], None] | None
    urgent: bool


class Listener(NamedTuple):
    """Whom the writer tells; all are called on its thread."""

    stored: Callable[[list[Callable[[], None]]], None]
    fault: Callable[[bool, str], None]
    ended: Callable[[], None]


class _Call(Enum):
    NEW = auto()
    URGENT = auto()
    CLOSE = auto()


class Writer(threading.Thread):
    """Owns the ledger from start() on; offer() and finish() are for the loop.

    They never wait for the disk.
    """

    def __init__(self, ledger: Ledger, listener: Listener) -> None:
        # daemon: a service that dies without close() must not hang on its writer
        super().__init__(name="store-writer", daemon=True)
        self._offered_rows = 0
        self._stored_rows = 0
        self._ledger = ledger
        self._listener = listener
        self._pending: deque[Batch] = deque()
        self._calls: SimpleQueue[_Call] = SimpleQueue()
        self._close_by: float | None = None
        self._last_commit = 0.0
        self._commit_since: float | None = None
        self._yielded_at = 0.0

    @property
    def rows_in_memory(self) -> int:
        """Rows offered and not yet durable."""
        return self._offered_rows - self._stored_rows

    def offer(self, batch: Batch) -> None:
        """Take a batch; a plain call that never waits for the disk."""
        self._offered_rows += len(batch.entries)
        self._pending.append(batch)
        if batch.urgent or batch.stored:
            self._calls.put(_Call.URGENT)
        elif len(self._pending) == 1:  # counted after the append: no batch is left unannounced
            self._calls.put(_Call.NEW)
        self._give_way()

    def finish(self) -> None:
        """Store what was offered and end."""
        self._calls.put(_Call.CLOSE)

    def run(self) -> None:
        """Until finish(): wait for a group, commit it, tell."""
        try:
            while self._await_group() and self._commit(self._take()):
                pass
        except BaseException as error:
            self._listener.fault(False, f"the store's writer died: {error!r}")
            raise
        finally:
            self._ledger.close()
            self._listener.ended()

    def _await_group(self) -> bool:
        """Sleep until a group is due; False once the end was asked for and nothing is left."""
        now = bool(self._pending)  # what the last group had no room for
        if not now and self._close_by is None:
            now = self._hear(self._calls.get())
        due = monotonic() + GROUP_S
        while not now and self._close_by is None:
            try:
                now = self._hear(self._calls.get(timeout=max(0.0, due - monotonic())))
            except Empty:
                break
        sleep(max(0.0, self._last_commit + SPACING_S - monotonic()))
        return bool(self._pending) or self._close_by is None

    def _hear(self, call: _Call) -> bool:
        if call is _Call.CLOSE:
            self._close_by = monotonic() + CLOSE_PATIENCE_S
        return call is _Call.URGENT

    def _take(self) -> list[Batch]:
        """The next group. Calls are heard first: each one's batch was appended before it."""
        while not self._calls.empty():
            self._hear(self._calls.get())
        batches: list[Batch] = []
        rows = 0
        while self._pending and rows < GROUP_ROWS:
            batches.append(self._pending.popleft())
            rows += len(batches[-1].entries)
        return batches

    def _commit(self, batches: list[Batch]) -> bool:
        """Make the group durable, however often it takes; False if the end came first."""
        entries = deque(entry for batch in batches for entry in batch.entries)
        rows = len(entries)
        failing = False
        delay = FIRST_RETRY_S
        while entries:
            try:
                self._write(entries)
            except TRANSIENT as error:
                if not failing:
                    _log.error("the store fails, rows are kept in memory: %s", error)
                    self._listener.fault(False, f"{type(error).__name__}: {error}")
                failing = True
                if not self._rest(delay):
                    return False
                delay = min(LONGEST_RETRY_S, 2 * delay)
        self._last_commit = monotonic()
        self._stored_rows += rows
        if failing:
            _log.warning("the store works again")
            self._listener.fault(True, "the store works again; nothing kept in memory was lost")
        if waiters := [batch.stored for batch in batches if batch.stored]:
            self._listener.stored(waiters)
        return True

    def _write(self, entries: deque[Entry]) -> None:
        self._commit_since = monotonic()
        try:
            self._ledger.write(entries)
        except TRANSIENT:
            raise
        except Exception:  # noqa: BLE001 - logged; the group's good rows must go on
            _log.exception("a group was refused: storing it row by row")
            self._ledger.salvage(entries)
        finally:
            self._commit_since = None
        entries.clear()

    def _give_way(self) -> None:
        """On the loop: let a commit that takes long have the interpreter's lock."""
        since, now = self._commit_since, monotonic()
        if since is None or now - since < COMMIT_PATIENCE_S:
            return
        if now - self._yielded_at >= YIELD_EVERY_S:
            sleep(YIELD_S)
            self._yielded_at = now

    def _rest(self, delay: float) -> bool:
        """Wait before the next attempt; False if the service ends and its patience is over."""
        until = monotonic() + delay
        while (left := until - monotonic()) > 0:
            try:
                self._hear(self._calls.get(timeout=left))
            except Empty:
                break
        return self._close_by is None or monotonic() < self._close_by
