"""A session protocol (iv, im, nasal, oral) as frozen data: times of its phases, cuff cadence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """When cuff readings are due: every so often by phase, and at fixed times after the dose.

    `every_s` maps a phase name to an interval; `at_s` are seconds after T0 (ascending); `then_s` is
    the interval once all of these are over.
    """

    every_s: dict[str, float]
    at_s: tuple[float, ...] = ()
    then_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Times of a session; all counted from T0, the first dose, except `peak_after_end_s`.

    planned_s: usual length of the dosing; dosing_grace_s: DOSING ends that much later if nobody
    confirms its end; PEAK ends at the later of peak_after_dose_s (from the last dose) and
    peak_after_end_s (from the end of the infusion); urgent_s: interval while a severe, critical or
    low pressure stands.
    """

    planned_s: float
    dosing_grace_s: float
    peak_after_dose_s: float
    peak_after_end_s: float
    urgent_s: float
    automatic: Cadence
    hand: Cadence
