"""Alarm events for tests that only carry them."""

from alerts.event import AlarmEvent, AlarmKind, Cause, Change, Presence, Priority, Signal
from alerts.status import StandingAlarm
from devices.reading import Metric, Origin


def alarm_event(n: int, *, bed: str | None = "B1", at: float = 1000.0) -> AlarmEvent:
    """The n-th event of one occurrence."""
    occurrence = f"{bed or 'site'}:O2-LO:1000000"
    return AlarmEvent(
        at=at,
        id=f"{occurrence}:{n}",
        seq=n,
        bed=bed,
        session="S1",
        occurrence=occurrence,
        condition="O2-LO",
        kind=AlarmKind.PHYSIOLOGICAL,
        priority=Priority.MEDIUM,
        change=Change.START if n == 1 else Change.UPDATE,
        cause=Cause.READINGS,
        presence=Presence.PRESENT,
        signal=Signal.ON,
        value=84.0,
        limit=90.0,
        metric=Metric.SPO2,
        text="SpO2 84 < 90",
        origin=Origin.TEST,
    )


def standing(n: int, *, bed: str | None = "B1") -> StandingAlarm:
    """The same occurrence as it stands."""
    return StandingAlarm(event=alarm_event(n, bed=bed), onset_at=1000.0, audible=True, worst=84.0)
