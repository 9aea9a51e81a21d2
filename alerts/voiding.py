"""Taking back a cuff reading that was none: what stood only on it ends, and nothing else moves.

The readings that remain are judged anew, from the first one kept. A ladder whose judgement does not
depend on the void reading keeps its state to the last detail.
"""

from collections.abc import Sequence

import msgspec

from alerts.condition import CALLING
from alerts.entry import VoidReading
from alerts.event import Cause
from alerts.judging import Judge
from alerts.ladder import Ladder
from alerts.order import Refused
from alerts.pressures import Kept
from alerts.rules.cuff import CuffRule, CuffState, Stage
from alerts.status import Phase

_PHASES = list(Phase)
_SAME_INSTANT_S = 1.0  # people see times to the ms or the second


class _Trace(msgspec.Struct, frozen=True):
    """What the rules of a ladder say in the end; stood: one was met since the alarm's onset."""

    states: list[CuffState]
    stood: bool

    @property
    def met(self) -> bool:
        return any(state.level is not None for state in self.states)


def find_void(record: Sequence[Kept], order: VoidReading, judge: Judge) -> Kept:
    """The reading that an order takes back.

    Raises:
        Refused: it names none, gives no reason, or the reading would be the second severe one taken
            back without a measurement by hand between the two.
    """
    if not order.reason.strip():
        raise Refused("reason: say why the reading is taken back")
    near = [k for k in record if not k.void and _distance(k, order.measured_at) < _SAME_INSTANT_S]
    if not near:
        raise Refused("no reading of this session was measured at that time")
    found = min(near, key=lambda kept: _distance(kept, order.measured_at))
    if judge.severe(found.pressure) is not None and _follows_a_void(record, found, judge):
        raise Refused("a severe reading was taken back already: measure by hand first")
    return found


def judge_anew(at: float, record: Sequence[Kept], void: Kept, judge: Judge, by: str) -> None:
    """`void` has just been marked in the record: let every ladder stand on what remains."""
    for ladder, rules in judge.panel.cuffs:
        without = _replay(at, record, ladder, rules, judge)
        void.void = False
        with_it = _replay(at, record, ladder, rules, judge)
        void.void = True
        if without != with_it:
            _stand_on(at, ladder, rules, without, by)


def _distance(kept: Kept, at: float) -> float:
    return min(abs(kept.pressure.at - at), abs(kept.arrived_at - at))


def _follows_a_void(record: Sequence[Kept], found: Kept, judge: Judge) -> bool:
    """Whether the next severe reading before or after it is void, with none by hand between."""
    place = record.index(found)
    for side in (reversed(record[:place]), record[place + 1 :]):
        for kept in side:
            if kept.by_hand and not kept.void:
                break
            if kept.void and judge.severe(kept.pressure) is not None:
                return True
    return False


def _replay(
    at: float,
    record: Sequence[Kept],
    ladder: Ladder,
    rules: tuple[CuffRule, ...],
    judge: Judge,
) -> _Trace:
    """The states that the rules would have; their own are left as they are."""
    own = [rule.state for rule in rules]
    for rule in rules:
        rule.reset()
    stood, onset_at, against = False, ladder.state.onset_at, judge.yardstick
    for kept in record:
        if kept.void or not kept.judged:
            continue
        stood = _pass_to(kept.arrived_at, rules, onset_at) or stood
        for rule in rules:
            if _PHASES.index(kept.phase) >= _PHASES.index(rule.row.armed):
                rule.weigh(kept.arrived_at, kept.pressure, against)
        stood = stood or (kept.arrived_at >= onset_at and _any_met(rules))
    stood = _pass_to(at, rules, onset_at) or stood
    trace = _Trace([rule.state for rule in rules], stood or _any_met(rules))
    for rule, state in zip(rules, own, strict=True):
        rule.state = state
    return trace


def _pass_to(at: float, rules: tuple[CuffRule, ...], onset_at: float) -> bool:
    """Let checks run out before `at`; True if one thereby was met since the onset."""
    met = False
    for rule in rules:
        deadline = rule.state.deadline
        if deadline is not None and deadline < at:
            rule.elapse(deadline)
            met = met or deadline >= onset_at
    return met


def _any_met(rules: tuple[CuffRule, ...]) -> bool:
    return any(rule.state.level is not None for rule in rules)


def _stand_on(
    at: float, ladder: Ladder, rules: tuple[CuffRule, ...], trace: _Trace, by: str
) -> None:
    """Take the states, and end or lower what they do not carry."""
    stages = [rule.state.stage for rule in rules]
    holds = ladder.state.latching and ladder.state.state in CALLING and trace.stood
    if ladder.standing and not trace.met and not holds:
        ladder.end(at, Cause.VOID, by)
    for rule, state, was in zip(rules, trace.states, stages, strict=True):
        rule.state = state
        asks = state.stage is Stage.CHECK and was is not Stage.CHECK
        if asks or (state.stage is Stage.UNANSWERED and was is Stage.QUIET):
            rule.reopen(at)  # its answer was taken back: ask once more
    ladder.settle(at, data=False)
