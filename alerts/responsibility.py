"""How a called person takes an alarm, declines it, or gives it back; none of it silences it."""

from collections.abc import Iterable

from alerts.answer import find
from alerts.command import Accept, Reject, Revoke
from alerts.condition import CALLING
from alerts.event import Cause, Responsibility, Stance
from alerts.ladder import Ladder
from alerts.order import Refused
from alerts.steps import EscalationRules

Answer = Accept | Reject | Revoke


def take_answer(
    ladders: Iterable[Ladder], at: float, order: Answer, rules: EscalationRules
) -> None:
    """Carry out what a called person said about exactly one occurrence.

    Raises:
        Refused: it has ended, was acknowledged, has risen since `seq`, or the answer changes
            nothing (accepted already by the same person, held by another, nothing to revoke).
    """
    ladder = find(ladders, order.occurrence)
    s = ladder.state
    if s.state not in CALLING:
        raise Refused("it is acknowledged: nobody is called any more", conflict=True)
    if order.seq is not None and order.seq < s.risen_seq:
        raise Refused(f"the alarm has risen since event {order.seq}: look again", conflict=True)
    to = _judge(s.responsibility, at, order, rules)
    ladder.entrust(at, to, cause=Cause.PERSON, by=order.by)


def _judge(
    now: Responsibility | None, at: float, order: Answer, rules: EscalationRules
) -> Responsibility | None:
    mine = now is not None and now.by == order.by
    held = now is not None and now.stance is Stance.ACCEPTED
    match order:
        case Accept():
            if mine and held:
                raise Refused(f"{order.by} has accepted it already", conflict=True)
            stays_s = rules.on_site_s if order.on_site else rules.off_site_s
            return Responsibility(
                stance=Stance.ACCEPTED,
                by=order.by,
                at=at,
                on_site=order.on_site,
                lapses_at=min(at + stays_s, order.until or at + stays_s),
            )
        case Reject():
            if now is not None and held and not mine:
                raise Refused(f"{now.by} has accepted it", conflict=True)
            if mine and not held:
                raise Refused(f"{order.by} has rejected it already", conflict=True)
            return Responsibility(stance=Stance.REJECTED, by=order.by, at=at, on_site=order.on_site)
        case Revoke():
            if not mine:
                raise Refused(f"{order.by} holds nothing here to give back", conflict=True)
            return None
