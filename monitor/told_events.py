"""Which alarm events the broker has confirmed: what it has not, the next run publishes."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from alerts.event import AlarmEvent
from monitor.store.reader import Reader

AT_MOST = 1_000
"""Events of an earlier run that are published at most; older ones nobody waits for."""

_EVERY_S = 1.0  # what a kill may have told twice: events carry an id for that
_log = logging.getLogger(__name__)


class ToldEvents:
    """A small file in the data folder: the number of the last event that the broker has.

    Where it cannot be written or read, the next run tells some events twice, or none of an earlier
    run; no bed goes blind for that.
    """

    def __init__(self, folder: Path, reader: Reader) -> None:
        self._path = folder / "mqtt-told.json"
        self._reader = reader
        self._refused = False

    def untold(self) -> list[AlarmEvent]:
        """The events that no run has published yet, oldest first. Blocks.

        Where nothing is known of an earlier run, all that is past counts as told.
        """
        newest = self._reader.newest_event()
        told = self._load()
        if told is None or told > newest:
            self._save(newest)
            return []
        first = max(told, newest - AT_MOST)
        return [row.event for row in self._reader.events_since(first, AT_MOST)]

    def note(self, event_id: str) -> None:
        """The broker has this event and all before it. Blocks."""
        number = self._reader.event_number(event_id)
        if number is not None:
            self._save(number)

    async def keep(self, confirmed: Callable[[], str | None]) -> None:
        """Note what has been confirmed, until cancelled and then once more."""
        try:
            while True:
                await asyncio.sleep(_EVERY_S)
                if (last := confirmed()) is not None:
                    await asyncio.to_thread(self.note, last)
        finally:
            if (last := confirmed()) is not None:
                await asyncio.to_thread(self.note, last)

    def _load(self) -> int | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=int)
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.error("%s cannot be read (%s): older events stay untold", self._path, error)
            return None
        except msgspec.MsgspecError as error:
            _log.warning("%s is damaged (%s): older events stay untold", self._path, error)
            return None

    def _save(self, number: int) -> None:
        try:
            self._write(number)
        except OSError as error:
            if not self._refused:
                _log.error("%s cannot be written: %s", self._path, error)
            self._refused = True
        else:
            self._refused = False

    def _write(self, number: int) -> None:
        draft = self._path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(number))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
