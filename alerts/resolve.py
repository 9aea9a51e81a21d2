"""How a person ends what was reported: attended, or resolved with its outcome."""

from alerts.answer import find
from alerts.bedside import Bedside
from alerts.command import Resolve
from alerts.event import AlarmKind, Cause
from alerts.ladder import Ladder
from alerts.order import Refused


def resolve(bedside: Bedside, at: float, order: Resolve) -> None:
    """End a reported condition.

    Raises:
        Refused: it stands nowhere or ends by its readings; nobody is named; no outcome is.
    """
    panel = bedside.panel
    ladder = find(panel.ladders.values(), order.occurrence)
    if not order.by.strip():
        raise Refused("a reported alarm is ended by a named person")
    if ladder is panel.nausea or ladder is panel.call:
        bedside.reports.attend(at, ladder, order)
    elif ladder is panel.watch:
        bedside.autonomic.verdicts.resolve(at, order)
    elif ladder is panel.flags:
        if not order.outcome.strip():
            raise Refused(f"outcome: say how it ended: {ladder.last_told().text}")
        ladder.end(at, Cause.PERSON, order.by, order.outcome)
    else:
        raise Refused(_why_not(ladder))


def _why_not(ladder: Ladder) -> str:
    words = "this alarm ends by its readings, not by hand"
    if ladder.kind is AlarmKind.TECHNICAL:
        words = "this alarm ends when its cause is gone, not by hand"
    return f"{words}; acknowledge it"
