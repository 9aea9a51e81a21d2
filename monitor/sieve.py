"""Rows that the store would refuse become dead letters, so that nothing around them is lost."""

import logging
from collections.abc import Sequence

from monitor.store.door import enter
from monitor.store.errors import BadRowError
from monitor.store.rows import DeadLetterRow, InputRow, Row

_log = logging.getLogger(__name__)


def sieve(rows: Sequence[Row], at: float) -> list[Row]:
    """The same rows in order, each bad one replaced by a dead letter that says what it was."""
    return [_kept(row, at) for row in rows]


def _kept(row: Row, at: float) -> Row:
    try:
        enter(row)
    except BadRowError as error:
        _log.critical("a row cannot be stored and is kept as a dead letter: %s: %r", error, row)
        body = row.body if isinstance(row, InputRow) else repr(row).encode()
        return DeadLetterRow(at=at, where="store", reason=str(error), payload=body)
    return row
