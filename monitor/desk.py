"""The desk: what the service offers to those at a screen (implements monitor.web.desk.Desk)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from alerts.command import Command
from alerts.custody import UNASSIGNED
from alerts.event import AlarmEvent
from alerts.status import BedStatus, StandingAlarm
from devices.ble_pairing import Paired
from devices.reading import Reading
from monitor.changes import Changes
from monitor.device_list import DeviceStatus, device_list
from monitor.store.reader import Reader
from monitor.transfer import Transfer
from monitor.web.desk import Part

if TYPE_CHECKING:
    from monitor.service import Service

T = TypeVar("T")

_ESSENTIAL = frozenset({"store"})


class ServiceDesk:
    """One service, seen from a screen."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._parts: dict[str, Part] = {"store": Part(up=True, essential=True)}
        self.site = service.plan.site
        self.origin = service.plan.origin
        self.speed = service.plan.speed
        self.station = service.plan.station

    def now(self) -> float:
        """Seconds on the service's timeline."""
        return self._service.clock.now()

    def bed_names(self) -> Sequence[str]:
        """Every bed, in the order of the configuration."""
        return tuple(self._service.intake.seats)

    def status(self, bed: str) -> BedStatus:
        """The bed as its engine sees it now (its last word where the engine has failed)."""
        return self._service.intake.seats[bed].engine.status()

    def site_standing(self) -> tuple[StandingAlarm, ...]:
        """The site's own standing alarms."""
        return self._service.intake.site.engine.alarms()

    def devices(self) -> Sequence[DeviceStatus]:
        """Every configured device, those of the beds first."""
        return device_list(self._service)

    async def pair(self, bed: str, device: str) -> Paired:
        """Pair with a Bluetooth device. Raises PairingFailed, KeyError."""
        radio = self._service.plan.radio
        for known in self.devices():
            if (known.bed or UNASSIGNED, known.name) == (bed, device) and radio is not None:
                return await radio.pair(known.home or UNASSIGNED, known.device)
        raise KeyError(f"{bed}/{device}")

    async def command(self, bed: str | None, command: Command) -> list[AlarmEvent]:
        """Carry out a command; durable when this returns. Raises Refused."""
        return await self._service.intake.command(bed, command)

    async def transfer(self, transfer: Transfer) -> list[AlarmEvent]:
        """Move devices or a session between beds; durable when this returns. Raises Refused."""
        service = self._service
        events = await service.intake.together(transfer(service.intake))
        service.show_devices()
        return events

    async def observe_staff(self, reading: Reading) -> list[AlarmEvent]:
        """Take in what a person entered; durable when this returns."""
        return await self._service.intake.observe(reading)

    async def reload(self, by: str) -> Changes:
        """Read the configuration again and apply it whole; durable when this returns."""
        return await self._service.reloader.reload(by)

    def bed_of_occurrence(self, occurrence: str) -> str | None:
        """The bed an occurrence belongs to; None for the site's own and for unknown ones.

        A session that moved has taken its occurrences along: where one stands it belongs.
        """
        for bed, seat in self._service.intake.seats.items():
            if seat.engine.holds(occurrence):
                return bed
        bed = occurrence.partition(":")[0]
        return bed if bed in self._service.intake.seats else None

    def bed_of_session(self, session: str) -> str | None:
        """The bed where this session is open; None if it is not open anywhere."""
        for bed, seat in self._service.intake.seats.items():
            if seat.session is not None and seat.session.id == session:
                return bed
        return None

    async def read(self, query: Callable[[Reader], T]) -> T:
        """The result of a query of the store, run in a thread."""
        return await asyncio.to_thread(query, self._service.reader)

    def health(self) -> Mapping[str, Part]:
        """The service's parts by name."""
        return dict(self._parts)

    def note_part(self, part: str, *, up: bool, detail: str) -> None:
        """A part has said how it is."""
        notes = self._parts[part].notes if part in self._parts else {}
        self._parts[part] = Part(up=up, essential=part in _ESSENTIAL, detail=detail, notes=notes)
        self._service.metrics.note_part(part, up=up)

    def note(self, part: str, subject: str, text: str) -> None:
        """Something is known of a part; it takes the place of what was known of the subject."""
        known = self._parts[part]
        self._parts[part] = msgspec.structs.replace(known, notes={**known.notes, subject: text})

    def offer_reading(self, reading: Reading) -> None:
        """Count a reading."""
        self._service.metrics.count_reading(reading)

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        """Count alarm events."""
        self._service.metrics.count_events(events)
