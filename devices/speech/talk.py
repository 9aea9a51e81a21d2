"""The words of a conversation with a Bluetooth device: what it measured, what it is asked."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from devices.errors import MalformedFrame
from devices.reading import Header, Reading

Say = Callable[[Header], tuple[Reading, ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """Bytes to write to one of the device's characteristics, with or without its confirmation."""

    characteristic: str
    data: bytes
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement: `say` makes Readings of it under a header.

    A `delivered` one may be old: cuffs and spot-check oximeters keep what nobody fetched. `clock`
    is the device's own local time of it, None where it has none or one that was never set, and
    `content` the bytes that tell it from another (empty: the whole frame). It is `vital` if it is
    what the device is there for: a device that tells but its battery is silent.
    """

    say: Say
    delivered: bool = False
    clock: datetime | None = None
    content: bytes = b""
    vital: bool = True


Said = Measurement | Ask | MalformedFrame
"""What follows from a frame: a measurement, a question to send, or why a part of it is broken."""


class Speech:
    """The conversation of one connection; a new one for each, so no half frame outlives its link.

    The driver subscribes to the model's characteristics, sends what `open` asks, then what `hear`
    asks, and `repeat` every `period` seconds where it is not None. Characteristics are named as in
    the catalogue: "2A35", or a whole UUID in lower case.
    """

    period: float | None = None

    def open(self, now: datetime, offered: AbstractSet[str]) -> Iterable[Ask]:
        """What to ask once subscribed; `now` is local time, `offered` what the device has."""
        del now, offered
        return ()

    def repeat(self) -> Iterable[Ask]:
        """What to ask again and again."""
        return ()

    def refused(self, ask: Ask) -> None:
        """The device did not take what it was asked."""

    def hear(self, characteristic: str, data: bytes) -> Iterable[Said]:
        """What follows from a frame, in order. Raises MalformedFrame where nothing of it holds."""
        raise NotImplementedError
