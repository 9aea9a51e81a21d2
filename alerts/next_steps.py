"""What a session asks of staff: the rest of its baseline, a dose that may have been forgotten."""

from collections.abc import Sequence

from alerts.baseline import missing_pressure, quiet
from alerts.limits import Profile
from alerts.panel import Panel
from alerts.part import Orders
from alerts.session import BEFORE_DOSE, Session
from alerts.setup import BedSetup
from alerts.status import BaselineStatus, Phase, Task
from devices.reading import Metric

_HEART = frozenset({Metric.HEART_RATE, Metric.PULSE_RATE})


class NextSteps:
    """Tasks of a session; nothing here is heard. Its only data are the session's."""

    __slots__ = ("panel", "rules", "session", "setup", "voice")

    def __init__(self, setup: BedSetup, profile: Profile, panel: Panel, session: Session) -> None:
        self.setup = setup
        self.rules = profile.dose
        self.voice = profile.voice
        self.panel = panel
        self.session = session

    @property
    def orders(self) -> Orders:
        """None."""
        return {}

    @property
    def deadline(self) -> float | None:
        """When a dose should have been entered."""
        s = self.session.state
        if s.phase is not Phase.BASELINE or s.asked_at is not None:
            return None
        return s.phase_since + self.rules.ask_s

    def elapse(self, at: float) -> None:
        """Ask whether a dose was given."""
        due = self.deadline
        if due is not None and due <= at:
            self.session.state.asked_at = due

    def begin(self, at: float) -> None:
        """Its data begin anew with the session."""

    def arm(self) -> None:
        """Before the dose technical alarms of the bed speak softly."""
        early = self.session.state.phase in BEFORE_DOSE
        self.panel.bound(self.voice.before_dose if early else None)

    @property
    def tasks(self) -> Sequence[Task]:
        """What is asked for now."""
        s = self.session.state
        tasks: list[Task] = []
        if not self.session.open:
            return tasks
        if (text := self._missing()) is not None:
            tasks.append(Task(kind="baseline", text=text, opened_at=s.phase_since))
        if s.asked_at is not None and s.phase is Phase.BASELINE:
            tasks.append(Task(kind="dose", text="dose given? when?", opened_at=s.asked_at))
        if (paused := s.drug.paused_since) is not None and s.phase is Phase.DOSING:
            tasks.append(
                Task(kind="infusion", text="infusion paused: resumed or ended?", opened_at=paused)
            )
        return tasks

    def _missing(self) -> str | None:
        """What a baseline still needs; after the dose only a correction can give it."""
        s = self.session.state
        pressure = missing_pressure(s.pressures, self.session.rules)
        settled = s.baseline is not None and s.baseline.systolic is not None
        if s.phase not in BEFORE_DOSE:
            return None if settled else "no baseline pressure: correct it, with the reason"
        if s.phase is not Phase.BASELINE:
            return None
        wanted = [] if pressure is None or settled else [pressure]
        wanted += [f"{name}: {self._minutes():g} quiet min" for name in self._rates_wanted()]
        return "baseline: " + ", ".join(wanted) if wanted else None

    def _rates_wanted(self) -> list[str]:
        s, rules = self.session.state, self.session.rules
        able = {metric for device in self.setup.devices for metric in device.metrics}
        known = BaselineStatus() if s.baseline is None else s.baseline
        wanted: list[str] = []
        if able & _HEART and known.heart_rate is None and not quiet(s.rates, rules):
            wanted.append("heart rate")
        breath = Metric.RESPIRATORY_RATE in able and known.respiratory_rate is None
        if breath and not quiet(s.breaths, rules):
            wanted.append("respiratory rate")
        return wanted

    def _minutes(self) -> float:
        return self.session.rules.rate_s / 60
