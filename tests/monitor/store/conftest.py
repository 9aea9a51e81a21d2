"""A store to write to and a reader beside it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from monitor.store.door import enter
from monitor.store.ledger import Ledger
from monitor.store.reader import Reader
from monitor.store.rows import Row
from monitor.store.schema import FILE_NAME, open_for_writing

Keep = Callable[[Sequence[Row]], None]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Makes rows durable in tmp_path."""

    def write(rows: Sequence[Row]) -> None:
        connection = open_for_writing(tmp_path / FILE_NAME)
        Ledger(connection).write([enter(row) for row in rows])
        connection.close()

    return write


@pytest.fixture
def reader(tmp_path: Path, keep: Keep) -> Iterator[Reader]:
    keep([])  # makes the file
    with Reader(tmp_path) as reader:
        yield reader
