"""The process around a service: signals, exit codes, and what cannot start said in one line."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import cast

from monitor.clock import new_event_loop
from monitor.config import load_config
from monitor.plan import Plan
from monitor.planning import plan_from
from monitor.service import Service
from monitor.store.errors import StoreError
from monitor.web.server import CannotListen, check_port

DONE, FAILED = 0, 1


def run_service(path: Path) -> int:
    """Serve what the configuration at `path` says until SIGINT or SIGTERM; the exit code."""
    return serve_plan(plan_from(load_config(path), path))


def serve_plan(plan: Plan) -> int:
    """Open a service and serve until SIGINT or SIGTERM; what cannot start is one line on stderr.

    SIGHUP has it read its configuration again.
    """
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(_serve(plan))
    except (CannotListen, StoreError, OSError) as error:
        return _complain([error])
    except ExceptionGroup as errors:
        reasons, rest = errors.split((CannotListen, StoreError, OSError))
        if reasons is None or rest is not None:
            raise
        return _complain(_leaves(reasons))
    return DONE


def _complain(reasons: list[Exception]) -> int:
    for reason in reasons:
        print(f"kat-monitor: {reason}", file=sys.stderr)  # noqa: T201 - the command's answer
    return FAILED


async def _serve(plan: Plan) -> None:
    check_port(plan.host, plan.port)
    loop = asyncio.get_running_loop()

    def reload() -> None:
        service.reload_soon()

    # first, as a long restore must not die of a reload; what comes meanwhile is heard after it
    loop.add_signal_handler(signal.SIGHUP, reload)
    service = Service(plan)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, service.stop)
    await service.run(_say_where)


def _say_where(address: str) -> None:
    print(f"dashboard: {address}", flush=True)  # noqa: T201 - the command's answer


def _leaves(errors: ExceptionGroup[Exception]) -> list[Exception]:
    found: list[Exception] = []
    for error in errors.exceptions:
        if isinstance(error, ExceptionGroup):
            found += _leaves(cast("ExceptionGroup[Exception]", error))
        else:
            found.append(error)
    return found
