"""What people say and see of a patient: nausea, sedation, and what makes them grave."""

import math
from collections.abc import Sequence

import msgspec

from alerts.calls import Calls
from alerts.command import GiveAntiemetic, Resolve
from alerts.condition import CALLING
from alerts.event import Cause
from alerts.ladder import Ladder
from alerts.limits import Profile
from alerts.order import Refused
from alerts.panel import Panel
from alerts.part import Orders
from alerts.questions import Questions, QuestionsState
from alerts.repeats import Press, Repeats, RepeatsState
from alerts.rules.nausea import Circumstances, possible
from alerts.session import DRUGGED, Session
from alerts.signals import usable
from alerts.staff import STAFF, entered_by, stated_at
from alerts.status import Task
from alerts.streams import Streams
from alerts.words import ago
from devices.reading import Report, ReportKind, ReportSource, Sample, Validity

_PRESSES = {ReportKind.PRESS, ReportKind.LONG_PRESS}
_EMESIS = {ReportKind.RETCH, ReportKind.VOMIT}


class Said(msgspec.Struct):
    """The last sedation score (MOAA/S), rating of nausea and emesis, and when it was so."""

    moaas: float | None = None
    moaas_at: float | None = None
    nrs: float | None = None
    nrs_at: float | None = None
    emesis_at: float | None = None


class ReportsState(msgspec.Struct):
    """Plain data."""

    said: Said
    repeats: RepeatsState
    questions: QuestionsState


