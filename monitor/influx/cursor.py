"""How far each InfluxDB has been written: a small file in the data folder, replaced atomically.

Losing it costs a second writing of the record, which changes no point: ids of points never change.
"""

import logging
import os
from pathlib import Path
from typing import NamedTuple

import msgspec

_log = logging.getLogger(__name__)


class Mark(NamedTuple):
    """A stored row that has been written: its number and its point's time, which tells it apart."""

    row: int = 0
    point_ms: int = 0


class Cursor(NamedTuple):
    """The last stored reading and the last alarm event that one InfluxDB has taken."""

    readings: Mark = Mark()
    events: Mark = Mark()


class CursorFile:
    """The cursors of a data folder, by target. It touches the disk: call it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "influx-cursor.json"

    def load(self, target: str) -> Cursor:
        """Where to go on for a target; from the start where nothing is known of it."""
        return self._read().get(target, Cursor())

    def save(self, target: str, cursor: Cursor) -> None:
        """Remember where to go on."""
        content = self._read() | {target: cursor}
        draft = self._path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(content))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)

    def _read(self) -> dict[str, Cursor]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Cursor])
        except FileNotFoundError:
            return {}
        except msgspec.MsgspecError as error:
            _log.warning("%s is damaged (%s): the record is written again", self._path, error)
            return {}
