"""Invariant 7: a bed that was killed and restored at any point is the bed that was not."""

import msgspec

from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from tests.alerts.invariants.machine import hold
from tests.alerts.invariants.world import SETUP, Passed, Restarted, Step, World
from tests.alerts.stories import give
from tests.alerts.timeline import in_peak


def test_invariant_7_after_a_kill_the_same_occurrences_answers_and_deadlines_stand() -> None:
    def check(_: World, step: Step) -> None:
        if isinstance(step.what, Restarted):
            assert step.after == step.before

    hold(check)


def test_invariant_7_what_follows_a_kill_is_what_would_have_followed_without_it() -> None:
    twins: dict[int, tuple[BedEngine, list[AlarmEvent], list[AlarmEvent]]] = {}

    def check(world: World, step: Step) -> None:
        if id(world) not in twins:
            twins.clear()
            twins[id(world)] = (in_peak(SETUP), [], [])
        twin, by_twin, by_world = twins[id(world)]
        by_world += step.events
        by_twin += _same(twin, step)
        assert msgspec.json.encode(by_twin) == msgspec.json.encode(by_world)

    hold(check)


def _same(twin: BedEngine, step: Step) -> list[AlarmEvent]:
    if isinstance(step.what, Restarted):
        return []
    if isinstance(step.what, Passed):
        return twin.advance(step.what.at)
    events = give(twin, step.what)
    return twin.advance(twin.now) if step.refused else events
