"""What the screens are told of a plan: the site once, and each bed as configured."""

from monitor.beside import limits_beside, stale_after
from monitor.hub import BedPlan, SiteCard
from monitor.plan import Plan
from monitor.web.app import product_version


def card_of(plan: Plan) -> SiteCard:
    """What a screen must know of the site once."""
    return SiteCard(
        site=plan.label or plan.site,
        origin=plan.origin,
        speed=plan.speed,
        station=plan.station,
        version=product_version(),
        limits=limits_beside(plan.profile),
        stale_after_s=stale_after(plan.profile, plan.beds),
        red_flags=tuple(flag.name for flag in plan.profile.red_flag.symptom),
    )


def bed_plans(plan: Plan) -> list[BedPlan]:
    """Every bed in the order of the configuration."""
    return [
        BedPlan(
            bed=setup.bed,
            label=setup.label,
            ward=plan.wards.get(setup.bed, ""),
            devices=dict(plan.kinds.get(setup.bed, {})),
        )
        for setup in plan.beds
    ]
