"""The state of an alarm: states, inputs and the one total table that moves between them.

Everything that can change an alarm's state is a cell of TABLE. An alarm here is one visible
occurrence (a ladder of rules, see ladder.py); rules only say what the data are.

Theory. Two things are kept apart, as IEC 60601-1-8 does: the condition (is it so?) and its signal
(are staff being called?). Both are derived from the state:

    state       presence   signal        in words
    idle        absent     off           nothing
    pending     pending    off           beyond the limit, the delay is running
    on          present    on            announced, nobody has answered
    acked       present    acknowledged  announced and answered
    latched     absent     latched       over, but nobody has answered: the signal stays
    lost        unknown    on            the source went silent while it was present or pending
    lost_acked  unknown    acknowledged  the same, answered; its signal returns with the violation

Inputs: `violated`, `cleared`, `lost` say what the data are; `elapsed` ends the delay; `raised` and
`lowered` move a standing alarm on its ladder; `renewed` calls again for the same cause (a cover
ended, a patient reported once more); `acknowledge` is a person; `ended` is a person or the session
closing it. An input that makes no sense in a state changes nothing.

`lost_acked` exists because "acknowledged while lost, its signal returns if the data do and violate"
must be remembered: in `acked` a violation is nothing new, here it is. Tests enumerate every input
sequence of length 7 and show that a violated condition is never idle or latched, that every start
has exactly one close, and that a re-onset is never acknowledged.
"""

from enum import StrEnum

from alerts.event import Change, Presence, Signal


class State(StrEnum):
    """Where an alarm is."""

    IDLE = "idle"
    PENDING = "pending"
    ON = "on"
    ACKED = "acked"
    LATCHED = "latched"
    LOST = "lost"
    LOST_ACKED = "lost_acked"


class Input(StrEnum):
    """What can happen to an alarm."""

    VIOLATED = "violated"
    CLEARED = "cleared"
    ELAPSED = "elapsed"
    ACKNOWLEDGE = "acknowledge"
    RAISED = "raised"
    LOWERED = "lowered"
    RENEWED = "renewed"
    LOST = "lost"
    ENDED = "ended"


Cell = tuple[State, Change | None]

_S, _I, _C = State, Input, Change
_END: Cell = (_S.IDLE, _C.END)

TABLE: dict[State, dict[Input, Cell]] = {
    _S.IDLE: {
        _I.VIOLATED: (_S.PENDING, None),
    },
    _S.PENDING: {
        _I.CLEARED: (_S.IDLE, None),
        _I.ELAPSED: (_S.ON, _C.START),
        _I.LOST: (_S.LOST, _C.START),
        _I.ENDED: (_S.IDLE, None),
    },
    _S.ON: {
        _I.CLEARED: _END,
        _I.ACKNOWLEDGE: (_S.ACKED, _C.ACKNOWLEDGE),
        _I.RAISED: (_S.ON, _C.ESCALATE),
        _I.LOWERED: (_S.ON, _C.DEESCALATE),
        _I.RENEWED: (_S.ON, _C.UPDATE),
        _I.LOST: (_S.LOST, _C.UPDATE),
        _I.ENDED: _END,
    },
    _S.ACKED: {
        _I.CLEARED: _END,
        _I.RAISED: (_S.ON, _C.ESCALATE),
        _I.LOWERED: (_S.ACKED, _C.DEESCALATE),
        _I.RENEWED: (_S.ON, _C.UPDATE),
        _I.LOST: (_S.LOST, _C.UPDATE),
        _I.ENDED: _END,
    },
    _S.LATCHED: {
        _I.VIOLATED: (_S.ON, _C.UPDATE),
        _I.ACKNOWLEDGE: _END,
        _I.ENDED: _END,
    },
    _S.LOST: {
        _I.VIOLATED: (_S.ON, _C.UPDATE),
        _I.CLEARED: _END,
        _I.ACKNOWLEDGE: (_S.LOST_ACKED, _C.ACKNOWLEDGE),
        _I.RAISED: (_S.LOST, _C.ESCALATE),
        _I.RENEWED: (_S.LOST, _C.UPDATE),
        _I.ENDED: _END,
    },
    _S.LOST_ACKED: {
        _I.VIOLATED: (_S.ON, _C.UPDATE),
        _I.CLEARED: _END,
        _I.RAISED: (_S.LOST, _C.ESCALATE),
        _I.RENEWED: (_S.LOST, _C.UPDATE),
        _I.ENDED: _END,
    },
}
"""The cells that change something; every other pair of state and input changes nothing."""

_LATCHES = {_S.ON, _S.LOST}

PRESENCE: dict[State, Presence] = {
    _S.IDLE: Presence.ABSENT,
    _S.PENDING: Presence.PENDING,
    _S.ON: Presence.PRESENT,
    _S.ACKED: Presence.PRESENT,
    _S.LATCHED: Presence.ABSENT,
    _S.LOST: Presence.UNKNOWN,
    _S.LOST_ACKED: Presence.UNKNOWN,
}

SIGNAL: dict[State, Signal] = {
    _S.IDLE: Signal.OFF,
    _S.PENDING: Signal.OFF,
    _S.ON: Signal.ON,
    _S.ACKED: Signal.ACKNOWLEDGED,
    _S.LATCHED: Signal.LATCHED,
    _S.LOST: Signal.ON,
    _S.LOST_ACKED: Signal.ACKNOWLEDGED,
}

STANDING = frozenset({_S.ON, _S.ACKED, _S.LATCHED, _S.LOST, _S.LOST_ACKED})
CALLING = frozenset({_S.ON, _S.LATCHED, _S.LOST})
ANSWERED = frozenset({_S.ACKED, _S.LOST_ACKED})


def step(state: State, happening: Input, *, latching: bool) -> Cell:
    """The state after an input, and the change to announce (None: nothing to say).

    `latching`: an unanswered signal outlives its condition until a person answers.
    """
    if happening is Input.CLEARED and latching and state in _LATCHES:
        return State.LATCHED, Change.LATCH
    return TABLE[state].get(happening, (state, None))
