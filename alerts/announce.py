"""Makes alarm events: identity, sequence, session and origin of one bed (or of the site)."""

import msgspec

from alerts.event import (
    AlarmEvent,
    AlarmKind,
    Cause,
    Change,
    Presence,
    Priority,
    Responsibility,
    Signal,
)
from alerts.rules.rule import Finding
from devices.reading import Origin

SITE = "site"


class AnnounceState(msgspec.Struct):
    """What must survive: the running number, the newest onset (ids are never used twice).

    untold: events of time that passed before a refused command; the next call returns them.
    """

    seq: int = 0
    session: str | None = None
    origin: Origin = Origin.REAL
    onset_ms: dict[str, int] = {}
    untold: list[AlarmEvent] = []


class Announcer:
    """Collects the events of one call of the engine, in order."""

    __slots__ = ("bed", "pending_events", "profile", "state")

    def __init__(self, bed: str | None, *, profile: str = "", pending_events: bool = False) -> None:
        self.bed = bed
        self.profile = profile
        self.pending_events = pending_events
        self.state = AnnounceState()

    def take(self) -> list[AlarmEvent]:
        """The events since the last call."""
        events = self.state.untold
        if events:
            self.state.untold = []
            return events
        return []

    def count_on(self, seq: int) -> None:
        """Number the next event above `seq`, and never below what was given already."""
        self.state.seq = max(self.state.seq, seq)

    def new_occurrence(self, condition: str, at: float) -> str:
        """bed:condition:onset-ms, one ms later if that very name was given already."""
        last = self.state.onset_ms.get(condition, 0)
        onset = max(round(at * 1000), last + 1)
        self.state.onset_ms[condition] = onset
        return f"{self.bed or SITE}:{condition}:{onset}"

    def announce(
        self,
        *,
        at: float,
        occurrence: str,
        number: int,
        condition: str,
        kind: AlarmKind,
        priority: Priority,
        change: Change,
        cause: Cause | None,
        presence: Presence,
        signal: Signal,
        finding: Finding,
        latching: bool,
        by: str | None = None,
        about: str | None = None,
        covered_by: str | None = None,
        reason: dict[str, str | float] | None = None,
        reminder: bool = False,
        responsibility: Responsibility | None = None,
    ) -> AlarmEvent:
        """Number and keep one event; `about` names another bed than our own (T-ENGINE)."""
        self.state.seq += 1
        event = AlarmEvent(
            at=at,
            id=f"{occurrence}:{number}",
            seq=self.state.seq,
            bed=self.bed or about,
            session=self.state.session,
            occurrence=occurrence,
            condition=condition,
            kind=kind,
            priority=priority,
            change=change,
            cause=cause,
            presence=presence,
            signal=signal,
            value=finding.value,
            limit=finding.limit,
            metric=finding.metric,
            text=finding.text,
            origin=self.state.origin,
            by=by,
            latching=latching,
            covered_by=covered_by,
            reason=None if reason is None else reason | {"profile": self.profile},
            reminder=reminder,
            responsibility=responsibility,
        )
        self.state.untold.append(event)
        return event
