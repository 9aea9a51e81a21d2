"""Writing lines so that none is lost and a wrong one stops no other: halve, bisect, set aside."""

import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from monitor.influx.errors import BlobTooLargeError, LineRefusedError, SetupError

Write = Callable[[bytes], Awaitable[None]]

_log = logging.getLogger(__name__)

_NAMES_AND_NUMBERS = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")


class Refusal(NamedTuple):
    """A line that the server refuses for good, and why."""

    line: bytes
    reason: str


class Delivery:
    """Writes batches; remembers how often it was refused for one reason since all went well.

    `expired` counts lines older than the database keeps anything: nothing is wrong with them.
    """

    def __init__(self, *, batch_lines: int, batch_bytes: int, refusals_most: int) -> None:
        self._batch_lines = batch_lines
        self._batch_bytes = batch_bytes
        self._refusals_most = refusals_most
        self._counts: Counter[str] = Counter()
        self.expired = 0

    async def send(self, write: Write, lines: Sequence[bytes]) -> list[Refusal]:
        """Write every line but the returned ones, which the server refuses one by one.

        Raises ServerDownError or SetupError with part of it written: send all of it again. It is
        a SetupError too when more lines are refused for one reason than a few wrong lines explain.
        """
        counts = self._counts.copy()
        refused: list[Refusal] = []
        for blob in _blobs(lines, self._batch_lines, self._batch_bytes):
            await self._send(write, blob, refused, counts)
        self._counts = counts if refused else Counter()
        return refused

    async def _send(
        self, write: Write, lines: Sequence[bytes], refused: list[Refusal], counts: Counter[str]
    ) -> None:
        try:
            await write(b"\n".join(lines))
        except (BlobTooLargeError, LineRefusedError) as error:
            if isinstance(error, LineRefusedError) and error.expired == len(lines):
                self.expired += len(lines)
                _log.warning("%d lines are older than InfluxDB keeps anything", len(lines))
                return
            if len(lines) == 1:
                refused.append(self._refusal(lines[0], str(error), counts))
                return
        else:
            return
        middle = len(lines) // 2
        await self._send(write, lines[:middle], refused, counts)
        await self._send(write, lines[middle:], refused, counts)

    def _refusal(self, line: bytes, reason: str, counts: Counter[str]) -> Refusal:
        kind = _NAMES_AND_NUMBERS.sub("…", reason)
        counts[kind] += 1
        if counts[kind] > self._refusals_most:
            raise SetupError(
                f"refuses more than {self._refusals_most} lines for one reason, the last: {reason}"
            )
        return Refusal(line, reason)


def _blobs(lines: Sequence[bytes], most: int, most_bytes: int) -> list[Sequence[bytes]]:
    """The lines in order, in parts of at most so many lines and bytes (a long line goes alone)."""
    blobs: list[Sequence[bytes]] = []
    first = size = 0
    for number, line in enumerate(lines):
        full = number - first == most or size + len(line) > most_bytes
        if full and number > first:
            blobs.append(lines[first:number])
            first, size = number, 0
        size += len(line) + 1
    if first < len(lines):
        blobs.append(lines[first:])
    return blobs
