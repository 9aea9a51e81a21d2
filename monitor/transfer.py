"""Devices and sessions between beds, as steps of the record: assign, release, swap, move.

Each generator yields steps for `WardIntake.together`, which carries out each before it asks for
the next. What cannot be done raises Refused at the first step, before anything has changed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from alerts.command import Arrive, Assign, Depart, Place, Refused, Release, Tick
from alerts.engine import BedEngine
from alerts.setup import DeviceRow
from monitor.intake import Step, WardIntake
from monitor.seat import Seat, SeatState

_NAME_LENGTH = 32  # of an id


Transfer = Callable[[WardIntake], Iterator[Step]]
"""One of the functions below with all but the ward given."""


class Person(NamedTuple):
    """Who orders a transfer, and when."""

    at: float
    by: str
    id: str = ""


class Named(NamedTuple):
    """A device by the bed where it is now (or its home, while it is nowhere) and its name there."""

    bed: str
    device: str


def assign(ward: WardIntake, who: Person, bed: str, named: Named) -> Iterator[Step]:
    """Give a bed a device that is at another bed or at none."""
    home = _home(ward, named)
    there = ward.site.engine.custody.whereabouts(*home)
    if there.bed == bed:
        raise Refused(f"{bed} has {there.device} already", conflict=True)
    row = _named_for(_seat(ward, bed), home, ward)
    if there.bed is not None:
        yield there.bed, Release(at=who.at, by=who.by, device=there.device)
    yield from _settle(who, bed, home, row)


def release(ward: WardIntake, who: Person, bed: str, device: str) -> Iterator[Step]:
    """Take a device from a bed; until it is assigned again it speaks for nobody."""
    home = _home(ward, Named(bed, device))
    row = _row(ward, home)
    yield bed, Release(at=who.at, by=who.by, id=who.id, device=device)
    yield None, Place(at=who.at, by=who.by, home=home.bed, device=home.device, bed=None, row=row)


def swap(ward: WardIntake, who: Person, mine: Named, theirs: Named) -> Iterator[Step]:
    """Exchange a device of one bed for one of another."""
    if mine.bed == theirs.bed:
        raise Refused("a swap is between two beds")
    homes = _home(ward, mine), _home(ward, theirs)
    rows = (
        _named_for(_seat(ward, theirs.bed), homes[0], ward, gone=theirs.device),
        _named_for(_seat(ward, mine.bed), homes[1], ward, gone=mine.device),
    )
    yield mine.bed, Release(at=who.at, by=who.by, id=who.id, device=mine.device)
    yield theirs.bed, Release(at=who.at, by=who.by, id=who.id, device=theirs.device)
    yield from _settle(who, theirs.bed, homes[0], rows[0])
    yield from _settle(who, mine.bed, homes[1], rows[1])


def move(
    ward: WardIntake, who: Person, bed: str, to: str, devices: Sequence[str] = ()
) -> Iterator[Step]:
    """Let a session go on at another, free bed; `devices` go along, the others stay."""
    if to == bed:
        raise Refused(f"the session is at {bed} already")
    source, target = _seat(ward, bed), _seat(ward, to)
    if source.session is None:
        raise Refused(f"no session is open at {bed}", conflict=True)
    if target.session is not None:
        raise Refused(f"session {target.session.id} is open at {to}", conflict=True)
    homes = {device: _home(ward, Named(bed, device)) for device in devices}
    rows = {device: _named_for(target, home, ward) for device, home in homes.items()}
    yield bed, Tick(at=who.at)
    body = msgspec.Raw(msgspec.json.encode(source.engine.snapshot()))
    yield bed, Depart(at=who.at, by=who.by, id=who.id, to=to, devices=tuple(devices))
    for device, home in homes.items():
        yield bed, Release(at=who.at, by=who.by, device=device, reason=f"moved to {to}")
        yield None, _place(who, to, home, rows[device])
    yield (
        to,
        Arrive(
            at=who.at,
            by=who.by,
            id=who.id,
            came_from=bed,
            body=body,
            devices=tuple(rows.values()),
            renamed={device: row.id for device, row in rows.items()},
        ),
    )


def _settle(who: Person, bed: str, home: Named, row: DeviceRow) -> Iterator[Step]:
    yield None, _place(who, bed, home, row)
    yield bed, Assign(at=who.at, by=who.by, id=who.id, device=row)


def _place(who: Person, bed: str, home: Named, row: DeviceRow) -> Place:
    return Place(at=who.at, by=who.by, home=home.bed, device=home.device, bed=bed, row=row)


def _home(ward: WardIntake, named: Named) -> Named:
    """The home of a device that is at that bed now, or that is nowhere and has its home there."""
    custody = ward.site.engine.custody
    found = custody.homes(named.bed).get(named.device)
    if found is not None:
        return Named(*found)
    if custody.row(*named) is not None and custody.whereabouts(*named).bed is None:
        return named
    names = ", ".join(device.id for device in custody.devices(named.bed)) or "none"
    raise Refused(f"{named.bed} has no device {named.device!r}; it has {names}")


def _row(ward: WardIntake, home: Named) -> DeviceRow:
    row = ward.site.engine.custody.row(*home)
    if row is None:
        raise Refused(f"{home.bed} has no device {home.device!r} in the configuration")
    return row


def _named_for(
    seat: Seat[BedEngine], home: Named, ward: WardIntake, gone: str | None = None
) -> DeviceRow:
    """The row of a device under a name that is free at the bed it comes to."""
    row = _row(ward, home)
    taken = {device.id for device in seat.engine.setup.devices} - {gone}
    for name in (home.device, f"{home.bed}-{home.device}"[:_NAME_LENGTH]):
        if name not in taken:
            return msgspec.structs.replace(row, id=name)
    raise Refused(f"{seat.bed} has devices of both names that {home.device} could have there")


def _seat(ward: WardIntake, bed: str) -> Seat[BedEngine]:
    seat = ward.seats.get(bed)
    if seat is None:
        raise Refused(f"there is no bed {bed!r}; there are {', '.join(ward.seats)}")
    if seat.state is not SeatState.OK:
        raise Refused(f"the alarm engine of {bed} has failed, go to the room", conflict=True)
    return seat
