"""Who is on duty: the list that the shell hands in, and who of it can be reached at an instant.

Responsibility never outlives its holder: a contact counts until the end of the shift, to the
instant, whether or not a new list has come by then.
"""

import math
from collections.abc import Iterable, Mapping

import msgspec

from alerts.steps import Role


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a phone that pages go to; `until` is when the shift ends (None: no end known)."""

    name: str
    until: float | None = None


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """From `at` on these are on duty, by role; it replaces the list before."""

    at: float
    targets: Mapping[Role, tuple[Contact, ...]]


class DutyList:
    """The newest Duty, and who has left since the one before."""

    def __init__(self) -> None:
        self._targets: Mapping[Role, tuple[Contact, ...]] = {}
        self._stops: frozenset[float] = frozenset()
        self._ends: dict[str, float] = {}  # of all who were ever on duty: when, as far as known

    def take(self, duty: Duty) -> None:
        """Put a new list in place of the old one."""
        before = {name for name, end in self._ends.items() if end > duty.at}
        self._targets = duty.targets
        contacts = [contact for people in duty.targets.values() for contact in people]
        self._stops = frozenset(c.until for c in contacts if c.until is not None)
        ends: dict[str, float] = {}
        for contact in contacts:
            end = math.inf if contact.until is None else contact.until
            ends[contact.name] = max(end, ends.get(contact.name, -math.inf))
        self._ends.update(dict.fromkeys(before - ends.keys(), duty.at))
        self._ends.update(ends)

    def reached(self, roles: Iterable[Role], at: float) -> tuple[str, ...]:
        """The names of those on duty in any of these roles, each once."""
        found = (
            contact.name
            for role in roles
            for contact in self._targets.get(role, ())
            if contact.until is None or at < contact.until
        )
        return tuple(dict.fromkeys(found))

    def end_of(self, name: str, *, unknown: float) -> float:
        """When a person's duty ends or ended; `unknown` for one who never stood on a list."""
        return self._ends.get(name, unknown)

    def next_end(self, after: float) -> float | None:
        """The next end of a shift of those on the list."""
        return min((end for end in self._stops if after < end), default=None)
