"""Telling a message that was sent twice from two messages that say the same. Pure."""

from collections.abc import Callable

_PERIOD = 600.0  # s: the contract's 10 min for messages with a stamp of their own
_REMEMBERED = 1_000  # messages: the contract's number for those without
_AT_MOST = 10_000  # messages of one device, whatever its rate


class Receipt:
    """One message and whether what it said is stored; its copies wait for the first to be."""

    __slots__ = ("_waiting", "at")

    def __init__(self, at: float) -> None:
        self.at = at
        self._waiting: list[Callable[[], None]] | None = []

    def when_stored(self, call: Callable[[], None]) -> None:
        """Call once it is stored; at once if it is."""
        if self._waiting is None:
            call()
        else:
            self._waiting.append(call)

    def stored(self) -> None:
        """It is durable now."""
        waiting, self._waiting = self._waiting or [], None
        for call in waiting:
            call()


class Duplicates:
    """The recent messages of one device.

    A message with a stamp of its own (seq, device time or id) repeats one with the same bytes
    within 10 min. One without repeats only if the broker says so (DUP) and its bytes are among the
    last 1,000: equal values a second apart are two readings.
    """

    def __init__(self) -> None:
        self._recent: dict[bytes, Receipt] = {}  # oldest first

    def admit(self, payload: bytes, at: float, *, stamped: bool, dup: bool) -> tuple[Receipt, bool]:
        """The receipt of a message that arrived at `at`, and whether this is its first arrival."""
        self._forget(at)
        known = self._recent.get(payload)
        if known is not None and (dup or (stamped and at - known.at <= _PERIOD)):
            return known, False
        self._recent.pop(payload, None)  # so that it becomes the newest
        receipt = self._recent[payload] = Receipt(at)
        return receipt, True

    def _forget(self, at: float) -> None:
        recent = self._recent
        while recent:
            oldest = next(iter(recent))
            aged = at - recent[oldest].at > _PERIOD and len(recent) >= _REMEMBERED
            if not aged and len(recent) < _AT_MOST:
                return
            del recent[oldest]
