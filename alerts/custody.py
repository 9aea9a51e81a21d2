"""Which bed each device speaks for, now and before: a reading is of the bed that had it then."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from alerts.setup import BedSetup, DeviceRow

UNASSIGNED = "unassigned"
"""Stands for a bed where there is none: home of spare devices, and of what nobody's device says."""

_WHOSE = {UNASSIGNED: "a spare device"}
_REMEMBERED = 50  # places of one device; an older reading is of the oldest of them


class Stay(msgspec.Struct, frozen=True):
    """From `since` on the device is at `bed` (None: at no bed) as `row.id`."""

    since: float
    bed: str | None
    row: DeviceRow


class Owner(NamedTuple):
    """Whose a reading is: the bed, and the device's name there. Bed None: nobody's."""

    bed: str | None
    device: str


class CustodyState(msgspec.Struct):
    """stays: by home bed and device as configured, oldest first; only of devices ever moved.

    installed: the same for devices that came while the service ran, and when they did.
    """

    stays: dict[str, dict[str, list[Stay]]] = {}
    installed: dict[str, dict[str, float]] = {}


class Custody:
    """Every device of the site. A device's home is the bed it is configured at.

    `spares` lie on the shelf: their home is UNASSIGNED, where they speak for nobody.
    """

    def __init__(self, beds: Sequence[BedSetup], spares: Sequence[DeviceRow] = ()) -> None:
        self.state = CustodyState()
        self._homes = {bed.bed: {device.id: device for device in bed.devices} for bed in beds}
        if spares:
            self._homes[UNASSIGNED] = {device.id: device for device in spares}

    @property
    def moved(self) -> bool:
        """Whether any device was ever moved; while none was, every reading is of its home."""
        return bool(self.state.stays or self.state.installed)

    def owner(self, home: str, device: str, measured_at: float) -> Owner:
        """Whose a reading of that time is. Before a device was configured it was nobody's."""
        installed_at = self.state.installed.get(home, {}).get(device)
        if installed_at is not None and measured_at < installed_at:
            return Owner(None, device)
        return self._place(home, device, measured_at)

    def _place(self, home: str, device: str, measured_at: float) -> Owner:
        stays = self.state.stays.get(home, {}).get(device)
        if stays is None or measured_at < stays[0].since:
            return _at_home(home, device)
        stay = next(stay for stay in reversed(stays) if stay.since <= measured_at)
        return Owner(stay.bed, stay.row.id)

    def place(self, at: float, home: str, row: DeviceRow, bed: str | None, device: str) -> None:
        """Put device `device` of `home` at `bed`."""
        stays = self.state.stays.setdefault(home, {}).setdefault(device, [])
        stays.append(Stay(at, bed, row))
        del stays[:-_REMEMBERED]

    def install(self, at: float, home: str, device: str) -> None:
        """A device is configured from now on: what it measured elsewhere before is nobody's.

        What is known of a former device of that name is of another one.
        """
        self.state.stays.get(home, {}).pop(device, None)
        self.state.installed.setdefault(home, {})[device] = at

    def homes(self, bed: str) -> dict[str, tuple[str, str]]:
        """Home and configured name of each device of a bed, by the name it has there now."""
        return {
            here.device: (home, name)
            for home, rows in self._homes.items()
            for name in rows
            if (here := self.whereabouts(home, name)).bed == bed
        }

    def away(self, bed: str) -> list[str]:
        """In words: which of a bed's own devices are elsewhere, and which of others' are here."""
        places = {name: self.whereabouts(bed, name).bed for name in self._homes.get(bed, {})}
        gone = [f"{name} is at {at or 'no bed'}" for name, at in places.items() if at != bed]
        others = [home for home, _ in self.homes(bed).values() if home != bed]
        return [*gone, *(f"it has {_WHOSE.get(home, f'a device of {home}')}" for home in others)]

    def lent_spares(self) -> dict[str, str]:
        """The beds at which devices without a bed of their own are."""
        spares = self._homes.get(UNASSIGNED, {})
        places = {name: self.whereabouts(UNASSIGNED, name).bed for name in spares}
        return {name: bed for name, bed in places.items() if bed is not None}

    def whereabouts(self, home: str, device: str) -> Owner:
        """Where a device is now."""
        stays = self.state.stays.get(home, {}).get(device)
        return Owner(stays[-1].bed, stays[-1].row.id) if stays else _at_home(home, device)

    def row(self, home: str, device: str) -> DeviceRow | None:
        """The row of a configured device."""
        return self._homes.get(home, {}).get(device)

    def devices(self, bed: str, at: float = math.inf) -> tuple[DeviceRow, ...]:
        """The devices that a bed has at an instant (now), by the names they have there."""
        found: list[DeviceRow] = []
        for home, rows in self._homes.items():
            for name, row in rows.items():
                owner = self._place(home, name, at)
                if owner.bed == bed:
                    found.append(msgspec.structs.replace(row, id=owner.device))
        return tuple(found)

    def streams(self, bed: str) -> frozenset[str]:
        """The devices of a bed that send all the time, so that their silence is a loss."""
        return frozenset(device.id for device in self.devices(bed) if device.streams)


def _at_home(home: str, device: str) -> Owner:
    return Owner(None if home == UNASSIGNED else home, device)
