"""A bed's session: its phases, and the baseline and the gate before the dose."""

import math

import msgspec

from alerts.baseline import Values, joined, keep_value, measure
from alerts.drug import Drug
from alerts.entry import Begin, Close, TakeBaseline
from alerts.limits import Profile
from alerts.order import Refused
from alerts.protocol import Protocol
from alerts.rules.pressure import Pressure
from alerts.status import BaselineStatus, Phase
from devices.reading import Origin

_CLOSED = {Phase.EMPTY, Phase.DISCHARGED, Phase.ABORTED}
BEFORE_DOSE = frozenset({Phase.SETUP, Phase.BASELINE})
DRUGGED = frozenset({Phase.DOSING, Phase.PEAK})
AFTER_DOSE = frozenset({Phase.DOSING, Phase.PEAK, Phase.RECOVERY, Phase.READY})
_ORDER = list(Phase)


class SessionState(msgspec.Struct):
    """Plain data; instants on the service's timeline.

    `pressures`, `rates`, `spo2s`, `breaths`: what was measured before the dose; by: who entered the
    last event; signed_by: who signed BP-GATE with the dose; asked_at: when staff were asked
    whether a dose was given; settled_at: until when data made the baseline (None: a person did);
    here_since: when it came to this bed.
    """

    phase: Phase = Phase.EMPTY
    phase_since: float = 0
    id: str = ""
    protocol: str = ""
    visit: str = ""
    initials: str = ""
    origin: Origin = Origin.REAL
    began_at: float = 0
    here_since: float = 0
    sensors_off: bool = False
    by: str = ""
    drug: Drug = msgspec.field(default_factory=Drug)
    signed_by: str | None = None
    asked_at: float | None = None
    baseline: BaselineStatus | None = None
    settled_at: float | None = None
    pressures: list[Pressure] = []
    rates: Values = []
    spo2s: Values = []
    breaths: Values = []

    @property
    def dose_at(self) -> float | None:
        """The effective T0."""
        return self.drug.dose_at

    @property
    def last_dose_at(self) -> float | None:
        """When a dose was last given."""
        return self.drug.last_dose_at


