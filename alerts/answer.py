"""How a person's answer finds its alarm: exactly one occurrence, at the version that was seen."""

from collections.abc import Iterable

from alerts.command import Acknowledge, Refused, Reset
from alerts.condition import CALLING, State
from alerts.ladder import Ladder


def find(ladders: Iterable[Ladder], occurrence: str) -> Ladder:
    """The ladder on which this occurrence stands.

    Raises:
        Refused: it stands nowhere (any more).
    """
    for ladder in ladders:
        if ladder.standing and ladder.state.occurrence == occurrence:
            return ladder
    raise Refused(f"no alarm {occurrence} stands; it may have ended", conflict=True)


def acknowledge(
    ladders: Iterable[Ladder], at: float, order: Acknowledge | Reset, newest_seq: int
) -> Ladder:
    """Acknowledge what the sender saw; returns its ladder.

    Raises:
        Refused: it has ended, has risen since `seq`, is acknowledged already, or `seq` is none;
            a Reset also while the condition is not over.
    """
    ladder = find(ladders, order.occurrence)
    if isinstance(order, Reset) and ladder.state.state is not State.LATCHED:
        raise Refused("it is not over: acknowledge it, it ends by itself", conflict=True)
    if order.seq > newest_seq:
        raise Refused(f"event {order.seq} does not exist yet")
    if order.seq < ladder.state.risen_seq:
        raise Refused(f"the alarm has risen since event {order.seq}: look again", conflict=True)
    if ladder.state.state not in CALLING:
        raise Refused("it is acknowledged already", conflict=True)
    ladder.acknowledge(at, order.by)
    return ladder
