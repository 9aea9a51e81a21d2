"""Which bed each device speaks for, now and before: a reading is of the bed that had it then."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from alerts.setup import BedSetup, DeviceRow

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
    """stays: by home bed and device as configured, oldest first; only of devices ever moved."""

    stays: dict[str, dict[str, list[Stay]]] = {}


class Custody:
    """Every device of the site. A device's home is the bed it is configured at."""

    def __init__(self, beds: Sequence[BedSetup]) -> None:
        self.state = CustodyState()
        self._homes = {bed.bed: {device.id: device for device in bed.devices} for bed in beds}

    @property
    def moved(self) -> bool:
        """Whether any device was ever moved; while none was, every reading is of its home."""
        return bool(self.state.stays)

    def owner(self, home: str, device: str, measured_at: float) -> Owner:
        """Whose a reading of that time is."""
        stays = self.state.stays.get(home, {}).get(device)
        if stays is None or measured_at < stays[0].since:
            return Owner(home, device)
        stay = next(stay for stay in reversed(stays) if stay.since <= measured_at)
        return Owner(stay.bed, stay.row.id)

    def place(self, at: float, home: str, row: DeviceRow, bed: str | None, device: str) -> None:
        """Put device `device` of `home` at `bed`."""
        stays = self.state.stays.setdefault(home, {}).setdefault(device, [])
        stays.append(Stay(at, bed, row))
        del stays[:-_REMEMBERED]

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
        return [*gone, *(f"it has a device of {home}" for home in others)]

    def whereabouts(self, home: str, device: str) -> Owner:
        """Where a device is now."""
        stays = self.state.stays.get(home, {}).get(device)
        return Owner(stays[-1].bed, stays[-1].row.id) if stays else Owner(home, device)

    def row(self, home: str, device: str) -> DeviceRow | None:
        """The row of a configured device."""
        return self._homes.get(home, {}).get(device)

    def devices(self, bed: str, at: float = math.inf) -> tuple[DeviceRow, ...]:
        """The devices that a bed has at an instant (now), by the names they have there."""
        found: list[DeviceRow] = []
        for home, rows in self._homes.items():
            for name, row in rows.items():
                owner = self.owner(home, name, at)
                if owner.bed == bed:
                    found.append(msgspec.structs.replace(row, id=owner.device))
        return tuple(found)

    def streams(self, bed: str) -> frozenset[str]:
        """The devices of a bed that send all the time, so that their silence is a loss."""
        return frozenset(device.id for device in self.devices(bed) if device.streams)
