"""The alarm load: what became of naive crossings, how late we are, and a document that stays."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.load.command import alarm_load
from monitor.load.fate import Fate
from monitor.load.survey import Load, survey
from monitor.profile import load_profile
from monitor.recording import read_recording

PROFILE = load_profile("default")


def _file(folder: Path, header: str, rows: list[str], name: str = "made_1.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([f"time_s,{header}", *rows]) + "\n", encoding="utf-8")
    return path


def _load(path: Path) -> Load:
    return survey(path, read_recording(path), PROFILE)


def _streamed(folder: Path, column: str, values: Sequence[float]) -> Load:
    return _load(_file(folder, column, [f"{i},{v}" for i, v in enumerate(values)]))


@pytest.mark.parametrize(
    ("column", "values", "fate"),
    [
        ("spo2", [97] * 30 + [88] * 40 + [97] * 60, Fate.CALLED),
        ("spo2", [97] * 30 + [88] * 10 + [97] * 60, Fate.DELAY),
        ("spo2", [97] * 30 + [60] * 2 + [97] * 60, Fate.CALLED),  # two very low values need none
        ("spo2", [97] * 30 + [88] * 2 + [97] * 60, Fate.ARTEFACT),
        ("hr", [75] * 30 + [47] * 90 + [75] * 60, Fate.LIMIT),
        ("hr", [75] * 30 + [140] * 20 + [75] * 60, Fate.DELAY),
    ],
)
def test_a_naive_crossing_of_a_streamed_value_has_one_fate(
    tmp_path: Path, column: str, values: list[float], fate: Fate
) -> None:
    assert [f for (_, f), n in _streamed(tmp_path, column, values).fates.items() if n] == [fate]


def test_a_second_crossing_inside_a_standing_alarm_calls_nobody(tmp_path: Path) -> None:
    values = [97.0] * 30 + [88] * 30 + [90] * 5 + [88] * 5 + [97] * 60
    fates = Counter({fate: n for (_, fate), n in _streamed(tmp_path, "spo2", values).fates.items()})
    assert fates == {Fate.CALLED: 1, Fate.STANDING: 1}


@pytest.mark.parametrize(
    ("rows", "fate"),
    [
        (["0,120,80,nibp", "600,165,90,nibp", "1200,120,80,nibp"], Fate.CONFIRMATION),
        (["0,120,80,nibp", "600,165,90,nibp", "1200,166,90,nibp"], Fate.CALLED),
        (["0,120,80,art", "1,165,90,art", "2,120,80,art"], Fate.NO_CUFF),
    ],
)
def test_a_naive_crossing_of_a_pressure_has_one_fate(
    tmp_path: Path, rows: list[str], fate: Fate
) -> None:
    load = _load(_file(tmp_path, "sys,dia,bp_src", rows))
    assert [f for (_, f), n in load.fates.items() if n] == [fate]


def test_delays_are_what_comes_on_top_of_the_rows_own(tmp_path: Path) -> None:
    load = _streamed(tmp_path, "spo2", [97] * 30 + [89] * 60 + [97] * 30)
    assert [(d.condition, d.seconds) for d in load.delays if d.condition == "O2-LO"] == [
        ("O2-LO", PROFILE.signals.median_lag_s)
    ]
    assert not load.missed
    assert {event.row.id for event in load.sustained} == {"O2-LO"}


def test_latched_alarms_are_answered_so_that_the_next_one_counts(tmp_path: Path) -> None:
    dip = [97.0] * 60 + [70] * 30 + [97] * 600
    load = _streamed(tmp_path, "spo2", dip * 2)
    assert sum(alarm.new for alarm in load.alarms) == 2


def _folder(tmp_path: Path) -> list[Path]:
    values = [97] * 30 + [88] * 40 + [97] * 60
    files = [
        _file(tmp_path, "spo2", [f"{i},{v}" for i, v in enumerate(values)], f"{kind}_1.csv")
        for kind in ("alpha", "beta")
    ]
    (tmp_path / "INDEX.csv").write_text(
        "file,source_repo,licence,context,naive_spo2_lt90\nalpha_1.csv,some/repo,MIT,ward,1\n",
        encoding="utf-8",
    )
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "alpha_1.csv").write_text(
        "time_s,end_s,source,kind,detail\n50,,device_alarm,ASYSTOLE|BRADY,true_alarm\n",
        encoding="utf-8",
    )
    return files


def test_the_document_is_the_same_in_any_order_and_names_its_sources(tmp_path: Path) -> None:
    files = _folder(tmp_path)
    document = alarm_load(files)
    assert document == alarm_load(list(reversed(files)))
    assert str(tmp_path) not in document
    assert "| alpha | some/repo | MIT | 1 |" in document
    assert "| beta | unknown | unknown | 1 |" in document
    assert "those of INDEX.csv in 1 of 1 files" in document
    assert "| ASYSTOLE\\|BRADY | true | 1 | 1 | 1 |" in document
    assert "**Missed: none.**" in document
    assert all(line == line.rstrip() for line in document.splitlines())


def test_the_command_writes_the_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(file) for file in _folder(tmp_path)]
    out = tmp_path / "load.md"
    assert main(["alarm-load", *files, "-o", str(out)]) == 0
    assert main(["alarm-load", *files]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")
    assert main(["alarm-load", *files, str(tmp_path / "none.csv")]) == 1
    assert "none.csv: cannot be read" in capsys.readouterr().err
    assert main(["alarm-load", *files, "-o", str(tmp_path / "no" / "load.md")]) == 1
    assert "cannot be written" in capsys.readouterr().err
