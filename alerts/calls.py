"""CALL: staff ask for help, a patient holds the button; one cause makes one sound."""

from collections.abc import Sequence

from alerts.observed import Call
from alerts.order import Refused
from alerts.panel import Panel
from alerts.part import Orders
from alerts.session import Session
from alerts.status import Task


class Calls:
    """The calls of one bed. Attending ends them (reports.py)."""

    __slots__ = ("panel", "session")

    def __init__(self, panel: Panel, session: Session) -> None:
        self.panel = panel
        self.session = session

    @property
    def orders(self) -> Orders:
        """One of the staff asks for help."""
        return {Call: self._call}

    @property
    def standing(self) -> bool:
        """Whether a patient's call waits to be attended."""
        return self.panel.call.standing and self.panel.call_rule.state.patient

    def help(self, at: float, by: str, about: str = "") -> None:
        """HIGH at once, even for one who stands beside the patient: that is what it is for."""
        about = f": {about}" if about else ""
        self.panel.call_rule.help(f"help called by {by}{about}")
        self.panel.call.settle(at)

    def press(self, at: float, words: str) -> None:
        """The patient asks for help; once answered, a new call begins as the first did."""
        ladder, rule = self.panel.call, self.panel.call_rule
        again = ladder.answered and ladder.state.priority is rule.rules.patient
        rule.press(at, words, again=again)
        ladder.settle(at)

    def cover(self, at: float) -> None:
        """A call speaks for the nausea that the same button raised, unless that is graver."""
        nausea, call = self.panel.nausea, self.panel.call
        same = self.standing and self.panel.nausea_rule.only_pressed
        graver = nausea.state.priority.rank > call.state.priority.rank
        nausea.cover(at, call.state.condition if same and not graver else None)

    @property
    def deadline(self) -> float | None:
        """When a patient's call calls anew: it was answered, and nobody has attended since.

        As with nausea, whoever answered has seen it, not the patient; and it may hide the nausea.
        """
        if not self.standing:
            return None
        due = self.panel.call.due_again(self.panel.profile.nausea.renew_s)
        held_until = self.panel.nausea_rule.state.held_until  # somebody is in the room
        return due if due is None or held_until is None else max(due, held_until)

    def elapse(self, at: float) -> None:
        """Call anew, as if the patient had."""
        due = self.deadline
        if due is not None and due <= at:
            self.press(at, self.panel.call_rule.state.words[-1])

    def begin(self, at: float) -> None:
        """Nothing of its own."""

    def arm(self) -> None:
        """A call counts while a session is open."""
        self.panel.call_rule.armed = self.session.open

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def _call(self, at: float, order: Call) -> None:
        if not self.session.open:
            raise Refused("no session is open at this bed", conflict=True)
        self.help(at, order.by, order.about)
