"""Small pieces of Markdown."""

from collections.abc import Iterable, Sequence
from math import ceil


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; numbers to the right."""
    cells = [[_shown(cell) for cell in row] for row in rows]
    columns = list(zip(*cells, strict=True)) if cells else []
    rule = [
        "---:" if columns and all(_is_number(cell) for cell in column) else "---"
        for column in (columns or [()] * len(head))
    ]
    lines = [head, rule, *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that `part` (0 to 1) of them do not exceed; values are not empty."""
    ordered = sorted(values)
    return ordered[max(0, ceil(part * len(ordered)) - 1)]


def rate(count: int, hours: float) -> str:
    """A count per hour."""
    return f"{count / hours:.2f}" if hours else "-"


def fewer(ours: int, naive: int) -> str:
    """How many percent fewer (or more) than naive."""
    if not naive:
        return "-"
    percent = 100 * (naive - ours) / naive
    return f"{percent:.0f} % fewer" if percent >= 0 else f"{-percent:.0f} % more"


def _shown(cell: object) -> str:
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell).replace("|", "\\|")


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.replace(".", "").replace("-", "").isdigit()
