"""What people say and see of a patient: nausea, sedation, and what makes them grave."""

import math
from collections.abc import Sequence

import msgspec

from alerts.condition import CALLING
from alerts.limits import Profile
from alerts.panel import Panel
from alerts.part import Orders
from alerts.rules.nausea import Circumstances
from alerts.session import DRUGGED, Session
from alerts.signals import usable
from alerts.staff import entered_by
from alerts.status import Task
from alerts.streams import Streams
from devices.reading import Report, Sample


class ReportsState(msgspec.Struct):
    """moaas: the last sedation score (MOAA/S), and when it was given."""

    moaas: float | None = None
    moaas_at: float | None = None


class Reports:
    """The nausea ladder and the sedation score of one bed."""

    __slots__ = ("panel", "profile", "session", "state", "streams")

    def __init__(self, profile: Profile, panel: Panel, session: Session, streams: Streams) -> None:
        self.profile = profile
        self.panel = panel
        self.session = session
        self.streams = streams
        self.state = ReportsState()

    @property
    def orders(self) -> Orders:
        """None: reports are readings."""
        return {}

    def take(self, at: float, report: Report) -> None:
        """A patient or staff said something of nausea."""
        age_s = at - report.device_time if report.history and report.device_time else 0
        self.panel.nausea_rule.report(at, report, max(age_s, 0), self._circumstances(at))
        self.panel.nausea.settle(at, by=entered_by(report))

    def take_sedation(self, at: float, sample: Sample) -> bool:
        """A sedation score; False if it carries none."""
        value = usable(sample)
        if value is None:
            return False
        self.state.moaas, self.state.moaas_at = value, at
        self.weigh(at)
        return True

    def weigh(self, at: float) -> None:
        """SpO2 or sedation changed: is what was reported dangerous now?"""
        self.panel.nausea_rule.weigh(at, self._circumstances(at))
        self.panel.nausea.settle(at)

    @property
    def deadline(self) -> float | None:
        """When vomiting becomes dangerous because nobody knows how sedated the patient is.

        Never once it is answered: time alone raises no answered alarm (alarm rules, invariant 3).
        """
        rule, state = self.panel.nausea_rule, self.session.state
        calling = self.panel.nausea.state.state in CALLING
        if not (calling and rule.dangerous_if and rule.state.emesis and state.phase in DRUGGED):
            return None
        return self._sedation_known_at() + self.profile.nausea.moaas_known_s

    def elapse(self, at: float) -> None:
        """The sedation score has grown too old beside vomiting."""
        due = self.deadline
        if due is not None and due <= at:
            around = self._circumstances(at)
            unknown = msgspec.structs.replace(around, moaas=None, moaas_unknown_s=math.inf)
            self.panel.nausea_rule.weigh(at, unknown)
            self.panel.nausea.settle(at)

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = ReportsState()

    def arm(self) -> None:
        """Reports count while a session is open."""
        self.panel.nausea_rule.armed = self.session.open

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def _sedation_known_at(self) -> float:
        known_at = self.state.moaas_at
        return self.session.state.began_at if known_at is None else known_at

    def _circumstances(self, at: float) -> Circumstances:
        unknown_s = at - self._sedation_known_at()
        recent = unknown_s <= self.profile.nausea.moaas_known_s
        return Circumstances(
            moaas=self.state.moaas if recent else None,
            moaas_unknown_s=unknown_s,
            spo2=self.streams.spo2(at),
            drugged=self.session.state.phase in DRUGGED,
        )
