"""What a service is made of: `run` plans it from config.toml, `demo` from a simulated ward."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.limits import Profile
from alerts.setup import BedSetup, DeviceRow
from devices.reading import Origin

if TYPE_CHECKING:
    from monitor.broker_link import BrokerLink
    from monitor.config import Config
    from monitor.radio_link import RadioLink
    from monitor.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPart:
    """A driver or a sink: something that runs beside the service and may fail alone.

    `fault` names it in the site's technical alarms (alerts.command.Fault.part), where it has one;
    `broker` and `radio` let its devices change while it runs, where it is the broker's or reads
    Bluetooth.
    """

    name: str
    run: "Callable[[Service], Awaitable[None]]"
    fault: str | None = None
    broker: "BrokerLink | None" = None
    radio: "RadioLink | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A service before it starts. `kinds` maps bed to device to its kind, for the screens.

    `spares` are the devices without a bed; in `kinds` they stand under UNASSIGNED.

    `wards` maps bed to ward where beds are of one; only screens look at it. `config` is what it was
    planned from and `config_file` where that lies; a plan without them cannot be reloaded.

    watch_screens: T-UI, and pages at once, where no station's armed screen confirms. Off in the
    demo, which may run with no browser at all and pages nobody.
    """

    site: str
    label: str
    station: str
    origin: Origin
    beds: tuple[BedSetup, ...]
    kinds: Mapping[str, Mapping[str, str]]
    profile: Profile
    folder: Path
    spares: tuple[DeviceRow, ...] = ()
    wards: Mapping[str, str] = field(default_factory=dict[str, str])
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    speed: float = 1.0
    watch_screens: bool = True
    parts: tuple[PlannedPart, ...] = ()
    history: "Callable[[Service], Awaitable[None]] | None" = None
    config: "Config | None" = None
    config_file: Path | None = None
    starts_at: float | None = field(default=None)

    @property
    def broker(self) -> "BrokerLink | None":
        """What lets the broker's devices change while the service runs."""
        return next((part.broker for part in self.parts if part.broker is not None), None)

    @property
    def radio(self) -> "RadioLink | None":
        """The same for the Bluetooth devices."""
        return next((part.radio for part in self.parts if part.radio is not None), None)
