"""Brings one page to a person: attempt after attempt under one key, until a channel takes it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from alerts.call import PageDue
from devices.reading import Origin
from monitor.pager.channels import name_of, send, usable
from monitor.pager.message import Message
from monitor.pager.record import PageState
from monitor.pager.settings import PagerSettings

_log = logging.getLogger(__name__)

_THREADS = 8  # a channel that hangs holds one for a few seconds; the others go on

T = TypeVar("T")

Compose = Callable[[PageDue, bool], Message]
Note = Callable[[PageDue, PageState], None]


class Courier:
    """Sends pages over the configured channels; a page has arrived when one of them took it.

    `on_fault(up, detail)` is called at each change: False when no channel works. Demo and test
    pages only ever go to the log. `on_late(page)` hears of a page that goes out before its intent
    is durable.
    """

    def __init__(
        self,
        settings: PagerSettings,
        *,
        compose: Compose,
        note: Note,
        stale: Callable[[PageDue], bool],
        on_fault: Callable[[bool, str], None],
        on_late: Callable[[PageDue], None],
    ) -> None:
        self._settings = settings
        self._compose = compose
        self._note = note
        self._stale = stale
        self._on_fault = on_fault
        self._on_late = on_late
        self._up: bool | None = None
        self._threads = ThreadPoolExecutor(_THREADS, "pager")

    def close(self) -> None:
        """Start no further attempt."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def check(self) -> None:
        """Say at once whether any channel is usable at all, before a page needs one."""
        if self._settings.to_log:
            self._report(True, "pages go to the log")
            return
        urls = await self._urls()
        good = [url for url in urls if await self._in_thread(partial(usable, url))]
        for number, url in enumerate(urls, 1):
            if url not in good:
                _log.error("channel %d (%s) is no Apprise URL", number, name_of(url))
        self._report(bool(good), f"{len(good)} of {len(urls)} channels are usable")

    async def deliver(self, page: PageDue, durable: asyncio.Event, *, repeat: bool) -> None:
        """Send a page until it is taken or stale; waits only a moment for its durable intent."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.durable_within_s):
                await durable.wait()
        if not durable.is_set():
            self._on_late(page)
        delay_s, failed = self._settings.retry_first_s, False
        while not self._stale(page):
            if await self._attempt(page, repeat=repeat):
                self._note(page, PageState.SENT)
                return
            if not failed:
                self._note(page, PageState.FAILED)
            failed = repeat = True
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, self._settings.retry_most_s)
        _log.error("page %s is given up: old, unsent, and nobody needs it any more", page.key)
        self._note(page, PageState.GIVEN_UP)

    async def _attempt(self, page: PageDue, *, repeat: bool) -> bool:
        message = self._compose(page, repeat)
        if self._settings.to_log or page.event.origin is not Origin.REAL:
            _log.warning("PAGE %s | %s", message.title, message.body.replace("\n", " | "))
            return True
        urls = await self._urls()
        async with asyncio.TaskGroup() as group:
            tries = [
                group.create_task(self._try(url, message), name=f"{name_of(url)} {page.key}")
                for url in urls
            ]
        taken = [one.result() for one in tries]
        self._report(any(taken), f"{sum(taken)} of {len(taken)} channels took the last page")
        return any(taken)

    async def _try(self, url: str, message: Message) -> bool:
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                taken = await self._in_thread(partial(send, url, message))
        except TimeoutError:
            taken = False
        except Exception:  # noqa: BLE001 - a plug-in may raise anything; the page goes by the others
            _log.exception("channel %s failed", name_of(url))
            return False
        if not taken:
            _log.warning("channel %s did not take page %s", name_of(url), message.fields["key"])
        return taken

    async def _urls(self) -> list[str]:
        """The channels as configured now: a corrected file needs no restart."""
        try:
            return await self._in_thread(self._settings.read_urls)
        except (OSError, UnicodeDecodeError) as error:
            _log.error("the pager's channels cannot be read: %s", error)
            return []

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _report(self, up: bool, detail: str) -> None:
        if up is not self._up:
            self._up = up
            self._on_fault(up, detail)
