"""The pager: listens to alarm events, keeps each page's intent, then sends it, at least once.

A page's key is made of the event that called, so a restart that observes the same events again
finds the same keys: what the log knows as sent is not sent twice, what has no outcome goes again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from alerts.escalation import PageDue, Paging, PagingRules
from alerts.event import AlarmEvent
from alerts.status import BedStatus
from devices.reading import Reading
from monitor.neighbours import Clock
from monitor.pager.courier import Courier
from monitor.pager.message import Message, compose
from monitor.pager.record import PageState, Past, page_row, read_past
from monitor.pager.settings import PagerSettings
from monitor.store.errors import StoreError
from monitor.store.store import Store

_log = logging.getLogger(__name__)


class _Errand(NamedTuple):
    """A page to deliver; `repeat`: somebody may have received it before."""

    page: PageDue
    durable: asyncio.Event
    repeat: bool


class Pager:
    """One instance for one `run()`. It is a listener of the intake; add it before it runs.

    `labels` names beds for people, `site` the place as a whole; `status_of` tells a bed's phase and
    baseline, None where it is unknown. `on_fault(up, detail)` hears when no channel works,
    `on_note` each line of the pager's log.
    """

    def __init__(
        self,
        settings: PagerSettings,
        rules: PagingRules,
        *,
        store: Store,
        folder: Path,
        clock: Clock,
        site: str,
        labels: Mapping[str, str],
        status_of: Callable[[str], BedStatus | None],
        on_fault: Callable[[bool, str], None],
        on_note: Callable[[str], None] | None = None,
    ) -> None:
        self._settings = settings
        self._paging = Paging(rules)
        self._store = store
        self._folder = folder
        self._clock = clock
        self._site = site
        self._labels = labels
        self._status_of = status_of
        self._on_note = on_note
        self._courier = Courier(
            settings, compose=self._compose, note=self._note, stale=self._stale, on_fault=on_fault
        )
        self._keys: set[str] = set()
        self._early: list[AlarmEvent] | None = []  # what is heard before the past is known
        self._changed = asyncio.Event()
        self._errands: asyncio.Queue[_Errand] = asyncio.Queue()

    def offer_reading(self, reading: Reading) -> None:
        """Readings page nobody."""

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        """Take alarm events, in order; a plain call that never waits."""
        if self._early is not None:
            self._early += events
            return
        for event in events:
            self._take(self._paging.observe(event))
        self._changed.set()

    async def run(self) -> None:
        """Page until cancelled."""
        try:
            with suppress(TimeoutError):  # a failing disk must not keep the pager from its work
                async with asyncio.timeout(self._settings.durable_within_s):
                    await self._store.flush()
            self._go_on(await asyncio.to_thread(read_past, self._folder))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._courier.check(), name="pager check")
                group.create_task(self._watch_deadlines(), name="pager deadlines")
                while True:
                    errand = await self._errands.get()
                    group.create_task(
                        self._courier.deliver(errand.page, errand.durable, repeat=errand.repeat),
                        name=f"page {errand.page.key}",
                    )
        finally:
            self._courier.close()

    def _go_on(self, past: Past) -> None:
        """Stand where the record says, then take what was heard meanwhile."""
        self._keys |= past.keys
        for page in past.unsent:
            self._send(page, repeat=True)
        known = {event.id for event in past.events}
        early, self._early = self._early or [], None
        self.offer_events(past.events)
        self.offer_events([event for event in early if event.id not in known])

    async def _watch_deadlines(self) -> None:
        while True:
            self._changed.clear()
            self._take(self._paging.advance(self._clock.now()))
            deadline = self._paging.next_deadline
            when = None if deadline is None else self._clock.to_loop(deadline)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(when):
                    await self._changed.wait()

    def _take(self, due: Sequence[PageDue]) -> None:
        """Send each page that has no intent yet."""
        for page in due:
            if page.key not in self._keys:
                self._keys.add(page.key)
                self._send(page, repeat=False)

    def _send(self, page: PageDue, *, repeat: bool) -> None:
        """Keep the intent, then hand the page to the courier."""
        durable = asyncio.Event()
        self._note(page, PageState.INTENT, durable.set)
        self._errands.put_nowait(_Errand(page, durable, repeat))

    def _note(
        self, page: PageDue, state: PageState, stored: Callable[[], None] | None = None
    ) -> None:
        """Write a line of the pager's log; a store that has failed stops no page."""
        if self._on_note is not None:
            self._on_note(state.value)
        try:
            self._store.put([page_row(page, state, self._clock.now())], stored, urgent=True)
        except StoreError:
            _log.exception("page %s: %s could not be stored", page.key, state)

    def _compose(self, page: PageDue, repeat: bool) -> Message:
        bed = page.event.bed
        return compose(
            page,
            label=self._site if bed is None else self._labels.get(bed, bed),
            status=None if bed is None else self._status_of(bed),
            age_s=self._age_s(page),
            answered=not self._paging.calls(page),
            repeat=repeat,
        )

    def _stale(self, page: PageDue) -> bool:
        """Whether a page is old and its alarm calls no more."""
        old = self._age_s(page) > self._settings.give_up_after_s
        return old and not self._paging.calls(page)

    def _age_s(self, page: PageDue) -> float:
        return max(0.0, self._clock.now() - page.called_at)
