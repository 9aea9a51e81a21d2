"""The ladders of the site's own parts: one for each part, or for each part and bed."""

from alerts.announce import Announcer
from alerts.event import AlarmKind
from alerts.faults import NAMES
from alerts.ladder import Ladder
from alerts.limits import Profile
from alerts.rules.silence import FaultRule


def fault_rules(profile: Profile, part: str, about: str | None) -> tuple[FaultRule, ...]:
    """The rules of a part, weakest first; `about`: the bed that they speak of."""
    rows = [row for row in profile.fault if row.part == part]
    words = ": ".join(filter(None, (about, NAMES.get(part, part))))
    rules = tuple(FaultRule(row, order, words, row.delay_s) for order, row in enumerate(rows))
    for rule in rules:
        rule.armed = True
    return rules


def fault_ladder(
    name: str,
    rules: tuple[FaultRule, ...],
    announcer: Announcer,
    profile: Profile,
    about: str | None,
) -> Ladder:
    """The ladder on which they stand."""
    return Ladder(
        name,
        AlarmKind.TECHNICAL,
        rules,
        announcer,
        voice=profile.voice,
        lost_priority=profile.signals.lost_priority,
        about=about,
    )
