"""What people enter of the drug: doses, and the infusion that gives one."""

from alerts.order import Order


class GiveDose(Order, frozen=True, kw_only=True, tag="dose", tag_field="type"):
    """The first dose: T0. `given_at` may lie in the past; `override` signs BP-GATE by reason."""

    given_at: float
    amount_mg: float | None = None
    planned_s: float | None = None
    override: str | None = None


class ExtraDose(Order, frozen=True, kw_only=True, tag="extra_dose", tag_field="type"):
    """A further dose: it prolongs PEAK, or brings it back."""

    given_at: float
    amount_mg: float | None = None


class PauseInfusion(Order, frozen=True, kw_only=True, tag="infusion_pause", tag_field="type"):
    """The infusion stands still since `happened_at`."""

    happened_at: float
    reason: str = ""


class ResumeInfusion(Order, frozen=True, kw_only=True, tag="infusion_resume", tag_field="type"):
    """The infusion runs again since `happened_at`."""

    happened_at: float


class InfusionRate(Order, frozen=True, kw_only=True, tag="infusion_rate", tag_field="type"):
    """The infusion runs at another rate; `unit` as it was said ("ml/h")."""

    happened_at: float
    rate: float
    unit: str = ""


class EndInfusion(Order, frozen=True, kw_only=True, tag="infusion_end", tag_field="type"):
    """The infusion has ended (at `ended_at`, None: now): DOSING -> PEAK."""

    ended_at: float | None = None


class VoidDose(Order, frozen=True, kw_only=True, tag="void_dose", tag_field="type"):
    """A dose that was never given. The first one (`of` dose): back to BASELINE.

    of extra_dose: the one with this id or stated time, else the latest.
    """

    reason: str
    of: str = "dose"
    entry: str = ""
    entry_at: float | None = None
