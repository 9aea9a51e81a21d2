"""BP-GATE: a dose was recorded over the gate's baseline, and nobody has signed for it."""

from alerts.chart import Chart
from alerts.event import Cause
from alerts.panel import Panel
from alerts.session import BEFORE_DOSE, Session

GATE = "BP-GATE"


class Gate:
    """Opens and ends the alarm; it never stands in the way of a record."""

    __slots__ = ("chart", "panel", "session")

    def __init__(self, panel: Panel, session: Session, chart: Chart) -> None:
        self.panel = panel
        self.session = session
        self.chart = chart

    def review(self, at: float) -> None:
        """Bring the alarm in line with the dose, the baseline and the signatures."""
        rule, ladder = self.panel.gate_rule, self.panel.gate
        over = self._unsigned()
        if over is not None and rule.state.level is None:
            rule.report(at, over)
            ladder.settle(at)
        elif over is None and rule.state.level is not None:
            ladder.end(at, Cause.PERSON, self._by())

    def _unsigned(self) -> str | None:
        """What stands without a signature, in words."""
        state = self.session.state
        if not self.session.open or state.phase in BEFORE_DOSE:
            return None
        signed = state.signed_by is not None or self.chart.override(GATE) is not None
        return None if signed else self.session.over_gate

    def _by(self) -> str:
        signature = self.chart.override(GATE)
        return self.session.state.by if signature is None else signature.by
