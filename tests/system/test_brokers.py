"""The table of docs/brokers.md against real brokers: each cell is what the broker does today.

`python -m tests.system.test_brokers` prints the rows anew.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support import broker_keeping  # its habits register themselves
from tests.support.broker_habits import BROKERS, HABITS

pytestmark = pytest.mark.system
assert broker_keeping

_PAGE = Path(__file__).parents[2] / "docs" / "brokers.md"
_HEAD = f"| what | {' | '.join(BROKERS)} |"


def written() -> dict[str, dict[str, str]]:
    """The table as the page has it: row, broker, cell."""
    lines = iter(_PAGE.read_text(encoding="utf-8").splitlines())
    rows: dict[str, dict[str, str]] = {}
    assert _HEAD in lines, f"{_PAGE.name} has no table that begins {_HEAD}"
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            break
        row, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        rows[row] = dict(zip(BROKERS, cells, strict=True))
    return rows


def test_the_page_has_a_row_for_each_habit_and_no_other() -> None:
    assert list(written()) == list(HABITS)


@pytest.mark.parametrize("broker", BROKERS)
@pytest.mark.parametrize("row", HABITS)
async def test_a_broker_does_what_the_page_says(row: str, broker: str, tmp_path: Path) -> None:
    async with BROKERS[broker](tmp_path) as running:
        assert await HABITS[row](running) == written()[row][broker]


async def _observe(row: str, broker: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        async with BROKERS[broker](Path(folder)) as running:
            return await HABITS[row](running)


async def _print_rows() -> None:
    sys.stdout.write(f"{_HEAD}\n{'|---' * (1 + len(BROKERS))}|\n")
    for row in HABITS:
        cells = [await _observe(row, broker) for broker in BROKERS]
        sys.stdout.write(f"| {row} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    asyncio.run(_print_rows())
