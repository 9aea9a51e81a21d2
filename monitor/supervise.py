"""Keep a part of the service running: a part that may fail is restarted, never silently.

Device, InfluxDB, pager and screen tasks never end the service (architecture, law 6).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 60.0
HEALTHY_AFTER_S = 60.0  # a part that ran this long starts again from the first delay


async def supervise(
    name: str,
    part: Callable[[], Awaitable[None]],
    on_fault: Callable[[bool, str], None] | None = None,
    fatal: tuple[type[Exception], ...] = (),
) -> None:
    """Run `part` for ever. When it fails or returns, log it, report it, and start it again.

    `on_fault(up, detail)` hears False at a failure and True once the part has run on after one.
    Cancellation and `fatal` errors pass through.
    """
    loop = asyncio.get_running_loop()
    delay = FIRST_DELAY_S
    failed = False
    while True:
        started_at = loop.time()
        recovery = loop.call_later(HEALTHY_AFTER_S, _recovered, name, on_fault) if failed else None
        detail = "stopped by itself"
        try:
            await part()
            _log.error("%s stopped by itself; starting it again", name)
        except fatal:
            raise
        except Exception as error:  # noqa: BLE001 - any failure of a part is answered by a restart
            detail = f"{type(error).__name__}: {error}"
            _log.exception("%s failed; starting it again", name)
        finally:
            if recovery is not None:
                recovery.cancel()
        if loop.time() - started_at >= HEALTHY_AFTER_S:
            delay = FIRST_DELAY_S
        failed = True
        if on_fault is not None:
            on_fault(False, f"{name}: {detail}")
        await asyncio.sleep(delay)
        delay = min(delay * 2, LONGEST_DELAY_S)


def _recovered(name: str, on_fault: Callable[[bool, str], None] | None) -> None:
    _log.info("%s runs again", name)
    if on_fault is not None:
        on_fault(True, f"{name} runs again")
