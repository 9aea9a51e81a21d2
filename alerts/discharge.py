"""Whether a patient may go: READY by itself, the signature, sensors off, and the last check."""

from collections.abc import Mapping, Sequence

import msgspec

from alerts.checklist import ALARMS, Checklist, Judged, say
from alerts.command import Resolve
from alerts.condition import CALLING, State
from alerts.entry import Close, Override
from alerts.event import AlarmKind, Cause
from alerts.evidence import Evidence, EvidenceState
from alerts.ladder import Ladder
from alerts.leaving import SensorsOff, Sign
from alerts.limits import Profile
from alerts.order import Order, Refused
from alerts.part import Orders
from alerts.status import DischargeLine, Hold, Phase, Task

LEAVABLE = frozenset({Phase.RECOVERY, Phase.READY})


class DischargeState(msgspec.Struct):
    """Plain data.

    answered_seq: the newest alarm event when the alarms were overridden; due: when a line may turn
    by itself; ready_from: READY not before; undone: why a signed discharge no longer holds; final:
    the lines as they were when the patient left.
    """

    evidence: EvidenceState = msgspec.field(default_factory=EvidenceState)
    answered_seq: int | None = None
    due: float | None = None
    ready_from: float = 0
    signed_by: str | None = None
    signed_at: float | None = None
    off_by: str | None = None
    off_until: float | None = None
    undone: str = ""
    undone_at: float = 0
    final: tuple[DischargeLine, ...] = ()


