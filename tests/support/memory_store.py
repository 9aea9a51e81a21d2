"""A store that keeps in memory what the path of a reading hands to it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from monitor.store.rows import Row


@dataclass
class MemoryStore:
    """Everything put is durable at once."""

    rows: list[Row] = field(default_factory=list[Row])

    def put(
        self,
        rows: Sequence[Row],
        stored: Callable[[], None] | None = None,
        *,
        urgent: bool = False,
    ) -> None:
        """Keep the rows."""
        del urgent
        self.rows += rows
        if stored is not None:
            asyncio.get_running_loop().call_soon(stored)

    def next_input_seq(self) -> int:
        """The number of the next input."""
        return 1
