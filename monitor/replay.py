"""Runs recordings through the same engine as the service, as fast as it goes; JSON lines out."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from alerts.command import Begin, EndInfusion, GiveDose
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.limits import Profile
from alerts.protocol import Cadence, Protocol
from monitor.episodes import Episode, compare_episodes, find_episodes, summarize
from monitor.profile import load_profile
from monitor.recording import Recording, read_recording
from monitor.session_events import Input, read_session_events

_NO_CADENCE = Cadence(every_s={})
_ENDLESS = Protocol(
    planned_s=0,
    dosing_grace_s=0,
    peak_after_dose_s=1e12,
    peak_after_end_s=1e12,
    urgent_s=1e12,
    automatic=_NO_CADENCE,
    hand=_NO_CADENCE,
)


def run_replay(
    files: Sequence[Path],
    *,
    profile: str = "default",
    events: Path | None = None,
    compare: str | None = None,
    summary: bool = False,
    pending: bool = False,
) -> Iterator[str]:
    """One JSON object a line: alarm events, `at` in seconds of the recording.

    profile, compare: a profile's name or file; with `compare` the lines are the alarms that the
    other profile would add and remove, then a count. summary: one object instead of the lines.
    events: a CSV of session events that hold for every file. pending: running delays too.

    Raises:
        ProfileError, RecordingError: what is wrong, where, and what would be right.
    """
    limits = load_profile(profile)
    other = None if compare is None else load_profile(compare)
    recordings = [read_recording(Path(file)) for file in files]
    if other is not None:
        yield from _compared(recordings, limits, other, events)
    elif summary:
        found: list[Episode] = []
        for recording in recordings:
            found += _episodes(recording, limits, events)
        seconds = sum(_length_s(recording) for recording in recordings)
        yield json.dumps(summarize(found, files=len(recordings), seconds=seconds))
    else:
        for recording in recordings:
            for event in replay(recording, limits, events=events, pending=pending):
                yield json.dumps(_outward(event))


def replay(
    recording: Recording,
    profile: Profile,
    *,
    events: Path | None = None,
    pending: bool = False,
) -> Iterator[AlarmEvent]:
    """The events of one recording: a session in phase PEAK unless session events say otherwise."""
    if not recording.rows:
        return
    typed = [] if events is None else read_session_events(events, recording)
    quiet = dataclasses.replace(profile, protocols=_without_cadence(profile))
    engine = BedEngine(recording.setup, quiet, pending_events=pending)
    begin_at = min([recording.rows[0].at, *(entry.at for entry in typed)])
    if not any(entry.opens for entry in typed):
        yield from _open_in_peak(engine, recording.name, begin_at)
    elif not any(entry.begins for entry in typed):
        yield from engine.command(
            Begin(at=begin_at, by="replay", session=recording.name, protocol="iv", visit="")
        )
    for entry in _merge(recording, typed):
        yield from entry.apply(engine)
    yield from engine.advance(max(recording.rows[-1].at, *(entry.at for entry in typed), begin_at))


def _open_in_peak(engine: BedEngine, session: str, at: float) -> list[AlarmEvent]:
    begin = Begin(at=at, by="replay", session=session, protocol="replay", visit="")
    dose = GiveDose(at=at, by="replay", given_at=at, planned_s=0)
    end = EndInfusion(at=at, by="replay")
    return engine.command(begin) + engine.command(dose) + engine.command(end)


def _without_cadence(profile: Profile) -> dict[str, Protocol]:
    """A recording cannot answer a request for a cuff reading: nothing is ever due."""
    known = {
        name: dataclasses.replace(protocol, automatic=_NO_CADENCE, hand=_NO_CADENCE)
        for name, protocol in profile.protocols.items()
    }
    return {**known, "replay": _ENDLESS}


def _merge(recording: Recording, typed: list[Input]) -> Iterable[Input]:
    """Readings and session events in order of time; at the same instant the event comes first."""
    readings = [Input(at=reading.at, reading=reading) for reading in recording.readings()]
    return sorted([*typed, *readings], key=lambda entry: entry.at)


def _compared(
    recordings: list[Recording], limits: Profile, other: Profile, events: Path | None
) -> Iterator[str]:
    added, removed, same = 0, 0, 0
    for recording in recordings:
        mine = _episodes(recording, limits, events)
        theirs = _episodes(recording, other, events)
        comparison = compare_episodes(mine, theirs)
        for change, episodes in (("removed", comparison.removed), ("added", comparison.added)):
            for episode in episodes:
                yield json.dumps({"compare": change, **episode.outward()})
        added += len(comparison.added)
        removed += len(comparison.removed)
        same += comparison.same
    yield json.dumps({"compare": "total", "added": added, "removed": removed, "same": same})


def _episodes(recording: Recording, profile: Profile, events: Path | None) -> list[Episode]:
    end = recording.rows[-1].at if recording.rows else 0
    return find_episodes(replay(recording, profile, events=events), end)


def _length_s(recording: Recording) -> float:
    return recording.rows[-1].at - recording.rows[0].at if recording.rows else 0


def _outward(event: AlarmEvent) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(event)
    built["at"] = round(event.at, 3)
    return built
