"""The device's own alarms beside a recording, with the verdict of those who looked at them."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from monitor.load.ladders import Alarm
from monitor.recording import read_cells, read_time

WINDOWS_S = (10, 60)
_VERDICTS = {"true_alarm": True, "false_alarm": False}


class DeviceAlarm(NamedTuple):
    """A device's alarm and its verdict; near: the widest windows in which ours began, by size."""

    kind: str
    true: bool
    near: frozenset[int]


def find_device_alarms(file: Path, alarms: list[Alarm]) -> Iterator[DeviceAlarm]:
    """Those in the events file beside a recording (events/NAME.csv), if there is one.

    Raises:
        RecordingError: that file is no CSV.
    """
    path = file.parent / "events" / file.name
    if not path.is_file():
        return
    for line, cells in read_cells(path):
        verdict = _VERDICTS.get(cells.get("detail", "").strip('"'))
        if cells.get("source") != "device_alarm" or verdict is None:
            continue
        at = read_time(path, line, cells)
        near = {
            window
            for window in WINDOWS_S
            if any(
                alarm.physiological
                and alarm.episode.calls
                and abs(alarm.episode.start - at) <= window
                for alarm in alarms
            )
        }
        yield DeviceAlarm(cells.get("kind", "?"), verdict, frozenset(near))
