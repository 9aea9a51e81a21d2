"""What happens at one bed when a reading comes, time passes or the phase changes."""

import math

import msgspec

from alerts.announce import Announcer
from alerts.condition import CALLING
from alerts.contacts import Contacts
from alerts.cuffs import Cuffs
from alerts.event import AlarmKind, Cause
from alerts.limits import Profile
from alerts.occurrence import OccurrenceState
from alerts.panel import Panel
from alerts.rules.nausea import Circumstances
from alerts.session import AFTER_DOSE, DRUGGED, Session
from alerts.setup import BedSetup
from alerts.signals import usable
from alerts.streams import Streams
from devices.reading import (
    Cuff,
    Link,
    Malformed,
    Metric,
    Reading,
    Report,
    ReportSource,
    Sample,
)

STAFF = "staff"  # the device name of whatever a person typed in


class BedMemory(msgspec.Struct):
    """moaas: the last sedation score; pauses: audio pauses since the last answer."""

    moaas: float | None = None
    moaas_at: float | None = None
    pauses: int = 0
    pause_until: float | None = None


class Bedside:
    """The working parts of a bed behind BedEngine; inputs come in the order of time.

    `deadline` may lie too early, never too late: hearing from a device only moves deadlines away,
    so the fast path of a quiet sample does not look for them again.
    """

    def __init__(self, setup: BedSetup, profile: Profile, announcer: Announcer) -> None:
        self.setup = setup
        self.profile = profile
        self.announcer = announcer
        self.memory = BedMemory()
        self.session = Session(profile)
        self.panel = Panel(setup, profile, announcer)
        self.streams = Streams(setup, self.panel, self.session)
        self.cuffs = Cuffs(setup, profile, self.panel, self.session)
        self.contacts = Contacts(setup, self.panel, self.session, self.streams)
        self._deadline: float | None = None
        self._deadline_known = False

    def take(self, at: float, reading: Reading) -> None:
        """One reading of this bed. Without a session, history or foreign data decide nothing."""
        if isinstance(reading, Report):
            if self._concerns(reading):
                self._take_report(at, reading)
        elif reading.history:
            return
        elif isinstance(reading, Link):
            self.contacts.take_link(at, reading)
        elif isinstance(reading, Malformed):
            self.contacts.take_malformed(at, reading)
        elif self.session.open and not self._concerns(reading):
            return  # of another origin: not even a sign that the device is there
        else:
            stirred = self.contacts.hear(at, reading.device)
            if isinstance(reading, Sample) and self.session.open:
                stirred = self._take_sample(at, reading) or stirred
            elif isinstance(reading, Cuff) and self.session.open:
                self.cuffs.take(at, reading, by_staff=reading.device == STAFF)
                stirred = True
            if not stirred:
                return
        self.stir(at)

    def stir(self, at: float) -> None:
        """Something may have changed: look at covers and deadlines again."""
        self._deadline_known = False
        if self.announcer.state.untold:
            self.contacts.cover(at)

    @property
    def deadline(self) -> float | None:
        """The next instant at which something may happen by itself."""
        if not self._deadline_known:
            self._deadline = self._find_deadline()
            self._deadline_known = True
        return self._deadline

    def fire(self, at: float) -> None:
        """Do everything that is due at `at`."""
        if self.session.elapse(at):
            self.rearm(at)
        until = self.memory.pause_until
        if until is not None and until <= at:
            self.memory.pause_until = None
        self._elapse(at, AlarmKind.PHYSIOLOGICAL)
        due = self._sedation_unknown_at()
        if due is not None and due <= at:
            around = self._circumstances(at)
            unknown = msgspec.structs.replace(around, moaas=None, moaas_unknown_s=math.inf)
            self.panel.nausea_rule.weigh(at, unknown)
            self.panel.nausea.settle(at)
        self.streams.elapse(at)
        self._elapse(at, AlarmKind.TECHNICAL)
        self.cuffs.elapse(at)
        self.stir(at)

    def excuse(self, since: float, at: float, *, known: bool) -> None:
        """The service was away from `since` to `at`; a pause outlives only a short absence."""
        voice = self.profile.voice
        away_s = at - since if known and at - since <= voice.gap_s else None
        for ladder in self.panel.ladders.values():
            ladder.outlast(away_s)
        until = self.memory.pause_until
        self.memory.pause_until = None if until is None or away_s is None else until + away_s
        if self.session.open:
            for rule in self.panel.silences():
                rule.excuse(at, voice.gap_grace_s)
            self.streams.excuse(at, voice.gap_grace_s)
        self.stir(at)

    def welcome(self, at: float) -> None:
        """A session opened: nothing of the last patient is left."""
        self.announcer.state.session = self.session.state.id
        self.announcer.state.origin = self.session.state.origin
        self.memory = BedMemory()
        self.cuffs.reset()
        self.streams.reset()
        for ladder in self.panel.ladders.values():
            ladder.state = OccurrenceState()
        for rule in self.panel.silences():
            rule.wait_from(at)
        self.rearm(at)

    def part(self, at: float, by: str) -> None:
        """The session closed: every alarm ends, with its cause."""
        for ladder in self.panel.ladders.values():
            ladder.end(at, Cause.SESSION_CLOSED, by)
        self.memory.pause_until = None
        self.rearm(at)
        self.announcer.state.session = None

    def rearm(self, at: float) -> None:
        """Take the phase and the baseline: which rules judge, and against what.

        Only technical alarms follow a phase at once; a physiological one waits for data.
        """
        self.arm()
        for rule in self.panel.silences():
            rule.arm(at, self.session.state.phase, is_open=self.session.open)
        for ladder in self.panel.ladders.values():
            if ladder.kind is AlarmKind.TECHNICAL:
                ladder.settle(at, data=False)
        self.cuffs.reschedule(at)
        self._deadline_known = False

    def arm(self) -> None:
        """Tell each rule whether it judges; nothing else moves."""
        phase, is_open = self.session.state.phase, self.session.open
        for row, rule in self.panel.rows():
            rule.armed = self.session.reached(row.armed)
        for rule in self.panel.silences():
            rule.armed = rule.counts_in(phase, is_open=is_open)
        for _, rule in self.panel.frames.values():
            rule.armed = is_open
        self.panel.nausea_rule.armed = is_open
        self.panel.due_rule.armed = phase in AFTER_DOSE
        self.streams.compare()
        self._deadline_known = False

    def _elapse(self, at: float, kind: AlarmKind) -> None:
        """Physiological alarms first: what they lost may speak for the technical ones."""
        for ladder in self.panel.ladders.values():
            deadline = ladder.deadline
            if ladder.kind is kind and deadline is not None and deadline <= at:
                self.contacts.cover(at)
                ladder.elapse(at)

    def _concerns(self, reading: Reading) -> bool:
        """Only an open session judges, and only data of its own origin (or a person's entry)."""
        state = self.session.state
        return self.session.open and (reading.origin is state.origin or reading.device == STAFF)

    def _take_sample(self, at: float, sample: Sample) -> bool:
        if sample.metric in self.streams.tracks:
            stirred = self.streams.take(at, sample)
            if sample.metric is Metric.SPO2 and self.panel.nausea_rule.dangerous_if:
                self._weigh_nausea(at)
                return True
            return stirred
        if sample.metric is Metric.MOAAS and (value := usable(sample)) is not None:
            self.memory.moaas, self.memory.moaas_at = value, at
            self._weigh_nausea(at)
            return True
        return False

    def _take_report(self, at: float, report: Report) -> None:
        age_s = at - report.device_time if report.history and report.device_time else 0
        self.panel.nausea_rule.report(at, report, max(age_s, 0), self._circumstances(at))
        self.panel.nausea.settle(at, by_staff=report.source is ReportSource.STAFF)

    def _weigh_nausea(self, at: float) -> None:
        self.panel.nausea_rule.weigh(at, self._circumstances(at))
        self.panel.nausea.settle(at)

    def _sedation_unknown_at(self) -> float | None:
        """When vomiting becomes dangerous because nobody knows how sedated the patient is.

        Never once it is answered: time alone raises no answered alarm (alarm rules, invariant 3).
        """
        rule, memory, state = self.panel.nausea_rule, self.memory, self.session.state
        calling = self.panel.nausea.state.state in CALLING
        if not (calling and rule.dangerous_if and rule.state.emesis and state.phase in DRUGGED):
            return None
        since = state.began_at if memory.moaas_at is None else memory.moaas_at
        return since + self.profile.nausea.moaas_known_s

    def _circumstances(self, at: float) -> Circumstances:
        state, memory = self.session.state, self.memory
        unknown_s = at - (state.began_at if memory.moaas_at is None else memory.moaas_at)
        recent = unknown_s <= self.profile.nausea.moaas_known_s
        return Circumstances(
            moaas=memory.moaas if recent else None,
            moaas_unknown_s=unknown_s,
            spo2=self.streams.spo2(at),
            drugged=state.phase in DRUGGED,
        )

    def _find_deadline(self) -> float | None:
        if not self.session.open:
            return None
        found = [self.session.deadline, self.streams.deadline, self.memory.pause_until]
        found.append(self._sedation_unknown_at())
        found += [ladder.deadline for ladder in self.panel.ladders.values()]
        return min((d for d in found if d is not None), default=None)
