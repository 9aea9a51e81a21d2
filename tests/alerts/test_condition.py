"""The table of condition.py, enumerated: every input sequence of length 7 from idle."""

from collections.abc import Iterable
from typing import NamedTuple

import pytest

from alerts.condition import CALLING, PRESENCE, SIGNAL, STANDING, TABLE, Input, State, step
from alerts.event import Change, Presence, Signal

LENGTH = 7
DATA = {Input.VIOLATED: True, Input.CLEARED: False}


class World(NamedTuple):
    """A state, whether the condition is truly violated (None: unknown), and starts minus closes."""

    state: State
    violated: bool | None
    standing: int
    last: Change | None


def _after(world: World, happening: Input, *, latching: bool) -> World:
    state, change = step(world.state, happening, latching=latching)
    violated = DATA.get(happening, world.violated)
    if happening is Input.LOST and world.violated:
        violated = None
    if happening is Input.ENDED:
        violated = False  # a person or the session settled it: its rules begin anew
    opened = (change is Change.START) - (change is Change.END)
    return World(state, violated, world.standing + opened, change)


def _reachable(inputs: Iterable[Input], *, latching: bool) -> set[World]:
    """Every world after each of the len(inputs)**7 sequences (equal worlds are one)."""
    inputs = list(inputs)
    front = {World(State.IDLE, violated=False, standing=0, last=None)}
    seen = set(front)
    for _ in range(LENGTH):
        front = {_after(w, i, latching=latching) for w in front for i in inputs}
        seen |= front
    return seen


@pytest.mark.parametrize("latching", [False, True])
@pytest.mark.parametrize("inputs", [set(Input), set(Input) - {Input.LOST}])
def test_a_violated_condition_is_never_idle_or_latched(inputs: set[Input], latching: bool) -> None:
    for world in _reachable(inputs, latching=latching):
        if world.violated:
            assert world.state not in {State.IDLE, State.LATCHED}, world


@pytest.mark.parametrize("latching", [False, True])
def test_every_start_has_exactly_one_close(latching: bool) -> None:
    for world in _reachable(Input, latching=latching):
        assert world.standing == (1 if world.state in STANDING else 0), world


@pytest.mark.parametrize("latching", [False, True])
def test_the_table_is_total(latching: bool) -> None:
    for state in State:
        for happening in Input:
            after, change = step(state, happening, latching=latching)
            assert after in State
            assert change is None or change in Change


@pytest.mark.parametrize("latching", [False, True])
def test_an_input_that_makes_no_sense_changes_nothing(latching: bool) -> None:
    for state in State:
        for happening in set(Input) - set(TABLE[state]):
            if happening is Input.CLEARED and latching and state in {State.ON, State.LOST}:
                continue
            assert step(state, happening, latching=latching) == (state, None)


@pytest.mark.parametrize("latching", [False, True])
def test_a_lost_source_in_alarm_is_never_silently_gone(latching: bool) -> None:
    for state in (State.PENDING, State.ON, State.ACKED):
        after, change = step(state, Input.LOST, latching=latching)
        assert PRESENCE[after] is Presence.UNKNOWN
        assert SIGNAL[after] is Signal.ON
        assert change is not None


def test_an_acknowledged_loss_calls_again_when_the_data_return_and_violate() -> None:
    state, _ = step(State.LOST, Input.ACKNOWLEDGE, latching=False)
    assert SIGNAL[state] is Signal.ACKNOWLEDGED
    assert PRESENCE[state] is Presence.UNKNOWN
    state, change = step(state, Input.VIOLATED, latching=False)
    assert state is State.ON
    assert change is Change.UPDATE


@pytest.mark.parametrize("latching", [False, True])
def test_a_start_is_never_acknowledged(latching: bool) -> None:
    for world in _reachable(Input, latching=latching):
        if world.last is Change.START:
            assert world.state in CALLING


def test_acknowledging_a_present_condition_changes_its_signal_and_not_its_presence() -> None:
    after, change = step(State.ON, Input.ACKNOWLEDGE, latching=True)
    assert (PRESENCE[after], SIGNAL[after]) == (Presence.PRESENT, Signal.ACKNOWLEDGED)
    assert change is Change.ACKNOWLEDGE


def test_acknowledging_an_absent_latched_condition_ends_it() -> None:
    assert step(State.LATCHED, Input.ACKNOWLEDGE, latching=True) == (State.IDLE, Change.END)


def test_only_an_unanswered_signal_latches() -> None:
    assert step(State.ON, Input.CLEARED, latching=True) == (State.LATCHED, Change.LATCH)
    assert step(State.LOST, Input.CLEARED, latching=True) == (State.LATCHED, Change.LATCH)
    assert step(State.ACKED, Input.CLEARED, latching=True) == (State.IDLE, Change.END)
    assert step(State.ON, Input.CLEARED, latching=False) == (State.IDLE, Change.END)


@pytest.mark.parametrize("latching", [False, True])
def test_a_rise_and_a_renewed_call_take_an_answer_back(latching: bool) -> None:
    for state in (State.ACKED, State.LOST_ACKED):
        for happening in (Input.RAISED, Input.RENEWED):
            assert step(state, happening, latching=latching)[0] in CALLING