class Discharge:
    """The way out of one bed's session. Whatever moves a line must set `turned`, then `review`."""

    def __init__(self, profile: Profile, evidence: Evidence) -> None:
        self.rules = profile.discharge
        self.panel = evidence.panel
        self.session = evidence.session
        self.chart = evidence.chart
        self.evidence = evidence
        self.checklist = Checklist(profile.discharge)
        self.turned = False  # lives within one call of the engine
        self._rearm = False
        self._state = DischargeState(evidence.state)

    @property
    def state(self) -> DischargeState:
        """Its plain data, that of the evidence among them."""
        return self._state

    @state.setter
    def state(self, state: DischargeState) -> None:
        self._state = state
        self.evidence.state = state.evidence

    @property
    def orders(self) -> Orders:
        """The signature and what follows; an override is checked here and kept by the chart."""
        return {Override: self._override, Sign: self._sign, SensorsOff: self._take_sensors_off}

    def begin(self, at: float) -> None:
        """Forget the patient before."""
        del at
        self.state = DischargeState()

    def arm(self) -> None:
        """Take the baseline and the phase."""
        self.evidence.arm()
        self.turned = True

    @property
    def deadline(self) -> float | None:
        """When a line may turn by time alone, or the rest of the technical alarms ends."""
        return self.state.due

    def elapse(self, at: float) -> None:
        """Time has passed for some part of the bed: it costs little to look again."""
        del at
        self.turned = True

    def note(self, turned: bool) -> bool:
        """Remember that a line may have turned; the same answer back."""
        self.turned = self.turned or turned
        return turned

    def hear(self, at: float, order: Order) -> None:
        """An order was carried out, of whatever part."""
        self.turned = True
        if isinstance(order, Resolve) and order.nrs is not None:
            self.evidence.take_rating(at, order.nrs)

    def review(self, at: float) -> bool:
        """Look at every line again; True if rules must take the phase anew."""
        s, phase = self.state, self.session.state.phase
        self.turned = False
        if phase not in LEAVABLE:
            self._unsign(at)
            s.due = None
            return self._take_rearm()
        if s.off_until is not None and at >= s.off_until:
            self._put_sensors_on(at)
        judged = self._judge(at, signed=s.signed_at is not None)
        if phase is Phase.READY and judged.open:
            self._undo(at, judged)
        elif phase is Phase.RECOVERY and not judged.open and at >= s.ready_from:
            s.undone = ""
            self.session.enter_ready(at)
            self._rearm = True
        turns = [*judged.turns, s.ready_from, *([] if s.off_until is None else [s.off_until])]
        s.due = min((t for t in turns if t > at), default=None)
        return self._take_rearm()

    def lines(self, at: float) -> tuple[DischargeLine, ...]:
        """Every line as it stands; none before a dose. After the end: as they stood then."""
        if not self.session.open:
            return self.state.final
        return () if self.session.state.dose_at is None else self._judge(at, signed=False).lines

    def shown(self, at: float) -> tuple[DischargeLine, ...]:
        """The lines from RECOVERY on."""
        return self.lines(at) if self.session.state.phase in LEAVABLE else ()

    def let_go(self, at: float, order: Close) -> None:
        """Before a discharge: every line is met or overridden, by this very order if it says why.

        Raises:
            Refused: lines are open and no reason is given, or one of them is hard.
        """
        if order.outcome != "discharged" or not self.session.open or not order.by.strip():
            return
        if self.session.state.dose_at is None:
            return
        judged = self._judge(at, signed=self.state.signed_at is not None)
        hard = [line for line in judged.open if line.hard]
        if hard:
            raise Refused(f"no discharge, and nobody may override it: {say(hard, at)}")
        reason = order.reason.strip()
        if judged.open and not reason:
            raise Refused(f"a discharge now needs a reason: {say(judged.open, at)}")
        replace = msgspec.structs.replace
        self.state.final = tuple(
            replace(line, overridden_by=order.by, override_reason=reason)
            if line in judged.open
            else line
            for line in judged.lines
        )

    @property
    def holds(self) -> Sequence[Hold]:
        """Technical alarms rest while the sensors are off: by whose order, until when."""
        s = self.state
        if s.off_until is None or s.off_by is None:
            return ()
        since = s.off_until - self.rules.sensors_off_s
        reason = f"sensors off, discharge signed by {s.signed_by}"
        hold = Hold(
            kind="sensors_off", owner=s.off_by, reason=reason, since=since, until=s.off_until
        )
        return (hold,)

    @property
    def tasks(self) -> Sequence[Task]:
        """Close the session of a patient whose sensors are off; see why a signature fell."""
        s = self.state
        if s.off_until is not None:
            text = f"sensors off by {s.off_by}: close the session"
            opened_at = s.off_until - self.rules.sensors_off_s
            return (Task(kind="close_session", text=text, opened_at=opened_at, due_at=s.off_until),)
        if s.undone and self.session.state.phase is Phase.RECOVERY:
            text = f"signed, but not ready any more: {s.undone}"
            return (Task(kind="discharge_undone", text=text, opened_at=s.undone_at),)
        return ()

    def _judge(self, at: float, *, signed: bool) -> Judged:
        s = self.session.state
        taken = self._overrides()
        known = self.evidence.known(self.state.answered_seq if ALARMS in taken else None)
        if ALARMS in taken and known.alarms:
            del taken[ALARMS]  # another one since, or it has risen: nobody has answered for that
        return self.checklist.judge(known, at, taken, protocol=s.protocol, signed=signed)

    def _overrides(self) -> dict[str, Override]:
        """By line, as signed since the last dose."""
        since = max(self.session.state.last_dose_at or 0, self.session.state.dose_at or 0)
        signed: Mapping[str, Override] = {
            o.of: o for o in self.chart.all_of(Override) if o.at >= since
        }
        return dict(signed)

    def _override(self, at: float, order: Override) -> None:
        """A line is taken over by name; other signatures (BP-GATE) are the chart's alone."""
        s = self.session.state
        mine = order.of in self.checklist.texts
        if mine and self.session.open and s.dose_at is None:
            raise Refused(f"no dose was given: {order.of} is not asked for", conflict=True)
        if mine and self.checklist.hard(order.of, s.protocol):
            text = self.checklist.texts[order.of]
            raise Refused(f"{text}: nobody may override this after a dose by {s.protocol}")
        self.chart.keep(at, order)
        if order.of == ALARMS:
            self.state.answered_seq = self.panel.announcer.state.seq

    def _sign(self, at: float, order: Sign) -> None:
        s = self.state
        if not order.by.strip():
            raise Refused("a discharge is signed by a named person")
        if s.signed_at is not None:
            raise Refused(f"signed already by {s.signed_by}", conflict=True)
        phase = self.session.state.phase
        if phase is not Phase.READY:
            open_lines = self._judge(at, signed=False).open if phase is Phase.RECOVERY else ()
            because = say(open_lines, at) or f"the session is in {phase}"
            raise Refused(f"not ready to be signed: {because}", conflict=True)
        s.signed_by, s.signed_at = order.by, at

    def _take_sensors_off(self, at: float, order: SensorsOff) -> None:
        """Technical alarms end by this person and rest; what still arrives is judged as before.

        So do the answered alarms of streams: their source is not lost, it was taken off.
        """
        if self.state.signed_at is None:
            raise Refused("sensors come off after the discharge is signed", conflict=True)
        streamed = [ladder for own in self.panel.streamed.values() for ladder, _ in own]
        calling = [ladder for ladder in streamed if ladder.state.state in CALLING]
        if calling:
            names = ", ".join(ladder.state.condition for ladder in calling)
            raise Refused(f"acknowledge {names} first", conflict=True)
        for ladder in (*self._technical(), *streamed):
            if ladder.state.state is not State.IDLE:
                ladder.end(at, Cause.PERSON, order.by)
        self.session.state.sensors_off = True
        self.state.off_by, self.state.off_until = order.by, at + self.rules.sensors_off_s
        self._rearm = self.turned = True

    def _technical(self) -> list[Ladder]:
        """Those that miss data; a flat battery and a foreign reading are told as ever."""
        others = [ladder for ladder, _ in (*self.panel.batteries.values(), self.panel.origin)]
        ladders = self.panel.ladders.values()
        return [x for x in ladders if x.kind is AlarmKind.TECHNICAL and x not in others]

    def _undo(self, at: float, judged: Judged) -> None:
        """Not ready any more, and what was signed no longer holds."""
        s = self.state
        s.undone = say(judged.open, at) if s.signed_at is not None else ""
        s.undone_at, s.ready_from = at, at + self.rules.ready_again_s
        self._unsign(at)
        self.session.leave_ready(at)
        self._rearm = True

    def _unsign(self, at: float) -> None:
        s = self.state
        s.signed_by = s.signed_at = None
        if s.off_until is not None:
            self._put_sensors_on(at)

    def _put_sensors_on(self, at: float) -> None:
        """Technical alarms judge again, and wait as at the beginning of a session."""
        self.state.off_by = self.state.off_until = None
        self.session.state.sensors_off = False
        for rule in self.panel.silences():
            rule.wait_from(at)
        self._rearm = True

    def _take_rearm(self) -> bool:
        rearm, self._rearm = self._rearm, False
        return rearm
