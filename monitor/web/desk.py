"""The seam between the web and the service: everything HTTP and /ws may ask for or order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec

from alerts.command import Command
from alerts.event import AlarmEvent
from alerts.status import BedStatus
from devices.ble_pairing import Paired
from devices.reading import Origin, Reading
from monitor.changes import Changes
from monitor.device_list import DeviceStatus
from monitor.store.reader import Reader
from monitor.transfer import Transfer

T = TypeVar("T")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the service: does it work, is the service useless without it, and why not.

    `notes`: what else is known of it, by subject.
    """

    up: bool
    essential: bool = False
    detail: str = ""
    notes: dict[str, str] = {}


class Desk(Protocol):
    """What the service offers to those who sit at a screen. Instants are timeline seconds."""

    site: str
    origin: Origin
    speed: float
    station: str

    def now(self) -> float:
        """Seconds on the service's timeline."""
        ...

    def bed_names(self) -> Sequence[str]:
        """Every configured bed, in the order of the configuration."""
        ...

    def status(self, bed: str) -> BedStatus:
        """The bed as its engine sees it now. KeyError for an unknown bed."""
        ...

    def devices(self) -> Sequence[DeviceStatus]:
        """Every configured device, those of the beds first."""
        ...

    async def pair(self, bed: str, device: str) -> Paired:
        """Pair with a Bluetooth device, by its name at the bed ("unassigned": at none).

        Raises PairingFailed, KeyError where no Bluetooth device is called that there.
        """
        ...

    async def command(self, bed: str | None, command: Command) -> list[AlarmEvent]:
        """Carry out a command (bed None: of the site); it is durable when this returns.

        Raises Refused, and then nothing has changed.
        """
        ...

    async def transfer(self, transfer: Transfer) -> list[AlarmEvent]:
        """Move devices or a session between beds; durable when this returns. Raises Refused."""
        ...

    async def observe_staff(self, reading: Reading) -> list[AlarmEvent]:
        """Take in what a person entered (Cuff, Sample, Report); durable when this returns."""
        ...

    async def reload(self, by: str) -> Changes:
        """Read the configuration again and apply it whole; durable when this returns.

        Raises ConfigError or ReloadRefused, and then nothing has changed.
        """
        ...

    def bed_of_occurrence(self, occurrence: str) -> str | None:
        """The bed an occurrence belongs to; None for the site's own and for unknown ones."""
        ...

    def bed_of_session(self, session: str) -> str | None:
        """The bed where this session is open; None if it is not open anywhere."""
        ...

    async def read(self, query: Callable[[Reader], T]) -> T:
        """The result of a query of the store, run in a thread."""
        ...

    def health(self) -> Mapping[str, Part]:
        """The service's parts by name: store, influx, pager, broker, radio, engine."""
        ...
