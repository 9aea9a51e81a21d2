"""The record of a session's cuff readings, in the order in which they were measured."""

from bisect import insort
from collections.abc import Iterable, Sequence

import msgspec

from alerts.rules.pressure import Pressure
from alerts.staff import STAFF
from alerts.status import Phase
from devices.reading import Cuff


class Kept(msgspec.Struct):
    """A reading that counts, with what is needed to know it again and to judge it anew.

    phase: in which it was judged; judged: False for one that came after a newer one.
    """

    pressure: Pressure
    arrived_at: float
    device: str
    device_time: float | None
    phase: Phase
    judged: bool = True
    void: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a person measured it and typed it in."""
        return self.device == STAFF


class Known(msgspec.Struct, frozen=True):
    """How a reading sent again is known: within `same_s` from a device, at any time from a person.

    copy_s: the same numbers typed in this close to a device's reading are that very reading, read
    off its display; the arm cannot have been measured twice in that time.
    """

    same_s: float
    copy_s: float


def keep(record: list[Kept], new: Kept, most: int) -> None:
    """Put a reading in its place by time; only the newest `most` stay."""
    insort(record, new, key=lambda kept: kept.pressure.at)
    del record[:-most]


def newest(record: Iterable[Kept]) -> Pressure | None:
    """The last usable one."""
    return max((k.pressure for k in record if not k.void), key=lambda p: p.at, default=None)


def valid(record: Iterable[Kept]) -> Sequence[Pressure]:
    """The plainly valid ones, oldest first: neither void nor questionable."""
    return [k.pressure for k in record if not k.void and not k.pressure.weak]


def sent_again(record: Iterable[Kept], at: float, cuff: Cuff, new: Pressure, known: Known) -> bool:
    """Whether this reading has come before, by the same way or typed in by a person."""
    return any(
        _same_message(kept, at, cuff, new, known) or _same_inflation(kept, cuff, new, known)
        for kept in record
    )


def _same_message(kept: Kept, at: float, cuff: Cuff, new: Pressure, known: Known) -> bool:
    """The device's time alone proves nothing: a clock may stand still."""
    if cuff.device_time is None or kept.device_time != cuff.device_time:
        return False
    soon = cuff.device == STAFF or at - kept.arrived_at < known.same_s
    return soon and kept.device == cuff.device and _numbers(kept.pressure) == _numbers(new)


def _same_inflation(kept: Kept, cuff: Cuff, new: Pressure, known: Known) -> bool:
    """A person typed in what a device had sent, or the other way round."""
    if kept.by_hand is (cuff.device == STAFF):
        return False
    close = abs(new.at - kept.pressure.at) < known.copy_s
    return close and _numbers(kept.pressure)[:2] == _numbers(new)[:2]


def _numbers(pressure: Pressure) -> tuple[float | None, ...]:
    return pressure.systolic, pressure.diastolic, pressure.mean
