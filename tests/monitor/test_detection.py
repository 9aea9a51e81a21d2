"""Nothing that lasts goes unannounced, and nothing is announced without a reason.

Both are judged on raw values, without the engine: on every recording, and on random ones of any
sampling interval.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.event import AlarmEvent, AlarmKind, Change
from alerts.rows import CuffRow, LimitRow
from alerts.rules.pressure import Verdict, Yardstick, judge_pressure, usable_pressure
from devices.reading import Cuff
from monitor.load.ladders import find_alarms, rows_of
from monitor.load.naive import THRESHOLDS, find_crossings, raw_values
from monitor.load.survey import announced
from monitor.load.sustained import COLUMNS, find_sustained
from monitor.nurse import Nurse
from monitor.profile import load_profile
from monitor.recording import Recording, read_recording
from monitor.replay import replay
from tests.support.shared import needs_shared, shared

PROFILE = load_profile("default")
_CALLS = {Change.START, Change.ESCALATE}
_ELSEWHERE = {"T-HR", "T-BATT", "BP-CHECK"}  # judged from more than one value


def _recordings() -> list[Path]:
    paths = sorted(shared("recordings").glob("*.csv"))
    return [path for path in paths if path.name != "INDEX.csv"]


def _events(recording: Recording) -> list[AlarmEvent]:
    return list(replay(recording, PROFILE, nurse=Nurse(60)))


def _missed(recording: Recording, events: list[AlarmEvent]) -> list[str]:
    held = find_alarms(events, recording.rows[-1].at, PROFILE, held=True)
    return [
        f"{recording.name}: {event.row.id} from {event.start:g} to {event.last:g}"
        for event in find_sustained(recording, PROFILE)
        if not announced(event, held)
    ]


def _unjustified(recording: Recording, events: list[AlarmEvent]) -> Iterator[str]:
    for event in events:
        if event.kind is AlarmKind.TECHNICAL or event.change not in _CALLS:
            continue
        if event.condition in _ELSEWHERE or event.cause is not None:
            continue
        rows = [row for row in rows_of(PROFILE) if row.id == event.condition]
        if not any(_justifies(recording, row, event) for row in rows):
            yield f"{recording.name}: {event.at:g} {event.text}"


def _justifies(recording: Recording, row: object, event: AlarmEvent) -> bool:
    if isinstance(row, LimitRow):
        return row.source.value not in COLUMNS or _lasted(recording, row, event.at)
    if isinstance(row, CuffRow):
        return _cuff_beyond(recording, row, event)
    return True  # dips


def _lasted(recording: Recording, row: LimitRow, at: float) -> bool:
    """Over the delay more than half of the raw values lie beyond, or the last two very far."""
    values = [(r.at, v) for r, v in raw_values(recording, COLUMNS[row.source.value]) if r.at <= at]
    over = [row.comparator.beyond(v, row.limit) for t, v in values if t >= at - row.delay_s - 2.5]
    deep = [v for _, v in values[-2:]]
    early = row.point_seconds is not None or getattr(row, "immediate", None) is not None
    early = early or getattr(row, "immediate_by", None) is not None
    return sum(over) * 2 > len(over) or not over or (early and max(deep) < row.limit)


def _cuff_beyond(recording: Recording, row: CuffRow, event: AlarmEvent) -> bool:
    """The last reading is beyond the row; of a check that nobody answered, the one it names."""
    cuffs = [r for r in recording.readings() if isinstance(r, Cuff) and r.at <= event.at]
    pressures = [p for p in (usable_pressure(cuff, cuff.at) for cuff in cuffs) if p is not None]
    if (event.reason or {}).get("confirmation") == "unanswered":
        pressures = [p for p in pressures if event.value in {p.systolic, p.diastolic, p.mean}]
    return judge_pressure(row, pressures[-1], Yardstick())[0] is Verdict.BEYOND


@needs_shared
@pytest.mark.timeout(600)
def test_on_every_recording_nothing_is_missed_and_every_alarm_has_its_reason() -> None:
    paths = _recordings()
    assert len(paths) > 100
    for path in paths:
        recording = read_recording(path)
        events = _events(recording)
        assert _missed(recording, events) == []
        assert list(_unjustified(recording, events)) == []


@needs_shared
def test_naive_crossings_are_counted_as_the_index_of_the_recordings_counts_them() -> None:
    with (shared("recordings") / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        index = {row["file"]: row for row in csv.DictReader(file)}
    for path in _recordings():
        recording, row = read_recording(path), index[path.name]
        for threshold in THRESHOLDS:
            crossings = list(find_crossings(recording, threshold))
            lasting = sum(crossing.sustained for crossing in crossings)
            if row[f"naive_{threshold.name}"]:
                assert int(row[f"naive_{threshold.name}"]) == len(crossings), path.name
                assert int(row[f"sust_{threshold.name}"]) == lasting, path.name


@st.composite
def _made(draw: st.DrawFn, folder: Path) -> Recording:
    """SpO2 and heart rate that stay for a while and jump, with dropouts and artefacts."""
    step_s = draw(st.sampled_from([0.25, 0.5, 0.8, 1, 1, 1.28, 1.6, 2, 2.4, 3, 5, 10, 60]))
    stretch = st.tuples(
        st.sampled_from([97, 93, 91, 89, 86, 84, 79, 70]),
        st.sampled_from([75, 46, 44, 41, 39, 122, 133, 149, 152, 170]),
        st.integers(1, 90),
        st.sampled_from(["", "", "", "99", "40", "0"]),
    )
    rows, at = ["time_s,hr,spo2"], 0.0
    for spo2, rate, seconds, artefact in draw(st.lists(stretch, min_size=1, max_size=12)):
        count = max(1, round(seconds / step_s))
        for i in range(count):
            odd = artefact != "" and i == count // 2
            rows.append(f"{at:.3f},{rate},{artefact if odd else spo2}")
            at += step_s
    path = folder / "made.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return read_recording(path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_that_lasts_is_missed_whatever_the_sampling(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    recording = data.draw(_made(tmp_path_factory.getbasetemp()))
    assert _missed(recording, _events(recording)) == []
