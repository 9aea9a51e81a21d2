"""What leads a bed's session on: its drug, its corrections, its gate, and what it asks of staff."""

from collections.abc import Sequence

from alerts.chart import Chart
from alerts.corrections import Corrections
from alerts.dosing import Dosing
from alerts.gate import Gate
from alerts.limits import Profile
from alerts.next_steps import NextSteps
from alerts.panel import Panel
from alerts.part import Orders, Part
from alerts.session import Session
from alerts.setup import BedSetup


class Course:
    """After each of its orders every rule takes the phase and the baseline anew."""

    __slots__ = ("gate", "leaders", "parts")

    def __init__(
        self, setup: BedSetup, profile: Profile, panel: Panel, session: Session, chart: Chart
    ) -> None:
        self.gate = Gate(panel, session, chart)
        self.parts: tuple[Part, ...] = (chart, NextSteps(setup, profile, panel, session))
        self.leaders: Sequence[Dosing | Corrections] = (
            Dosing(session, profile.dose),
            Corrections(session, profile.dose),
        )

    @property
    def orders(self) -> Orders:
        """What leads the session on."""
        return {kind: lead for leader in self.leaders for kind, lead in leader.orders.items()}
