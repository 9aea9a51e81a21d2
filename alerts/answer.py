"""How a person's answer finds its alarm: exactly one occurrence, at the version that was seen."""

from collections.abc import Iterable

from alerts.command import Acknowledge, PauseAudio, Refused, Reset
from alerts.condition import CALLING, State
from alerts.ladder import Ladder
from alerts.limits import VoiceRules


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
        raise Refused(
            "it is not over: acknowledge it, or resolve what was reported",
            conflict=True,
        )
    if order.seq > newest_seq:
        raise Refused(f"event {order.seq} does not exist yet")
    if order.seq < ladder.state.risen_seq:
        raise Refused(f"the alarm has risen since event {order.seq}: look again", conflict=True)
    if ladder.state.state not in CALLING:
        raise Refused("it is acknowledged already", conflict=True)
    ladder.acknowledge(at, order.by)
    return ladder


def pause(ladders: Iterable[Ladder], at: float, order: PauseAudio, voice: VoiceRules) -> None:
    """Silence exactly the occurrences that sound now; what starts or rises later sounds.

    Raises:
        Refused: a length that the profile does not have, or nothing sounds.
    """
    if order.seconds not in voice.pauses_s:
        allowed = ", ".join(f"{s:g}" for s in voice.pauses_s)
        raise Refused(f"an audio pause lasts {allowed} s, not {order.seconds:g}")
    sounding = [ladder for ladder in ladders if ladder.audible(at)]
    if not sounding:
        raise Refused("nothing sounds here", conflict=True)
    for ladder in sounding:
        ladder.pause(at + order.seconds)
