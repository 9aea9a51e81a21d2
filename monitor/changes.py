"""What a configuration that is read anew changes in a running service, or why it may not. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from alerts.custody import UNASSIGNED
from monitor.config import Config
from monitor.config_beds import Bed, Device
from monitor.equipment import radio_devices

_TABLES = ("site", "web", "bluetooth", "mqtt", "influx", "pager")
_NOTHING_LENT: Mapping[str, str] = {}
_AT_RUN_TIME = frozenset({"mqtt.mapping"})


class ReloadRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The file is right but cannot be applied now; `reasons` lists all that is against it."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))


class InUse(NamedTuple):
    """What stands against touching a bed: its open session, or in words what else.

    obstacle: neither the bed nor its devices; occupied: not the bed.
    """

    session: str | None = None
    obstacle: str | None = None
    occupied: str | None = None


class Changes(NamedTuple):
    """Beds by name, devices of beds that stay as bed/device, and mqtt.mapping where it differs.

    A device without a bed is one of the bed UNASSIGNED.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return any(self._asdict().values())

    def __str__(self) -> str:
        """In words, for the log."""
        parts = [f"{word} {', '.join(names)}" for word, names in self._asdict().items() if names]
        return "; ".join(parts) or "nothing has changed"


class Devices(NamedTuple):
    """The devices of one bed that come, that go, and that are others under the same name."""

    come: list[str]
    gone: list[str]
    other: list[str]


def find_changes(
    old: Config, new: Config, use: Mapping[str, InUse], lent: Mapping[str, str] = _NOTHING_LENT
) -> Changes:
    """What the new configuration changes in a service that runs by the old one.

    `lent`: the beds at which devices without a bed of their own are. Raises ReloadRefused with
    every reason: what needs a restart, beds and devices that are in use.
    """
    spares = _devices(old.device, new.device)
    reasons = [*_for_a_restart(old, new), *_in_the_way(old, new, use), *_lent(spares, lent)]
    if reasons:
        raise ReloadRefused(reasons)
    before, after = _by_id(old), _by_id(new)
    added = [bed for bed in after if bed not in before]
    removed = [bed for bed in before if bed not in after]
    changed = [
        name
        for name, bed in after.items()
        if name in before and _named(before[name]) != _named(bed)
    ]
    if not changed and _order(old, after) != _order(new, before):
        changed = ["the order of the beds"]
    for name, bed in after.items():
        if name in before:
            devices = _devices(before[name].device, bed.device)
            added += [f"{name}/{device}" for device in devices.come]
            removed += [f"{name}/{device}" for device in devices.gone]
            changed += [f"{name}/{device}" for device in devices.other]
    added += [f"{UNASSIGNED}/{device}" for device in spares.come]
    removed += [f"{UNASSIGNED}/{device}" for device in spares.gone]
    changed += [f"{UNASSIGNED}/{device}" for device in spares.other]
    if old.mqtt.mapping != new.mqtt.mapping:
        changed.append("mqtt.mapping")
    return Changes(tuple(added), tuple(removed), tuple(changed))


def equipped_otherwise(old: Config, new: Config) -> list[str]:
    """The beds that stay and whose devices differ."""
    before = _by_id(old)
    return [bed.id for bed in new.bed if bed.id in before and bed.device != before[bed.id].device]


def installed(old: Config, new: Config) -> list[tuple[str, str]]:
    """Home and name of each Bluetooth device that is new, or another under the same name."""
    before = {(home, d.id): (d.address, d.model, d.kind) for home, d in radio_devices(old)}
    return [
        (home, d.id)
        for home, d in radio_devices(new)
        if before.get((home, d.id)) != (d.address, d.model, d.kind)
    ]


def _for_a_restart(old: Config, new: Config) -> Iterator[str]:
    for table in _TABLES:
        mine: dict[str, object] = dict(getattr(old, table))
        theirs: dict[str, object] = dict(getattr(new, table))
        for key, was in mine.items():
            is_now, name = theirs[key], f"{table}.{key}"
            if was != is_now and name not in _AT_RUN_TIME:
                yield f"{name} was {was!r} at the start and is {is_now!r} now: it needs a restart"
    if old.mqtt.one_filter and old.mqtt.mapping != new.mqtt.mapping:
        yield "mqtt.mapping: where mqtt.one_filter is on, other rows need a restart"


def _in_the_way(old: Config, new: Config, use: Mapping[str, InUse]) -> Iterator[str]:
    after = _by_id(new)
    for bed in old.bed:
        session, obstacle, occupied = use.get(bed.id, InUse())
        now = after.get(bed.id)
        if now is None:
            if session is not None:
                yield f"{bed.id} cannot be removed: session {session} is open there; close it first"
            for reason in filter(None, (obstacle, occupied)):
                yield f"{bed.id} cannot be removed: {reason}"
            continue
        if bed.device != now.device and obstacle is not None:
            yield f"the devices of {bed.id} cannot change: {obstacle}"
        _, gone, other = _devices(bed.device, now.device)
        if session is not None:
            for device in gone:
                yield f"{bed.id}/{device} cannot be removed: session {session} uses it"
            for device in other:
                yield f"{bed.id}/{device} cannot be changed: session {session} uses it"


def _lent(spares: Devices, lent: Mapping[str, str]) -> Iterator[str]:
    for word, names in (("removed", spares.gone), ("changed", spares.other)):
        for name in names:
            if name in lent:
                yield f"{UNASSIGNED}/{name} cannot be {word}: {lent[name]} has it; release it first"


def _by_id(config: Config) -> dict[str, Bed]:
    return {bed.id: bed for bed in config.bed}


def _named(bed: Bed) -> tuple[str, str]:
    return bed.label, bed.ward


def _order(config: Config, others: Mapping[str, Bed]) -> list[str]:
    return [bed.id for bed in config.bed if bed.id in others]


def _devices(old: Sequence[Device], new: Sequence[Device]) -> Devices:
    """The devices that come, that go, and that are others under the same name."""
    before = {device.id: device for device in old}
    after = {device.id: device for device in new}
    return Devices(
        [name for name in after if name not in before],
        [name for name in before if name not in after],
        [name for name in after if name in before and after[name] != before[name]],
    )
