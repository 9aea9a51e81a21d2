"""How each engine is made anew, frozen into bytes and thawed again."""

from functools import partial
from math import nextafter

import msgspec

from alerts.custody import Custody
from alerts.engine import BedEngine
from alerts.setup import BedSetup, DeviceRow
from alerts.site import SiteEngine
from alerts.snapshot import SNAPSHOT_SCHEMA, BedSnapshot, SiteSnapshot
from monitor.plan import Plan
from monitor.recovery import Recipe
from monitor.seat import Seat
from monitor.store.rows import SnapshotRow


def bed_recipe(
    plan: Plan, setup: BedSetup, devices: tuple[DeviceRow, ...] | None = None
) -> Recipe[BedEngine]:
    """How to make the engine of a bed; `devices` are those it starts with, if moved before."""

    def thaw(body: bytes) -> BedEngine:
        snapshot = msgspec.json.decode(body, type=BedSnapshot)
        return BedEngine.restore(setup, plan.profile, snapshot)

    make = partial(BedEngine, setup, plan.profile, devices=devices)
    return Recipe(make, thaw, SNAPSHOT_SCHEMA, BedEngine.count_on)


def devices_at(custody: Custody, bed: str, since: float | None) -> tuple[DeviceRow, ...] | None:
    """What a bed had just before its session came (since None: what it has); None: never moved."""
    if not custody.moved:
        return None
    return custody.devices(bed) if since is None else custody.devices(bed, nextafter(since, 0))


def site_recipe(plan: Plan) -> Recipe[SiteEngine]:
    """How to make the site's engine."""

    def thaw(body: bytes) -> SiteEngine:
        snapshot = msgspec.json.decode(body, type=SiteSnapshot)
        return SiteEngine.restore(plan.beds, plan.profile, snapshot, spares=plan.spares)

    make = partial(SiteEngine, plan.beds, plan.profile, spares=plan.spares, origin=plan.origin)
    return Recipe(make, thaw, SNAPSHOT_SCHEMA)


def freeze(seat: Seat[BedEngine] | Seat[SiteEngine], at: float) -> SnapshotRow:
    """A seat's engine as it stands, for the store."""
    return SnapshotRow(
        bed=seat.bed or "",
        at=at,
        seq=seat.last_seq,
        schema=SNAPSHOT_SCHEMA,
        body=msgspec.json.encode(seat.engine.snapshot()),
    )
