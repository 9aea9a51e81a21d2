"""The one reconnect policy: when to try a lost link again, and what has been said of it."""

import random
from collections.abc import Callable

from devices.reading import LinkReason

FIRST_DELAY = 0.5
"""Seconds before the first new attempt."""

LONGEST_DELAY = 15.0
"""Seconds between attempts at most: a device that comes back is read within this."""


class Backoff:
    """Delays that double from `first` to `longest` seconds, each shortened at random.

    The jitter keeps the devices of a ward from trying in step after the adapter or broker returns.
    """

    def __init__(
        self,
        first: float = FIRST_DELAY,
        longest: float = LONGEST_DELAY,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._first = first
        self._longest = longest
        self._chance = chance
        self._failures = 0

    def next_delay(self) -> float:
        """Seconds to wait now, one more failure having happened."""
        full = min(self._longest, self._first * 2.0**self._failures)
        if full < self._longest:
            self._failures += 1
        return full * (0.5 + 0.5 * self._chance())

    def reset(self) -> None:
        """The link works: begin again with the first delay."""
        self._failures = 0


class LinkState:
    """Whether a link is up, so that each change is told once. Unknown (`up` None) at first."""

    def __init__(self) -> None:
        self.up: bool | None = None
        self.reason: LinkReason | None = None

    def forget(self) -> None:
        """What was said no longer holds, and nothing is known yet."""
        self.up = self.reason = None

    def change(self, up: bool, reason: LinkReason) -> bool:
        """Take the new state; True if it is news.

        That a link which is down needs a person to pair the device is news as well.
        """
        if self.up is up and (reason is not LinkReason.NOT_PAIRED or self.reason is reason):
            return False
        self.up, self.reason = up, reason
        return True
