"""Whom a page goes to and when: the paging part of a profile as frozen data.

monitor/profile.py reads it from [escalation]; names ending in `_s` are seconds. A technical alarm
never names a physician: such a profile is refused.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from alerts.event import AlarmEvent, AlarmKind, Priority


class Role(StrEnum):
    """What a person on duty is called for; who that is now, the duty list says."""

    NURSE = "nurse"
    SECOND_NURSE = "second_nurse"
    CHARGE_NURSE = "charge_nurse"
    PHYSICIAN = "physician"
    TECHNICIAN = "technician"
    STATION = "station"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingStep:
    """Whom a step tells, how long after the call began; None: not at this priority."""

    name: str
    roles: tuple[Role, ...]
    high_s: float | None = None
    medium_s: float | None = None

    def delay_s(self, priority: Priority) -> float | None:
        """The step's delay at a priority; a LOW alarm is never paged."""
        return {Priority.HIGH: self.high_s, Priority.MEDIUM: self.medium_s}.get(priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """After the last step: everybody again, first `after_s` after the call began."""

    after_s: float
    every_s: float

    def __post_init__(self) -> None:
        if self.every_s <= 0:
            raise ValueError("every_s must be more than 0: an unanswered alarm is paged again")


@dataclass(frozen=True, slots=True, kw_only=True)
class StationOnly:
    """A condition that the station's screen alone announces, at this priority."""

    id: str
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRules:
    """The steps for a bed's patient, a bed's devices and the service itself.

    on_site_s, off_site_s: how long an acceptance holds without an acknowledgement. group_s: a page
    that told of a bed's other alarms stands for their own pages of the same step for so long.
    screen_s: no
    armed station has confirmed for so long, so nobody can see or hear an alarm. sounder_s: the
    local sounder sounds this often where no path is left.
    """

    on_site_s: float
    off_site_s: float
    group_s: float
    screen_s: float
    sounder_s: float
    high: Again
    medium: Again
    station_only: tuple[StationOnly, ...]
    patient: tuple[PagingStep, ...]
    device: tuple[PagingStep, ...]
    site: tuple[PagingStep, ...]

    def __post_init__(self) -> None:
        if self.sounder_s <= 0:
            raise ValueError("sounder_s must be more than 0")
        for steps in (self.patient, self.device, self.site):
            self._check_times(steps)
        for step in (*self.device, *self.site):
            if Role.PHYSICIAN in step.roles:
                raise ValueError(f"step {step.name}: no technical alarm is paged to a physician")

    def steps(self, event: AlarmEvent) -> tuple[PagingStep, ...]:
        """The steps that an alarm takes."""
        if event.bed is None:
            return self.site
        return self.patient if event.kind is AlarmKind.PHYSIOLOGICAL else self.device

    def again(self, priority: Priority) -> Again:
        """What comes after the last step at HIGH or MEDIUM."""
        return self.high if priority is Priority.HIGH else self.medium

    def at_station(self, event: AlarmEvent) -> bool:
        """Whether the station's screen alone announces it, as long as somebody can see one."""
        return any(
            (event.condition, event.priority) == (only.id, only.priority)
            for only in self.station_only
        )

    def _check_times(self, steps: tuple[PagingStep, ...]) -> None:
        names = [step.name for step in steps]
        if len(set(names)) < len(names) or any(not step.roles for step in steps):
            raise ValueError("each step has a name of its own and at least one role")
        for priority in (Priority.HIGH, Priority.MEDIUM):
            given = [delay for step in steps if (delay := step.delay_s(priority)) is not None]
            times = [*given, self.again(priority).after_s]
            if not given or any(later < earlier for earlier, later in pairwise(times)):
                raise ValueError(f"{priority} needs a step, and steps in the order of their times")
