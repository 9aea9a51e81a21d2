"""Telling a message that was sent twice from two messages that say the same. Pure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from hashlib import blake2b

MESSAGES_REMEMBERED_S = 600.0
"""The contract's 10 min for messages with a stamp of their own."""

Known = Mapping[bytes, float]
"""Marks of messages that the record holds from an earlier run, and when they were received."""

_MARK = 8  # bytes: two of a million messages share one with a chance of 3e-8
_REMEMBERED = 1_000  # messages: the contract's number for those without
_AT_MOST = 10_000  # messages of one device, whatever its rate


class Receipt:
    """One message and whether what it said is stored; its copies wait for the first to be.

    Some brokers send again and again what is not confirmed yet: of one delivery only the newest
    copy waits, so there are never more than the broker may have in flight.
    """

    __slots__ = ("_waiting", "at", "mark")

    def __init__(self, mark: bytes, at: float) -> None:
        self.mark = mark
        self.at = at
        self._waiting: dict[Hashable, Callable[[], None]] | None = {}

    def when_stored(self, call: Callable[[], None], delivery: Hashable) -> None:
        """Call once it is stored, at once if it is; in place of another call for the delivery."""
        if self._waiting is None:
            call()
        else:
            self._waiting[delivery] = call

    def stored(self) -> None:
        """It is durable now."""
        waiting, self._waiting = self._waiting or {}, None
        for call in waiting.values():
            call()


class Duplicates:
    """The recent messages of one device, those of earlier runs included.

    A message with a stamp of its own (seq, device time or id) repeats one with the same bytes
    within 10 min. One without repeats only if the broker says so (DUP) and its bytes are among the
    last 1,000: equal values a second apart are two readings.
    """

    def __init__(self, sender: str, known: Known) -> None:
        # By mark, oldest first. A plain dict would search for its oldest past all that are gone.
        self._recent: OrderedDict[bytes, Receipt] = OrderedDict()
        self._known = known
        self._sender = blake2b(f"{sender} ".encode(), digest_size=_MARK)

    def admit(self, payload: bytes, at: float, *, stamped: bool, dup: bool) -> tuple[Receipt, bool]:
        """The receipt of a message that arrived at `at`, and whether this is its first arrival."""
        self._forget(at)
        mark = self._mark_of(payload)
        receipt = self._recent.get(mark) or self._recalled(mark)
        if receipt is not None and (dup or (stamped and at - receipt.at <= MESSAGES_REMEMBERED_S)):
            return receipt, False
        self._recent.pop(mark, None)  # so that it becomes the newest
        receipt = self._recent[mark] = Receipt(mark, at)
        return receipt, True

    def _mark_of(self, payload: bytes) -> bytes:
        """The same for the same sender and bytes in every run."""
        digest = self._sender.copy()
        digest.update(payload)
        return digest.digest()

    def _recalled(self, mark: bytes) -> Receipt | None:
        """The receipt of a message from before this run: what it said is stored."""
        at = self._known.get(mark)
        if at is None:
            return None
        receipt = Receipt(mark, at)
        receipt.stored()
        return receipt

    def _forget(self, at: float) -> None:
        recent = self._recent
        while recent:
            oldest = next(iter(recent))
            old = at - recent[oldest].at > MESSAGES_REMEMBERED_S
            aged = old and len(recent) >= _REMEMBERED
            if not aged and len(recent) < _AT_MOST:
                return
            recent.popitem(last=False)
