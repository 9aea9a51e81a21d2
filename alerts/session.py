"""A bed's session: phases, the clock since the dose, the baseline and the gate before the dose."""

from statistics import fmean, median

import msgspec

from alerts.entry import (
    Begin,
    Close,
    EndInfusion,
    ExtraDose,
    GiveDose,
    InfusionRate,
    PauseInfusion,
    ResumeInfusion,
    TakeBaseline,
)
from alerts.limits import BaselineRules, Profile
from alerts.order import Order, Refused
from alerts.part import Orders
from alerts.protocol import Protocol
from alerts.rules.pressure import Pressure
from alerts.status import BaselineStatus, Phase
from devices.reading import Origin

_CLOSED = {Phase.EMPTY, Phase.DISCHARGED, Phase.ABORTED}
_BEFORE_DOSE = {Phase.SETUP, Phase.BASELINE}
DRUGGED = frozenset({Phase.DOSING, Phase.PEAK})
AFTER_DOSE = frozenset({Phase.DOSING, Phase.PEAK, Phase.RECOVERY, Phase.READY})
_ORDER = list(Phase)


class SessionState(msgspec.Struct):
    """Plain data; instants on the service's timeline. `rates`, `spo2s`: (at, value) before dose."""

    phase: Phase = Phase.EMPTY
    phase_since: float = 0
    id: str = ""
    protocol: str = ""
    visit: str = ""
    initials: str = ""
    origin: Origin = Origin.REAL
    began_at: float = 0
    dose_at: float | None = None
    last_dose_at: float | None = None
    planned_s: float = 0
    infusion_end_at: float | None = None
    sensors_off: bool = False
    baseline: BaselineStatus | None = None
    pressures: list[Pressure] = []
    rates: list[tuple[float, float]] = []
    spo2s: list[tuple[float, float]] = []


