"""Other beds and devices for a running service: one step of the record, between two readings."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.command import Gap, Install, Reloaded, Sessions, Tick
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.setup import BedSetup
from alerts.site import SiteEngine
from monitor.cards import bed_plans, card_of
from monitor.changes import Changes, InUse
from monitor.intake import Step, WardIntake
from monitor.plan import Plan
from monitor.recipes import freeze
from monitor.seat import SeatState
from monitor.seating import Seated
from monitor.store.rows import EventRow, Row

if TYPE_CHECKING:
    from monitor.service import Service


class Refit:
    """One change from the service's plan to `new`; `coming` are the seats of beds that are new.

    Everything that might fail is done by the constructor, which changes nothing. `steps` and `last`
    are for WardIntake.together: what they do happens with no other input between.
    """

    def __init__(
        self,
        service: "Service",
        new: Plan,
        changes: Changes,
        *,
        others: Sequence[str],
        installed: Sequence[tuple[str, str]],
        coming: Mapping[str, Seated],
    ) -> None:
        """`others`: the beds that stay and whose devices differ.

        installed: home and name of the Bluetooth devices that are new ones.
        """
        self._service = service
        self._new = new
        self._changes = changes
        self._coming = coming
        self._installed = installed
        self._setups = {setup.bed: setup for setup in new.beds}
        self._at = service.clock.now()
        before = {setup.bed: setup for setup in service.plan.beds}
        self._engines = {bed: self._refitted(before[bed], self._setups[bed]) for bed in others}
        self._with_other_beds()

    def steps(self, by: str) -> Iterator[Step]:
        """The inputs of the change, each done before the next is asked for."""
        added, removed, changed = self._changes
        yield (
            None,
            Reloaded(at=self._at, by=by, added=added, removed=removed, changed=changed),
        )
        ward = self._service.intake
        ward.site.engine = self._with_other_beds()
        for home, device in self._installed:
            yield None, Install(at=self._at, by=by, home=home, device=device)
        for bed, engine in self._engines.items():
            ward.seats[bed].disarm()
            ward.seats[bed].engine = engine
        _take_seats(ward, self._setups, self._coming)
        self._tell()
        for bed, seated in self._coming.items():
            since = seated.seat.engine.now
            yield bed, Gap(since=since if math.isfinite(since) else self._at, at=self._at)
        for bed in self._engines:
            yield bed, Tick(at=self._at)  # what came of other devices is told now
        open_at = tuple(bed for bed, seat in ward.seats.items() if seat.session is not None)
        yield None, Sessions(at=self._at, by="service", beds=open_at)

    def last(self) -> list[Row]:
        """The engines as they stand then, so that a restart finds those of the new plan."""
        ward = self._service.intake
        seats = [ward.seats[bed] for bed in (*self._engines, *self._coming)]
        frozen = [freeze(seat, self._at) for seat in seats if seat.state is SeatState.OK]
        missing = [event for seated in self._coming.values() for event in seated.missing]
        self._service.hub.offer_events(missing)
        return [
            *(EventRow(event=event) for event in missing),
            *frozen,
            freeze(ward.site, self._at),
        ]

    def _refitted(self, before: BedSetup, after: BedSetup) -> BedEngine:
        engine = self._service.intake.seats[before.bed].engine
        refitted = BedEngine.restore(before, self._new.profile, engine.snapshot())
        replaced = {device for home, device in self._installed if home == before.bed}
        refitted.equip(self._at, after, "service", replaced=replaced)
        return refitted

    def _with_other_beds(self) -> SiteEngine:
        kept = self._service.intake.site.engine.snapshot()
        return SiteEngine.restore(self._new.beds, self._new.profile, kept, spares=self._new.spares)

    def _tell(self) -> None:
        """The plan in force, the screens and the broker."""
        service, new = self._service, self._new
        old = service.plan
        gone = [setup.bed for setup in old.beds if setup.bed not in self._setups]
        service.plan = replace(new, parts=old.parts)
        service.hub.configure(card_of(new), bed_plans(new))
        for home, device in self._installed:
            service.intake.ledger.forget(home, device)
        service.show_devices()
        link, told = old.broker, new.broker
        if link is not None and told is not None:
            come = {bed: _standing(seated) for bed, seated in self._coming.items()}
            link.change(told.settings, told.devices, come=come, gone=gone)
        if old.radio is not None and new.radio is not None:
            old.radio.change(new.radio.devices)


def in_use(ward: WardIntake) -> dict[str, InUse]:
    """What stands against touching each bed now."""
    alarmed = {alarm.event.bed: alarm.event.condition for alarm in ward.site.engine.alarms()}
    custody = ward.site.engine.custody
    found: dict[str, InUse] = {}
    for bed, seat in ward.seats.items():
        obstacle = occupied = None
        if seat.state is not SeatState.OK:
            obstacle = "its alarm engine has failed; restart the service"
        elif away := custody.away(bed):
            obstacle = f"{', '.join(away)}; give back what was lent first"
        if bed in alarmed:
            occupied = f"{alarmed[bed]} stands there; see to it first"
        elif seat.engine.unattended:
            occupied = "somebody is measured there without a session"
        session = None if seat.session is None else seat.session.id
        found[bed] = InUse(session, obstacle, occupied)
    return found


def lent_spares(ward: WardIntake) -> dict[str, str]:
    """The beds at which devices without a bed of their own are."""
    return ward.site.engine.custody.lent_spares()


def _standing(seated: Seated) -> list[AlarmEvent]:
    """What stands at a bed as its record says."""
    seat = seated.seat
    alarms = seat.engine.status().alarms if seat.state is SeatState.OK else ()
    return [alarm.event for alarm in alarms]


def _take_seats(
    ward: WardIntake, setups: Mapping[str, BedSetup], coming: Mapping[str, Seated]
) -> None:
    """The ward's seats in the order of the configuration; the mapping itself stays the same."""
    before = dict(ward.seats)
    ward.seats.clear()
    for bed in setups:
        ward.seats[bed] = before.pop(bed) if bed in before else coming[bed].seat
    for seat in before.values():
        seat.disarm()
    ward.changed.intersection_update(setups)
    ward.changed.update(setups)
