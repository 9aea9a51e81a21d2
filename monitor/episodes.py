"""Alarm load out of events: episodes of alarm, their count per hour, and what a profile changes."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from alerts.event import AlarmEvent, Change, Presence, Priority

_THERE = {Presence.PRESENT, Presence.UNKNOWN}


class Episode(NamedTuple):
    """One stretch of one condition at one priority on one bed; seconds of the recording.

    calls: it called people, as a new alarm or one that rose or came back; the others are what is
    left of an alarm on its way down, which nobody is called for.
    """

    bed: str
    condition: str
    priority: str
    start: float
    end: float
    text: str
    calls: bool = True
    occurrence: str = ""

    def outward(self) -> dict[str, Any]:
        """As JSON."""
        shown = {**self._asdict(), "start": round(self.start, 3), "end": round(self.end, 3)}
        del shown["calls"]
        return shown


class Comparison(NamedTuple):
    """What the other profile would add and remove, and how many alarms stay."""

    added: list[Episode]
    removed: list[Episode]
    same: int


def find_episodes(events: Iterable[AlarmEvent], end: float, *, held: bool = False) -> list[Episode]:
    """Episodes in order of their start; what stands at the end lasts to `end`.

    A latched signal whose condition is over is no episode: nobody answers in a recording. held: an
    unanswered alarm counts as what it is held at, not as what is the case now.
    """
    found: list[Episode] = []
    open_: dict[str, Episode] = {}
    told: dict[str, Priority] = {}
    for event in events:
        if event.change is Change.PENDING:
            continue
        before, last = open_.get(event.occurrence), told.get(event.occurrence)
        told[event.occurrence] = event.priority
        here = event.presence in _THERE and event.change is not Change.END
        condition, priority = (event.condition, event.priority.value) if held else _rung(event)
        if before is not None:
            if here and (before.condition, before.priority) == (condition, priority):
                continue
            found.append(open_.pop(event.occurrence)._replace(end=event.at))
        if here:
            open_[event.occurrence] = Episode(
                bed=event.bed or "",
                condition=condition,
                priority=priority,
                start=event.at,
                end=end,
                text=event.text,
                calls=before is None or _rises(event, last),
                occurrence=event.occurrence,
            )
    found += open_.values()
    return sorted(found, key=lambda episode: (episode.start, episode.condition))


def _rung(event: AlarmEvent) -> tuple[str, str]:
    """What is the case now; an unanswered alarm that is held higher says so in its reason."""
    why = event.reason or {}
    condition, priority = why.get("condition"), why.get("priority")
    return str(condition or event.condition), str(priority or event.priority.value)


def _rises(event: AlarmEvent, told: Priority | None) -> bool:
    """Against what was told last: what moves beneath an alarm that is held higher calls nobody."""
    return event.change is Change.ESCALATE or (told is not None and event.priority.rank > told.rank)


def summarize(episodes: list[Episode], *, files: int, seconds: float) -> dict[str, Any]:
    """Hours, alarms per hour by priority and by condition, percent of time in alarm.

    An alarm counts when it calls: when it begins, rises or comes back, not on its way down.
    """
    hours = seconds / 3600
    calling = [episode for episode in episodes if episode.calls]
    by_priority = Counter(episode.priority for episode in calling)
    by_condition = Counter(episode.condition for episode in calling)
    percent = 100 * _time_in_alarm(episodes) / seconds if seconds else 0.0
    return {
        "files": files,
        "hours": round(hours, 4),
        "alarms": len(calling),
        "alarms_per_hour": {
            "total": _rate(len(calling), hours),
            **{name: _rate(by_priority[name], hours) for name in ("high", "medium", "low")},
        },
        "alarms_per_hour_by_condition": {
            name: _rate(count, hours) for name, count in sorted(by_condition.items())
        },
        "percent_of_time_in_alarm": round(percent, 2),
    }


def compare_episodes(mine: list[Episode], theirs: list[Episode]) -> Comparison:
    """An alarm stays if the other profile gives the same condition at an overlapping time."""
    mine_calls = [episode for episode in mine if episode.calls]
    added = [episode for episode in theirs if episode.calls and not _met(episode, mine)]
    removed = [episode for episode in mine_calls if not _met(episode, theirs)]
    return Comparison(added, removed, len(mine_calls) - len(removed))


def _met(episode: Episode, others: list[Episode]) -> bool:
    return any(
        other.bed == episode.bed
        and other.condition == episode.condition
        and other.priority == episode.priority
        and other.start <= episode.end
        and episode.start <= other.end
        for other in others
    )


def _rate(count: int, hours: float) -> float:
    return round(count / hours, 3) if hours else 0.0


def _time_in_alarm(episodes: list[Episode]) -> float:
    """Seconds in which at least one alarm of a bed stood, summed over beds."""
    total = 0.0
    for bed in {episode.bed for episode in episodes}:
        reached = float("-inf")
        for episode in sorted((e for e in episodes if e.bed == bed), key=lambda e: e.start):
            total += max(0.0, episode.end - max(reached, episode.start))
            reached = max(reached, episode.end)
    return total
