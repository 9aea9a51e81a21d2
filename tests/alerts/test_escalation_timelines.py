"""Who is told next, as timelines: given these events and answers, exactly these sends."""

from collections.abc import Sequence

import pytest

from alerts.event import AlarmKind, Change, Signal
from tests.alerts.calls import (
    HIGH,
    LOW,
    MEDIUM,
    Input,
    accepted,
    acknowledged,
    answer,
    ended,
    event,
    lines,
    rejected,
)

EVERYONE = "Ann, Bea, Cy, Dr D"
TECHNICAL = AlarmKind.TECHNICAL

TIMELINES: dict[str, tuple[Sequence[Input], float, list[str]]] = {
    "a HIGH alarm climbs the table and then calls everybody every minute": (
        [event(0, HIGH)],
        215,
        [
            "0 nurse -> Ann",
            "30 secondary -> Bea, Dr D",
            f"60 all -> {EVERYONE}",
            f"90 again-1 -> {EVERYONE} REPEAT",
            f"150 again-2 -> {EVERYONE} REPEAT",
            f"210 again-3 -> {EVERYONE} REPEAT",
        ],
    ),
    "a MEDIUM alarm has 30 s to correct itself": (
        [event(0, MEDIUM)],
        601,
        [
            "30 nurse -> Ann",
            "90 secondary -> Bea, Dr D",
            f"180 all -> {EVERYONE}",
            f"300 again-1 -> {EVERYONE} REPEAT",
            f"600 again-2 -> {EVERYONE} REPEAT",
        ],
    ),
    "a LOW alarm is never paged": ([event(0, LOW)], 10_000, []),
    "a technical alarm of a bed never reaches a physician": (
        [event(0, MEDIUM, condition="T-NIBP-DUE", kind=TECHNICAL)],
        310,
        [
            "30 nurse -> Ann",
            "90 secondary -> Bea, Cy",
            "300 again-1 -> Ann, Bea, Cy REPEAT",
        ],
    ),
    "an alarm of the service goes to the technician, then to the nurses as well": (
        [event(0, HIGH, bed=None, condition="T-STORE")],
        95,
        ["0 technical -> Tom", "60 all -> Tom, Ann, Cy", "90 again-1 -> Ann, Cy, Tom REPEAT"],
    ),
    "an acknowledgement stops everything": (
        [event(0, HIGH), acknowledged(29, HIGH)],
        1000,
        ["0 nurse -> Ann"],
    ),
    "an acceptance holds the steps; without an acknowledgement they go on where they were": (
        [event(0, HIGH), answer(10, HIGH, accepted(10))],
        200,
        [
            "0 nurse -> Ann",
            "130 secondary -> Bea, Dr D",
            f"160 all -> {EVERYONE}",
            f"190 again-1 -> {EVERYONE} REPEAT",
        ],
    ),
    "one off site has five minutes": (
        [event(0, HIGH), answer(10, HIGH, accepted(10, stays_s=300))],
        320,
        ["0 nurse -> Ann", "310 secondary -> Bea, Dr D"],
    ),
    "an accepted alarm that is acknowledged in time calls nobody else": (
        [event(0, HIGH), answer(10, HIGH, accepted(10)), acknowledged(100, HIGH)],
        1000,
        ["0 nurse -> Ann"],
    ),
    "what the engine says of a lapse changes nothing that was given already": (
        [event(0, HIGH), answer(10, HIGH, accepted(10)), answer(130, HIGH, None, number=3)],
        135,
        ["0 nurse -> Ann", "130 secondary -> Bea, Dr D"],
    ),
    "a rejection gives the next step at once, and the others keep their times": (
        [event(0, HIGH), answer(5, HIGH, rejected(5))],
        95,
        [
            "0 nurse -> Ann",
            "5 secondary -> Bea, Dr D",
            f"60 all -> {EVERYONE}",
            f"90 again-1 -> {EVERYONE} REPEAT",
        ],
    ),
    "each rejection is a step": (
        [
            event(0, HIGH),
            answer(5, HIGH, rejected(5)),
            answer(7, HIGH, rejected(7, "Bea"), number=3),
        ],
        95,
        [
            "0 nurse -> Ann",
            "5 secondary -> Bea, Dr D",
            f"7 all -> {EVERYONE}",
            f"90 again-1 -> {EVERYONE} REPEAT",
        ],
    ),
    "whoever gives it back, or can no longer come, sets the steps going from there": (
        [
            event(0, HIGH),
            answer(10, HIGH, accepted(10)),
            answer(40, HIGH, None, number=3),
            answer(45, HIGH, accepted(45, "Bea"), number=4),
            answer(50, HIGH, rejected(50, "Bea"), number=5),
        ],
        85,
        [
            "0 nurse -> Ann",
            "40 secondary -> Bea, Dr D",
            f"50 all -> {EVERYONE}",
            f"80 again-1 -> {EVERYONE} REPEAT",
        ],
    ),
    "a rejection after the last step calls everybody again": (
        [event(0, HIGH), answer(100, HIGH, rejected(100))],
        165,
        [
            "0 nurse -> Ann",
            "30 secondary -> Bea, Dr D",
            f"60 all -> {EVERYONE}",
            f"90 again-1 -> {EVERYONE} REPEAT",
            f"100 again-2 -> {EVERYONE} REPEAT",
            f"160 again-3 -> {EVERYONE} REPEAT",
        ],
    ),
    "a rise begins anew, whoever had accepted the weaker alarm": (
        [
            event(0, MEDIUM),
            answer(40, MEDIUM, accepted(40)),
            event(60, HIGH, Change.ESCALATE, number=3),
        ],
        95,
        ["30 nurse -> Ann", "60 nurse -> Ann", "90 secondary -> Bea, Dr D"],
    ),
    "what staff entered has been answered by whoever entered it": (
        [event(0, HIGH, signal=Signal.ACKNOWLEDGED, condition="RED-FLAG")],
        1000,
        [],
    ),
    "the help button of staff is paged at once": (
        [event(0, HIGH, condition="CALL")],
        1,
        ["0 nurse -> Ann"],
    ),
    "an unconfirmed cuff reading stays at the station until it is confirmed": (
        [
            event(0, MEDIUM, condition="BP-SEV"),
            event(100, HIGH, Change.ESCALATE, condition="BP-SEV", number=2),
        ],
        110,
        ["100 nurse -> Ann"],
    ),
    "what another alarm covers pages nobody, and begins when the cover ends": (
        [
            event(0, MEDIUM, covered_by="T-NET", kind=TECHNICAL),
            event(100, MEDIUM, Change.UPDATE, number=2, kind=TECHNICAL),
        ],
        135,
        ["130 nurse -> Ann"],
    ),
    "two alarms that call at one bed together are one page": (
        [event(0, MEDIUM), event(5, MEDIUM, condition="HR-HI")],
        100,
        ["30 nurse -> Ann", "90 secondary -> Bea, Dr D"],
    ),
    "when the alarm that spoke for another is over, the other speaks for itself": (
        [event(0, MEDIUM), event(5, MEDIUM, condition="HR-HI"), ended(50, MEDIUM)],
        100,
        ["30 nurse -> Ann", "95 secondary -> Bea, Dr D"],
    ),
    "alarms of two beds are two pages": (
        [event(0, HIGH), event(0, HIGH, bed="B2")],
        1,
        ["0 nurse -> Ann", "0 nurse -> Ann"],
    ),
    "an alarm that begins after the page has a page of its own": (
        [event(0, HIGH), event(1, HIGH, condition="BP-CRIT")],
        2,
        ["0 nurse -> Ann", "1 nurse -> Ann"],
    ),
    "an acceptance among the repeats that lapses is followed by one page, not by all it held": (
        [event(0, HIGH), answer(91, HIGH, accepted(91, stays_s=300))],
        455,
        [
            "0 nurse -> Ann",
            "30 secondary -> Bea, Dr D",
            f"60 all -> {EVERYONE}",
            f"90 again-1 -> {EVERYONE} REPEAT",
            f"391 again-2 -> {EVERYONE} REPEAT",
            f"451 again-3 -> {EVERYONE} REPEAT",
        ],
    ),
}


@pytest.mark.parametrize("name", TIMELINES)
def test_a_timeline_gives_exactly_these_sends(name: str) -> None:
    inputs, until, sends = TIMELINES[name]
    assert lines(inputs, until) == sends
