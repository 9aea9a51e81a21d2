"""The question that every watch ends with: was the patient nauseated? And what raises the risk.

So a clinic can reckon for itself how often the watch is right, which nobody can tell it.
"""

from collections.abc import Sequence

import msgspec

from alerts.autonomic_limits import WatchRules
from alerts.command import Resolve
from alerts.event import Cause
from alerts.nausea import NauseaIndex
from alerts.order import Refused
from alerts.panel import Panel
from alerts.part import Orders
from alerts.status import Task
from alerts.watch_entry import JudgeWatch, NoteRisk

_WORDS = {"yes": True, "no": False}


class Question(msgspec.Struct):
    """One watch, and the answer of staff: None while it waits."""

    occurrence: str
    asked_at: float
    nauseated: bool | None = None


class VerdictsState(msgspec.Struct):
    """factors: what is known of the patient; questions: one a watch, in order."""

    factors: tuple[str, ...] = ()
    questions: list[Question] = []


class Verdicts:
    """What staff know of the nausea watch at one bed."""

    __slots__ = ("panel", "rules", "state")

    def __init__(self, rules: WatchRules, panel: Panel) -> None:
        self.rules = rules
        self.panel = panel
        self.state = VerdictsState()

    @property
    def orders(self) -> Orders:
        """Both are entries of the session."""
        return {NoteRisk: self._note_risk, JudgeWatch: self._judge}

    @property
    def prior(self) -> float:
        """Points for what is known of the patient, not yet capped."""
        return sum(self.rules.prior.get(name, 0) for name in self.state.factors)

    def begin(self) -> None:
        """Forget the patient before."""
        self.state = VerdictsState()

    def ask(self, at: float) -> None:
        """Ask about the watch that stands, once."""
        ladder = self.panel.watch
        known = {question.occurrence for question in self.state.questions}
        if ladder.standing and ladder.state.occurrence not in known:
            self.state.questions.append(Question(ladder.state.occurrence, at))

    def resolve(self, at: float, order: Resolve) -> None:
        """Settle exactly this watch: outcome "yes" or "no", or a nausea rating.

        Raises:
            Refused: it says neither.
        """
        nauseated = _WORDS.get(order.outcome.strip().lower())
        if nauseated is None and order.nrs is not None:
            nauseated = order.nrs > 0
        if nauseated is None:
            raise Refused("say whether the patient was nauseated: yes, no, or a rating")
        for question in self.state.questions:
            if question.occurrence == order.occurrence:
                self._answer(at, question, order.by, nauseated=nauseated)

    @property
    def tasks(self) -> Sequence[Task]:
        """One for each watch without an answer."""
        return [
            Task(
                kind="watch_verdict",
                text="autonomic change: was the patient nauseated? yes / no",
                opened_at=question.asked_at,
                condition=self.rules.id,
            )
            for question in self._waiting()
        ]

    def count(self, index: NauseaIndex) -> NauseaIndex:
        """The index with what has come of its watches."""
        answers = [question.nauseated for question in self.state.questions]
        return msgspec.structs.replace(
            index,
            watching=self.panel.watch.standing,
            asking=answers.count(None),
            right=answers.count(True),
            wrong=answers.count(False),
        )

    def _waiting(self) -> list[Question]:
        return [q for q in self.state.questions if q.nauseated is None]

    def _note_risk(self, at: float, order: NoteRisk) -> None:
        del at
        unknown = [name for name in order.factors if name not in self.rules.prior]
        if unknown:
            known = ", ".join(self.rules.prior)
            raise Refused(f"no risk factor {', '.join(unknown)}; the profile has {known}")
        self.state.factors = tuple(dict.fromkeys(order.factors))

    def _judge(self, at: float, order: JudgeWatch) -> None:
        waiting = self._waiting()
        if not waiting:
            raise Refused("no nausea watch waits for an answer", conflict=True)
        self._answer(at, waiting[0], order.by, nauseated=order.nauseated)

    def _answer(self, at: float, question: Question, by: str, *, nauseated: bool) -> None:
        """Staff have asked: a watch that still stands has done its work."""
        question.nauseated = nauseated
        ladder = self.panel.watch
        if ladder.standing and ladder.state.occurrence == question.occurrence:
            self.panel.watch_rule.end(at)
            ladder.end(at, Cause.PERSON, by)
