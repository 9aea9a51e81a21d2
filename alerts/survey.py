"""A bed's state as a screen shows it: session, standing alarms, pending marks, open check."""

from collections.abc import Iterable

from alerts.bedside import Bedside
from alerts.condition import State
from alerts.ladder import Ladder
from alerts.status import (
    BedStatus,
    Hold,
    PendingMark,
    SessionStatus,
    StandingAlarm,
)


def survey(bedside: Bedside, at: float) -> BedStatus:
    """Everything a screen needs, made on demand."""
    ladders = bedside.panel.ladders.values()
    return BedStatus(
        bed=bedside.setup.bed,
        phase=bedside.session.state.phase,
        session=_session(bedside, at) if bedside.session.open else None,
        alarms=standing(ladders, at),
        pending=tuple(mark for ladder in ladders for mark in _pending(ladder)),
        tasks=tuple(task for part in bedside.parts for task in part.tasks),
        holds=(
            *_pause(bedside),
            *bedside.reminders.holds,
            *bedside.limb.holds,
            *bedside.way_out.standby.holds,
            *bedside.way_out.discharge.holds,
        ),
        nausea_index=bedside.autonomic.index(),
        pause_until=bedside.memory.pause_until,
        standby=bedside.way_out.standby.status(),
        not_ready=() if bedside.session.open else bedside.contacts.not_ready(at),
        note="" if bedside.session.open else bedside.equipment.note(at),
        seq=bedside.announcer.state.seq,
    )


def _pause(bedside: Bedside) -> tuple[Hold, ...]:
    m = bedside.memory
    if m.pause_until is None:
        return ()
    reason = "audio paused"
    hold = Hold(
        kind="pause",
        owner=m.pause_by,
        reason=reason,
        since=m.pause_since,
        until=m.pause_until,
    )
    return (hold,)


def standing(ladders: Iterable[Ladder], at: float) -> tuple[StandingAlarm, ...]:
    """The standing occurrences, gravest first, and of equal ones the newest."""
    found = [alarm for ladder in ladders if (alarm := stand(ladder, at)) is not None]
    return tuple(sorted(found, key=lambda alarm: (-alarm.event.priority.rank, -alarm.onset_at)))


def stand(ladder: Ladder, at: float) -> StandingAlarm | None:
    """A standing occurrence, None while there is none."""
    s = ladder.state
    if not ladder.standing or s.event is None:
        return None
    return StandingAlarm(
        event=s.event,
        onset_at=s.onset_at,
        audible=ladder.audible(at),
        paused_until=s.paused_until if s.paused_until is not None and s.paused_until > at else None,
        worst=s.worst,
    )


def _pending(ladder: Ladder) -> list[PendingMark]:
    if ladder.state.state is not State.PENDING:
        return []
    return [
        PendingMark(
            condition=rule.condition,
            since=rule.state.since,
            announced_at=rule.state.deadline,
            text=rule.describe().text,
        )
        for rule in ladder.rules
        if rule.state.since is not None and rule.state.deadline is not None
    ]


def _session(bedside: Bedside, at: float) -> SessionStatus:
    s = bedside.session.state
    due = bedside.panel.due_rule.state.due
    way_out = bedside.way_out.discharge.state
    return SessionStatus(
        id=s.id,
        protocol=s.protocol,
        visit=s.visit,
        initials=s.initials,
        origin=s.origin,
        began_at=s.began_at,
        here_since=s.here_since,
        voided=bedside.cuffs.voided,
        phase_since=s.phase_since,
        phase_until=bedside.session.deadline,
        dose_at=s.dose_at,
        first_dose_at=s.drug.first_dose_at,
        last_dose_at=s.last_dose_at,
        amount_mg=s.drug.amount_mg,
        planned_s=s.drug.planned_s if s.drug.doses else None,
        paused_since=s.drug.paused_since,
        infusion_end_at=bedside.session.infusion_end_at,
        infusion_end_assumed=s.drug.end_at is None and bedside.session.infusion_end_at is not None,
        baseline=bedside.session.baseline,
        gate=bedside.session.gate,
        next_cuff_at=None if due is None else due.at,
        cuff_interval_s=None if due is None else due.interval_s or None,
        discharge=bedside.way_out.discharge.shown(at),
        signed_by=way_out.signed_by,
        signed_at=way_out.signed_at,
        sensors_off_by=way_out.off_by,
        sensors_off_until=way_out.off_until,
        check=bedside.cuffs.checks.status(),
    )
