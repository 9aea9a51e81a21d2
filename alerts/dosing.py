"""What staff enter of the drug, carried out: doses, the infusion, phases, voids."""

from alerts.drug import Drug, Given, Moved, Pause, find_dose
from alerts.entry import (
    EndInfusion,
    ExtraDose,
    GiveDose,
    InfusionRate,
    PauseInfusion,
    ResumeInfusion,
    SetPhase,
    TakeBaseline,
    VoidDose,
)
from alerts.limits import DoseRules
from alerts.order import Order, Refused
from alerts.part import Orders
from alerts.session import BEFORE_DOSE, DRUGGED, Session
from alerts.status import Phase


class Dosing:
    """Leads a session by its drug; every rule takes the phase anew after each order."""

    __slots__ = ("rules", "session")

    def __init__(self, session: Session, rules: DoseRules) -> None:
        self.session = session
        self.rules = rules

    @property
    def orders(self) -> Orders:
        """What leads a session on."""
        return {
            TakeBaseline: self.session.take_baseline,
            GiveDose: self._give,
            ExtraDose: self._give_extra,
            PauseInfusion: self._pause,
            ResumeInfusion: self._resume,
            InfusionRate: self._set_rate,
            EndInfusion: self._end,
            VoidDose: self._void,
            SetPhase: self._move,
        }

    def _give(self, at: float, order: GiveDose) -> None:
        """The first dose: T0. It settles the baseline; nothing but a dose before refuses it."""
        session, s = self.session, self.session.state
        session.require_open()
        if s.drug.doses:
            raise Refused("a dose was given already: enter an extra dose", conflict=True)
        _not_ahead(at, order.given_at)
        self.session.refuse_too_early(order.given_at, self.rules.back_s)
        planned_s = session.protocol.planned_s if order.planned_s is None else order.planned_s
        given = Given(
            id=order.id,
            stated_at=order.given_at,
            given_at=order.given_at,
            amount_mg=order.amount_mg,
        )
        session.settle(order.given_at)
        s.drug.doses, s.drug.planned_s = [given], planned_s
        if s.drug.first_dose_at is None:
            s.drug.first_dose_at = order.given_at
        if (order.override or "").strip():
            s.signed_by = order.by
        s.asked_at = None
        self._done(at, order)

    def _give_extra(self, at: float, order: ExtraDose) -> None:
        """A further dose prolongs PEAK, or brings it back."""
        drug = self._drug()
        _not_ahead(at, order.given_at)
        self._not_before_dose(order.given_at)
        if order.id and any(dose.id == order.id for dose in drug.doses):
            raise Refused(
                "this dose was entered already: another one has an id of its own", conflict=True
            )
        drug.doses = [
            *drug.doses,
            Given(
                id=order.id,
                stated_at=order.given_at,
                given_at=order.given_at,
                amount_mg=order.amount_mg,
            ),
        ]
        if drug.moved is not None and drug.moved.to is Phase.RECOVERY:
            drug.moved = None
        self._done(at, order)

    def _pause(self, at: float, order: PauseInfusion) -> None:
        drug = self._running()
        _not_ahead(at, order.happened_at)
        self._not_before_dose(order.happened_at)
        if drug.paused_since is not None:
            raise Refused("the infusion stands still already", conflict=True)
        if drug.pauses and order.happened_at < (drug.pauses[-1].until or 0):
            raise Refused("the infusion was resumed after that time", conflict=True)
        drug.pauses = [*drug.pauses, Pause(order.happened_at)]
        self._done(at, order)

    def _resume(self, at: float, order: ResumeInfusion) -> None:
        drug = self._running()
        _not_ahead(at, order.happened_at)
        if drug.paused_since is None:
            raise Refused("the infusion does not stand still", conflict=True)
        if order.happened_at < drug.paused_since:
            raise Refused("it was paused after that time")
        drug.pauses = [*drug.pauses[:-1], Pause(drug.paused_since, order.happened_at)]
        self._done(at, order)

    def _set_rate(self, at: float, order: InfusionRate) -> None:
        drug = self._running()
        _not_ahead(at, order.happened_at)
        drug.rate, drug.rate_unit = order.rate, order.unit
        self._done(at, order)

    def _end(self, at: float, order: EndInfusion) -> None:
        """DOSING -> PEAK; after an end that was only assumed, the true one."""
        drug = self._running()
        ended_at = at if order.ended_at is None else order.ended_at
        _not_ahead(at, ended_at)
        self._not_before_dose(ended_at)
        drug.end_at = ended_at
        self._done(at, order)

    def _void(self, at: float, order: VoidDose) -> None:
        """A dose that was none. Without its first one the session is back in BASELINE."""
        drug, s = self._drug(), self.session.state
        if not order.reason.strip():
            raise Refused("voiding a dose needs a reason")
        if order.of == "extra_dose":
            gone = find_dose(drug.doses[1:], order.entry, order.entry_at, self.rules.same_s)
            drug.doses = [dose for dose in drug.doses if dose is not gone]
        elif len(drug.doses) > 1:
            raise Refused("an extra dose stands: void that first", conflict=True)
        else:
            drug.doses, drug.pauses = [], []
            drug.end_at = drug.rate = drug.moved = None
            s.signed_by = None
            self.session.enter(at, Phase.BASELINE)
        self._done(at, order)

    def _move(self, at: float, order: SetPhase) -> None:
        """A person knows better than the clock; READY is for its criteria alone.

        Moving on from DOSING says that the infusion has ended.
        """
        drug, phase = self._drug(), self.session.state.phase
        if order.to not in {Phase.PEAK, Phase.RECOVERY}:
            raise Refused(f"a person moves a session to PEAK or RECOVERY, not to {order.to}")
        if not (order.by.strip() and order.reason.strip()):
            raise Refused("a move to another phase needs a named person and a reason")
        if order.to is phase or (order.to is Phase.RECOVERY and phase not in DRUGGED):
            raise Refused(f"the session is in {phase} already", conflict=True)
        back = order.to is Phase.PEAK and phase is not Phase.DOSING
        if phase is Phase.DOSING and drug.end_at is None:
            drug.end_at = at
        drug.moved = Moved(order.to, at) if back or order.to is Phase.RECOVERY else None
        self._done(at, order)

    def _done(self, at: float, order: Order) -> None:
        self.session.state.by = order.by
        self.session.follow(at)

    def _drug(self) -> Drug:
        """The drug of an open session after its first dose."""
        self.session.require_open()
        if self.session.state.phase in BEFORE_DOSE:
            raise Refused("no dose was given yet", conflict=True)
        return self.session.state.drug

    def _running(self) -> Drug:
        """The drug while nobody has said that the infusion ended."""
        self.session.require_open()
        drug = self.session.state.drug
        if not drug.doses:
            raise Refused(f"no infusion runs in {self.session.state.phase}", conflict=True)
        if drug.end_at is not None:
            raise Refused("the infusion has ended already: correct its end", conflict=True)
        return drug

    def _not_before_dose(self, stated: float) -> None:
        dose_at = self.session.state.dose_at
        if dose_at is not None and stated < dose_at:
            raise Refused("that time lies before the first dose")


def _not_ahead(at: float, stated: float) -> None:
    if stated > at:
        raise Refused("that time lies in the future")
