"""Files as people have them: other columns, signs of absence, repeats, sentinels, odd times."""

import json
from pathlib import Path

import pytest

from devices.reading import Cuff, Metric, Sample, Validity
from monitor.flags import read_flags
from monitor.recording import Recording, RecordingError, bed_name, read_recording
from monitor.replay import run_replay


def _read(folder: Path, text: str, name: str = "rec.csv") -> Recording:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return read_recording(path)


def _values(recording: Recording, metric: Metric) -> list[float | None]:
    return [r.value for r in recording.readings() if isinstance(r, Sample) and r.metric is metric]


def _cuffs(recording: Recording) -> list[tuple[float, float | None]]:
    return [(r.at, r.systolic) for r in recording.readings() if isinstance(r, Cuff)]


def test_other_columns_in_another_order_with_windows_line_ends_and_a_mark(tmp_path: Path) -> None:
    text = "\ufeffTemp,SpO2 , time_s,room\r\n36.6,97,0,a\r\n36.7,96,1,b\r\n"
    recording = _read(tmp_path, text)
    assert _values(recording, Metric.SPO2) == [97, 96]
    assert [row.at for row in recording.rows] == [0, 1]


def test_a_row_that_comes_twice_counts_once_and_rows_are_put_in_order(tmp_path: Path) -> None:
    recording = _read(tmp_path, "time_s,spo2\n2,95\n1,96\n1,96\n2,95\n2,94\n")
    assert [(row.at, row.values["spo2"]) for row in recording.rows] == [(1, 96), (2, 95), (2, 94)]


def test_a_cuff_value_that_is_still_shown_is_no_second_reading(tmp_path: Path) -> None:
    rows = [f"{at},182,112,nibp" for at in (0, 1, 2, 15, 30)] + ["120,182,112,nibp"]
    recording = _read(tmp_path, "\n".join(["time_s,sys,dia,bp_src", *rows]))
    assert _cuffs(recording) == [(0, 182), (120, 182)]


def test_a_sentinel_in_place_of_the_pressure_is_no_reading(tmp_path: Path) -> None:
    rows = "0,0,0,nibp\n60,-1,-1,nibp\n120,999,999,nibp\n180,120,80,NIBP\n240,121,81,art"
    recording = _read(tmp_path, f"time_s,sys,dia,bp_src\n{rows}\n")
    assert _cuffs(recording) == [(180, 120)]


@pytest.mark.parametrize("sentinel", [0, 127, 255, 511, -1, 999])
def test_a_rate_beside_an_impossible_spo2_is_the_devices_word_for_none(
    tmp_path: Path, sentinel: int
) -> None:
    text = f"time_s,spo2,pr\n0,97,72\n1,127,{sentinel}\n2,127,73\n"
    assert _values(_read(tmp_path, text), Metric.PULSE_RATE) == [72, 73]


@pytest.mark.parametrize("sentinel", [0, 127, 511, -1, 999])
def test_sentinels_raise_no_alarm_of_their_own(tmp_path: Path, sentinel: int) -> None:
    rows = [f"{i},72,97,72" for i in range(30)] + [
        f"{30 + i},72,{sentinel},{sentinel}" for i in range(120)
    ]
    path = tmp_path / "rec.csv"
    path.write_text("\n".join(["time_s,hr,spo2,pr", *rows]), encoding="utf-8")
    events = [json.loads(line) for line in run_replay([path])]
    assert {event["condition"] for event in events} == {"T-SPO2"}


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ("", set[str]()),
        ("ok", set[str]()),
        ("0", set[str]()),
        ("spo2NA", {"spo2"}),
        ("pr=0", {"pr"}),
        ("HR invalid", {"hr"}),
        ("spo2NA;pr=0", {"spo2", "pr"}),
        ("invalid", {"spo2", "pr"}),
        ("probe off", {"spo2", "pr"}),
        ("NIBP_INVALID", {"sys", "dia", "map"}),
    ],
)
def test_a_flag_takes_away_what_it_names_else_the_oximeters_values(
    cell: str, taken: set[str]
) -> None:
    assert read_flags(cell) == taken


