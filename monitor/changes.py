"""What a configuration that is read anew changes in a running service, or why it may not. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from monitor.config import Bed, Config, Device

_TABLES = ("site", "web", "bluetooth", "mqtt", "influx", "pager")
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
    """Beds by name, devices of beds that stay as bed/device, and mqtt.mapping where it differs."""

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


def find_changes(old: Config, new: Config, use: Mapping[str, InUse]) -> Changes:
    """What the new configuration changes in a service that runs by the old one.

    Raises ReloadRefused with every reason: what needs a restart, beds and devices that are in use.
    """
    reasons = [*_for_a_restart(old, new), *_in_the_way(old, new, use)]
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
            come, gone, other = _devices(before[name], bed)
            added += [f"{name}/{device}" for device in come]
            removed += [f"{name}/{device}" for device in gone]
            changed += [f"{name}/{device}" for device in other]
    if old.mqtt.mapping != new.mqtt.mapping:
        changed.append("mqtt.mapping")
    return Changes(tuple(added), tuple(removed), tuple(changed))


def equipped_otherwise(old: Config, new: Config) -> list[str]:
    """The beds that stay and whose devices differ."""
    before = _by_id(old)
    return [bed.id for bed in new.bed if bed.id in before and bed.device != before[bed.id].device]


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
    radio_before, radio_after = _radio(old), _radio(new)
    for name in dict.fromkeys([*radio_before, *radio_after]):
        if radio_before.get(name) != radio_after.get(name):
            yield f"{name} is a Bluetooth device: to add, change or remove it needs a restart"


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
        _, gone, other = _devices(bed, now)
        if session is not None:
            for device in gone:
                yield f"{bed.id}/{device} cannot be removed: session {session} uses it"
            for device in other:
                yield f"{bed.id}/{device} cannot be changed: session {session} uses it"


def _by_id(config: Config) -> dict[str, Bed]:
    return {bed.id: bed for bed in config.bed}


def _named(bed: Bed) -> tuple[str, str]:
    return bed.label, bed.ward


def _order(config: Config, others: Mapping[str, Bed]) -> list[str]:
    return [bed.id for bed in config.bed if bed.id in others]


def _devices(old: Bed, new: Bed) -> tuple[list[str], list[str], list[str]]:
    """The devices that come, that go, and that are others under the same name."""
    before: dict[str, Device] = {device.id: device for device in old.device}
    after: dict[str, Device] = {device.id: device for device in new.device}
    return (
        [name for name in after if name not in before],
        [name for name in before if name not in after],
        [name for name in after if name in before and after[name] != before[name]],
    )


def _radio(config: Config) -> dict[str, Device]:
    """The Bluetooth devices as bed/device."""
    return {
        f"{bed.id}/{device.id}": device
        for bed in config.bed
        for device in bed.device
        if device.address is not None
    }
