"""Logging what a device does wrong without letting it fill the log."""

import logging

_PERIOD = 60.0  # s between two lines about one source
_SOURCES = 1_000  # named at most; whoever invents more topics shares one line


class Complaints:
    """One log line a minute and source; the next line says how many were left out."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._heard: dict[str, tuple[float, int]] = {}  # source: (logged at, left out since)

    def complain(self, source: str, at: float, text: str) -> None:
        """Log `text` about `source`, at most once a minute."""
        if source not in self._heard and len(self._heard) >= _SOURCES:
            source = "other sources"
        logged_at, left_out = self._heard.get(source, (-_PERIOD, 0))
        if at - logged_at < _PERIOD:
            self._heard[source] = (logged_at, left_out + 1)
            return
        self._heard[source] = (at, 0)
        more = f" (and {left_out} more since the last line)" if left_out else ""
        self._log.warning("%s: %s%s", source, text, more)
