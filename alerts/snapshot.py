"""A bed's whole state as plain data, to be stored and restored (schema version inside)."""

import math
from collections.abc import Iterable

import msgspec

from alerts.announce import AnnounceState
from alerts.autonomic import AutonomicState
from alerts.bedside import Bedside
from alerts.chart import ChartState
from alerts.contacts import ContactsState
from alerts.cuffs import CuffsState
from alerts.custody import CustodyState
from alerts.discharge import DischargeState
from alerts.equipment import EquipmentState
from alerts.ladder import Ladder
from alerts.limb import LimbState
from alerts.memory import BedMemory
from alerts.occurrence import OccurrenceState
from alerts.reminders import RemindersState
from alerts.reports import ReportsState
from alerts.rules.absence import AbsenceState
from alerts.rules.call import CallState
from alerts.rules.cuff import CuffState
from alerts.rules.due import DueState
from alerts.rules.fail import FailState
from alerts.rules.faint import FaintState
from alerts.rules.flag import FlagState
from alerts.rules.limit import DipsState, LimitState
from alerts.rules.nausea import NauseaState
from alerts.rules.rule import RuleState
from alerts.rules.score import ScoreState
from alerts.rules.seen import SeenState
from alerts.rules.silence import FaultState, SilenceState
from alerts.rules.watch import WatchState
from alerts.session import SessionState
from alerts.setup import DeviceRow
from alerts.signals import TrackState
from alerts.standby import StandbyState
from alerts.streams import StreamsState

SNAPSHOT_SCHEMA = 16

AnyRuleState = (
    LimitState
    | DipsState
    | CuffState
    | NauseaState
    | ScoreState
    | CallState
    | FlagState
    | DueState
    | FailState
    | SilenceState
    | FaultState
    | SeenState
    | AbsenceState
    | WatchState
    | FaintState
)


class SnapshotMismatch(ValueError):  # noqa: N818 - says what is wrong; the shell replays instead
    """A snapshot of another schema, profile or set of devices: replay from the session's start."""


class LadderSnapshot(msgspec.Struct):
    """One ladder and its rules."""

    ladder: OccurrenceState
    rules: list[AnyRuleState]


class BedSnapshot(msgspec.Struct, kw_only=True):
    """Everything: decode with msgspec, give to BedEngine.restore.

    now: None before any input; devices: those in force, None where they are as configured.
    """

    schema: int = SNAPSHOT_SCHEMA
    profile: str
    bed: str
    now: float | None
    devices: tuple[DeviceRow, ...] | None = None
    announce: AnnounceState
    session: SessionState
    memory: BedMemory
    reports: ReportsState
    cuffs: CuffsState
    contacts: ContactsState
    autonomic: AutonomicState
    reminders: RemindersState
    chart: ChartState
    streams: StreamsState
    equipment: EquipmentState
    limb: LimbState
    standby: StandbyState
    discharge: DischargeState
    tracks: dict[str, TrackState]
    ladders: dict[str, LadderSnapshot]


class SiteSnapshot(msgspec.Struct, kw_only=True):
    """The same for the site's own alarms.

    links: when each lost device went down, by bed; open: beds with an open session.
    """

    schema: int = SNAPSHOT_SCHEMA
    profile: str
    now: float | None
    announce: AnnounceState
    links: dict[str, dict[str, float]]
    open: tuple[str, ...] = ()
    custody: CustodyState = msgspec.field(default_factory=CustodyState)
    broker_down: bool
    down: dict[str, str] = {}
    ladders: dict[str, LadderSnapshot]


def gather(bedside: Bedside, now: float, devices: tuple[DeviceRow, ...] | None) -> BedSnapshot:
    """Everything that a bed holds, as data that share nothing with it."""
    b = bedside
    return copy_bed(
        BedSnapshot(
            profile=b.profile.version,
            bed=b.setup.bed,
            now=now if math.isfinite(now) else None,
            devices=devices,
            announce=b.announcer.state,
            session=b.session.state,
            memory=b.memory,
            reports=b.reports.state,
            cuffs=b.cuffs.state,
            contacts=b.contacts.state,
            autonomic=b.autonomic.state,
            reminders=b.reminders.state,
            chart=b.chart.state,
            streams=b.streams.state,
            equipment=b.equipment.state,
            limb=b.limb.state,
            standby=b.way_out.standby.state,
            discharge=b.way_out.discharge.state,
            tracks={m: track.state for m, track in b.streams.tracks.items()},
            ladders={name: keep(ladder) for name, ladder in b.panel.ladders.items()},
        )
    )


def scatter(bedside: Bedside, snapshot: BedSnapshot) -> None:
    """Give a new bed the state that was kept; its ladders without a kept state stay as they are.

    Raises:
        SnapshotMismatch: a ladder's rules are not those that were kept.
    """
    b = bedside
    b.announcer.state = snapshot.announce
    b.session.state = snapshot.session
    b.memory = snapshot.memory
    b.reports.state = snapshot.reports
    b.cuffs.state = snapshot.cuffs
    b.contacts.state = snapshot.contacts
    b.autonomic.state = snapshot.autonomic
    b.reminders.state = snapshot.reminders
    b.chart.state = snapshot.chart
    b.streams.state = snapshot.streams
    b.equipment.state = snapshot.equipment
    b.limb.state = snapshot.limb
    b.way_out.standby.state = snapshot.standby
    b.way_out.discharge.state = snapshot.discharge
    for metric, track in b.streams.tracks.items():
        track.state = snapshot.tracks[metric]
    for name, ladder in b.panel.ladders.items():
        if name in snapshot.ladders:
            put_back(ladder, snapshot.ladders[name])
    b.arm()


def keep(ladder: Ladder) -> LadderSnapshot:
    """A ladder's plain data, shared with it: copy before use."""
    return LadderSnapshot(ladder.state, [rule.state for rule in ladder.rules])


def put_back(ladder: Ladder, kept: LadderSnapshot) -> None:
    """Give a new ladder its old state.

    Raises:
        SnapshotMismatch: the ladder's rules are not those that were kept.
    """
    mine: list[type[RuleState]] = [type(rule.state) for rule in ladder.rules]
    if mine != [type(state) for state in kept.rules]:
        raise SnapshotMismatch(f"the rules of {ladder.name} have changed")
    ladder.state = kept.ladder
    for rule, state in zip(ladder.rules, kept.rules, strict=True):
        rule.state = state
        rule.factor = kept.ladder.dwell


def of_no_bed(ladders: Iterable[str]) -> set[str]:
    """The names of a site's ladders without those of its beds, which come and go."""
    return {name for name in ladders if "/" not in name}


_BED = msgspec.json.Decoder(BedSnapshot)
_SITE = msgspec.json.Decoder(SiteSnapshot)


def copy_bed(snapshot: BedSnapshot) -> BedSnapshot:
    """A copy that shares nothing with the original; JSON keeps every float exactly."""
    return _BED.decode(msgspec.json.encode(snapshot))


def copy_site(snapshot: SiteSnapshot) -> SiteSnapshot:
    """The same for a site."""
    return _SITE.decode(msgspec.json.encode(snapshot))
