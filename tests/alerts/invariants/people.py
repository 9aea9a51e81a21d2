"""What people do at a bed, as rules of the machine: answers, entries, changes of the session."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from alerts.command import (
    Accept,
    Acknowledge,
    Attend,
    Call,
    Correct,
    EndInfusion,
    ExtraDose,
    Measure,
    PauseAudio,
    Reset,
    Resolve,
    SetPhase,
    Standby,
    StandbyEnd,
    Symptom,
    VoidReading,
)
from alerts.status import Phase, StandingAlarm
from devices.reading import Cuff, Metric, ReportKind, ReportSource
from tests.alerts.invariants.world import World
from tests.alerts.timeline import nausea, value

INDEX = st.integers(0, 7)


class People(RuleBasedStateMachine):
    """Nurses and patients of the world's bed."""

    world: World

    def _alarm(self, index: int) -> StandingAlarm | None:
        alarms = self.world.status.alarms
        return alarms[index % len(alarms)] if alarms else None

    @rule(kind=st.sampled_from(list(ReportKind)), nrs=st.integers(0, 10), source=st.data())
    def report(self, kind: ReportKind, nrs: int, source: st.DataObject) -> None:
        """Somebody says something of nausea."""
        number = nrs if kind is ReportKind.NRS else None
        by = source.draw(st.sampled_from(list(ReportSource)))
        self.world.give(nausea(self.world.second, kind, number, source=by))

    @rule(score=st.sampled_from([0, 2, 3, 5]))
    def sedation(self, score: int) -> None:
        """A sedation score is entered."""
        self.world.give(value(self.world.second, Metric.MOAAS, score))

    @rule(symptom=st.sampled_from(["chest pain", "seizure", "itching"]))
    def symptom(self, symptom: str) -> None:
        """A symptom is seen."""
        at = self.world.at
        self.world.give(Symptom(at=at, by="KM", symptoms=(symptom,), happened_at=at))

    @rule()
    def call(self) -> None:
        """Staff ask for help."""
        self.world.give(Call(at=self.world.at, by="KM"))

    @rule(index=INDEX, late=st.booleans(), reset=st.booleans())
    def acknowledge(self, index: int, *, late: bool, reset: bool) -> None:
        """A person answers one of the standing alarms, perhaps by an older picture of it."""
        alarm = self._alarm(index)
        if alarm is not None:
            order = Reset if reset else Acknowledge
            seq = max(alarm.event.seq - 3, 0) if late else alarm.event.seq
            occurrence = alarm.event.occurrence
            self.world.give(order(at=self.world.at, by="KM", occurrence=occurrence, seq=seq))

    @rule(index=INDEX, nrs=st.sampled_from([None, 0.0, 2.0, 7.0]))
    def resolve(self, index: int, nrs: float | None) -> None:
        """A person settles one of the standing alarms."""
        alarm = self._alarm(index)
        if alarm is not None:
            occurrence = alarm.event.occurrence
            self.world.give(
                Resolve(at=self.world.at, by="KM", occurrence=occurrence, outcome="seen", nrs=nrs)
            )

    @rule(index=INDEX, on_site=st.booleans())
    def accept(self, index: int, *, on_site: bool) -> None:
        """A person says that they come."""
        alarm = self._alarm(index)
        if alarm is not None:
            occurrence = alarm.event.occurrence
            self.world.give(
                Accept(at=self.world.at, by="KM", occurrence=occurrence, on_site=on_site)
            )

    @rule(seconds=st.sampled_from([30.0, 60.0, 120.0]))
    def pause(self, seconds: float) -> None:
        """The sound is paused."""
        self.world.give(PauseAudio(at=self.world.at, by="KM", seconds=seconds))

    @rule(leaves=st.booleans())
    def attend(self, *, leaves: bool) -> None:
        """A nurse comes or goes."""
        self.world.give(Attend(at=self.world.at, by="KM", leaves=leaves))

    @rule()
    def measure(self) -> None:
        """Somebody asks for a cuff reading."""
        self.world.give(Measure(at=self.world.at, by="KM"))

    @rule()
    def end_infusion(self) -> None:
        """The infusion ends."""
        self.world.give(EndInfusion(at=self.world.at, by="KM"))

    @rule()
    def extra_dose(self) -> None:
        """More of the drug."""
        self.world.give(ExtraDose(at=self.world.at, by="KM", given_at=self.world.at))

    @rule(to=st.sampled_from([Phase.PEAK, Phase.RECOVERY]))
    def set_phase(self, to: Phase) -> None:
        """A person moves the session on, or back."""
        self.world.give(SetPhase(at=self.world.at, by="KM", to=to, reason="seen"))

    @rule(earlier_s=st.sampled_from([-60.0, 60.0, 1800.0, 7200.0]))
    def correct_dose(self, earlier_s: float) -> None:
        """The dose was given at another time."""
        at = self.world.at
        self.world.give(
            Correct(at=at, by="KM", of="dose", happened_at=at - earlier_s, reason="clock")
        )

    @rule(reason=st.sampled_from(["toilet", "sensor", "other"]))
    def standby(self, reason: str) -> None:
        """The patient leaves the monitor for a while."""
        self.world.give(Standby(at=self.world.at, by="KM", reason=reason, escort="KM"))

    @rule()
    def standby_end(self) -> None:
        """The patient is watched again."""
        self.world.give(StandbyEnd(at=self.world.at, by="KM"))

    @rule()
    def void_reading(self) -> None:
        """The newest pressure was none."""
        given = [step.at for step in self.world.steps if isinstance(step.what, Cuff)]
        if given:
            at = self.world.at
            self.world.give(VoidReading(at=at, by="KM", measured_at=given[-1], reason="arm moved"))
