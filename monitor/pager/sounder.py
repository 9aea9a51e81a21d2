"""The last path: no screen, no page. The machine says so in its log and rings its terminal."""

import logging
import sys
from collections.abc import Callable

from alerts.escalation import SoundHere

_log = logging.getLogger(__name__)

_BELL = "\a"


def sound_here(sound: SoundHere, label_of: Callable[[str | None], str]) -> None:
    """Write what calls into the log, as critical; ring the bell where a terminal is attached."""
    for event in sound.events:
        where, grade = label_of(event.bed), event.priority.upper()
        _log.critical("NOBODY IS REACHED: %s %s: %s", grade, where, event.text)
    if sys.stderr.isatty():
        sys.stderr.write(_BELL)
        sys.stderr.flush()
