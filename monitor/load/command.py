"""kat-monitor alarm-load: recordings in, docs/alarm-load.md out."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from alerts.limits import Profile
from monitor.episodes import Comparison, compare_episodes
from monitor.load.document import Tuning, write_document
from monitor.load.sources import find_sources
from monitor.load.survey import Load, survey
from monitor.profile import load_profile
from monitor.replay import find_recording_episodes
from monitor.shelf import Shelf

_TUNED, _BY = "O2-LO", 2  # an example, not a recommendation


def alarm_load(files: Sequence[Path], profile: str = "default") -> str:
    """The document of these recordings; their order does not matter.

    Raises:
        ProfileError: what is wrong with the profile.
        RecordingError: one line for each file that is no recording; there is no document then.
    """
    limits = load_profile(profile)
    other, words = _tuned(limits)
    ordered = sorted(files, key=lambda file: (file.name, str(file)))
    shelf = Shelf(ordered)
    loads: list[Load] = []
    changes = Comparison([], [], 0)
    for file, recording in shelf.with_files():
        with shelf.bearing():
            loads.append(survey(file, recording, limits))
            found = compare_episodes(
                find_recording_episodes(recording, limits, None),
                find_recording_episodes(recording, other, None),
            )
            changes = Comparison(
                changes.added + found.added,
                changes.removed + found.removed,
                changes.same + found.same,
            )
    shelf.complain()
    return write_document(loads, find_sources(ordered), limits, Tuning(words, changes))


def _tuned(profile: Profile) -> tuple[Profile, str]:
    """The same profile with one limit of SpO2 lowered."""
    rows = [
        dataclasses.replace(row, limit=row.limit - _BY) if row.id == _TUNED else row
        for row in profile.limit
    ]
    was = next((row for row in profile.limit if row.id == _TUNED), None)
    if was is None:
        return profile, f"The profile has no {_TUNED}; nothing was changed."
    words = (
        f"Suppose {_TUNED} spoke below {was.limit - _BY:g} % instead of {was.limit:g} %, after the"
        f" same {was.delay_s:g} s."
    )
    return dataclasses.replace(profile, limit=tuple(rows)), words
