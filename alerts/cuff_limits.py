"""The profile's part on cuff readings: checks, reminders, the inbox, failures, what is due."""

from dataclasses import dataclass

from alerts.event import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules:
    """The BP-CHECK: when a repeated reading is due, and how often a cuff may be inflated."""

    from_s: float
    until_s: float
    unanswered_s: float
    inflations: int
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffRules:
    """Which cuff readings count, how many are kept, and when an answered alarm is called to mind.

    Pressures mm[Hg]. same_s, copy_s: a reading sent again, and one typed in from a display.
    """

    keep: int
    same_s: float
    copy_s: float
    remind_worse: float
    remind_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRules:
    """Stored, undated and shared cuff readings: what makes them count, and for how long.

    late_s: a severe stored reading this young opens a check (late_keep: how many are remembered);
    undated_s, shared_s: so long does an open check or "measure here" want a reading; burst_s:
    without a further one, a burst of undated readings is over.
    """

    late_s: float
    late_keep: int
    undated_s: float
    burst_s: float
    shared_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FailRules:
    """T-NIBP-FAIL: so many failed cycles in a row; before the dose at `before_dose`."""

    id: str
    cycles: int
    priority: Priority
    before_dose: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRules:
    """T-NIBP-DUE: a scheduled cuff reading that is late; `part` is of the interval.

    prompt_s: people are told so long before a reading that they must see to.
    """

    id: str
    early_s: float
    prompt_s: float
    late_s: float
    late_part: float
    none_for_s: float
    forced_from_s: float
    forced_missing_s: float
