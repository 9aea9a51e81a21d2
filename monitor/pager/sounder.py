"""The last path: no screen, no page. The machine says so in its log and rings its terminal."""

import logging
import sys

from alerts.escalation import SoundHere
from devices.reading import Origin

_log = logging.getLogger(__name__)

_BELL = "\a"


def sound_here(sound: SoundHere) -> None:
    """Write what calls into the log, as critical; ring the bell where a terminal is attached."""
    for event in sound.events:
        where = event.bed or "the site"
        _log.critical("NOBODY IS REACHED: %s %s: %s", event.priority.upper(), where, event.text)
    real = any(event.origin is Origin.REAL for event in sound.events)
    if real and sys.stderr.isatty():
        sys.stderr.write(_BELL)
        sys.stderr.flush()
