"""Runs recordings through the same engine as the service, as fast as it goes; JSON lines out."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec

from alerts.command import Begin, EndInfusion, GiveDose
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.limits import Profile
from alerts.protocol import Cadence, Protocol
from monitor.episodes import Episode, compare_episodes, find_episodes, summarize
from monitor.nurse import Nurse
from monitor.profile import load_profile
from monitor.recording import Recording
from monitor.session_events import Input, read_session_events
from monitor.shelf import Shelf

_BY = "replay"

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
        ProfileError: before the first line.
        RecordingError: after the last line, with one line for each file that is none.
    """
    limits = load_profile(profile)
    other = None if compare is None else load_profile(compare)
    shelf = Shelf(files)
    if other is not None:
        yield from _compared(shelf, limits, other, events)
    elif summary:
        yield from _summarized(shelf, limits, events)
    else:
        for recording in shelf:
            with shelf.bearing():
                for event in replay(recording, limits, events=events, pending=pending):
                    yield json.dumps(_outward(event))
    shelf.complain()


def replay(
    recording: Recording,
    profile: Profile,
    *,
    events: Path | None = None,
    pending: bool = False,
    nurse: Nurse | None = None,
) -> Iterator[AlarmEvent]:
    """The events of one recording: a session in phase PEAK unless session events say otherwise.

    nurse: answers the alarms; nobody does otherwise.
    """
    if not recording.rows:
        return
    typed = [] if events is None else read_session_events(events, recording)
    typed.sort(key=_time)
    quiet = dataclasses.replace(profile, protocols=_without_cadence(profile))
    engine = BedEngine(recording.setup, quiet, pending_events=pending)
    for batch in _batches(engine, recording, typed, nurse):
        yield from batch


def find_recording_episodes(
    recording: Recording, profile: Profile, events: Path | None
) -> list[Episode]:
    """The episodes of alarm in a recording whose alarms nobody answers."""
    end = recording.rows[-1].at if recording.rows else 0
    return find_episodes(replay(recording, profile, events=events), end)


def _batches(
    engine: BedEngine, recording: Recording, typed: list[Input], nurse: Nurse | None
) -> Iterator[list[AlarmEvent]]:
    """What the engine says to each input."""
    begin_at = min([recording.rows[0].at, *(entry.at for entry in typed)])
    if not any(entry.opens for entry in typed):
        yield _open_in_peak(engine, recording.name, begin_at)
    elif not any(entry.begins for entry in typed):
        begin = Begin(at=begin_at, by=_BY, session=recording.name, protocol="iv", visit="")
        yield engine.command(begin)
    if typed or nurse:
        # at the same instant the event comes before the reading
        readings = (Input(at=reading.at, reading=reading) for reading in recording.readings())
        for entry in merge(typed, readings, key=_time):
            if nurse is not None:
                yield from nurse.answer(engine, entry.at)
            batch = entry.apply(engine)
            if nurse is not None:
                nurse.hear(batch)
            yield batch
    else:
        yield from map(engine.observe, recording.readings())
    yield engine.advance(max(recording.rows[-1].at, *(entry.at for entry in typed), begin_at))


_time = attrgetter("at")


def _open_in_peak(engine: BedEngine, session: str, at: float) -> list[AlarmEvent]:
    begin = Begin(at=at, by=_BY, session=session, protocol="replay", visit="")
    dose = GiveDose(at=at, by=_BY, given_at=at, planned_s=0)
    end = EndInfusion(at=at, by=_BY)
    return engine.command(begin) + engine.command(dose) + engine.command(end)


def _without_cadence(profile: Profile) -> dict[str, Protocol]:
    """A recording cannot answer a request for a cuff reading: nothing is ever due."""
    known = {
        name: dataclasses.replace(protocol, automatic=_NO_CADENCE, hand=_NO_CADENCE)
        for name, protocol in profile.protocols.items()
    }
    return {**known, "replay": _ENDLESS}


def _summarized(shelf: Shelf, limits: Profile, events: Path | None) -> Iterator[str]:
    found: list[Episode] = []
    files, seconds = 0, 0.0
    for recording in shelf:
        with shelf.bearing():
            found += find_recording_episodes(recording, limits, events)
            seconds += recording.length_s
            files += 1
    if files:
        yield json.dumps(summarize(found, files=files, seconds=seconds))


def _compared(shelf: Shelf, limits: Profile, other: Profile, events: Path | None) -> Iterator[str]:
    added, removed, same = 0, 0, 0
    for recording in shelf:
        with shelf.bearing():
            mine = find_recording_episodes(recording, limits, events)
            theirs = find_recording_episodes(recording, other, events)
            comparison = compare_episodes(mine, theirs)
            for change, episodes in (("removed", comparison.removed), ("added", comparison.added)):
                for episode in episodes:
                    yield json.dumps({"compare": change, **episode.outward()})
            added += len(comparison.added)
            removed += len(comparison.removed)
            same += comparison.same
    yield json.dumps({"compare": "total", "added": added, "removed": removed, "same": same})


def _outward(event: AlarmEvent) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(event)
    built["at"] = round(event.at, 3)
    return built
