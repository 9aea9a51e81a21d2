"""What a screen needs to know of a bed or the site besides its readings: plain data."""

from enum import StrEnum

import msgspec

from alerts.event import AlarmEvent
from devices.reading import Origin


class Phase(StrEnum):
    """Where a bed is in a session (alarm rules, section 1)."""

    EMPTY = "EMPTY"
    SETUP = "SETUP"
    BASELINE = "BASELINE"
    DOSING = "DOSING"
    PEAK = "PEAK"
    RECOVERY = "RECOVERY"
    READY = "READY"
    STANDBY = "STANDBY"
    DISCHARGED = "DISCHARGED"
    ABORTED = "ABORTED"


class BaselineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the patient is compared with; None where not measured."""

    systolic: float | None = None
    diastolic: float | None = None
    heart_rate: float | None = None
    spo2: float | None = None
    respiratory_rate: float | None = None


class CheckStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An open BP-CHECK: repeat the cuff reading, from when, until when, and why.

    start_device: the shell should start this cuff, once, from due_from on; None: people measure.
    """

    condition: str
    due_from: float
    due_until: float
    text: str
    start_device: str | None = None


class LineState(StrEnum):
    """How a line of the discharge criteria stands; overridden is said beside it."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class DischargeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the discharge criteria, in words for a nurse.

    because: why it is not met or unknown, without spans of time: `since` says since when it is so,
    `due_at` when time alone meets it, `again_at` from when one more reading or score can. hard:
    nobody may override it. A line that is overridden counts as met, whatever its state.
    """

    id: str
    text: str
    state: LineState
    because: str = ""
    since: float | None = None
    due_at: float | None = None
    again_at: float | None = None
    hard: bool = False
    overridden_by: str | None = None
    override_reason: str | None = None

    @property
    def open(self) -> bool:
        """Whether it stands in the way of a discharge."""
        return self.state is not LineState.MET and self.overridden_by is None


class StandbyStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The patient is off the monitor: why, with whom, by whose order, until when at most."""

    reason: str
    escort: str
    by: str
    since: float
    until: float


class SessionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The session of a bed; instants on the service's timeline.

    dose_at: the effective T0; first_dose_at: what was first entered, whatever was corrected since;
    infusion_end_assumed: nobody has said that the infusion ended, its planned time is over.
    phase_until: when time alone ends the phase.
    """

    id: str
    protocol: str
    visit: str
    initials: str
    origin: Origin
    began_at: float
    here_since: float = 0  # since when it is at this bed: what was shown before is of another
    voided: tuple[float, ...] = ()  # when each cuff reading that was taken back was measured
    phase_since: float | None = None
    phase_until: float | None = None
    dose_at: float | None = None
    first_dose_at: float | None = None
    last_dose_at: float | None = None
    amount_mg: float | None = None  # of all doses together; None where one is unknown
    planned_s: float | None = None
    paused_since: float | None = None
    infusion_end_at: float | None = None
    infusion_end_assumed: bool = False
    baseline: BaselineStatus | None = None
    gate: str | None = None  # why the dose needs an override (BP-GATE), else None
    next_cuff_at: float | None = None
    cuff_interval_s: float | None = None  # a reading older than 1.5 of these is no more than a hint
    check: CheckStatus | None = None
    discharge: tuple[DischargeLine, ...] = ()  # from RECOVERY on
    signed_by: str | None = None
    signed_at: float | None = None
    sensors_off_by: str | None = None
    sensors_off_until: float | None = None


class StandingAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """An occurrence that stands: its latest event, and what its signal is doing."""

    event: AlarmEvent
    onset_at: float
    audible: bool
    paused_until: float | None = None
    worst: float | None = None


class PendingMark(msgspec.Struct, frozen=True, kw_only=True):
    """A condition whose delay is running: shown as a mark, not as an alarm."""

    condition: str
    since: float
    announced_at: float
    text: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something that staff are asked to do; shown with its time, never heard.

    kind: what it is, for programs; text: for people; due_at: when it should be done (None: now);
    condition: the alarm condition it belongs to, if any.
    """

    kind: str
    text: str
    opened_at: float
    due_at: float | None = None
    condition: str | None = None


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Something that keeps an alarm or its sound back for a while: by whom, why, until when."""

    kind: str
    owner: str
    reason: str
    since: float
    until: float


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One bar: what it is, its points of `most`, and the value behind them as people read it.

    `points` is None where `missing` says why it cannot be told.
    """

    name: str
    label: str
    points: float | None
    most: float
    value: float | None = None
    text: str = ""
    missing: str | None = None


class NauseaIndex(msgspec.Struct, frozen=True, kw_only=True):
    """The index as it was last reckoned; `total` is None where `missing` says why.

    enter: the total at which, with a sign in the heart rate and one in its beats, a watch begins.
    watching: one stands; asking: how many watches wait for staff to say whether it was nausea;
    right, wrong: how many they have answered with yes and with no.
    """

    total: float | None
    missing: str | None
    enter: float
    signs: tuple[Sign, ...]
    watching: bool = False
    asking: int = 0
    right: int = 0
    wrong: int = 0


class BedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A bed as the engine sees it."""

    bed: str
    phase: Phase
    session: SessionStatus | None
    alarms: tuple[StandingAlarm, ...] = ()
    pending: tuple[PendingMark, ...] = ()
    tasks: tuple[Task, ...] = ()
    holds: tuple[Hold, ...] = ()
    nausea_index: NauseaIndex | None = None  # None: switched off, or no session
    pause_until: float | None = None
    standby: StandbyStatus | None = None
    not_ready: tuple[str, ...] = ()  # devices without data while no session is open
    note: str = ""  # "no session": somebody is measured at this bed without one
    seq: int = 0
