"""How a bed gets other devices, and how a session leaves one bed and goes on at another."""

from collections.abc import Iterable

import msgspec

from alerts.bedside import Bedside
from alerts.condition import CALLING
from alerts.event import AlarmKind, Cause, Change
from alerts.ladder import Ladder
from alerts.limb import LimbState
from alerts.memory import BedMemory
from alerts.occurrence import OccurrenceState
from alerts.order import Refused
from alerts.rules.silence import SilenceRule
from alerts.session import SessionState
from alerts.setup import BedSetup, DeviceRow
from alerts.snapshot import SNAPSHOT_SCHEMA, BedSnapshot, SnapshotMismatch
from alerts.streams import StreamsState
from alerts.transfer import Arrive, Depart

_decoder = msgspec.json.Decoder(BedSnapshot)


def plus(setup: BedSetup, device: DeviceRow) -> BedSetup:
    """The bed with one more device.

    Raises:
        Refused: it has one of that name.
    """
    if any(device.id == known.id for known in setup.devices):
        raise Refused(f"{setup.bed} has a device {device.id} already", conflict=True)
    return msgspec.structs.replace(setup, devices=(*setup.devices, device))


def minus(setup: BedSetup, device: str) -> BedSetup:
    """The bed without a device.

    Raises:
        Refused: it has none of that name.
    """
    left = tuple(known for known in setup.devices if known.id != device)
    if len(left) == len(setup.devices):
        names = ", ".join(known.id for known in setup.devices) or "none"
        raise Refused(f"{setup.bed} has no device {device!r}; it has {names}")
    return msgspec.structs.replace(setup, devices=left)


def without(kept: BedSnapshot, devices: Iterable[str]) -> BedSnapshot:
    """The state of a bed that knows nothing of these devices: another may get such a name.

    What they measured is the patient's and stays.
    """
    for device in devices:
        kept.contacts.heard.pop(device, None)
        kept.equipment.came.discard(device)
        kept.equipment.battery.pop(device, None)
        kept.streams.faint.pop(device, None)
        kept.streams.clocks.pop(device, None)
        for track in kept.tracks.values():
            if track.device == device:
                track.device, track.device_time = "", None
    return kept


def let_go(bedside: Bedside, at: float, ladders: Iterable[str], by: str) -> None:
    """The technical alarms that hang on what leaves: they end, with the cause."""
    for name in sorted(ladders):
        bedside.panel.ladders[name].end(at, Cause.RELEASED, by)


def expect(bedside: Bedside, at: float, known: dict[str, object]) -> None:
    """Wait from now on for the data of the devices whose ladders are not among the known."""
    for name, ladder in bedside.panel.ladders.items():
        if name not in known:
            for rule in ladder.rules:
                if isinstance(rule, SilenceRule):
                    rule.wait_from(at)


def depart(bedside: Bedside, at: float, order: Depart) -> None:
    """The session goes on elsewhere; nothing of the patient is left here, and nothing ends.

    Raises:
        Refused: no session is open here, or a device that should go along is not here.
    """
    b = bedside
    if not b.session.open:
        raise Refused("no session is open at this bed", conflict=True)
    here = {device.id for device in b.setup.devices}
    if missing := sorted(set(order.devices) - here):
        raise Refused(f"{b.setup.bed} has no device {', '.join(missing)}")
    staying = here - set(order.devices)
    let_go(b, at, [name for name in b.panel.ladders if _device_of(name) in staying], order.by)
    b.session.state = SessionState()
    b.memory = BedMemory()
    b.announcer.state.session = None
    for ladder in b.panel.ladders.values():
        ladder.state = OccurrenceState()
        for rule in ladder.rules:
            rule.reset()
    b.rearm(at)


def arriving(bedside: Bedside, order: Arrive) -> BedSnapshot:
    """The state of the session that arrives, as this bed's own.

    Raises:
        Refused: a session is open here.
        SnapshotMismatch: it was kept by another version of the program or another profile.
    """
    b = bedside
    if b.session.open:
        raise Refused(f"session {b.session.state.id} is open at {b.setup.bed}", conflict=True)
    came = _decoder.decode(order.body)
    theirs, mine = (came.schema, came.profile), (SNAPSHOT_SCHEMA, b.profile.version)
    if theirs != mine:
        raise SnapshotMismatch(f"a session kept as {theirs} cannot go on as {mine}")
    announce = msgspec.structs.replace(
        b.announcer.state, session=came.session.id, origin=came.session.origin
    )
    for track in came.tracks.values():
        track.device = order.renamed.get(track.device, "")
    contacts = b.contacts.state
    for there, here in order.renamed.items():
        if there in came.contacts.heard:
            contacts.heard[here] = came.contacts.heard[there]
    _count_here(came, b.announcer.state.seq)
    ladders = {
        name: kept
        for there, kept in came.ladders.items()
        if (name := _name_here(there, order.renamed)) is not None
    }
    return msgspec.structs.replace(
        came,
        announce=announce,
        contacts=contacts,
        ladders=ladders,
        limb=LimbState(),
        streams=StreamsState(clocks=b.streams.state.clocks),
        equipment=b.equipment.moved(came.equipment, order.renamed),
    )


def settle_in(bedside: Bedside, at: float, order: Arrive, kept: BedSnapshot) -> None:
    """Wait for this room's devices, and say here what stands: the same occurrences go on.

    What nothing here could ever end (T-SPO2 where no device measures it) ends with its devices.
    """
    bedside.session.state.here_since = at
    for name in sorted(kept.ladders.keys() - bedside.panel.ladders.keys()):
        gone = Ladder(
            name,
            AlarmKind.TECHNICAL,
            (),
            bedside.announcer,
            voice=bedside.profile.voice,
            lost_priority=bedside.profile.signals.lost_priority,
        )
        gone.state = kept.ladders[name].ladder
        gone.end(at, Cause.RELEASED, order.by)
    expect(bedside, at, dict(kept.ladders))
    bedside.rearm(at)
    for ladder in bedside.panel.ladders.values():
        event = ladder.state.event
        if ladder.standing and event is not None:
            found = ladder.last_told()
            ladder.tell(
                at,
                Change.UPDATE,
                found=found._replace(text=f"{found.text}, moved from {order.came_from}"),
                by=order.by,
                rises=ladder.state.state in CALLING,
            )


def _count_here(came: BedSnapshot, seq: int) -> None:
    """Tell by this bed's event numbers, `seq` its newest, which alarms were overridden there."""
    overridden = came.discharge.answered_seq
    for kept in came.ladders.values():
        covered = overridden is not None and kept.ladder.risen_seq <= overridden
        kept.ladder.risen_seq = 0 if covered else seq + 1
    if overridden is not None:
        came.discharge.answered_seq = seq


def _device_of(ladder: str) -> str | None:
    """The device that a ladder is about, None where it is about the patient."""
    return ladder.partition("/")[2] or None


def _name_here(ladder: str, renamed: dict[str, str]) -> str | None:
    """The name of a ladder at the bed of arrival; None for one of a device that stayed."""
    device = _device_of(ladder)
    if device is None:
        return ladder
    here = renamed.get(device)
    return None if here is None else f"{ladder.partition('/')[0]}/{here}"
