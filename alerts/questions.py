"""What staff are asked to ask a patient again: nausea once attended, and after an antiemetic.

These are tasks, never alarms. A missing answer is missing: the task stands until somebody asks.
"""

from collections.abc import Iterator

import msgspec

from alerts.limits import NauseaRules
from alerts.status import Task


class Question(msgspec.Struct):
    """Ask for the NRS at `due_at`; nrs: what it was when the question was put, if known."""

    opened_at: float
    due_at: float
    nrs: float | None = None


class QuestionsState(msgspec.Struct):
    """The newest question of each kind that has no answer yet."""

    recheck: Question | None = None
    antiemetic: Question | None = None


class Questions:
    """The open questions of one bed."""

    __slots__ = ("rules", "state")

    def __init__(self, rules: NauseaRules) -> None:
        self.rules = rules
        self.state = QuestionsState()

    def attended(self, at: float, nrs: float | None) -> None:
        """Somebody has been with a patient who was sick."""
        self.state.recheck = Question(at, at + self.rules.recheck_s, nrs)

    def given(self, at: float, nrs: float | None) -> None:
        """An antiemetic was given at `at`; the newest one is asked about."""
        self.state.antiemetic = Question(at, at + self.rules.answer_s, nrs)

    def answer(self, at: float) -> None:
        """The patient was rated at `at`: that answers what is due, or nearly."""
        s, early_s = self.state, self.rules.early_s
        if s.recheck is not None and at >= s.recheck.due_at - early_s:
            s.recheck = None
        if s.antiemetic is not None and at >= s.antiemetic.due_at - early_s:
            s.antiemetic = None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The open questions, as what staff are asked to do."""
        return tuple(self._tasks())

    def _tasks(self) -> Iterator[Task]:
        s = self.state
        if s.recheck is not None:
            yield _task("nausea_recheck", f"ask nausea again{_was(s.recheck)}", s.recheck)
        if s.antiemetic is not None:
            text = f"ask nausea after the antiemetic{_was(s.antiemetic)}"
            yield _task("antiemetic_answer", text, s.antiemetic)


def _was(question: Question) -> str:
    return "" if question.nrs is None else f" (was NRS {question.nrs:g})"


def _task(kind: str, text: str, question: Question) -> Task:
    return Task(kind=kind, text=text, opened_at=question.opened_at, due_at=question.due_at)
