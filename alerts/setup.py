"""What the engine must know about a bed's devices before the first reading."""

import msgspec

from devices.reading import Metric


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One device of a bed.

    `streams`: sends by itself all the time (an oximeter), so silence is a fault; a cuff or a button
    that wakes only to deliver does not. `period_s` is the usual time between two of its readings.
    `required`: the protocol cannot run without it. `can_start`: we can make it measure. `shared`:
    it goes from bed to bed, so its reading counts only after "measure here".
    """

    id: str
    metrics: tuple[Metric, ...]
    streams: bool = True
    required: bool = False
    period_s: float = 1.0
    can_start: bool = False
    automatic: bool = False  # a cuff that measures by its own schedule
    same_limb_as: str | None = None
    shared: bool = False


class BedSetup(msgspec.Struct, frozen=True, kw_only=True):
    """A bed, its devices, and the site it belongs to."""

    bed: str
    devices: tuple[DeviceRow, ...] = ()
    label: str = ""