def test_a_flag_never_makes_a_metric_expected_that_the_file_does_not_have(tmp_path: Path) -> None:
    recording = _read(tmp_path, "time_s,hr,spo2,flag\n0,170,,\n1,170,,invalid\n2,171,,spo2NA\n")
    assert {m for d in recording.setup.devices for m in d.metrics if d.id != "cuff"} == {
        Metric.HEART_RATE
    }
    assert _values(recording, Metric.HEART_RATE) == [170, None, 171]


@pytest.mark.parametrize(
    ("column", "weak"),
    [
        (["0", "3", ""], [False, True, False]),
        (["1", "1", "1"], [False, False, False]),  # never at rest: a measure of something else
        (["0", "0.02", "1.3"], [False, False, False]),  # an acceleration
    ],
)
def test_motion_weakens_where_the_column_tells_rest_from_motion(
    tmp_path: Path, column: list[str], weak: list[bool]
) -> None:
    rows = "\n".join(f"{i},97,{cell}" for i, cell in enumerate(column))
    readings = list(_read(tmp_path, f"time_s,spo2,motion\n{rows}\n").readings())
    found = [r.validity is Validity.QUESTIONABLE for r in readings if isinstance(r, Sample)]
    assert found == weak


def test_a_device_that_sends_more_seldom_than_the_file_has_rows_is_given_its_own_time(
    tmp_path: Path,
) -> None:
    rows = "\n".join(f"{i},75,{97 if i % 60 == 0 else ''}" for i in range(600))
    path = tmp_path / "rec.csv"
    path.write_text(f"time_s,hr,spo2\n{rows}\n", encoding="utf-8")
    periods = {d.id: d.period_s for d in read_recording(path).setup.devices}
    assert (periods["ecg"], periods["oximeter"]) == (1, 60)
    assert list(run_replay([path])) == []


@pytest.mark.parametrize("begin", [0.0, 12_345.5, 1.7e9])
def test_a_recording_may_begin_at_any_time(tmp_path: Path, begin: float) -> None:
    values = [97] * 30 + [87] * 30 + [97] * 30
    rows = "\n".join(f"{begin + i},{value}" for i, value in enumerate(values))
    path = tmp_path / "rec.csv"
    path.write_text(f"time_s,spo2\n{rows}\n", encoding="utf-8")
    events = [json.loads(line) for line in run_replay([path])]
    starts = [e["at"] - begin for e in events if e["change"] == "start"]
    assert starts == [pytest.approx(47)]


def _two(folder: Path) -> list[Path]:
    paths = [folder / part / "same.csv" for part in ("a", "b")]
    rows = "\n".join(f"{i},{97 if i < 10 else 87}" for i in range(60))
    for path in paths:
        path.parent.mkdir()
        path.write_text(f"time_s,spo2\n{rows}\n", encoding="utf-8")
    return paths


def test_files_of_the_same_name_are_beds_and_sessions_of_their_own(tmp_path: Path) -> None:
    events = [json.loads(line) for line in run_replay(_two(tmp_path))]
    assert {(e["bed"], e["session"]) for e in events} == {("same", "same"), ("same-2", "same-2")}
    assert len({e["id"] for e in events}) == len(events)


@pytest.mark.parametrize("summary", [False, True])
def test_a_bad_file_does_not_lose_the_others_and_is_named_at_the_end(
    tmp_path: Path, summary: bool
) -> None:
    good, other = _two(tmp_path)
    bad = tmp_path / "bad.csv"
    bad.write_text("time_s,spo2\n0,97\n1,high\n", encoding="utf-8")
    files = [good, bad, tmp_path / "none.csv", other]
    found: list[str] = []
    with pytest.raises(
        RecordingError, match=r"bad.csv: line 3, column spo2.*\n.*none.csv"
    ) as wrong:
        found.extend(run_replay(files, summary=summary))
    assert found == list(run_replay([good, other], summary=summary))
    assert len(str(wrong.value).splitlines()) == 2


def test_a_beds_name_is_an_id_however_long_the_files_name() -> None:
    assert bed_name("Müller, Jan (2)", 1) == "M-ller--Jan--2-"
    assert bed_name("x" * 50, 1) == "x" * 32
    assert bed_name("x" * 50, 12) == "x" * 29 + "-12"
    assert bed_name("", 1) == "recording"
