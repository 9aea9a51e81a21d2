"""Who is told next when people come off duty or no screen is seen, as timelines."""

from collections.abc import Sequence

import pytest

from alerts.duty import Duty
from alerts.escalation import Channels, Screens
from alerts.event import AlarmKind
from devices.reading import Origin
from tests.alerts.calls import (
    HIGH,
    MEDIUM,
    Input,
    accepted,
    acknowledged,
    answer,
    confirming,
    duty,
    event,
    in_order,
    lines,
)

EVERYONE = "Ann, Bea, Cy, Dr D"
TECHNICAL = AlarmKind.TECHNICAL

DUTIES: dict[str, tuple[Duty, Sequence[Input], float, list[str]]] = {
    "a step that nobody is on duty for goes to the next step at once": (
        duty(second_nurse=None, physician=None),
        [event(0, HIGH)],
        95,
        ["0 nurse -> Ann", "30 all -> Ann, Cy", "90 again-1 -> Ann, Cy REPEAT"],
    ),
    "without a nurse the first page goes to the second line": (
        duty(nurse=None),
        [event(0, HIGH)],
        1,
        ["0 secondary -> Bea, Dr D"],
    ),
    "the nurse's shift ends and a new one is on duty: the new one is told": (
        duty(nurse=("Ann", 20)),
        [event(0, HIGH), duty(at=21, nurse="Eve")],
        25,
        ["0 nurse -> Ann", "20 secondary -> Bea, Dr D"],
    ),
    "a new nurse on the list before the old one's shift ends is told as it ends": (
        duty(nurse=("Ann", 20)),
        [event(0, HIGH), duty(at=20, nurse="Eve")],
        35,
        ["0 nurse -> Ann", "20 relief-1 -> Eve", "30 secondary -> Bea, Dr D"],
    ),
    "the acceptance of one whose shift ends is over with it": (
        duty(nurse=("Ann", 40)),
        [event(0, HIGH), answer(10, HIGH, accepted(10))],
        75,
        ["0 nurse -> Ann", "40 secondary -> Bea, Dr D", "70 all -> Bea, Cy, Dr D"],
    ),
    "the acceptance of one who is taken off the list is over with it": (
        duty(),
        [event(0, HIGH), answer(10, HIGH, accepted(10)), duty(at=50, nurse="Eve")],
        55,
        ["0 nurse -> Ann", "50 relief-1 -> Eve", "50 secondary -> Bea, Dr D"],
    ),
    "with one contact for every role the steps in between reach nobody new": (
        duty(
            nurse="all", second_nurse="all", charge_nurse="all", physician="all", technician="all"
        ),
        [event(0, HIGH), event(0, MEDIUM, bed="B2", condition="HR-HI")],
        155,
        [
            "0 nurse -> all",
            "30 nurse -> all",
            "90 again-1 -> all REPEAT",
            "150 again-2 -> all REPEAT",
        ],
    ),
    "nobody at all is on duty until somebody comes": (
        Duty(at=0, targets={}),
        [event(0, MEDIUM), duty(at=100)],
        101,
        ["100 relief-1 -> Ann, Bea, Dr D, Cy"],
    ),
}


@pytest.mark.parametrize("name", DUTIES)
def test_a_duty_list_gives_exactly_these_sends(name: str) -> None:
    roster, inputs, until, sends = DUTIES[name]
    assert lines(inputs, until, roster) == sends


BLIND: dict[str, tuple[Sequence[Input], float, list[str]]] = {
    "no station has confirmed for 10 s: a MEDIUM alarm is paged at once, then as ever": (
        in_order(confirming(0, 8), event(5, MEDIUM)),
        100,
        ["18 nurse -> Ann", "95 secondary -> Bea, Dr D"],
    ),
    "nobody has opened a screen since the start": (
        [Screens(at=0, armed=()), event(15, MEDIUM)],
        20,
        ["15 nurse -> Ann"],
    ),
    "a station that confirms leaves the alarm its time": (
        in_order(confirming(0, 60), event(5, MEDIUM)),
        60,
        ["35 nurse -> Ann"],
    ),
    "what the station alone announces is paged when nobody can see it": (
        in_order(confirming(0, 8), event(5, MEDIUM, condition="BP-SEV")),
        100,
        ["18 nurse -> Ann", "95 secondary -> Bea, Dr D"],
    ),
    "... and no further once a station is back": (
        in_order(confirming(0, 8), event(5, MEDIUM, condition="BP-SEV"), confirming(20, 200)),
        200,
        ["18 nurse -> Ann"],
    ),
    "no channel works either: the machine itself sounds, until somebody answers": (
        in_order(
            confirming(0, 0),
            [Channels(at=0, up=False), event(2, HIGH), acknowledged(75, HIGH)],
        ),
        200,
        [
            "2 nurse -> Ann",
            "10 SOUND O2-LO",
            "32 secondary -> Bea, Dr D",
            "40 SOUND O2-LO",
            f"62 all -> {EVERYONE}",
            "70 SOUND O2-LO",
        ],
    ),
    "an acceptance stops the pages, not the sound": (
        in_order(
            confirming(0, 0),
            [Channels(at=0, up=False), event(2, HIGH), answer(5, HIGH, accepted(5))],
        ),
        45,
        ["2 nurse -> Ann", "10 SOUND O2-LO", "40 SOUND O2-LO"],
    ),
    "a channel that works, or a screen that confirms, is a path": (
        in_order(
            confirming(0, 20),
            [Channels(at=0, up=False), event(2, HIGH), Channels(at=29, up=True)],
        ),
        200,
        [
            "2 nurse -> Ann",
            "32 secondary -> Bea, Dr D",
            f"62 all -> {EVERYONE}",
            f"92 again-1 -> {EVERYONE} REPEAT",
            f"152 again-2 -> {EVERYONE} REPEAT",
        ],
    ),
    "an alarm of the demo or of a test makes no noise": (
        in_order(
            confirming(0, 0),
            [Channels(at=0, up=False), event(2, HIGH, origin=Origin.DEMO)],
        ),
        25,
        ["2 nurse -> Ann"],
    ),
}


@pytest.mark.parametrize("name", BLIND)
def test_without_a_screen_exactly_these_paths_are_taken(name: str) -> None:
    inputs, until, sends = BLIND[name]
    assert lines(inputs, until) == sends


def test_the_sounder_sounds_where_nobody_is_on_duty() -> None:
    roster = duty(
        nurse=("Ann", 50), second_nurse=None, charge_nurse=None, physician=None, technician=None
    )
    inputs = in_order(confirming(0, 0), event(5, HIGH))
    assert lines(inputs, 100, roster) == [
        "5 nurse -> Ann",
        "35 again-1 -> Ann REPEAT",
        "50 SOUND O2-LO",
        "80 SOUND O2-LO",
    ]