class Session:
    """The session machine of one bed. Commands that make no sense now raise Refused."""

    __slots__ = ("protocols", "rules", "state")

    def __init__(self, profile: Profile) -> None:
        self.protocols = profile.protocols
        self.rules: BaselineRules = profile.baseline
        self.state = SessionState()

    @property
    def open(self) -> bool:
        """Whether a patient is in the room."""
        return self.state.phase not in _CLOSED

    @property
    def watching(self) -> bool:
        """Whether missing data matter: the session is open and the sensors are not taken off."""
        return self.open and not self.state.sensors_off

    @property
    def orders(self) -> Orders:
        """What leads a session on; after each of them every rule takes the phase anew."""
        return {
            TakeBaseline: self.take_baseline,
            GiveDose: self.give_dose,
            EndInfusion: self.end_infusion,
            ExtraDose: self.give_extra,
            PauseInfusion: self.note,
            ResumeInfusion: self.note,
            InfusionRate: self.note,
        }

    @property
    def protocol(self) -> Protocol:
        """The times of the running session."""
        return self.protocols[self.state.protocol]

    def reached(self, phase: Phase) -> bool:
        """Whether the open session has come to `phase` or further."""
        return self.open and _ORDER.index(self.state.phase) >= _ORDER.index(phase)

    @property
    def gate(self) -> str | None:
        """Why the dose needs a named override (BP-GATE), or None."""
        baseline = self.baseline
        if self.state.phase not in _BEFORE_DOSE or baseline.systolic is None:
            return None
        systolic, diastolic = baseline.systolic, baseline.diastolic or 0
        r = self.rules
        if systolic <= r.gate_systolic and diastolic <= r.gate_diastolic:
            return None
        limit = f"{r.gate_systolic:g}/{r.gate_diastolic:g}"
        return f"baseline {systolic:g}/{diastolic:g} > {limit}"

    @property
    def baseline(self) -> BaselineStatus:
        """As settled; what was not measured by then, as the data since have made it."""
        settled, measured = self.state.baseline, self.measured()
        if settled is None:
            return measured
        return BaselineStatus(
            systolic=measured.systolic if settled.systolic is None else settled.systolic,
            diastolic=measured.diastolic if settled.systolic is None else settled.diastolic,
            heart_rate=measured.heart_rate if settled.heart_rate is None else settled.heart_rate,
            spo2=measured.spo2 if settled.spo2 is None else settled.spo2,
        )

    @property
    def baseline_pressure(self) -> Pressure | None:
        """The baseline as a pressure to compare with."""
        b = self.state.baseline
        if b is None or b.systolic is None:
            return None
        return Pressure(self.state.began_at, b.systolic, b.diastolic)

    def begin(self, at: float, order: Begin) -> None:
        """EMPTY (or a closed session) -> SETUP."""
        if self.open:
            raise Refused(f"session {self.state.id} is open at this bed", conflict=True)
        if order.protocol not in self.protocols:
            known = ", ".join(self.protocols)
            raise Refused(f"no protocol {order.protocol!r}; the profile has {known}")
        self.state = SessionState(
            phase=Phase.SETUP,
            phase_since=at,
            id=order.session,
            protocol=order.protocol,
            visit=order.visit,
            initials=order.initials,
            origin=order.origin,
            began_at=at,
        )

    def take_baseline(self, at: float, order: TakeBaseline) -> None:
        """SETUP -> BASELINE; once more: settle the baseline from the readings so far."""
        s = self.state
        if s.phase is Phase.SETUP:
            self._enter(at, Phase.BASELINE)
        elif s.phase is Phase.BASELINE:
            s.baseline = self.measured()
        else:
            raise Refused(f"no baseline in {s.phase} (asked by {order.by})", conflict=True)

    def give_dose(self, at: float, order: GiveDose) -> None:
        """The first dose: T0. It settles the baseline; BP-GATE wants a reason."""
        s = self.state
        if s.phase not in _BEFORE_DOSE:
            already = "a dose was given already" if s.dose_at is not None else "no session is open"
            raise Refused(already, conflict=True)
        if order.given_at > at:
            raise Refused("the dose cannot be given in the future")
        if self.gate is not None and not (order.override or "").strip():
            raise Refused(f"BP-GATE: {self.gate}; a dose needs an override with its reason")
        s.baseline = self.baseline
        s.dose_at = s.last_dose_at = order.given_at
        s.planned_s = self.protocol.planned_s if order.planned_s is None else order.planned_s
        self._enter(order.given_at, Phase.DOSING)
        s.rates, s.spo2s = [], []
        while (deadline := self.deadline) is not None and deadline < at:
            self.elapse(deadline)

    def end_infusion(self, at: float, order: EndInfusion) -> None:
        """DOSING -> PEAK."""
        if self.state.phase is not Phase.DOSING:
            raise Refused(
                f"no infusion runs in {self.state.phase} (asked by {order.by})", conflict=True
            )
        self.state.infusion_end_at = at if order.ended_at is None else min(at, order.ended_at)
        self._enter(at, Phase.PEAK)

    def give_extra(self, at: float, order: ExtraDose) -> None:
        """A further dose prolongs PEAK, or brings it back."""
        s = self.state
        if s.last_dose_at is None:
            raise Refused("an extra dose needs a first one", conflict=True)
        if order.given_at > at:
            raise Refused("the dose cannot be given in the future")
        s.last_dose_at = max(s.last_dose_at, order.given_at)
        acts_until = s.last_dose_at + self.protocol.peak_after_dose_s
        if s.phase in {Phase.RECOVERY, Phase.READY} and at < acts_until:
            self._enter(at, Phase.PEAK)

    def note(self, at: float, order: Order) -> None:
        """Another event of the infusion."""
        del at, order
        if not self.open:
            raise Refused("no session is open at this bed", conflict=True)

    def close(self, at: float, order: Close) -> None:
        """Any open phase -> DISCHARGED or ABORTED, by a named person."""
        phases = {"discharged": Phase.DISCHARGED, "aborted": Phase.ABORTED}
        if not self.open:
            raise Refused("no session is open at this bed", conflict=True)
        if order.outcome not in phases:
            raise Refused(f"outcome {order.outcome!r} must be discharged or aborted")
        if not order.by.strip():
            raise Refused("a session is closed by a named person")
        if order.outcome == "aborted" and not order.reason.strip():
            raise Refused("aborting needs a reason")
        self._enter(at, phases[order.outcome])

    @property
    def deadline(self) -> float | None:
        """When the phase changes by itself."""
        s = self.state
        if s.dose_at is None or s.last_dose_at is None:
            return None
        if s.phase is Phase.DOSING:
            return s.dose_at + s.planned_s + self.protocol.dosing_grace_s
        if s.phase is Phase.PEAK:
            ended = s.infusion_end_at if s.infusion_end_at is not None else s.dose_at
            peak = self.protocol
            return max(s.last_dose_at + peak.peak_after_dose_s, ended + peak.peak_after_end_s)
        return None

    def elapse(self, at: float) -> bool:
        """Change the phase if its time has come; True if it has."""
        deadline = self.deadline
        if deadline is None or deadline > at:
            return False
        if self.state.phase is Phase.DOSING:
            self.state.infusion_end_at = deadline
            self._enter(deadline, Phase.PEAK)
        else:
            self._enter(deadline, Phase.RECOVERY)
        return True

    def enter_ready(self, at: float) -> None:
        """RECOVERY -> READY: every line of the discharge criteria is met or overridden."""
        self._enter(at, Phase.READY)

    def leave_ready(self, at: float) -> None:
        """READY -> RECOVERY: one is not any more."""
        self._enter(at, Phase.RECOVERY)

    def keep(self, pressure: Pressure) -> None:
        """Remember a valid cuff reading before the dose (a questionable one sets no baseline)."""
        if self.state.phase in _BEFORE_DOSE and not pressure.weak:
            self.state.pressures = [*self.state.pressures, pressure][-self.rules.readings :]

    def drop(self, pressure: Pressure) -> None:
        """Forget a reading that is void; a baseline that was settled with it stays as it is."""
        self.state.pressures = [kept for kept in self.state.pressures if kept != pressure]

    def keep_value(self, values: list[tuple[float, float]], at: float, value: float) -> None:
        """Remember a valid rate or SpO2 before the dose, about one a second."""
        if self.state.phase not in _BEFORE_DOSE or (values and at - values[-1][0] < 1):
            return
        values.append((at, value))
        if values[0][0] < at - self.rules.rate_s:
            del values[0]

    def measured(self) -> BaselineStatus:
        """The baseline as the data so far make it."""
        s = self.state
        systolics = [p.systolic for p in s.pressures]
        diastolics = [p.diastolic for p in s.pressures if p.diastolic is not None]
        return BaselineStatus(
            systolic=fmean(systolics) if systolics else None,
            diastolic=fmean(diastolics) if diastolics else None,
            heart_rate=median(v for _, v in s.rates) if s.rates else None,
            spo2=median(v for _, v in s.spo2s) if s.spo2s else None,
        )

    def _enter(self, at: float, phase: Phase) -> None:
        self.state.phase, self.state.phase_since = phase, at
