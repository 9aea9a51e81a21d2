"""The configuration read again while the service runs: applied whole, or not at all."""

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.custody import Custody
from monitor.changes import (
    Changes,
    ReloadRefused,
    equipped_otherwise,
    find_changes,
    installed,
)
from monitor.config import Config, load_config
from monitor.mistakes import ConfigError
from monitor.plan import Plan
from monitor.planning import plan_from
from monitor.refit import Refit, in_use, lent_spares
from monitor.seating import Seated, seat_bed

if TYPE_CHECKING:
    from monitor.service import Service

PART = "configuration"  # as /readyz and the metrics call it: whether the last reload was applied

_log = logging.getLogger(__name__)


class Reloader:
    """One reload at a time, asked for by a signal or over HTTP."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._asked = asyncio.Event()
        self._turn = asyncio.Lock()

    def ask(self) -> None:
        """Reload soon; `serve` does it."""
        self._asked.set()

    async def serve(self) -> None:
        """Reload whenever asked, for ever; what came of it is in the log."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self.reload("SIGHUP")
            except (ConfigError, ReloadRefused):
                continue  # told where it was raised; everything goes on as it was

    async def reload(self, by: str) -> Changes:
        """Read the configuration and apply what differs; durable when this returns.

        Raises ConfigError with every mistake in the file, or ReloadRefused with all that stands
        against it. Then nothing has changed.
        """
        async with self._turn:
            try:
                changes = await self._reload(by)
            except (ConfigError, ReloadRefused) as error:
                _log.error("reload by %s refused, nothing has changed: %s", by, error)
                self._service.desk.note_part(PART, up=False, detail=str(error))
                raise
            _log.info("reload by %s: %s", by, changes)
            self._service.desk.note_part(PART, up=True, detail=str(changes))
            return changes

    async def _reload(self, by: str) -> Changes:
        service, old = self._service, self._service.plan
        if old.config is None or old.config_file is None:
            raise ReloadRefused(["this service was not started from a configuration file"])
        new, config = await asyncio.to_thread(_read, old.config_file)
        changes = self._judge(old, old.config, new, config)
        if not changes:
            return changes
        try:
            if old.broker is not None and new.broker is not None:
                await old.broker.prepare(new.broker.settings)
            coming = await self._seat_beds(new)
            changes = self._judge(
                old, old.config, new, config
            )  # a session may have begun meanwhile
            others = equipped_otherwise(old.config, config)
            new_ones = installed(old.config, config)
            refit = Refit(service, new, changes, others=others, installed=new_ones, coming=coming)
            await service.intake.together(refit.steps(by), refit.last)
            service.intake.tell_who_decides()
        finally:
            if old.broker is not None:
                await old.broker.settle()
        return changes

    def _judge(self, old: Plan, before: Config, new: Plan, after: Config) -> Changes:
        other_profile = old.profile.version != new.profile.version
        reasons = ["site.profile: its file has changed: it needs a restart"]
        ward = self._service.intake
        try:
            changes = find_changes(before, after, in_use(ward), lent_spares(ward))
        except ReloadRefused as refused:
            raise ReloadRefused([*refused.reasons, *(reasons if other_profile else ())]) from None
        if other_profile:
            raise ReloadRefused(reasons)
        return changes

    async def _seat_beds(self, new: Plan) -> dict[str, Seated]:
        """The seats of the beds that are new, as the record says they stand."""
        service = self._service
        custody = Custody(new.beds, new.spares)
        custody.state = service.intake.site.engine.snapshot().custody
        fresh = [setup for setup in new.beds if setup.bed not in service.intake.seats]

        def seat() -> dict[str, Seated]:
            return {s.bed: seat_bed(new, s, custody, service.reader) for s in fresh}

        return await asyncio.to_thread(seat)


def _read(file: Path) -> tuple[Plan, Config]:
    """The file as at a start. Blocks; raises ConfigError."""
    config = load_config(file)
    return plan_from(config, file), config
