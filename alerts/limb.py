"""A cuff on the oximeter's limb: while it squeezes, no SpO2 is expected for a minute at most."""

from collections.abc import Sequence

import msgspec

from alerts.command import Inflating, Measure
from alerts.condition import State
from alerts.cuffs import Cuffs
from alerts.limits import LimbRules
from alerts.order import Order, Refused
from alerts.panel import Panel
from alerts.part import Orders
from alerts.rows import Source
from alerts.setup import BedSetup
from alerts.status import Hold, Task
from alerts.streams import Streams
from devices.reading import Metric


class LimbState(msgspec.Struct):
    """Which cuff measures on whose word, since when, and until when that may hold T-SPO2 back.

    checked_from: the due time of the last check that was taken for a measurement.
    """

    cuff: str = ""
    owner: str = ""
    since: float = 0
    until: float | None = None
    checked_from: float | None = None


class Limb:
    """Holds the technical SpO2 alarm, never one of a value, and never where a value was low."""

    __slots__ = ("cuffs", "oximeter_of", "panel", "rules", "startable", "state", "streams")

    def __init__(
        self, setup: BedSetup, rules: LimbRules, panel: Panel, streams: Streams, cuffs: Cuffs
    ) -> None:
        self.rules = rules
        self.panel = panel
        self.streams = streams
        self.cuffs = cuffs
        same = [device for device in setup.devices if device.same_limb_as is not None]
        self.oximeter_of = {device.id: device.same_limb_as for device in same}
        self.startable = [device.id for device in same if device.can_start]
        self.state = LimbState()

    @property
    def orders(self) -> Orders:
        """A cuff that can be started is, when somebody asks; a driver may say that one began."""
        return {Inflating: self._inflate, Measure: self._measure}

    @property
    def deadline(self) -> float | None:
        """The end of the measurement, or the time at which a check starts the cuff."""
        found = [at for at in (self.state.until, self._check_from()) if at is not None]
        return min(found, default=None)

    def elapse(self, at: float) -> None:
        """Begin or end a measurement, and hold what is due because of it."""
        check_from = self._check_from()
        if check_from is not None and check_from <= at:
            self.state.checked_from = check_from
            self._begin(check_from, self.startable[0], "check")
        if self.state.until is not None and self.state.until <= at:
            self.state.until = None
        until = self.state.until
        if until is None or not self._may_hold():
            return
        for rule in self.panel.spo2_rules:
            if rule.state.deadline is not None and rule.state.deadline <= at:
                rule.hold(at, min(until, rule.state.last_at + self.rules.most_s))

    def deflate(self, at: float, cuff: str) -> bool:
        """The cuff has told its reading; True if that was awaited."""
        s = self.state
        if s.until is None or s.cuff != cuff:
            return False
        s.until = None
        for rule in self.panel.spo2_rules:
            rule.release(at + self.rules.grace_s, rule.state.last_at + self.rules.most_s)
        return True

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = LimbState()

    def arm(self) -> None:
        """A cuff that has left this bed measures nothing here."""
        if self.state.cuff not in self.oximeter_of:
            self.state.until = None

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    @property
    def holds(self) -> Sequence[Hold]:
        """The cuff that measures now."""
        s = self.state
        if s.until is None:
            return ()
        reason = f"{s.cuff} measures on the limb of {self.oximeter_of[s.cuff]}: T-SPO2 may wait"
        owner = s.owner or s.cuff
        return (Hold(kind="same_limb", owner=owner, reason=reason, since=s.since, until=s.until),)

    def _inflate(self, at: float, order: Inflating) -> None:
        if order.device not in self.oximeter_of:
            raise Refused(f"{order.device} is no cuff on the limb of an oximeter")
        self._begin(at, order.device, order.by)

    def _measure(self, at: float, order: Order) -> None:
        if self.startable:
            self._begin(at, self.startable[0], order.by)

    def _begin(self, at: float, cuff: str, owner: str) -> None:
        s = self.state
        s.cuff, s.owner, s.since, s.until = cuff, owner, at, at + self.rules.most_s

    def _check_from(self) -> float | None:
        """When an open check starts the cuff, unless it has."""
        check = self.cuffs.checks.status() if self.startable else None
        if check is None or check.start_device not in self.oximeter_of:
            return None
        return None if check.due_from == self.state.checked_from else check.due_from

    def _may_hold(self) -> bool:
        """The SpO2 is that limb's, its last value was good, and no condition of it is near."""
        oximeter = self.oximeter_of.get(self.state.cuff)
        track = self.streams.tracks[Metric.SPO2].state
        if track.device != oximeter or not track.values:
            return False
        if min(track.values[-1], track.judged or 0) < self.rules.least_spo2:
            return False
        ladders = self.panel.streamed.get(Source.SPO2, [])
        return all(ladder.state.state is State.IDLE for ladder, _ in ladders)
