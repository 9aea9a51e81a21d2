"""Nausea as people report it: every row of its ladder, what ends it, and what is asked after."""

import pytest
from msgspec.structs import replace

from alerts.command import Attend, Close, GiveAntiemetic, Refused
from alerts.event import Cause, Change
from devices.reading import Reading, ReportKind, ReportSource
from tests.alerts.people import asked, attended, moaas, staff
from tests.alerts.timeline import (
    NO_STREAMS,
    T,
    acknowledge,
    in_peak,
    lines,
    nausea,
    run,
    spo2,
)

K = ReportKind
Row = tuple[str, list[Reading | list[Reading] | float], list[str]]

NAUSEA: list[Row] = [
    ("a press", [nausea(0, K.PRESS)], ["0 NAU-MOD start medium on"]),
    (
        "a second press at once is the same press",
        [nausea(0, K.PRESS), nausea(1, K.PRESS)],
        ["0 NAU-MOD start medium on"],
    ),
    (
        "a press again later than a minute calls again",
        [nausea(0, K.PRESS), nausea(70, K.PRESS)],
        ["0 NAU-MOD start medium on", "70 NAU-MOD update medium on"],
    ),
    (
        "an answer that cannot be is no answer",
        [nausea(0, K.NRS, 2), nausea(60, K.NRS, float("nan")), nausea(90, K.NRS, 11)],
        ["0 NAU-MILD start low on"],
    ),
    (
        "NRS 2, 6, 3: a lower number ends nothing, and is told without a call",
        [nausea(0, K.NRS, 2), nausea(60, K.NRS, 6), nausea(120, K.NRS, 3)],
        [
            "0 NAU-MILD start low on",
            "60 NAU-MOD escalate medium on",
            "120 NAU-MOD update medium on",
        ],
    ),
    (
        "a rise is told once, whatever the oximeter says next",
        [nausea(0, K.NRS, 2), nausea(60, K.NRS, 6), spo2(61, 90, 97)],
        ["0 NAU-MILD start low on", "60 NAU-MOD escalate medium on"],
    ),
    (
        "time alone raises no answered alarm, though the oximeter goes on",
        [moaas(0, 5), nausea(10, K.VOMIT, source=ReportSource.STAFF), spo2(20, 1000, 97), 1000.0],
        ["10 NAU-SEV start medium acknowledged"],
    ),
    (
        "NRS 7 is severe, and medium by itself",
        [nausea(0, K.NRS, 7)],
        ["0 NAU-SEV start medium on"],
    ),
    (
        "retching is severe; vomiting after it calls again",
        [moaas(0, 5), nausea(1, K.RETCH), nausea(60, K.VOMIT)],
        ["1 NAU-SEV start medium on", "60 NAU-SEV update medium on"],
    ),
    (
        "mild nausea fades by NRS 0",
        [nausea(0, K.NRS, 2), nausea(60, K.NRS, 0)],
        ["0 NAU-MILD start low on", "60 NAU-MILD end low off"],
    ),
    (
        "mild nausea fades after 20 minutes",
        [nausea(0, K.NRS, 2), 1300.0],
        ["0 NAU-MILD start low on", "1200 NAU-MILD end low off"],
    ),
    (
        "unattended for 3 minutes is announced again",
        [nausea(0, K.NRS, 5), 200.0],
        ["0 NAU-MOD start medium on", "180 NAU-MOD update medium on"],
    ),
    (
        "NRS 8 with low SpO2 is dangerous",
        [spo2(0, 10, 97), spo2(10, 20, 88), nausea(15, K.NRS, 8)],
        ["15 NAU-SEV start high on"],
    ),
    (
        "what staff enter starts acknowledged and stays silent",
        [nausea(0, K.VOMIT, source=ReportSource.STAFF), 400.0],
        ["0 NAU-SEV start medium acknowledged"],
    ),
    (
        "a press after what staff entered calls, and calls again",
        [nausea(0, K.NRS, 5, source=ReportSource.STAFF), nausea(100, K.PRESS), 300.0],
        [
            "0 NAU-MOD start medium acknowledged",
            "100 NAU-MOD update medium on",
            "280 NAU-MOD update medium on",
        ],
    ),
]


@pytest.mark.parametrize(
    ("steps", "expected"), [pytest.param(row[1], row[2], id=row[0]) for row in NAUSEA]
)
def test_a_report_gives_exactly_these_events(
    steps: list[Reading | list[Reading] | float], expected: list[str]
) -> None:
    assert lines(run(in_peak(NO_STREAMS), steps)) == expected


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ([nausea(0, K.PRESS)], "button pressed: feels sick"),
        ([nausea(0, K.PRESS), nausea(9, K.NRS, 2)], "button pressed, NRS 2"),
        ([nausea(0, K.NRS, 6), nausea(60, K.NRS, 2)], "NRS 6, now 2"),
        ([nausea(0, K.NRS, 6), nausea(60, K.NRS, 0)], "NRS 6, now 0"),
        ([nausea(0, K.VOMIT), nausea(9, K.RETCH)], "vomit seen"),
        ([moaas(0, 3), nausea(9, K.NRS, 6)], "NRS 6 with MOAA/S 3"),
        ([staff(0, K.NRS, 5), nausea(60, K.NRS, 7)], "NRS 7"),
    ],
)
def test_the_words_say_what_was_and_what_is(said: list[Reading], text: str) -> None:
    engine = in_peak(NO_STREAMS)
    engine.observe(moaas(-5, 5))
    run(engine, said)
    (alarm,) = [a.event for a in engine.status().alarms if a.event.condition.startswith("NAU")]
    assert alarm.text == text


