"""Recordings through the engine: lines, summary, comparison, and files that are not quite right."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.profile import PROFILES
from monitor.recording import RecordingError, read_recording
from monitor.replay import run_replay
from tests.support.shared import SHARED

HEADER = "time_s,hr,spo2,pr,sys,dia,map,bp_src,resp,etco2,pi,motion,flag"


def _file(folder: Path, rows: list[str], header: str = HEADER, name: str = "rec.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def _desaturation(folder: Path, depth: float = 87, seconds: int = 20) -> Path:
    values = [97] * 30 + [depth] * seconds + [97] * 40
    return _file(folder, [f"{i},75,{v},75,,,,,,,,," for i, v in enumerate(values)])


def _events(*files: Path, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(text) for text in run_replay(files, **options)]


def _lines(events: list[dict[str, Any]]) -> list[str]:
    return [f"{e['at']:g} {e['condition']} {e['change']} {e['priority']}" for e in events]


def test_a_recording_is_one_session_in_peak(tmp_path: Path) -> None:
    events = _events(_desaturation(tmp_path))
    assert _lines(events) == ["47 O2-LO start medium", "62 O2-LO end medium"]
    assert events[0]["bed"] == "rec"
    assert events[0]["id"] == "rec:O2-LO:47000:1"
    assert (events[0]["value"], events[0]["limit"], events[0]["metric"]) == (87, 90, "spo2")
    assert events[0]["text"] == "SpO2 87 < 90"


def test_pending_conditions_come_only_where_asked_for(tmp_path: Path) -> None:
    events = _events(_desaturation(tmp_path, seconds=12), pending=True)
    assert [e["change"] for e in events] == ["pending"]
    assert _events(_desaturation(tmp_path, seconds=12)) == []


def test_cuff_rows_are_readings_and_arterial_rows_are_skipped(tmp_path: Path) -> None:
    rows = ["0,,,,210,120,150,art,,,,,", "60,,,,205,122,150,nibp,,,,,"]
    assert _lines(_events(_file(tmp_path, rows))) == ["60 BP-CRIT start high"]


def test_a_pulse_that_only_comes_with_cuff_readings_is_the_cuffs(tmp_path: Path) -> None:
    rows = [f"{i * 60},,,180,120,80,95,nibp,,,,," for i in range(10)]
    assert _events(_file(tmp_path, rows)) == []


def test_flagged_and_not_a_number_values_are_absent(tmp_path: Path) -> None:
    flagged = [f"{i},,70,,,,,,,,,,spo2NA" for i in range(60)]
    unset = [f"{60 + i},,NaN,,,,,,,,,," for i in range(60)]
    good = ["120,,97,,,,,,,,,,"]
    events = _events(_file(tmp_path, flagged + unset + good))
    assert {event["condition"] for event in events} == {"T-SPO2"}


def test_only_metrics_of_the_file_are_expected(tmp_path: Path) -> None:
    rows = [f"{i},75" for i in range(100)]
    assert _events(_file(tmp_path, rows, header="time_s,hr")) == []


def test_silence_is_measured_against_the_files_own_interval(tmp_path: Path) -> None:
    rows = [f"{i * 60},97" for i in range(10)] + ["900,97", "960,97"]
    events = _events(_file(tmp_path, rows, header="time_s,spo2"))
    assert _lines(events)[0] == "720 T-SPO2 start medium"  # 3 x 60 s after the last value at 540


def test_rows_out_of_order_huge_gaps_and_spaces_do_no_harm(tmp_path: Path) -> None:
    rows = ["5, 97", "3 ,97", "4,97", "", "9e6,97", "9000001,97"]
    events = _events(_file(tmp_path, rows, header="\ufefftime_s , spo2"))
    assert [e["condition"] for e in events if e["change"] == "start"] == ["T-SPO2"]


def test_a_file_without_rows_has_no_events(tmp_path: Path) -> None:
    assert _events(_file(tmp_path, [])) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "line 1: no column time_s"),
        ("time_s,spo2\n1,97\n2,high\n", "line 3, column spo2: 'high' is no number"),
        ("time_s,spo2\n,97\n", "line 2, column time_s"),
        ("", "no column time_s"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_column(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError, match=words) as error:
        _events(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"time_s\n\x80\n"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="no CSV text"):
        _events(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read"):
        _events(tmp_path / "none.csv")


def test_session_events_bring_phases_and_reports(tmp_path: Path) -> None:
    quiet = [f"{i},75,97,75,,,,,,,,," for i in range(300)]
    rows = ["10,,,baseline,", "20,,,vitals,118/76", "60,,,dose,40", "100,,,nausea,6"]
    events = _file(tmp_path, rows, header="time_s,end_s,source,kind,detail", name="events.csv")
    found = _events(_file(tmp_path, quiet), events=events)
    assert _lines(found) == ["100 NAU-MOD start medium", "280 NAU-MOD update medium"]


def test_what_staff_saw_and_did_is_replayed_as_it_was_entered(tmp_path: Path) -> None:
    rows = [
        "10,symptom,chest pain and dyspnoea",
        "20,moaas,3",
        "30,antiemetic,ondansetron 4 mg",
        "40,call,fell asleep",
    ]
    events = _file(tmp_path, rows, header="time_s,kind,detail", name="events.csv")
    found = _events(_file(tmp_path, [f"{i},75,97" for i in range(60)]), events=events)
    assert _lines(found) == [
        "10 RED-FLAG start high",
        "20 SED start medium",
        "40 CALL start high",
    ]


def test_an_event_is_its_value_or_pairs_by_the_names_of_its_body(tmp_path: Path) -> None:
    rows = [
        "10,begin,im,",
        "20,vitals,systolic=204;diastolic=118,",
        "30,dose,override=known,40",
        "40,note,calm,",
    ]
    events = _file(tmp_path, rows, header="time_s,kind,detail,value", name="events.csv")
    found = _events(_file(tmp_path, [f"{i},75,97" for i in range(60)]), events=events)
    assert _lines(found) == ["20 BP-CRIT start high"]


def test_an_event_whose_value_cannot_be_is_refused_with_its_line(tmp_path: Path) -> None:
    events = _file(tmp_path, ["30,dose,forty"], header="time_s,kind,detail", name="events.csv")
    with pytest.raises(RecordingError, match=r"line 2, kind dose: value .*no amount in mg"):
        _events(_desaturation(tmp_path), events=events)


def test_events_of_other_kinds_are_notes(tmp_path: Path) -> None:
    rows = ["40,,device_alarm,ASYSTOLE|BRADY,true_alarm"]
    events = _file(tmp_path, rows, header="time_s,end_s,source,kind,detail", name="events.csv")
    assert _events(_desaturation(tmp_path), events=events) == _events(_desaturation(tmp_path))


def test_a_session_event_that_makes_no_sense_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = ["10,,,dose,", "20,,,dose,"]
    events = _file(tmp_path, rows, header="time_s,end_s,source,kind,detail", name="events.csv")
    with pytest.raises(RecordingError, match=r"line 3, kind dose: a dose was given already"):
        _events(_desaturation(tmp_path), events=events)


def test_the_summary_counts_hours_alarms_and_time_in_alarm(tmp_path: Path) -> None:
    (summary,) = _events(_desaturation(tmp_path), summary=True)
    assert summary["files"] == 1
    assert summary["alarms"] == 1
    assert summary["hours"] == round(89 / 3600, 4)
    assert summary["alarms_per_hour"]["medium"] == round(3600 / 89, 3)
    assert summary["alarms_per_hour_by_condition"] == {"O2-LO": round(3600 / 89, 3)}
    assert summary["percent_of_time_in_alarm"] == round(100 * 15 / 89, 2)


def test_a_comparison_tells_what_another_profile_adds_and_removes(tmp_path: Path) -> None:
    default = (PROFILES / "default.toml").read_text(encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(default.replace("delay_s = 15", "delay_s = 30"), encoding="utf-8")
    *changes, total = _events(_desaturation(tmp_path, depth=88.5), compare=str(other))
    assert [(c["compare"], c["condition"]) for c in changes] == [("removed", "O2-LO")]
    assert total == {"compare": "total", "added": 0, "removed": 1, "same": 0}
    *changes, _ = _events(
        _desaturation(tmp_path, depth=88.5), profile=str(other), compare="default"
    )
    assert [(c["compare"], c["condition"]) for c in changes] == [("added", "O2-LO")]


def test_a_limit_of_88_percent_removes_the_milder_desaturation_and_keeps_the_deeper(
    tmp_path: Path,
) -> None:
    default = (PROFILES / "default.toml").read_text(encoding="utf-8")
    before, row = default.split('id = "O2-LO"', 1)
    other = tmp_path / "88.toml"
    other.write_text(before + 'id = "O2-LO"' + row.replace("limit = 90", "limit = 88", 1))
    values = [97] * 30 + [89] * 40 + [97] * 60 + [87] * 40 + [97] * 60
    path = _file(tmp_path, [f"{i},{v}" for i, v in enumerate(values)], header="time_s,spo2")
    *changes, total = _events(path, compare=str(other))
    assert [(c["compare"], c["condition"], c["start"]) for c in changes] == [
        ("removed", "O2-LO", 47)
    ]
    assert total == {"compare": "total", "added": 0, "removed": 1, "same": 1}


needs_recordings = pytest.mark.skipif(
    SHARED is None, reason="the shared recordings are not beside the repository"
)


def _recordings() -> list[Path]:
    assert SHARED is not None
    paths = sorted((SHARED / "recordings").glob("*.csv"))
    return [path for path in paths if path.name != "INDEX.csv"]


@needs_recordings
def test_every_recording_runs_and_no_sustained_desaturation_goes_unannounced() -> None:
    assert len(_recordings()) > 100
    for path in _recordings():
        events = _events(path)
        for start, end in _sustained(path):
            assert _announced(events, start, end), f"{path.name}: SpO2 < 90 from {start:g} s"


@needs_recordings
def test_recorded_notes_change_no_alarm() -> None:
    for path in _recordings():
        events = path.parent / "events" / path.name
        if events.is_file():
            assert _events(path, events=events) == _events(path)


def _sustained(path: Path) -> list[tuple[float, float]]:
    """Stretches of at least 30 s in which every value present is below 90."""
    found: list[tuple[float, float]] = []
    start: float | None = None
    last = 0.0
    for row in read_recording(path).rows:
        if "spo2" not in row.values or row.flags:
            continue
        if row.values["spo2"] < 90:
            start, last = (row.at if start is None else start), row.at
        elif start is not None:
            found.append((start, last))
            start = None
    if start is not None:
        found.append((start, last))
    return [(a, b) for a, b in found if b - a >= 30]


def _announced(events: list[dict[str, Any]], start: float, end: float) -> bool:
    standing: set[str] = set()
    for event in events:
        if event["at"] > end:
            break
        if event["condition"].startswith("O2-"):
            (standing.discard if event["change"] == "end" else standing.add)(event["occurrence"])
        if event["at"] >= start and standing:
            return True
    return bool(standing)
