"""The devices of a bed as means of watching: heard, lost, sending nonsense; who covers whom."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from alerts.command import Cover
from alerts.ladder import Ladder
from alerts.panel import Panel
from alerts.part import Orders
from alerts.rows import Source
from alerts.rules.silence import hear_all
from alerts.session import Session
from alerts.setup import BedSetup
from alerts.status import Task
from alerts.streams import Streams
from devices.reading import Link, LinkReason, Malformed, Metric

_UNREACHABLE = frozenset(
    {LinkReason.ADAPTER_UNAVAILABLE, LinkReason.NOT_PAIRED, LinkReason.CONNECT_FAILED}
)


class ContactsState(msgspec.Struct):
    """heard: when each device last said something good; site_cover: the site alarm that speaks.

    unreachable: devices that could not be read if they had something to say.
    """

    heard: dict[str, float] = {}
    unreachable: dict[str, LinkReason] = {}
    site_cover: str | None = None


class Speaker(Protocol):
    """A part that may speak for a technical alarm of this bed."""

    def speaks_for(self, condition: str) -> str | None:
        """What is shown to cover the alarm of that id, None while nothing does."""
        ...


class Contacts:
    """T-LINK and T-FRAME of every device, and the covers among technical alarms."""

    __slots__ = ("panel", "session", "setup", "speakers", "state", "streams")

    def __init__(self, setup: BedSetup, panel: Panel, session: Session, streams: Streams) -> None:
        self.setup = setup
        self.panel = panel
        self.session = session
        self.streams = streams
        self.speakers: list[Speaker] = []
        self.state = ContactsState()

    @property
    def orders(self) -> Orders:
        """The site tells when its own alarm speaks for this bed's."""
        return {Cover: self._cover_by_site}

    @property
    def deadline(self) -> float | None:
        """Nothing but what its ladders wait for."""
        return None

    def elapse(self, at: float) -> None:
        """Nothing but what its ladders wait for."""

    def begin(self, at: float) -> None:
        """Devices outlive a patient."""

    def arm(self) -> None:
        """Nonsense from a device is an alarm while a session is open."""
        for _, rule in self.panel.frames.values():
            rule.armed = self.session.watching

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def hear(self, at: float, device: str) -> bool:
        """A good frame came; True if an alarm of the device stood or waited."""
        self.state.heard[device] = at
        self.state.unreachable.pop(device, None)
        stirred = False
        if device in self.panel.links:
            ladder, rules = self.panel.links[device]
            stirred = ladder.standing
            hear_all(rules, at)
            if stirred:
                ladder.settle(at)
        return self.prove(at, device) or stirred

    def prove(self, at: float, device: str) -> bool:
        """A frame kept its format, if only a stored one; True if that ended or stopped T-FRAME."""
        ladder, frames = self.panel.frames.get(device, (None, None))
        if ladder is None or frames is None:
            return False
        if frames.state.since is None and frames.state.level is None:
            return False
        frames.reset()
        ladder.settle(at)
        return True

    def take_link(self, at: float, link: Link) -> None:
        """The link went down: silence counts from now at the latest. Up: data must prove it."""
        if link.up or link.reason not in _UNREACHABLE:
            self.state.unreachable.pop(link.device, None)
        else:
            self.state.unreachable[link.device] = link.reason
        if link.up:
            return
        self.state.heard.pop(link.device, None)
        if self.session.open and link.device in self.panel.links:
            ladder, rules = self.panel.links[link.device]
            for rule in rules:
                rule.cut(at, link.reason.replace("_", " "))
            ladder.settle(at)

    def take_malformed(self, at: float, frame: Malformed) -> None:
        """A frame broke its format; only nonsense for a while is an alarm."""
        if self.session.open and frame.device in self.panel.frames:
            ladder, rule = self.panel.frames[frame.device]
            rule.report(at, frame.where)
            ladder.settle(at)

    def cover(self, at: float) -> None:
        """T-NET > T-LINK > T-SPO2, and a value lost in alarm speaks for its own lost source.

        A device that sends only nonsense is lost as well: T-FRAME says more of it than T-LINK.
        Before these: whatever says of the whole bed that nobody is there to be watched.
        """
        site = self.state.site_cover
        lost = {source: self.streams.lost_condition(source) for source in Source}
        for device, (ladder, _) in self.panel.links.items():
            by = (c for s, c in lost.items() if c is not None and self.streams.feeds(s, device))
            by_device = next(by, None) or self._absent(device) or self._nonsense(device)
            ladder.cover(at, site or self._spoken_for(ladder) or by_device)
        absence = self.panel.absence[0]
        absence.cover(at, site or self._spoken_for(absence))
        if self.panel.spo2 is not None:
            spoken_for = self._spoken_for(self.panel.spo2)
            lost_by = spoken_for or lost[Source.SPO2] or self._lost_oximeter()
            self.panel.spo2.cover(at, site or lost_by)
        self.panel.due.cover(at, self._spoken_for(self.panel.due))

    def _spoken_for(self, ladder: Ladder) -> str | None:
        """What speaks for all silence of this bed."""
        names = (speaker.speaks_for(ladder.rules[0].condition) for speaker in self.speakers)
        return next((name for name in names if name is not None), None)

    def _cover_by_site(self, at: float, order: Cover) -> None:
        """A site alarm (T-NET) begins or stops to speak for this bed's lost streams."""
        self.state.site_cover = order.condition if order.on else None
        self.cover(at)

    def _absent(self, device: str) -> str | None:
        """T-DEVICE, while it says that this device has never come."""
        ladder, rule = self.panel.absence
        named = ladder.standing and device in rule.state.named
        return ladder.state.condition if named else None

    def _nonsense(self, device: str) -> str | None:
        """T-FRAME of a device, while it stands."""
        ladder, _ = self.panel.frames[device]
        return ladder.state.condition if ladder.standing else None

    def _lost_oximeter(self) -> str | None:
        """The lost link that explains why SpO2 is missing: its source's, or before one all."""
        source = self.streams.tracks[Metric.SPO2].state.device
        able = [d.id for d in self.setup.devices if Metric.SPO2 in d.metrics]
        links = [self.panel.links.get(device) for device in ([source] if source else able)]
        if not all(link is not None and link[0].standing for link in links):
            return None
        return next((link[0].state.condition for link in links if link is not None), None)

    def not_ready(self, at: float) -> tuple[str, ...]:
        """Devices that cannot be read, and streaming ones silent longer than a session would bear.

        One that wakes only to deliver is silent by nature.
        """
        signals = self.panel.profile.signals
        missing: list[str] = []
        for device in self.setup.devices:
            heard = self.state.heard.get(device.id)
            bear_s = max(signals.stale_s, signals.silent_periods * device.period_s)
            silent = device.streams and (heard is None or at - heard >= bear_s)
            if silent or device.id in self.state.unreachable:
                missing.append(device.id)
        return tuple(missing)
