"""The profile's numbers for the way out: discharge criteria, standby, a patient who left."""

from dataclasses import dataclass

from alerts.event import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeRules:
    """The criteria of section 6, each an inclusive bound unless its name says below.

    least_hard_for, resolved_for: protocols whose least time nobody may override, and which want
    sedation and respiratory depression resolved by name; dip_s: a stream beyond its bound for less
    is a dip, its clock runs on; *_fresh_s: an older reading, score or rating is unknown;
    ready_again_s: READY is not entered sooner after it was left; sensors_off_s: technical alarms
    rest no longer than this.
    """

    least_s: float
    least_hard_for: tuple[str, ...]
    systolic_below: float
    diastolic_below: float
    rise_systolic: float
    rise_diastolic: float
    pressure_apart_s: float
    pressure_fresh_s: float
    spo2: float
    spo2_below_baseline: float
    spo2_floor: float
    spo2_s: float
    rate_low: float
    rate_high: float
    rate_near_baseline: float
    rate_s: float
    dip_s: float
    moaas: float
    moaas_apart_s: float
    moaas_fresh_s: float
    nausea: float
    nausea_fresh_s: float
    emesis_free_s: float
    resolved_for: tuple[str, ...]
    ready_again_s: float
    sensors_off_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyRules:
    """Standby: how long at most, what counts as back, which technical alarms are suppressed.

    while_late: what T-STANDBY itself speaks for, once the time is over; again_s: acknowledged, it
    calls again after so long, for it would hide them without end.
    """

    id: str
    priority: Priority
    most_s: float
    back_s: float
    covers: tuple[str, ...]
    while_late: tuple[str, ...]
    again_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftRules:
    """T-LEFT: no valid data at all for so long after PEAK; it speaks for `covers`.

    again_s: acknowledged, it calls again after so long, for it would hide them without end.
    """

    id: str
    priority: Priority
    after_s: float
    covers: tuple[str, ...]
    again_s: float
