"""The cells of a recorded CSV file: a header with time_s, lines of numbers, words for absent."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

TIME = "time_s"
_ABSENT = {"", "nan", "na", "n/a", "null", "none", "-", "--", "-?-", "inf", "+inf", "-inf"}


class RecordingError(ValueError):
    """A file that is no recording; says file, line, column and what would be right."""


def read_cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column name (lower case, spaces around both removed).

    Raises:
        RecordingError: it cannot be read as CSV with a time_s column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            header = [name.strip().lower() for name in next(lines, list[str]())]
            if TIME not in header:
                found = ", ".join(header) or "nothing: the file is empty"
                raise RecordingError(
                    f"{path}: line 1: no column {TIME} among {found}; the first line must name"
                    f" the columns, {TIME} one of them, with commas between"
                )
            for cells in lines:
                if any(cell and not cell.isspace() for cell in cells):
                    yield lines.line_num, dict(zip(header, map(str.strip, cells), strict=False))
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise RecordingError(f"{path}: is no CSV text in UTF-8: {error}") from error


def read_time(path: Path, line: int, cells: dict[str, str]) -> float:
    """The time of a line.

    Raises:
        RecordingError: it has none.
    """
    at = read_number(path, line, TIME, cells.get(TIME, ""))
    if at is None:
        raise RecordingError(f"{path}: line {line}, column {TIME}: a row needs its time in seconds")
    return at


def read_number(path: Path, line: int, column: str, cell: str) -> float | None:
    """The number in a cell, None if it says that there is none.

    Raises:
        RecordingError: it holds something else.
    """
    try:
        number = float(cell)
    except ValueError:
        if cell.lower() in _ABSENT:
            return None
        wrong = f"{path}: line {line}, column {column}: {cell!r} is no number"
        raise RecordingError(f"{wrong}; leave it blank if absent") from None
    return number if math.isfinite(number) else None
