"""A bed under test: everything that happens to it, one step at a time, with what was before."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from alerts.command import Assign, Command, Gap, Refused
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.setup import BedSetup, DeviceRow
from alerts.snapshot import BedSnapshot
from alerts.status import BedStatus, StandingAlarm
from devices.reading import Metric, Origin, Reading, Sample
from tests.alerts.timeline import BED, CUFF, OXIMETER, PROFILE, STRAP, T, in_peak

BUTTON = DeviceRow(id="button", metrics=(Metric.NAUSEA,), streams=False)
SETUP = BedSetup(bed=BED, devices=(OXIMETER, STRAP, CUFF, BUTTON))


class Passed(NamedTuple):
    """Time passed to `at`, and nothing else happened."""

    at: float


class Restarted(NamedTuple):
    """The process was killed and the bed restored from what was kept."""

    at: float


Happening = Reading | Command | Gap | Passed | Restarted


class Step(NamedTuple):
    """One input: the bed before and after it, and what the engine said."""

    what: Happening
    before: BedStatus
    after: BedStatus
    events: list[AlarmEvent]
    refused: bool = False

    @property
    def at(self) -> float:
        """When."""
        return self.what.at

    def was(self, occurrence: str) -> StandingAlarm | None:
        """The occurrence as it stood before."""
        return _find(self.before, occurrence)

    def now(self, occurrence: str) -> StandingAlarm | None:
        """The occurrence as it stands after."""
        return _find(self.after, occurrence)


class World:
    """An engine in PEAK with fresh data, and the steps it has gone through.

    Every step is handed to `check`, which raises AssertionError where an invariant is broken.
    """

    def __init__(self, check: Callable[["World", Step], None]) -> None:
        self.engine: BedEngine = in_peak(SETUP)
        self.second = 0.0
        self.steps: list[Step] = []
        self.oximeter_since = T - 900  # since when the bed has had its oximeter
        self.excused_until = T  # silence before this is excused (the service was away)
        self.valued: dict[Metric, float] = {Metric.SPO2: T - 1, Metric.HEART_RATE: T - 1}
        self.status = self.engine.status()  # looked at anew whenever the engine has said something
        self._check = check

    @property
    def at(self) -> float:
        """The present instant."""
        return T + self.second

    def oximeter_for(self, at: float) -> bool:
        """Whether the bed has had an oximeter for so long that its silence must be told."""
        return at - self.oximeter_since > PROFILE.signals.stale_s + 1

    def wait(self, seconds: float) -> None:
        """Let time pass, deadline by deadline, so that each is a step of its own."""
        until = self.at + seconds
        while (due := self.engine.next_deadline) is not None and due <= until:
            self._step(Passed(due), lambda due=due: self.engine.advance(due))
        self.second = until - T
        self._step(Passed(until), lambda: self.engine.advance(until))

    def give(self, thing: Reading | Command | Gap | None) -> None:
        """One input of now."""
        if thing is None:
            return
        if isinstance(thing, Gap):
            self.excused_until = thing.at + PROFILE.voice.gap_grace_s
            self._step(thing, lambda: self.engine.gap(thing))
        elif isinstance(thing, Reading):
            if (
                isinstance(thing, Sample)
                and thing.value is not None
                and not thing.history
                and thing.origin is Origin.REAL
            ):
                self.valued[thing.metric] = thing.at
            self._step(thing, lambda: self.engine.observe(thing))
        else:
            if isinstance(thing, Assign):
                self.oximeter_since = thing.at
            self._step(thing, lambda: self.engine.command(thing))

    def restart(self) -> None:
        """Kill and restore, without any time away."""
        kept = msgspec.json.encode(self.engine.snapshot())
        snapshot = msgspec.json.decode(kept, type=BedSnapshot)
        before = self.engine.status()
        self.engine = BedEngine.restore(SETUP, PROFILE, snapshot)
        self.status = self.engine.status()
        self._finish(Step(Restarted(self.at), before, self.status, []))

    def _step(self, what: Happening, act: Callable[[], list[AlarmEvent]]) -> None:
        before, refused = self.status, False
        try:
            events = act()
        except Refused:
            events, refused = self.engine.advance(self.engine.now), True
        if events or not isinstance(what, Sample | Passed):
            self.status = self.engine.status()
        self._finish(Step(what, before, self.status, events, refused))

    def _finish(self, step: Step) -> None:
        self.steps.append(step)
        self._check(self, step)


def _find(status: BedStatus, occurrence: str) -> StandingAlarm | None:
    return next((a for a in status.alarms if a.event.occurrence == occurrence), None)