class Session:
    """The session machine of one bed. Commands that make no sense now raise Refused."""

    __slots__ = ("profile", "protocols", "rules", "state")

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.protocols = profile.protocols
        self.rules = profile.baseline
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
    def protocol(self) -> Protocol:
        """The times of the running session."""
        return self.protocols[self.state.protocol]

    def reached(self, phase: Phase) -> bool:
        """Whether the open session has come to `phase` or further."""
        return self.open and _ORDER.index(self.state.phase) >= _ORDER.index(phase)

    @property
    def over_gate(self) -> str | None:
        """The baseline pressure if it is over the gate's limits, in words."""
        b, gate = self.baseline, self.profile.gate
        if b.systolic is None:
            return None
        if b.systolic <= gate.systolic and (b.diastolic or 0) <= gate.diastolic:
            return None
        shown = f"{b.systolic:g}/{b.diastolic or 0:g}"
        return f"baseline {shown} > {gate.systolic:g}/{gate.diastolic:g}"

    @property
    def gate(self) -> str | None:
        """Why the dose needs a named override (BP-GATE), or None."""
        return self.over_gate if self.state.phase in BEFORE_DOSE else None

    @property
    def baseline(self) -> BaselineStatus:
        """As settled; what was not measured by then, as the data since have made it."""
        return joined(self.state.baseline, self.measured())

    @property
    def baseline_pressure(self) -> Pressure | None:
        """The baseline as a pressure to compare with."""
        b = self.state.baseline
        if b is None or b.systolic is None:
            return None
        return Pressure(self.state.began_at, b.systolic, b.diastolic)

    @property
    def infusion_end_at(self) -> float | None:
        """When the infusion ended: as somebody said, else as planned, once that is past."""
        drug = self.state.drug
        if drug.end_at is not None or self.state.phase in BEFORE_DOSE | {Phase.DOSING}:
            return drug.end_at
        return drug.until(Phase.DOSING, self.protocol) if self.open else None

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
            here_since=at,
            by=order.by,
        )

    def take_baseline(self, at: float, order: TakeBaseline) -> None:
        """SETUP -> BASELINE; once more: settle the baseline from the readings so far."""
        self.require_open()
        s = self.state
        if s.phase is Phase.SETUP:
            self.enter(at, Phase.BASELINE)
        elif s.phase is Phase.BASELINE:
            s.baseline, s.settled_at = self.measured(), at
        else:
            detail = f"no baseline is taken in {s.phase}: correct it, with the reason"
            raise Refused(detail, conflict=True)
        s.by = order.by

    def close(self, at: float, order: Close) -> None:
        """Any open phase -> DISCHARGED or ABORTED, by a named person."""
        phases = {"discharged": Phase.DISCHARGED, "aborted": Phase.ABORTED}
        self.require_open()
        if order.outcome not in phases:
            raise Refused(f"outcome {order.outcome!r} must be discharged or aborted")
        if not order.by.strip():
            raise Refused("a session is closed by a named person")
        if order.outcome == "aborted" and not order.reason.strip():
            raise Refused("aborting needs a reason")
        self.enter(at, phases[order.outcome])

    @property
    def deadline(self) -> float | None:
        """When the phase changes by itself."""
        s = self.state
        return s.drug.until(s.phase, self.protocol) if s.phase in DRUGGED else None

    def elapse(self, at: float) -> bool:
        """Change the phase if its time has come; True if it has."""
        deadline = self.deadline
        if deadline is None or deadline > at:
            return False
        return self.follow(deadline)

    def follow(self, at: float) -> bool:
        """Take the phase that the drug's times make at an instant; True if it is another one."""
        s = self.state
        stretch = s.drug.stretch(at, self.protocol)
        if stretch is None or stretch.phase is s.phase:
            return False
        if stretch.phase is Phase.RECOVERY and s.phase is Phase.READY:
            return False  # READY follows its own criteria
        ahead = _ORDER.index(stretch.phase) > _ORDER.index(s.phase)
        self.enter(min(at, stretch.since) if ahead else at, stretch.phase)
        return True

    def enter(self, at: float, phase: Phase) -> None:
        """Be in a phase since `at`."""
        self.state.phase, self.state.phase_since = phase, at

    def enter_ready(self, at: float) -> None:
        """RECOVERY -> READY: every line of the discharge criteria is met or overridden."""
        self.enter(at, Phase.READY)

    def leave_ready(self, at: float) -> None:
        """READY -> RECOVERY: one is not any more."""
        self.enter(at, Phase.RECOVERY)

    def require_open(self) -> None:
        """Refused while there is no session."""
        if not self.open:
            raise Refused("no session is open at this bed", conflict=True)

    def keep(self, pressure: Pressure) -> None:
        """Remember a valid cuff reading of this session before the dose.

        A questionable one sets no baseline; one from before the session is of nobody here.
        """
        mine = pressure.at >= self.state.began_at
        if mine and self.state.phase in BEFORE_DOSE and not pressure.weak:
            self.state.pressures = [*self.state.pressures, pressure][-self.rules.keep :]

    def settle(self, given_at: float) -> None:
        """A dose was given: the baseline is what was measured before it."""
        s = self.state
        for values in (s.rates, s.spo2s, s.breaths):
            values[:] = [(at, value) for at, value in values if at <= given_at]
        self.dose_was_at(given_at)
        s.baseline = self.baseline
        if s.settled_at is not None or s.baseline.systolic is not None:
            s.settled_at = given_at
        s.rates, s.spo2s, s.breaths = [], [], []

    def refuse_too_early(self, given_at: float, back_s: float) -> None:
        """A first dose so long before its session is a slip; raises Refused."""
        if given_at < self.state.began_at - back_s:
            most = f"{back_s / 3600:g} h"
            raise Refused(f"the dose lies more than {most} before the session began: which day?")

    def dose_was_at(self, given_at: float) -> None:
        """The first dose was given then: no pressure measured after it belongs to the baseline."""
        s = self.state
        if s.baseline is not None and s.settled_at is not None:
            anew = self.measured(until=min(given_at, s.settled_at))
            s.baseline = msgspec.structs.replace(
                s.baseline, systolic=anew.systolic, diastolic=anew.diastolic
            )

    def drop(self, pressure: Pressure) -> None:
        """A reading before the dose turned out to be none; a pressure settled with it is open."""
        s = self.state
        if pressure not in s.pressures:
            return
        s.pressures = [kept for kept in s.pressures if kept != pressure]
        if s.phase in BEFORE_DOSE and s.baseline is not None:
            s.baseline = msgspec.structs.replace(s.baseline, systolic=None, diastolic=None)

    def keep_value(self, values: Values, at: float, value: float) -> None:
        """Remember a valid rate or SpO2 before the dose, about one a second."""
        if self.state.phase in BEFORE_DOSE:
            keep_value(values, at, value, self.rules)

    def measured(self, until: float = math.inf) -> BaselineStatus:
        """The baseline as the data so far make it; its pressures are from before T0 and `until`."""
        s = self.state
        before = until if s.dose_at is None else min(until, s.dose_at)
        pressures = [p for p in s.pressures if p.at <= before]
        return measure(pressures, s.rates, s.spo2s, s.breaths, self.rules)
