"""Whether anybody can see and hear alarms: named stations whose visible, armed screen confirms.

Times are real seconds of the loop's clock, whatever the speed of the service's own.
"""

from collections.abc import Iterable

from monitor.hub import ScreenView

POLL_S = 1.0  # how often `note` is to be called


class ScreenWatch:
    """Remembers when a station last confirmed; it counts as blind after `patience_s` without."""

    def __init__(self, patience_s: float) -> None:
        self.armed: tuple[str, ...] = ()  # the stations that confirmed within the last POLL_S
        self.detail = ""
        self._patience_s = patience_s
        self._confirmed_at: float | None = None
        self._up: bool | None = None

    def note(self, now: float, screens: Iterable[ScreenView]) -> bool | None:
        """Take the connected screens; True or False where that is news, else None."""
        connected = list(screens)
        watching = [one for one in connected if one.station and one.armed and one.visible]
        self.armed = tuple(sorted({o.station for o in watching if o.unconfirmed_s <= POLL_S}))
        confirmed = [now - one.unconfirmed_s for one in watching]
        since = now if self._confirmed_at is None else self._confirmed_at
        self._confirmed_at = max([since, *confirmed])
        if self.armed:
            up = True
        elif now - self._confirmed_at > self._patience_s:
            up = False
        else:
            return None
        if up is self._up:
            return None
        self._up = up
        self.detail = ", ".join(self.armed) if up else _why_not(connected)
        return up


def _why_not(connected: list[ScreenView]) -> str:
    if not connected:
        return "no screen is open"
    armed = [screen for screen in connected if screen.armed]
    if not armed:
        return "no screen has its sound on"
    if not any(screen.visible for screen in armed):
        return "no screen with sound is in view"
    return "no screen confirms what it shows"
