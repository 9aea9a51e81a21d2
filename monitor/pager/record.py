"""The pager's own log in the store, and what a restart must know of it."""

from enum import StrEnum
from pathlib import Path

import msgspec

from alerts.call import PageDue
from monitor.pager.dispatch import Past
from monitor.store.reader import Reader
from monitor.store.rows import PageRow

_LINES = 5_000  # of the log, the latest: months of a clinic
_OCCURRENCES = 1_000
_EVENTS = 1_000  # of one occurrence


class PageState(StrEnum):
    """What a line of the pager's log says of its page."""

    INTENT = "intent"  # it is due; written before the first attempt
    FAILED = "failed"  # no channel works; it is tried again
    SENT = "sent"  # a channel took it
    GIVEN_UP = "given_up"  # it grew too old


_FINAL = frozenset({PageState.SENT, PageState.GIVEN_UP})


def page_row(page: PageDue, state: PageState, at: float) -> PageRow:
    """A line of the log; an intent carries the page itself, so that it can be sent again."""
    body = msgspec.json.encode(page) if state is PageState.INTENT else b""
    return PageRow(key=page.key, at=at, state=state.value, body=body)


def read_past(folder: Path) -> Past:
    """What a restart must know. Blocks."""
    with Reader(folder) as reader:
        lines = reader.pages(limit=_LINES)
        events = [
            event
            for last in reader.occurrences(active=True, limit=_OCCURRENCES)
            for event in reader.events(_EVENTS, occurrence=last.occurrence)
        ]
    done = {line.key for line in lines if line.state in _FINAL}
    pages = tuple(
        msgspec.json.decode(line.body, type=PageDue)
        for line in lines
        if line.state == PageState.INTENT
    )
    return Past(
        pages=pages,
        unsent=tuple(page for page in pages if page.key not in done),
        events=tuple(sorted(events, key=lambda event: (event.at, event.seq))),
    )
