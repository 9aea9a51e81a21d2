"""One device as a sender: which of what it says is new, and how old that is."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from devices.mqtt_connection import Arrival
from devices.mqtt_dating import Dating
from devices.mqtt_duplicates import Duplicates, Known, Receipt
from devices.mqtt_presence import Presence
from devices.mqtt_settings import MqttDevice
from devices.reading import Origin, Reading, Sample
from devices.wire.bedside import Decoded


class News(NamedTuple):
    """A measurement that came for the first time."""

    said: Decoded
    readings: tuple[Reading, ...]
    receipt: Receipt


class Sender:
    """What is remembered of one device. `origin` is that of its last reading."""

    __slots__ = ("_dating", "_duplicates", "origin", "presence", "row")

    def __init__(self, row: MqttDevice, origin: Origin, known: Known) -> None:
        self.row = row
        self.origin = origin  # a link has none of its own
        self.presence = Presence(row)
        self._duplicates = Duplicates(f"{row.bed}/{row.device}", known)
        self._dating = Dating()

    def change(self, row: MqttDevice) -> None:
        """It is configured otherwise now; what it sent stays known."""
        self.row = row
        self.presence = Presence(row)

    def news(
        self,
        arrival: Arrival,
        said: Sequence[Decoded],
        at: float,
        acknowledge: Callable[[], None],
    ) -> list[News]:
        """What of a message is new: of its measurements, oldest first, those that are no copies.

        `acknowledge` is called once all that the message says is stored, copies included.
        """
        acknowledge = acknowledge if len(said) == 1 else after(len(said), acknowledge)
        parts: list[tuple[Decoded, bool]] = []
        receipts: list[Receipt] = []
        for number, one in enumerate(said):
            receipt, first = self._duplicates.admit(
                one.content or arrival.payload,
                at,
                stamped=one.stamped,
                dup=arrival.dup or arrival.retain,
            )
            receipt.when_stored(acknowledge, (arrival.acknowledge, number))
            receipts.append(receipt)
            parts.append((one, first))
        if not any(first for _, first in parts):
            return []
        dated = self._dated(parts, at, stored=arrival.backlog or arrival.retain or arrival.dup)
        if arrival.late:
            dated = [tuple(map(_late, readings)) for readings in dated]
        return [
            News(one, readings, receipt)
            for (one, first), readings, receipt in zip(parts, dated, receipts, strict=True)
            if first
        ]

    def _dated(
        self, parts: Sequence[tuple[Decoded, bool]], at: float, *, stored: bool
    ) -> list[tuple[Reading, ...]]:
        if len(parts) == 1:
            return [self._dating.date(parts[0][0], at, stored=stored)]
        return self._dating.date_burst(parts, at, stored=stored)


def _late(reading: Reading) -> Reading:
    """A streamed value is history some seconds later; a cuff reading or a report is not."""
    if isinstance(reading, Sample):
        return msgspec.structs.replace(reading, history=True)
    return reading


def after(times: int, call: Callable[[], None]) -> Callable[[], None]:
    """What calls `call` when it has itself been called `times` times."""
    left = times

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            call()

    return count
