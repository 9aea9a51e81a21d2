"""Corrections: what an earlier entry should have said; it counts wherever the engine uses it."""

import msgspec

from alerts.drug import Given, Pause, find_dose
from alerts.entry import Correct
from alerts.limits import DoseRules
from alerts.order import Refused
from alerts.part import Orders
from alerts.session import BEFORE_DOSE, Session

DOSE = "dose"


class Corrections:
    """Carries out `Correct`; what the engine does not use is only kept in the record of inputs."""

    __slots__ = ("rules", "session")

    def __init__(self, session: Session, rules: DoseRules) -> None:
        self.session = session
        self.rules = rules

    @property
    def orders(self) -> Orders:
        """After a correction every rule takes the phase and the baseline anew."""
        return {Correct: self._correct}

    def _correct(self, at: float, order: Correct) -> None:
        self.session.require_open()
        if not order.by.strip():
            raise Refused("a correction is signed by a named person")
        if order.happened_at is not None and order.happened_at > at:
            raise Refused("the corrected time lies in the future")
        match order.of:
            case "dose" | "extra_dose":
                self._correct_dose(order)
            case "baseline":
                self._correct_baseline(order)
            case "infusion_end" | "infusion_pause" | "infusion_resume":
                self._correct_infusion(order)
            case _:
                pass
        self.session.state.by = order.by
        self.session.follow(at)

    def _correct_dose(self, order: Correct) -> None:
        drug = self.session.state.drug
        if not drug.doses:
            raise Refused("no dose was given yet", conflict=True)
        known = drug.doses[:1] if order.of == DOSE else drug.doses[1:]
        old = find_dose(known, order.entry, order.entry_at, self.rules.same_s)
        given_at = old.given_at if order.happened_at is None else order.happened_at
        if order.of == DOSE:
            self._check_first(order, old, given_at)
        elif given_at < drug.doses[0].given_at:
            raise Refused("that time lies before the first dose")
        amount_mg = old.amount_mg if order.value is None else _number(order.value)
        new = msgspec.structs.replace(old, given_at=given_at, amount_mg=amount_mg)
        drug.doses = [new if dose is old else dose for dose in drug.doses]
        if order.of == DOSE and order.planned_s is not None:
            drug.planned_s = order.planned_s
        if given_at != old.given_at:
            drug.moved = None  # a person moved the session on by a clock that was wrong
            if order.of == DOSE:
                self.session.dose_was_at(given_at)

    def _check_first(self, order: Correct, old: Given, given_at: float) -> None:
        """T0 moves what is counted from it, so it needs a reason, and what follows stays after."""
        drug = self.session.state.drug
        self.session.refuse_too_early(given_at, self.rules.back_s)
        far_s = max(abs(given_at - old.given_at), abs(given_at - old.stated_at))
        if far_s > self.rules.free_move_s and not order.reason.strip():
            minutes = self.rules.free_move_s / 60
            raise Refused(f"a dose that moves by more than {minutes:g} min needs a reason")
        later = [("an extra dose", dose.given_at) for dose in drug.doses[1:]]
        later += [("a pause of the infusion", pause.since) for pause in drug.pauses]
        if drug.end_at is not None:
            later.append(("the end of the infusion", drug.end_at))
        for what, when in later:
            if when < given_at:
                raise Refused(f"{what} lies before that time: correct it first", conflict=True)

    def _correct_baseline(self, order: Correct) -> None:
        state = self.session.state
        if state.phase not in BEFORE_DOSE and not order.reason.strip():
            raise Refused("after the dose a baseline is corrected with a reason")
        given = {
            name: value
            for name in ("systolic", "diastolic", "heart_rate", "spo2")
            if (value := getattr(order, name)) is not None
        }
        if not given:
            raise Refused("say the baseline's numbers: systolic and diastolic, heart_rate or spo2")
        before = self.session.baseline if state.baseline is None else state.baseline
        state.baseline = msgspec.structs.replace(before, **given)
        state.settled_at = None

    def _correct_infusion(self, order: Correct) -> None:
        drug = self.session.state.drug
        when = order.happened_at
        if when is None:
            raise Refused("say the true time: happened_at")
        if drug.dose_at is None or when < drug.dose_at:
            raise Refused("that time lies before the first dose")
        if order.of == "infusion_end":
            drug.end_at = when
            return
        if not drug.pauses:
            raise Refused("the infusion never stood still", conflict=True)
        last = drug.pauses[-1]
        if order.of == "infusion_resume" and last.until is None:
            raise Refused("the infusion still stands still", conflict=True)
        since, until = (when, last.until) if order.of == "infusion_pause" else (last.since, when)
        if until is not None and until < since:
            raise Refused("the infusion was paused after that time")
        drug.pauses = [*drug.pauses[:-1], Pause(since, until)]


def _number(value: float | str) -> float:
    if isinstance(value, str) or value <= 0:
        raise Refused(f"the amount {value!r} is no number of mg")
    return value