def test_a_press_is_no_number() -> None:
    (start,) = run(in_peak(NO_STREAMS), [nausea(0, K.PRESS)])
    assert (start.value, start.limit) == (None, 4)


def test_what_was_said_before_is_not_how_the_patient_feels_now() -> None:
    late = replace(nausea(60, K.NRS, 6), history=True, device_time=T - 540)
    events = run(in_peak(NO_STREAMS), [nausea(0, K.NRS, 2), late])
    assert (events[-1].condition, events[-1].text) == ("NAU-MOD", "NRS 6, now 2, 10 min ago")


def test_an_old_nought_does_not_end_what_was_said_since() -> None:
    late = replace(nausea(60, K.NRS, 0), history=True, device_time=T - 540)
    assert lines(run(in_peak(NO_STREAMS), [nausea(0, K.NRS, 2), late])) == [
        "0 NAU-MILD start low on"
    ]


def test_a_number_that_has_fallen_is_not_dangerous_with_sedation() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, K.NRS, 6), nausea(60, K.NRS, 2), moaas(90, 3)])
    assert [a.event.priority for a in engine.status().alarms] == ["medium", "medium"]


def test_attending_takes_one_touch_and_asks_again_in_a_quarter_of_an_hour() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.NRS, 6)])
    (end,) = engine.command(attended(60, start, 3, antiemetic=True))
    assert (end.change, end.cause, end.by) == (Change.END, Cause.PERSON, "KM")
    assert end.text == "NRS 6: attended, NRS 3, antiemetic given"
    assert asked(engine) == [
        ("nausea_recheck", "ask nausea again (was NRS 3)", 960),
        ("antiemetic_answer", "ask nausea after the antiemetic (was NRS 3)", 1860),
    ]


def test_a_rating_that_came_with_attending_raises_nothing_anew() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.NRS, 6)])
    engine.command(replace(attended(60, start, 7), id="touch-1"))
    assert engine.observe(staff(61, K.NRS, 7, name="touch-1")) == []
    assert engine.status().alarms == ()
    assert [kind for kind, _, _ in asked(engine)] == ["nausea_recheck"]


def test_attending_mild_nausea_asks_nothing_more() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.NRS, 2)])
    engine.command(attended(60, start, 2))
    assert asked(engine) == []


def test_an_impossible_rating_is_refused_and_ends_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.NRS, 6)])
    with pytest.raises(Refused, match="0 to 10"):
        engine.command(attended(60, start, 11))
    assert len(engine.status().alarms) == 1


def test_the_next_rating_answers_what_is_due_or_nearly() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.NRS, 6)])
    engine.command(attended(60, start, 4, antiemetic=True))
    run(engine, [nausea(300, K.NRS, 2)])
    assert len(asked(engine)) == 2  # much too early to say anything of the drug
    run(engine, [nausea(900, K.NRS, 2)])
    assert [kind for kind, _, _ in asked(engine)] == ["antiemetic_answer"]
    run(engine, [staff(1700, K.NRS, 0)])
    assert asked(engine) == []


def test_a_missing_answer_is_missing_and_never_an_alarm() -> None:
    engine = in_peak(NO_STREAMS)
    order = GiveAntiemetic(at=T, by="KM", given_at=T - 60, drug="ondansetron 4 mg")
    assert engine.command(order) == []
    assert asked(engine) == [("antiemetic_answer", "ask nausea after the antiemetic", 1740)]
    events = run(engine, [nausea(2000, K.NRS, float("nan")), nausea(2010, K.VOMIT)])
    assert [e.condition for e in events if e.kind == "physiological"] == ["NAU-SEV"]
    assert len(asked(engine)) == 1


def test_a_second_antiemetic_is_asked_about_instead_of_the_first() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [staff(0, K.ANTIEMETIC), staff(600, K.ANTIEMETIC)])
    assert [due for _, _, due in asked(engine)] == [2400]


def test_the_next_patient_is_asked_nothing() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [staff(0, K.ANTIEMETIC), nausea(1, K.NRS, 6)])
    events = engine.command(Close(at=T + 9, by="Dr A", outcome="discharged", reason="well"))
    assert {event.cause for event in events} == {Cause.SESSION_CLOSED}
    assert asked(engine) == []


def test_nausea_is_not_announced_again_while_a_nurse_is_in_the_room() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.PRESS)])
    engine.command(acknowledge(20, start))
    engine.command(Attend(at=T + 30, by="KM"))
    assert lines(run(engine, [620.0, 640.0])) == ["630 NAU-MOD update medium on"]
    engine.command(Attend(at=T + 650, by="KM"))
    assert lines(run(engine, [1000.0])) == []
    engine.command(Attend(at=T + 1000, by="KM", leaves=True))
    assert lines(run(engine, [1200.0])) == ["1180 NAU-MOD update medium on"]


def test_nausea_that_was_acknowledged_but_not_attended_is_announced_again() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.PRESS)])
    engine.command(acknowledge(20, start))
    assert lines(run(engine, [190.0])) == ["180 NAU-MOD update medium on"]
