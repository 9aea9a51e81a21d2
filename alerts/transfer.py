"""Orders that move devices and patients between beds (alarm rules, section 1: move and swap).

A move is two orders in one step of the record: `Depart` empties one bed, `Arrive` fills the other
with all that was known of the session. The shell sees to it that both rooms were confirmed.
"""

import msgspec

from alerts.order import Order
from alerts.setup import DeviceRow


class Assign(Order, frozen=True, kw_only=True, tag="assign", tag_field="type"):
    """This bed gets a device; what it measures from now on is this bed's."""

    device: DeviceRow


class Release(Order, frozen=True, kw_only=True, tag="release", tag_field="type"):
    """A device leaves this bed: its technical alarms end with cause "released"."""

    device: str
    reason: str = ""


class Depart(Order, frozen=True, kw_only=True, tag="depart", tag_field="type"):
    """The session goes on at bed `to`; `devices` go with the patient."""

    to: str
    devices: tuple[str, ...] = ()


class Arrive(Order, frozen=True, kw_only=True, tag="arrive", tag_field="type"):
    """The session of another bed goes on here. `body` is that bed's BedSnapshot as JSON.

    devices: the rows of those that came along, by the names they have here; `renamed` maps the
    name each had there to the one it has here.
    """

    came_from: str
    body: msgspec.Raw
    devices: tuple[DeviceRow, ...] = ()
    renamed: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class Install(Order, frozen=True, kw_only=True, tag="install", tag_field="type"):
    """Tells the site that device `device` of bed `home` is configured from now on.

    It is a new one, or another under the same name.
    """

    home: str
    device: str


class Place(Order, frozen=True, kw_only=True, tag="place", tag_field="type"):
    """Tells the site that device `device` of bed `home` speaks for `bed` as `row.id` from now on.

    Without a bed it speaks for nobody.
    """

    home: str
    device: str
    bed: str | None
    row: DeviceRow
