"""What a virtual device offers over GATT, as plain rows: services and their characteristics."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """One characteristic: an assigned number ("2A35") or a whole UUID.

    `value` makes it readable; it is asked at each read where it is a function. `written` makes it
    writable and hears what was written; what it returns is awaited after the write is answered.
    Where `protected`, nobody reads, writes or subscribes without a bond.
    """

    uuid: str
    notifies: bool = False
    indicates: bool = False
    value: bytes | Callable[[], bytes] | None = None
    written: Callable[[bytes], Awaitable[None] | None] | None = None
    protected: bool = False

    @property
    def tells(self) -> bool:
        """Whether it sends by itself to whoever is subscribed."""
        return self.notifies or self.indicates


@dataclass(frozen=True)
class VirtualService:
    """A service by its UUID, and what it offers."""

    uuid: str
    offers: tuple[Offer, ...]


def battery_service(percent: int) -> VirtualService:
    """Battery Service: a charge of 0 to 100 percent to read; send a new one as "2A19"."""
    return VirtualService("180F", (Offer("2A19", notifies=True, value=bytes((percent,))),))


def identity_service(manufacturer: str, model: str, firmware: str) -> VirtualService:
    """Device Information Service: who made it, what it is, and its firmware revision."""
    told = (("2A29", manufacturer), ("2A24", model), ("2A26", firmware))
    return VirtualService("180A", tuple(Offer(uuid, value=text.encode()) for uuid, text in told))
