"""Every device of the service as GET /api/devices tells of it: where it is and how it does."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from alerts.custody import UNASSIGNED
from devices.reading import LinkReason
from monitor.device_ledger import DeviceNotes
from monitor.times import iso
from monitor.views import DeviceView

if TYPE_CHECKING:
    from monitor.service import Service


class LinkStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Is it there? `up` None: never heard since the start; `for_s`: seconds since `since`."""

    up: bool | None
    reason: LinkReason | None
    since: str | None
    for_s: float | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """When something was last told; age in seconds."""

    at: str
    age: float


class Battery(Told, frozen=True, kw_only=True):
    """What is left in it, in percent."""

    percent: float


class IdentityStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What it says that it is; null where it does not say it."""

    manufacturer: str | None
    model: str | None
    firmware: str | None


class DeviceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One configured device. `home` is null for a spare one, `bed` for one that is at no bed now.

    name: what it is called at that bed. model: of the device catalogue. A device that does not
    stream wakes only to deliver: its link is up from then on, and silence is no fault.
    """

    device: str
    home: str | None
    bed: str | None
    name: str
    kind: str
    streams: bool
    model: str | None
    address: str | None
    link: LinkStatus
    battery: Battery | None
    identity: IdentityStatus | None
    last_reading: Told | None


def device_list(service: "Service") -> list[DeviceStatus]:
    """All devices, those of the beds first, in the order of the configuration."""
    plan = service.plan
    homes = [(setup.bed, setup.devices) for setup in plan.beds]
    rows = [(home, row) for home, rows in (*homes, (UNASSIGNED, plan.spares)) for row in rows]
    return [_status(service, home, row.id, streams=row.streams) for home, row in rows]


def views_of(service: "Service", bed: str) -> Iterable[DeviceView]:
    """The devices of a bed as its screen shows them, by the names they have there."""
    for name, (home, device) in service.intake.site.engine.custody.homes(bed).items():
        notes = service.intake.ledger.of(home, device)
        yield DeviceView(
            device=name,
            kind=service.plan.kinds[home][device],
            up=notes.up,
            since=None if notes.since is None else iso(notes.since),
            reason=None if notes.reason is None else notes.reason.value,
            battery=notes.battery,
        )


def _status(service: "Service", home: str, device: str, *, streams: bool) -> DeviceStatus:
    radio = service.plan.radio
    row = None if radio is None else radio.device(home, device)
    here = service.intake.site.engine.custody.whereabouts(home, device)
    notes, now = service.intake.ledger.of(home, device), service.clock.now()
    identity = None if radio is None else radio.identity(home, device)
    return DeviceStatus(
        device=device,
        home=None if home == UNASSIGNED else home,
        bed=here.bed,
        name=here.device,
        kind=service.plan.kinds[home][device],
        streams=streams,
        model=None if row is None else row.model.name,
        address=None if row is None else row.address,
        link=_link(notes, now),
        battery=_battery(notes, now),
        identity=None
        if identity is None
        else IdentityStatus(
            manufacturer=identity.manufacturer, model=identity.model, firmware=identity.firmware
        ),
        last_reading=None
        if notes.heard_at is None
        else Told(at=iso(notes.heard_at), age=_age(notes.heard_at, now)),
    )


def _link(notes: DeviceNotes, now: float) -> LinkStatus:
    return LinkStatus(
        up=notes.up,
        reason=notes.reason,
        since=None if notes.since is None else iso(notes.since),
        for_s=None if notes.since is None else _age(notes.since, now),
    )


def _battery(notes: DeviceNotes, now: float) -> Battery | None:
    if notes.battery is None or notes.battery_at is None:
        return None
    at = notes.battery_at
    return Battery(percent=notes.battery, at=iso(at), age=_age(at, now))


def _age(at: float, now: float) -> float:
    return round(max(now - at, 0.0), 1)