class Reports:
    """The nausea ladder and the sedation score of one bed."""

    __slots__ = ("calls", "panel", "profile", "questions", "repeats", "said", "session", "streams")

    def __init__(
        self, profile: Profile, panel: Panel, session: Session, streams: Streams, calls: Calls
    ) -> None:
        self.profile = profile
        self.panel = panel
        self.session = session
        self.streams = streams
        self.calls = calls
        self.repeats = Repeats(profile.call, profile.nausea.repeat_s)
        self.questions = Questions(profile.nausea)
        self.said = Said()

    @property
    def state(self) -> ReportsState:
        """What the snapshot keeps."""
        return ReportsState(self.said, self.repeats.state, self.questions.state)

    @state.setter
    def state(self, state: ReportsState) -> None:
        self.said, self.repeats.state = state.said, state.repeats
        self.questions.state = state.questions

    @property
    def orders(self) -> Orders:
        """Staff gave an antiemetic; everything else said of nausea is a reading."""
        return {GiveAntiemetic: self._give}

    def take(self, at: float, report: Report) -> None:
        """A patient or staff said something of nausea, or pressed the button."""
        if self.repeats.known(at, report):
            return
        when = stated_at(at, report)
        by = entered_by(report)
        if report.kind is ReportKind.ANTIEMETIC:
            self.questions.given(when, self.said.nrs)
        elif report.kind in _PRESSES and by is not None:
            self.calls.help(at, by)
        elif report.kind not in _PRESSES or self._is_just_sick(at, report, when):
            newest = self._note(report, when)
            around = self._circumstances(at)
            self.panel.nausea_rule.report(at, report, at - when, around, newest=newest)
            self.panel.nausea.settle(at, by=by)

    def take_sedation(self, at: float, sample: Sample) -> bool:
        """A sedation score; False if it carries none, or one older than the newest."""
        value, when = usable(sample), stated_at(at, sample)
        known_at = self.said.moaas_at
        if value is None or (known_at is not None and when < known_at):
            return False
        weak = sample.validity is not Validity.VALID
        if not weak:
            self.said.moaas, self.said.moaas_at = value, when
        for rule in self.panel.scores:
            rule.judge(value, at - when, weak=weak)
        self.panel.sedation.settle(at, by=entered_by(sample))
        self.weigh(at)
        return True

    def weigh(self, at: float) -> None:
        """SpO2 or sedation changed: is what was reported dangerous now?

        That time has passed is no change: an answered alarm is not raised by an unknown score.
        """
        around = self._circumstances(at)
        if self.panel.nausea.answered:
            around = msgspec.structs.replace(around, moaas_unknown_s=0)
        self.panel.nausea_rule.weigh(at, around)
        self.panel.nausea.settle(at)

    def attend(self, at: float, ladder: Ladder, order: Resolve) -> None:
        """Somebody has been with the patient: the alarm ends, and with it another of its cause.

        Raises:
            Refused: the rating that came with it cannot be.
        """
        nrs, nausea, call = order.nrs, self.panel.nausea, self.panel.call
        if nrs is not None and not possible(nrs):
            raise Refused(f"nausea is rated from 0 to 10, not {nrs:g}")
        sick = self.panel.nausea_rule.moderate
        still = nrs is not None and nrs >= self.profile.nausea.moderate
        if nausea.standing and nausea.state.covered_by is not None:
            ended = (nausea, call)
        else:
            ended = (ladder,)
        for one in ended:
            one.end(at, Cause.PERSON, order.by, _outcome(order))
        if nrs is not None:
            self.said.nrs, self.said.nrs_at = nrs, at
            self.questions.answer(at)
            self.repeats.expect(at, STAFF, ReportSource.STAFF, order.id)
        if still or (sick and nausea in ended):
            self.questions.attended(at, nrs)
        if order.antiemetic:
            self.questions.given(at, self.said.nrs)

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
        """Forget the patient before, but not what a device may send again."""
        self.panel.nausea_rule.hold(at, None)
        self.said = Said()
        self.questions.state = QuestionsState()
        self.repeats.forget_presses()

    def arm(self) -> None:
        """Reports count while a session is open."""
        self.panel.nausea_rule.armed = self.session.open

    @property
    def tasks(self) -> Sequence[Task]:
        """What is to be asked again."""
        return self.questions.tasks if self.session.open else ()

    def _is_just_sick(self, at: float, report: Report, when: float) -> bool:
        """Whether a press says "I feel sick"; held, or pressed again soon, it calls for help."""
        late = ago(at - when)
        if report.kind is ReportKind.LONG_PRESS:
            if self.repeats.hold(when):
                self.calls.press(at, f"button held: help now{late}")
            return False
        press = self.repeats.press(when)
        if press is Press.AGAIN or (press is Press.FIRST and self.calls.standing):
            self.calls.press(at, f"button pressed again: help now{late}")
            return False
        return press is Press.FIRST

    def _note(self, report: Report, when: float) -> bool:
        """Keep what was said; False if something newer is known."""
        s, nrs = self.said, report.value
        if report.kind in _EMESIS:
            s.emesis_at = when if s.emesis_at is None else max(s.emesis_at, when)
        if report.kind is not ReportKind.NRS or nrs is None or not possible(nrs):
            return True
        if s.nrs_at is not None and when < s.nrs_at:
            return False
        s.nrs, s.nrs_at = nrs, when
        self.questions.answer(when)
        return True

    def _give(self, at: float, order: GiveAntiemetic) -> None:
        if not self.session.open:
            raise Refused("no session is open at this bed", conflict=True)
        self.questions.given(min(order.given_at, at), self.said.nrs)

    def _sedation_known_at(self) -> float:
        known_at = self.said.moaas_at
        return self.session.state.began_at if known_at is None else known_at

    def _circumstances(self, at: float) -> Circumstances:
        unknown_s = at - self._sedation_known_at()
        recent = unknown_s <= self.profile.nausea.moaas_known_s
        return Circumstances(
            moaas=self.said.moaas if recent else None,
            moaas_unknown_s=unknown_s,
            spo2=self.streams.spo2(at),
            drugged=self.session.state.phase in DRUGGED,
        )


def _outcome(order: Resolve) -> str:
    """The outcome in words, with what was found and given."""
    said = [order.outcome.strip() or "attended"]
    if order.nrs is not None:
        said.append(f"NRS {order.nrs:g}")
    if order.antiemetic:
        said.append("antiemetic given")
    return ", ".join(said)
