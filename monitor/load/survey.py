"""One recording's alarm load: naive crossings, their fates, our calls, delays, what was missed."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from alerts.limits import Profile
from alerts.rows import LimitRow
from monitor.episodes import Episode
from monitor.load.fate import Fate, Fates
from monitor.load.ladders import Alarm, find_alarms
from monitor.load.naive import BESIDE, SUSTAINED_S, THRESHOLDS, find_crossings
from monitor.load.sustained import Sustained, find_sustained
from monitor.load.truth import DeviceAlarm, find_device_alarms
from monitor.nurse import Nurse
from monitor.recording import Recording
from monitor.replay import replay

ANSWER_S = 60.0
_MOMENT_S = 0.001


class Delay(NamedTuple):
    """Of one event that was announced: from its first value to the call, less its own delay."""

    condition: str
    seconds: float


class Load(NamedTuple):
    """What one recording says; lasting, beside: sustained naive crossings, those of BESIDE."""

    name: str
    kind: str
    hours: float
    fates: Counter[tuple[str, Fate]]
    lasting: Counter[str]
    beside: Counter[str]
    alarms: list[Alarm]
    delays: list[Delay]
    sustained: list[Sustained]
    missed: list[Sustained]
    reminders: int
    device_alarms: list[DeviceAlarm]

    @property
    def calls(self) -> list[Episode]:
        """The announcements, in order."""
        return [alarm.episode for alarm in self.alarms if alarm.episode.calls]


def survey(file: Path, recording: Recording, profile: Profile) -> Load:
    """Run a recording with a nurse who answers each alarm after a minute, and count."""
    end = recording.rows[-1].at if recording.rows else 0.0
    events = list(replay(recording, profile, nurse=Nurse(ANSWER_S)))
    alarms = find_alarms(events, end, profile)
    held = find_alarms(events, end, profile, held=True)
    fates = Fates(recording, profile, alarms)
    crossings = [c for threshold in THRESHOLDS for c in find_crossings(recording, threshold)]
    every = list(find_sustained(recording, profile))
    sustained = [event for event in every if _long(event)]
    return Load(
        name=file.name,
        kind=kind_of(file),
        hours=recording.length_s / 3600,
        fates=Counter((crossing.threshold.name, fates.of(crossing)) for crossing in crossings),
        lasting=Counter(c.threshold.name for c in crossings if c.sustained),
        beside=Counter({t.name: len(list(find_crossings(recording, t))) for t in BESIDE}),
        alarms=alarms,
        delays=[delay for event in every if (delay := _delay(event, held)) is not None],
        sustained=sustained,
        missed=[event for event in sustained if not announced(event, held)],
        reminders=sum(event.reminder for event in events),
        device_alarms=list(find_device_alarms(file, alarms)),
    )


def kind_of(file: Path) -> str:
    """The family of a recording: its name up to the first underscore."""
    return re.split(r"[_.]", file.name)[0]


def announced(event: Sustained, held: list[Alarm]) -> bool:
    """Whether an alarm of at least its priority stands when it has to."""
    return any(
        alarm.episode.start <= event.due + _MOMENT_S and alarm.episode.end >= event.due - _MOMENT_S
        for alarm in _grave_enough(event, held)
    )


def _long(event: Sustained) -> bool:
    """Cuff readings decide at once; a streamed value has to last."""
    return not isinstance(event.row, LimitRow) or event.length_s >= SUSTAINED_S


def _grave_enough(event: Sustained, held: list[Alarm]) -> list[Alarm]:
    least = event.row.priority.rank
    return [alarm for alarm in held if alarm.ladder == event.row.ladder and alarm.rank >= least]


def _delay(event: Sustained, held: list[Alarm]) -> Delay | None:
    """None where the alarm stood already, or never came."""
    starts = [
        alarm.episode.start
        for alarm in _grave_enough(event, held)
        if alarm.episode.end >= event.start and alarm.episode.start <= event.last
    ]
    if not starts or min(starts) < event.start:
        return None
    own_s = event.row.delay_s if isinstance(event.row, LimitRow) else event.last - event.start
    return Delay(event.row.id, min(starts) - event.start - own_s)
