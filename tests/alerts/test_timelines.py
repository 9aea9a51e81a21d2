"""Scenarios as tables: what happened, second by second, and every physiological event expected."""

import pytest

from devices.reading import Reading
from tests.alerts.timeline import (
    NO_STREAMS,
    cuff,
    in_peak,
    lines,
    off_finger,
    pulse,
    rate,
    run,
    spo2,
)

Row = tuple[str, list[Reading | list[Reading] | float], list[str]]

OXYGEN: list[Row] = [
    (
        "87 % for 12 s is shorter than its delay",
        [spo2(0, 30, 97), spo2(30, 42, 87), spo2(42, 90, 97)],
        [],
    ),
    (
        "87 % for 20 s alarms 15 s after the median fell",
        [spo2(0, 30, 97), spo2(30, 50, 87), spo2(50, 90, 97)],
        ["47 O2-LO start medium on", "62 O2-LO end medium off"],
    ),
    (
        "78 % alarms at the second raw value",
        [spo2(0, 30, 97), spo2(30, 34, 78), spo2(34, 80, 97)],
        ["31 O2-CRIT start high on", "51 O2-CRIT latch high latched"],
    ),
    (
        "one artefact of 60 % does nothing",
        [spo2(0, 30, 97), spo2(30, 31, 60), spo2(31, 60, 97)],
        [],
    ),
    (
        "84 % is medium by depth first, then high after 10 s",
        [spo2(0, 30, 97), spo2(30, 60, 84)],
        ["40.3333 O2-LO start medium on", "42 O2-CRIT escalate high on"],
    ),
    (
        "a weak signal waits 10 s more and is never removed",
        [spo2(0, 30, 97), spo2(30, 70, 88, weak=True)],
        ["57 O2-LO start medium on"],
    ),
    (
        "a questionable value below 85 is critical after 20 s",
        [spo2(0, 30, 97), spo2(30, 70, 82, weak=True)],
        ["52 O2-CRIT start high on"],
    ),
    (
        "questionable data never clear an alarm",
        [spo2(0, 30, 97), spo2(30, 50, 87), spo2(50, 120, 97, weak=True)],
        ["47 O2-LO start medium on"],
    ),
    (
        "93 % for a minute is worth a look",
        [spo2(0, 30, 97), spo2(30, 100, 93), spo2(100, 140, 97)],
        ["92 O2-WATCH start low on", "132 O2-WATCH end low off"],
    ),
    (
        "three short dips in a minute alarm though each is too short",
        [
            spo2(0, 10, 97),
            *[
                part
                for start in (10, 28, 46)
                for part in (spo2(start, start + 8, 88), spo2(start + 8, start + 18, 96))
            ],
            spo2(64, 130, 96),
        ],
        ["56 O2-NET start medium on", "116 O2-NET end medium off"],
    ),
    (
        "probe off during an alarm keeps the alarm: presence unknown, then back",
        [spo2(0, 30, 97), spo2(30, 60, 82), off_finger(60, 90), spo2(90, 130, 97)],
        [
            "38.25 O2-LO start medium on",
            "42 O2-CRIT escalate high on",
            "69 O2-CRIT update high on",
            "90 O2-CRIT update high on",
            "105 O2-CRIT latch high latched",
        ],
    ),
    (
        "probe off while the delay runs is an alarm too",
        [spo2(0, 30, 97), spo2(30, 36, 88), off_finger(36, 60), 60],
        ["45 O2-LO start medium on"],
    ),
    (
        "a probe that falls off a healthy patient is only technical",
        [spo2(0, 30, 97), off_finger(30, 60), 60],
        [],
    ),
]

RATES: list[Row] = [
    (
        "160 for 10 s is extreme",
        [rate(0, 30, 80), rate(30, 60, 160), rate(60, 90, 80)],
        ["42 HR-EXT start high on", "67 HR-EXT latch high latched"],
    ),
    (
        "125 is low after a minute and medium after five",
        [rate(0, 10, 80), rate(10, 400, 125)],
        ["72 HR-HI start low on", "312 HR-HI escalate medium on"],
    ),
    (
        "135 is medium after 30 s",
        [rate(0, 10, 80), rate(10, 60, 135)],
        ["42 HR-HI start medium on"],
    ),
    (
        "44 without a baseline is low",
        [rate(0, 10, 60), rate(10, 60, 44)],
        ["42 HR-LO start low on"],
    ),
    (
        "38 is extreme after 10 s",
        [rate(0, 10, 60), rate(10, 30, 38)],
        ["22 HR-EXT start high on"],
    ),
    (
        "the strap counts before the oximeter",
        [rate(0, 60, 80), pulse(0, 60, 170)],
        [],
    ),
    (
        "the oximeter's pulse counts when the strap is silent",
        [rate(0, 10, 80), pulse(0, 40, 170)],
        ["24 HR-EXT start high on"],
    ),
]

PRESSURE: list[Row] = [
    (
        "182/112 and a repeat inside the clear limit",
        [cuff(0, 182, 112), cuff(90, 150, 90)],
        ["0 BP-SEV start medium on", "90 BP-SEV end medium off"],
    ),
    (
        "185/115 confirmed",
        [cuff(0, 185, 115), cuff(90, 186, 113)],
        ["0 BP-SEV start medium on", "90 BP-SEV escalate high on"],
    ),
    (
        "182/112 that nobody repeats",
        [cuff(0, 182, 112), 200.0],
        ["0 BP-SEV start medium on", "180 BP-SEV escalate high on"],
    ),
    (
        "between twice in a row falls to the next lower rung",
        [cuff(0, 182, 108), cuff(90, 177, 100), cuff(180, 176, 99)],
        ["0 BP-SEV start medium on", "180 BP-ELEV deescalate low on"],
    ),
    (
        "205/122 is critical at once and unanswered it is never lowered",
        [cuff(0, 205, 122), cuff(90, 170, 100), cuff(200, 168, 98)],
        ["0 BP-CRIT start high on"],
    ),
    (
        "a critical pressure that is over stays until somebody answers",
        [cuff(0, 205, 122), cuff(90, 130, 80), cuff(200, 128, 80)],
        ["0 BP-CRIT start high on", "200 BP-CRIT latch high latched"],
    ),
    (
        "88/50 unconfirmed is low, confirmed medium",
        [cuff(0, 88, 50), cuff(90, 86, 50), cuff(200, 110, 70)],
        [
            "0 BP-LOW start low on",
            "90 BP-LOW escalate medium on",
            "200 BP-LOW end medium off",
        ],
    ),
    ("78/40 is high at once", [cuff(0, 78, 40)], ["0 BP-LOW start high on"]),
    (
        "a mean under 65 counts, a mean of 0 does not",
        [cuff(0, 95, 45, 0), cuff(60, 95, 45, 61)],
        ["60 BP-LOW start low on"],
    ),
    (
        "160/100 twice is elevated",
        [cuff(0, 165, 95), cuff(300, 162, 90), cuff(600, 150, 90)],
        ["300 BP-ELEV start low on", "600 BP-ELEV end low off"],
    ),
    ("a cuff's pulse never alarms", [cuff(0, 120, 80, pulse_rate=180), 60.0], []),
    ("a stored reading never alarms", [cuff(0, 205, 122, history=True), 60.0], []),
]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [pytest.param(row[1], row[2], id=row[0]) for row in OXYGEN + RATES + PRESSURE],
)
def test_a_scenario_gives_exactly_these_physiological_events(
    steps: list[Reading | list[Reading] | float], expected: list[str]
) -> None:
    assert lines(run(in_peak(NO_STREAMS), steps)) == expected
