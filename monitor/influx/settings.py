"""What the InfluxDB sink must know, resolved from config.toml and the environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TOKEN_VARIABLE = "KAT_INFLUX_TOKEN"  # noqa: S105 - the name of a variable, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class InfluxSettings:
    """One InfluxDB. `database` is the bucket of a v2 server; spans are seconds.

    The secret is a token (v2) or the password of `username` (v1). It is read from `token_file`,
    else from KAT_INFLUX_TOKEN, each time the sink connects: a rotated one needs no restart.
    """

    url: str
    api: Literal["v1", "v2"] = "v1"
    database: str = "kat"
    org: str = ""
    username: str | None = None
    token_file: Path | None = None
    poll_s: float = 1.0  # how long a stored row may wait for company
    timeout_s: float = 10.0  # of one request, connecting included
    retry_first_s: float = 1.0
    retry_most_s: float = 60.0
    batch_lines: int = 2_000  # 5,000 hold up the loop twice as long (p99) and are no faster
    batch_bytes: int = 1_000_000
    dead_letters_most: int = 20  # of one reason; then the fault is not the line's

    @property
    def target(self) -> str:
        """The name of the place written to: a cursor belongs to one place."""
        return f"influx {self.url.rstrip('/')} {self.org}/{self.database}"

    def read_secret(self) -> str | None:
        """The token or password, None where there is none. Reads a file: call it in a thread."""
        if self.token_file is not None:
            return self.token_file.read_text(encoding="utf-8").strip()
        return os.environ.get(TOKEN_VARIABLE)
