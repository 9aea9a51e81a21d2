"""Which ladder an alarm of a recording belongs to, and which rows of the profile stand on it."""

from collections.abc import Iterable
from typing import NamedTuple

from alerts.event import AlarmEvent, AlarmKind, Priority
from alerts.limits import Profile
from alerts.rows import LimitRow, Row
from monitor.episodes import Episode, find_episodes


class Alarm(NamedTuple):
    """An episode of alarm with its ladder; `rank` grows with priority; new: it is not a rise."""

    ladder: str
    rank: int
    episode: Episode
    physiological: bool
    new: bool


def find_alarms(
    events: Iterable[AlarmEvent], end: float, profile: Profile, *, held: bool = False
) -> list[Alarm]:
    """The episodes of the events, on their ladders; `held` as for find_episodes."""
    kept = list(events)
    first: dict[str, AlarmEvent] = {}
    for event in kept:
        first.setdefault(event.occurrence, event)
    found: list[Alarm] = []
    seen: set[str] = set()
    for episode in find_episodes(kept, end, held=held):
        event = first[episode.occurrence]
        rank = Priority(episode.priority).rank
        ladder = _ladder(event, profile)
        physiological = event.kind is AlarmKind.PHYSIOLOGICAL
        new = episode.calls and episode.occurrence not in seen
        seen.add(episode.occurrence)
        found.append(Alarm(ladder, rank, episode, physiological, new))
    return found


def rows_of(profile: Profile) -> list[Row]:
    """Every row that judges a patient's values."""
    return [
        *profile.limit,
        *profile.dips,
        *profile.cuff_high,
        *profile.cuff_rise,
        *profile.cuff_low,
    ]


def _ladder(event: AlarmEvent, profile: Profile) -> str:
    """By condition and limit: HR-EXT, say, stands on the ladders of both directions."""
    rows = [row for row in rows_of(profile) if row.id == event.condition]
    exact = [row for row in rows if isinstance(row, LimitRow) and row.limit == event.limit]
    return (exact or rows)[0].ladder if rows else event.condition
