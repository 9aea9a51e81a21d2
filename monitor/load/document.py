"""docs/alarm-load.md: the alarm load of many recordings, written for a hospital engineer."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from alerts.limits import Profile
from monitor.episodes import Comparison
from monitor.load import kinds, outcome, text
from monitor.load.sources import Source
from monitor.load.survey import Load


class Tuning(NamedTuple):
    """Another profile in words, and what it would change."""

    words: str
    comparison: Comparison


def write_document(
    loads: Sequence[Load],
    sources: dict[Path, Source],
    profile: Profile,
    tuning: Tuning,
) -> str:
    """The whole document; the same for the same recordings and profile, byte for byte."""
    hours = sum(load.hours for load in loads)
    parts = [
        "# Alarm load on recordings",
        text.summary(loads, profile),
        text.method(profile),
        "## Naive crossings and our announcements",
        outcome.against_naive(loads, profile),
        outcome.more_than_naive(loads, profile),
        "## What became of each naive crossing",
        text.FATES,
        outcome.fates(loads),
        "## Our alarms by condition",
        outcome.conditions(loads, hours),
        "## How late announcements are",
        text.DELAYS,
        outcome.delays(loads),
        "## Events that had to be announced",
        outcome.missed(loads),
        "## By kind of recording",
        kinds.kinds(loads),
        "## Alarms of the devices themselves",
        kinds.device_alarms(loads),
        "## An example of tuning",
        text.tuning(tuning.words, tuning.comparison),
        "## Sources",
        kinds.sources(loads, sources),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
