"""The pager: listens to alarm events, keeps each page's intent, then sends it, at least once.

A page's key is made of the event that called, so a restart that observes the same events again
finds the same keys: what the log knows as sent is not sent twice, what has no outcome goes again.
Who has accepted or rejected stands in the events, so that survives with them.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from alerts.call import PageDue
from alerts.escalation import Channels, Due, Paging, Screens, SoundHere
from alerts.event import AlarmEvent
from alerts.status import BedStatus
from alerts.steps import EscalationRules
from devices.reading import Reading
from monitor.neighbours import Clock
from monitor.pager.courier import Courier
from monitor.pager.dispatch import Dispatch, Past, Task
from monitor.pager.message import Message, compose
from monitor.pager.record import PageState, page_row, read_past
from monitor.pager.settings import PagerSettings, everybody
from monitor.pager.sounder import sound_here
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

    `label_of` names beds for people, `site` the place as a whole; `status_of` tells a bed's phase
    and baseline, None where it is unknown; `armed` the stations whose screens confirm now (None:
    nobody looks after screens). `on_fault(part, up, detail)` hears of "pager" when no channel
    works, of "store" when a page could not wait for its intent, of "duty" when a step reaches
    nobody; `on_note` hears each line of the pager's log.
    """

    def __init__(
        self,
        settings: PagerSettings,
        rules: EscalationRules,
        *,
        store: Store,
        folder: Path,
        clock: Clock,
        site: str,
        label_of: Callable[[str], str],
        status_of: Callable[[str], BedStatus | None],
        on_fault: Callable[[str, bool, str], None],
        on_note: Callable[[str], None] | None = None,
        armed: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        self._settings = settings
        self._rules = rules
        self._store = store
        self._folder = folder
        self._clock = clock
        self._site = site
        self._bed_label = label_of
        self._status_of = status_of
        self._on_fault = on_fault
        self._on_note = on_note
        self._armed = armed
        self._courier = Courier(
            settings,
            compose=self._compose,
            note=self._note,
            stale=self._stale,
            on_fault=self._hear_of_channels,
            on_late=self._hear_of_delay,
        )
        self._dispatch = Dispatch(rules, everybody(), Past())
        self._early: list[AlarmEvent] | None = []  # what is heard before the past is known
        self._late: set[str] = set()  # keys of pages that could not wait for their intent
        self._unmanned: tuple[str, ...] | None = None
        self._changed = asyncio.Event()
        self._errands: asyncio.Queue[_Errand] = asyncio.Queue()

    def offer_reading(self, reading: Reading) -> None:
        """Readings page nobody."""

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        """Take alarm events, in order; a plain call that never waits."""
        if self._early is not None:
            self._early += events
            return
        self._take([due for event in events for due in self._paging.observe(event)])

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
                if self._armed is not None:
                    watch = self._watch_screens(self._armed)
                    group.create_task(watch, name="pager watch of screens")
                while True:
                    errand = await self._errands.get()
                    group.create_task(
                        self._courier.deliver(errand.page, errand.durable, repeat=errand.repeat),
                        name=f"page {errand.page.key}",
                    )
        finally:
            self._courier.close()

    @property
    def _paging(self) -> Paging:
        return self._dispatch.paging

    def _go_on(self, past: Past) -> None:
        """Stand where the record says, then take what was heard meanwhile."""
        early, self._early = self._early or [], None
        self._dispatch = Dispatch(self._rules, everybody(), past)
        self._do(self._dispatch.resume(early))
        self._take(
            self._paging.connect(Channels(at=self._clock.now(), up=not self._settings.to_log))
        )

    async def _watch_deadlines(self) -> None:
        while True:
            self._changed.clear()
            self._take(self._paging.advance(self._clock.now()), woken=True)
            deadline = self._paging.next_deadline
            when = None if deadline is None else self._clock.to_loop(deadline)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(when):
                    await self._changed.wait()

    async def _watch_screens(self, armed: Callable[[], tuple[str, ...]]) -> None:
        while True:
            self._take(self._paging.watch(Screens(at=self._clock.now(), armed=armed())))
            await asyncio.sleep(self._settings.screens_every_s)

    def _take(self, due: Sequence[Due], *, woken: bool = False) -> None:
        """Do what is due, say where nobody is on duty, and set the timer anew."""
        self._do(self._dispatch.sift(due))
        unmanned = self._paging.unmanned
        if unmanned != self._unmanned:
            self._unmanned = unmanned
            self._on_fault("duty", not unmanned, ", ".join(unmanned))
        if not woken:
            self._changed.set()

    def _do(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            if isinstance(task, SoundHere):
                sound_here(task, self._label_of)
            else:
                self._send(task.page, repeat=task.repeat)

    def _send(self, page: PageDue, *, repeat: bool) -> None:
        """Keep the intent, then hand the page to the courier."""
        durable = asyncio.Event()
        self._note(page, PageState.INTENT, partial(self._keep, page, durable))
        self._errands.put_nowait(_Errand(page, durable, repeat))

    def _keep(self, page: PageDue, durable: asyncio.Event) -> None:
        """An intent is durable; the store works again if this was the last that had to wait."""
        durable.set()
        if page.key in self._late:
            self._late.discard(page.key)
            if not self._late:
                self._on_fault("store", True, "every page's intent is stored")

    def _hear_of_delay(self, page: PageDue) -> None:
        self._late.add(page.key)
        self._on_fault("store", False, f"page {page.key} went out before it was stored")

    def _hear_of_channels(self, up: bool, detail: str) -> None:
        """The log is a channel that nobody looks at: where all else fails it is none."""
        self._on_fault("pager", up, detail)
        reaches = up and not self._settings.to_log
        self._take(self._paging.connect(Channels(at=self._clock.now(), up=reaches)))

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
            label=self._label_of(bed),
            status=None if bed is None else self._status_of(bed),
            age_s=self._age_s(page),
            answered=not self._paging.calls(page),
            repeat=repeat,
        )

    def _label_of(self, bed: str | None) -> str:
        return self._site if bed is None else self._bed_label(bed)

    def _stale(self, page: PageDue) -> bool:
        """Whether a page is old and its alarm calls no more."""
        old = self._age_s(page) > self._settings.give_up_after_s
        return old and not self._paging.calls(page)

    def _age_s(self, page: PageDue) -> float:
        return max(0.0, self._clock.now() - page.called_at)
