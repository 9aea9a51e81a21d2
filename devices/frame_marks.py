"""Telling a delivered frame that came twice from two measurements that say the same. Pure."""

from collections import OrderedDict
from collections.abc import Mapping
from enum import Enum
from hashlib import blake2b

REPEAT_DELAY = 600.0
"""Seconds within which the same frame of a device is the same measurement (contract)."""

UNDATED_REPEAT_DELAY = 10.0
"""The same for frames that tell no time: no cuff cycle or spot-check is shorter (device)."""

PLAUSIBLE_AGE = 400 * 86_400.0
"""A device clock wrong by more seconds than this was never set, and may begin anew at a reset."""

_MARK = 8  # bytes: two of a million frames share one with a chance of 3e-8
_REMEMBERED = 4_000  # frames of one device; no cuff's memory is larger


class Seen(Enum):
    """What is known of a frame: new, certainly delivered before, or nobody can tell."""

    NEW = 0
    REPEAT = 1
    DOUBTFUL = 2


class FrameMarks:
    """The frames that one device has delivered, those of earlier runs included.

    Cuffs send what they have stored again at each connection, some all of it. A frame with a
    plausible time in it repeats the one with the same bytes for ever. With a time of a clock that
    was never set it may, after a while, as well be a new measurement after the clock began anew.
    """

    def __init__(self, sender: str, known: Mapping[bytes, float]) -> None:
        self._sender = blake2b(f"ble {sender} ".encode(), digest_size=_MARK)
        self._known = known
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    @property
    def seen(self) -> Mapping[bytes, float]:
        """The marks of this run, with the time of each."""
        return self._seen

    def mark(self, characteristic: str, data: bytes) -> bytes:
        """The mark of a frame."""
        digest = self._sender.copy()
        digest.update(f"{characteristic} ".encode() + data)
        return digest.digest()

    def admit(self, mark: bytes, at: float, clock: float | None) -> Seen:
        """Take a frame received now; `clock` is the device's time in it, if it tells one."""
        before = self._seen.get(mark, self._known.get(mark))
        seen = Seen.NEW if before is None else _judged(at, at - before, clock)
        if seen is not Seen.REPEAT or clock is None:  # sent again and again, it stays a repeat
            self._seen[mark] = at
            self._seen.move_to_end(mark)
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return seen


def _judged(at: float, since: float, clock: float | None) -> Seen:
    if clock is None:
        return Seen.REPEAT if since <= UNDATED_REPEAT_DELAY else Seen.NEW
    if since <= REPEAT_DELAY or abs(at - clock) <= PLAUSIBLE_AGE:
        return Seen.REPEAT
    return Seen.DOUBTFUL
