"""Where recordings come from: INDEX.csv beside them, if there is one."""

import csv
from pathlib import Path
from typing import NamedTuple

from monitor.cells import RecordingError
from monitor.load.naive import THRESHOLDS


class Source(NamedTuple):
    """A recording's origin, its licence, and how INDEX.csv counts its naive crossings."""

    repository: str
    licence: str
    context: str
    naive: dict[str, int]


def find_sources(files: list[Path]) -> dict[Path, Source]:
    """What the INDEX.csv in each file's folder says of it; nothing for a file that has none."""
    found: dict[Path, Source] = {}
    for folder in {file.parent for file in files}:
        known = _read(folder / "INDEX.csv")
        found |= {f: known[f.name] for f in files if f.parent == folder and f.name in known}
    return found


def _read(path: Path) -> dict[str, Source]:
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["file"]: _source(row) for row in csv.DictReader(file) if row.get("file")}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RecordingError(f"{path}: is no CSV text in UTF-8: {error}") from error


def _source(row: dict[str, str]) -> Source:
    counts = {t.name: row.get(f"naive_{t.name}", "") for t in THRESHOLDS}
    return Source(
        repository=row.get("source_repo", ""),
        licence=row.get("licence", ""),
        context=row.get("context", ""),
        naive={name: int(count) for name, count in counts.items() if count.isdigit()},
    )
