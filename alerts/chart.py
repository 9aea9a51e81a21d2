"""The chart of a session: what staff entered, typed, for the other parts to read."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from alerts.charted import (
    Airway,
    Antihypertensive,
    Assessed,
    Charted,
    Dissociation,
    Escort,
    Note,
    Override,
    Oxygen,
    Vitals,
)
from alerts.entry import Entry
from alerts.order import Order, Refused
from alerts.part import Orders
from alerts.session import Session
from alerts.status import Task

C = TypeVar("C", Oxygen, Airway, Antihypertensive, Dissociation, Escort, Override, Assessed)

_KEPT: tuple[type[Charted], ...] = (
    Oxygen,
    Airway,
    Antihypertensive,
    Dissociation,
    Escort,
    Override,
    Assessed,
)


class ChartState(msgspec.Struct):
    """entries: in the order in which they were entered, whatever time they state."""

    entries: list[Charted] = []


class Chart:
    """Takes the entries of an open session; read it with `all_of` and `latest`."""

    __slots__ = ("session", "state")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.state = ChartState()

    def all_of(self, kind: type[C]) -> list[C]:
        """Every entry of a kind, by the time it states."""
        found = [entry for entry in self.state.entries if isinstance(entry, kind)]
        return sorted(found, key=lambda entry: entry.happened_at)

    def latest(self, kind: type[C]) -> C | None:
        """The entry of a kind whose stated time is the latest."""
        return next(reversed(self.all_of(kind)), None)

    def override(self, of: str) -> Override | None:
        """The latest signature for a rule or a line, None while nobody has signed."""
        return next((o for o in reversed(self.all_of(Override)) if o.of == of), None)

    @property
    def orders(self) -> Orders:
        """Entries; those that nobody reads are only kept in the record of inputs.

        An override is checked first by what it overrides (discharge.py).
        """
        kept = dict.fromkeys((kind for kind in _KEPT if kind is not Override), self.keep)
        return {**kept, **dict.fromkeys((Note, Vitals, Entry), self._note)}

    @property
    def deadline(self) -> float | None:
        """Nothing happens by itself."""
        return None

    def elapse(self, at: float) -> None:
        """Nothing happens by itself."""

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = ChartState()

    def arm(self) -> None:
        """Nothing depends on the phase."""

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def keep(self, at: float, entry: Charted) -> None:
        """Take an entry; Refused without a session, or where a signature lacks name or reason."""
        self._note(at, entry)
        if isinstance(entry, Override) and not (entry.by.strip() and entry.reason.strip()):
            raise Refused(f"an override of {entry.of} needs a named person and a reason")
        self.state.entries.append(entry)

    def _note(self, at: float, order: Order) -> None:
        del at
        if not self.session.open:
            raise Refused("no session is open at this bed", conflict=True)
        del order
