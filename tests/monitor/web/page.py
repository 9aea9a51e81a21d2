"""A screen's bookkeeping as any client must do it: the snapshot, then each frame applied to it."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from devices.reading import Metric, Origin, Reason, Sample, Validity
from monitor.hub import BedPlan, Hub, SiteCard

Json = dict[str, Any]
NOW = 1_795_400_000.0


class Page:
    """What a screen knows after the messages it was given; raises when they do not fit together."""

    def __init__(self) -> None:
        self.seq = 0
        self.snapshots = 0
        self.beds: dict[str, Json] = {}
        self.site_alarms: list[Json] = []
        self.events: list[str] = []  # ids, in the order they were told

    def apply(self, message: str) -> int:
        """Apply a message; its number, to be acknowledged."""
        said = json.loads(message)
        if said["kind"] == "snapshot":
            self._start(said)
        else:
            self._advance(said)
        self.seq = said["seq"]
        return self.seq

    def _start(self, said: Json) -> None:
        self.snapshots += 1
        self.beds = {bed["bed"]: _timeless(bed) for bed in said["beds"]}
        self.site_alarms = said["site_alarms"]
        self.events = [event["id"] for event in said["log"]]

    def _advance(self, said: Json) -> None:
        assert said["since"] == self.seq, "a frame builds on the message before it"
        for name, told in said["beds"].items():
            bed = self.beds[name]
            change = _timeless(told)
            bed["readings"] |= change.pop("readings", {})
            bed |= change
        if said["site_alarms"] is not None:
            self.site_alarms = said["site_alarms"]
        self.events += [event["id"] for event in said["events"]]


class Watcher:
    """A screen of a hub with its page, without a network between them."""

    def __init__(self, hub: Hub) -> None:
        self.page = Page()
        self.screen = hub.join(lambda: None)
        self._taken: deque[str] = deque()

    def waiting(self) -> int:
        """How many messages were sent and not yet read."""
        while (message := self.screen.take()) is not None:
            self._taken.append(message)
        return len(self._taken)

    def read(self) -> int:
        """Apply and acknowledge all that was sent; how many messages it was."""
        count = self.waiting()
        while self._taken:
            self.screen.acknowledge(self.page.apply(self._taken.popleft()))
        return count


def make_hub(now: Callable[[], float] = lambda: NOW) -> Hub:
    """A hub of two beds."""
    plans = [BedPlan(bed="B1", devices={"ox": "oximeter", "cuff": "cuff"}), BedPlan(bed="B2")]
    return Hub(SiteCard(site="test", origin=Origin.TEST), plans, now)


def spo2(value: float | None, *, at: float = NOW, bed: str = "B1", device: str = "ox") -> Sample:
    """What an oximeter said; None: the probe is off."""
    missing = value is None
    return Sample(
        at=at,
        bed=bed,
        device=device,
        metric=Metric.SPO2,
        value=value,
        validity=Validity.UNAVAILABLE if missing else Validity.VALID,
        reason=Reason.SENSOR_OFF if missing else None,
    )


def _timeless(bed: Json) -> Json:
    """Without what a page works out by itself: ages against its clock, trends from readings."""
    bed.pop("trend", None)
    for reading in bed.get("readings", {}).values():
        reading.pop("age")
    return bed
