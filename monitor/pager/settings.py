"""What the pager must know, resolved from config.toml: its channels, its patience, its rules."""

import os
from dataclasses import dataclass
from pathlib import Path

from alerts.escalation import PagingRules, PagingStep
from alerts.event import Priority

# Announced by the station's screen alone: a severe cuff reading is MEDIUM only until it is
# confirmed, and a page about the pager would go nowhere.
_STATION_ONLY = frozenset({("BP-SEV", Priority.MEDIUM), ("T-PAGER", Priority.MEDIUM)})


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerSettings:
    """Channels are Apprise URLs, one a line, in a file or an environment variable.

    With neither named, pages go to the service's log. All spans are seconds of the loop's clock.
    """

    urls_file: Path | None = None
    urls_env: str | None = None
    durable_within_s: float = 1.0  # a page waits this long for its intent to be on the disk
    timeout_s: float = 20.0  # of one attempt on one channel
    retry_first_s: float = 2.0
    retry_most_s: float = 30.0
    give_up_after_s: float = 3600.0  # an older page of an alarm that calls no more tells nothing

    @property
    def to_log(self) -> bool:
        """Whether no channel is configured, so that the log is the channel."""
        return self.urls_file is None and self.urls_env is None

    def read_urls(self) -> list[str]:
        """The channels. Reads a file (call it in a thread); OSError where it cannot be read."""
        text = ""
        if self.urls_file is not None:
            text = self.urls_file.read_text(encoding="utf-8")
        if self.urls_env is not None:
            text += "\n" + os.environ.get(self.urls_env, "")
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if line and not line.startswith("#")]


def paging_rules(medium_after_s: float) -> PagingRules:
    """The nurse at once for HIGH, after `medium_after_s` for MEDIUM."""
    nurse = PagingStep("nurse", high_s=0.0, medium_s=medium_after_s)
    return PagingRules(steps=(nurse,), station_only=_STATION_ONLY)
