"""RED-FLAG: symptoms that staff enter; some of them are an alarm, and ask for a cuff reading."""

import re
from collections.abc import Callable, Sequence

from alerts.limits import FlagRules
from alerts.observed import Symptom
from alerts.order import Refused
from alerts.panel import Panel
from alerts.part import Orders
from alerts.session import Session
from alerts.staff import STAFF
from alerts.status import Task


class Flags:
    """The symptoms of one bed. `open_check` asks for a cuff reading: of a time and a cause."""

    __slots__ = ("open_check", "panel", "session")

    def __init__(
        self, panel: Panel, session: Session, open_check: Callable[[float, str], None]
    ) -> None:
        self.panel = panel
        self.session = session
        self.open_check = open_check

    @property
    def orders(self) -> Orders:
        """Staff enter what they see."""
        return {Symptom: self._take}

    @property
    def deadline(self) -> float | None:
        """None: a symptom stays until it is resolved."""
        return None

    def elapse(self, at: float) -> None:
        """Nothing happens by itself."""

    def begin(self, at: float) -> None:
        """Nothing of its own."""

    def arm(self) -> None:
        """Symptoms count while a session is open."""
        self.panel.flag_rule.armed = self.session.open

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def _take(self, at: float, order: Symptom) -> None:
        """Red flags of one entry are one alarm; other symptoms are kept and alarm nobody."""
        if not self.session.open:
            raise Refused("no session is open at this bed", conflict=True)
        if not any(said.strip() for said in order.symptoms):
            raise Refused("say which symptom")
        rule = self.panel.flag_rule
        found = [flag for said in order.symptoms for flag in red_flags(said, rule.rules)]
        age_s = max(at - order.happened_at, 0)
        if rule.report(list(dict.fromkeys(found)), age_s):
            self.panel.flags.settle(at, by=order.by or STAFF)
            self.open_check(at, rule.condition)


def red_flags(said: str, rules: FlagRules) -> list[str]:
    """The names of the red flags whose words stand in what was said."""
    plain = _plain(said)
    return [
        flag.name
        for flag in rules.symptom
        if any(f" {_plain(words)} " in f" {plain} " for words in (flag.name, *flag.words))
    ]


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold().replace("_", " ")))
