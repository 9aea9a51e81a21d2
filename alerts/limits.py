"""The profile of alarm limits as frozen data; no number of it stands in code.

monitor/profile.py reads and validates the TOML; a clinic's medical director signs it. Names ending
in `_s` are seconds; pressures mm[Hg], rates per minute, SpO2 percent.
"""

from dataclasses import dataclass

from alerts.autonomic_limits import BeatRules, FaintRules, WatchRules
from alerts.cuff_limits import CheckRules, CuffRules, DueRules, FailRules, InboxRules
from alerts.event import Priority
from alerts.leaving_rules import DischargeRules, LeftRules, StandbyRules
from alerts.protocol import Protocol
from alerts.rows import (
    AbsenceRow,
    DipsRow,
    FaultRow,
    HighCuffRow,
    LimitRow,
    LowCuffRow,
    RiseCuffRow,
    ScoreRow,
    SeenRow,
    SilenceRow,
    SlowCuffRow,
)
from alerts.steps import EscalationRules


@dataclass(frozen=True, slots=True, kw_only=True)
class NauseaRules:
    """What people say of nausea, as NRS 0-10, with what it is dangerous, and what is asked after.

    recheck_s: from "attended" to the next question; answer_s: from an antiemetic to its own; an
    answer not more than early_s before a question is due answers it.
    """

    mild: float
    moderate: float
    severe: float
    press: float
    repeat_s: float
    mild_lasts_s: float
    renew_s: float
    danger_nrs: float
    danger_moaas: float
    danger_spo2: float
    moaas_known_s: float
    recheck_s: float
    answer_s: float
    early_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """CALL: staff ask for help, or the patient holds the button (or presses again in twice_s)."""

    id: str
    staff: Priority
    patient: Priority
    unanswered: Priority
    unanswered_s: float
    twice_s: float
    collapse_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagWords:
    """One red flag: the name it is shown by, and the words by which an entry is known to be it."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRules:
    """RED-FLAG: the symptoms that are one."""

    id: str
    priority: Priority
    symptom: tuple[FlagWords, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRules:
    """T-FRAME: nothing but malformed frames from a device."""

    id: str
    delay_s: float
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class LimbRules:
    """A cuff on the oximeter's limb: T-SPO2 waits `most_s` from the loss, unless SpO2 was low.

    grace_s: after the cuff's reading, for the pulse to return.
    """

    most_s: float
    grace_s: float
    least_spo2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetRules:
    """T-NET: at least `beds` beds lost `part` of their streams within `within_s`."""

    id: str
    beds: int
    part: float
    within_s: float
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRules:
    """How raw samples become judged values, and when a signal counts as lost."""

    median_s: float
    median_least: int
    median_lag_s: float
    weak_s: float
    no_session_s: float
    live_s: float
    clock_settles_s: float
    burst_part: float
    perfusion_least: float
    perfusion_s: float
    stale_s: float
    silent_periods: float
    heart_prefer_s: float
    arm_s: float
    lost_priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRules:
    """Chatter, updates, audio pauses, reminders, the gap that matters."""

    chatter_s: float
    chatter_most_s: float
    update_s: float
    pauses_s: tuple[float, ...]
    pauses_in_a_row: int
    remind_high_s: float
    remind_medium_s: float
    attend_s: float
    gap_s: float
    gap_grace_s: float
    before_dose: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRules:
    """How the baseline is made.

    keep: the last so many cuff readings are looked at; apart_s: closer ones are one; differ_*: two
    that differ by more need a third. rate_s: a rate's median is of so long a time, without a break
    of rate_gap_s; a dose before that settles the median of rate_least_s or more.
    """

    keep: int
    apart_s: float
    differ_systolic: float
    differ_diastolic: float
    rate_s: float
    rate_gap_s: float
    rate_least_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRules:
    """BP-GATE: the baseline over which a dose needs a named override."""

    id: str
    systolic: float
    diastolic: float
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRules:
    """What is asked and borne about the times of doses.

    ask_s: so long in BASELINE without a dose, and staff are asked for it; free_move_s: T0 moves
    further only with a reason; same_s: a stated time names the dose entered within so long of it;
    back_s: no first dose is stated longer before its session than this (a slip of the hand).
    """

    ask_s: float
    free_move_s: float
    same_s: float
    back_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All limits of a clinic. `version` is the hash of the content, set by the loader."""

    name: str
    signed_by: str
    signals: SignalRules
    voice: VoiceRules
    baseline: BaselineRules
    gate: GateRules
    dose: DoseRules
    check: CheckRules
    cuff: CuffRules
    inbox: InboxRules
    due: DueRules
    fail: FailRules
    nausea: NauseaRules
    call: CallRules
    red_flag: FlagRules
    beats: BeatRules
    nausea_watch: WatchRules
    vasovagal: FaintRules
    frame: FrameRules
    limb: LimbRules
    net: NetRules
    escalation: EscalationRules
    discharge: DischargeRules
    standby: StandbyRules
    left: LeftRules
    limit: tuple[LimitRow, ...]
    dips: tuple[DipsRow, ...]
    heart_apart: LimitRow
    battery: tuple[LimitRow, ...]
    absence: AbsenceRow
    origin: SeenRow
    cuff_high: tuple[HighCuffRow, ...]
    cuff_rise: tuple[RiseCuffRow, ...]
    cuff_low: tuple[LowCuffRow, ...]
    cuff_slow: tuple[SlowCuffRow, ...]
    score: tuple[ScoreRow, ...]
    silence: tuple[SilenceRow, ...]
    fault: tuple[FaultRow, ...]
    protocols: dict[str, Protocol]
    version: str = ""

    def __post_init__(self) -> None:
        for row in self.limit:
            self.limit_beside(row)

    def limit_beside(self, row: LimitRow) -> float | None:
        """The limit of the row that `row` names as `beside`; ValueError where there is none."""
        if row.beside is None:
            return None
        limits = [other.limit for other in self.limit if other.id == row.beside]
        if not limits:
            raise ValueError(f"{row.id}: beside names no row: {row.beside!r}")
        return limits[0]
