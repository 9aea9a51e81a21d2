"""Sedation scores, red flags and calls for help: their rows, who is named, and how they end."""

import pytest
from msgspec.structs import replace

from alerts.command import Attend, Command, Refused, Reset
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Cause, Change, Signal
from alerts.flags import red_flags
from devices.reading import Reading, ReportKind, ReportSource, Validity
from tests.alerts.people import asked, attended, call, moaas, staff, symptom
from tests.alerts.timeline import (
    NO_STREAMS,
    PROFILE,
    T,
    acknowledge,
    in_peak,
    lines,
    nausea,
    run,
    spo2,
)

K = ReportKind
Row = tuple[str, list[Reading | Command | list[Reading] | float], list[str]]

SEDATION: list[Row] = [
    (
        "the tablet finds MOAA/S 3, then 1, then 4",
        [moaas(0, 3, device="tablet"), moaas(60, 1, device="tablet"), moaas(90, 4)],
        ["0 SED start medium on", "60 SED escalate high on", "90 SED latch high latched"],
    ),
    (
        "what staff found is shown and silent, and ends by a better score",
        [moaas(0, 1), moaas(60, 3), moaas(120, 5)],
        [
            "0 SED start high acknowledged",
            "60 SED update high acknowledged",
            "120 SED end high off",
        ],
    ),
    (
        "a deeper score by tablet takes the answer back",
        [moaas(0, 3), moaas(60, 1, device="tablet")],
        ["0 SED start medium acknowledged", "60 SED escalate high on"],
    ),
    ("MOAA/S 4 is no alarm", [moaas(0, 4, device="tablet")], []),
    (
        "a score older than the newest changes nothing",
        [moaas(0, 3), moaas(60, 5, said=-600)],
        ["0 SED start medium acknowledged"],
    ),
    (
        "a questionable score clears nothing",
        [moaas(0, 3), replace(moaas(60, 5), validity=Validity.QUESTIONABLE)],
        ["0 SED start medium acknowledged", "60 SED update medium acknowledged"],
    ),
]

CALLS: list[Row] = [
    (
        "staff call for help: high at once, and nobody who called has answered",
        [call(0)],
        ["0 CALL start high on"],
    ),
    (
        "a button of the staff calls too",
        [nausea(0, K.PRESS, source=ReportSource.STAFF)],
        ["0 CALL start high on"],
    ),
    (
        "a long press is one sound, and high after a minute",
        [nausea(0, K.LONG_PRESS), 100.0],
        ["0 CALL start medium on", "60 CALL escalate high on"],
    ),
    (
        "two presses within a minute are a long press; the call speaks for the nausea",
        [nausea(0, K.PRESS), nausea(30, K.PRESS)],
        [
            "0 NAU-MOD start medium on",
            "30 CALL start medium on",
            "30 NAU-MOD update medium on",
        ],
    ),
    (
        "a press before a long press is the start of it",
        [nausea(0, K.PRESS), nausea(1.5, K.LONG_PRESS)],
        [
            "0 NAU-MOD start medium on",
            "1.5 CALL start medium on",
            "1.5 NAU-MOD update medium on",
        ],
    ),
    (
        "a bouncing button is one call",
        [nausea(0, K.LONG_PRESS), nausea(1, K.LONG_PRESS), nausea(1.5, K.PRESS)],
        ["0 CALL start medium on"],
    ),
    (
        "a press while the call stands is the same call",
        [nausea(0, K.LONG_PRESS), nausea(40, K.PRESS)],
        ["0 CALL start medium on", "40 CALL update medium on"],
    ),
    (
        "a call of the staff outranks the patient's",
        [nausea(0, K.LONG_PRESS), call(20, "fell asleep"), 200.0],
        ["0 CALL start medium on", "20 CALL escalate high on"],
    ),
]

FLAGS: list[Row] = [
    (
        "several symptoms are one alarm, acknowledged by who saw them",
        [symptom(0, "chest pain", "dyspnoea")],
        ["0 RED-FLAG start high acknowledged"],
    ),
    (
        "another symptom is told, the same one is not",
        [symptom(0, "chest pain"), symptom(60, "chest pain"), symptom(90, "seizure")],
        ["0 RED-FLAG start high acknowledged", "90 RED-FLAG update high acknowledged"],
    ),
    ("another symptom than these alarms nobody", [symptom(0, "itching", "dizzy")], []),
]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [pytest.param(row[1], row[2], id=row[0]) for row in SEDATION + CALLS + FLAGS],
)
def test_people_bring_about_exactly_these_events(
    steps: list[Reading | Command | list[Reading] | float], expected: list[str]
) -> None:
    assert lines(run(in_peak(NO_STREAMS), steps)) == expected


def _starts(*steps: Reading | Command) -> AlarmEvent:
    return run(in_peak(NO_STREAMS), steps)[0]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (moaas(0, 1), "MOAA/S 1 <= 1"),
        (moaas(0, 3, said=-600), "MOAA/S 3 <= 3, 10 min ago"),
        (call(0, "MOAA/S 1"), "help called by KM: MOAA/S 1"),
        (nausea(0, K.LONG_PRESS), "button held: help now"),
        (symptom(0, "chest_pain", "sudden severe headache"), "chest pain, severe headache"),
        (symptom(0, "seizure", ago_s=300), "seizure, 5 min ago"),
    ],
)
def test_the_words_are_what_a_nurse_reads(step: Reading | Command, text: str) -> None:
    assert _starts(step).text == text


@pytest.mark.parametrize("step", [moaas(0, 3), staff(0, K.NRS, 5), symptom(0, "chest pain")])
def test_what_one_of_the_staff_enters_is_accepted_by_name(step: Reading | Command) -> None:
    start = _starts(step)
    assert (start.signal, start.by) == (Signal.ACKNOWLEDGED, "KM")


def test_the_words_of_a_red_flag_count_whole_and_in_any_spelling() -> None:
    rules = PROFILE.red_flag
    assert red_flags("Chest-Pain, left arm", rules) == ["chest pain"]
    assert red_flags("SHORT OF BREATH", rules) == ["dyspnoea"]
    assert red_flags("headache", rules) == []
    assert {flag.name for flag in rules.symptom} == {
        *("chest pain", "dyspnoea", "severe headache", "visual sign"),
        *("neurological sign", "seizure", "unresponsive"),
    }


def test_a_red_flag_opens_a_check_of_the_pressure_once() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [symptom(0, "itching")])
    session = engine.status().session
    assert session is not None
    assert session.check is None
    run(engine, [symptom(10, "chest pain"), symptom(30, "chest pain")])
    session = engine.status().session
    assert session is not None
    assert session.check is not None
    assert (session.check.condition, session.check.due_from - T) == ("RED-FLAG", 10)


def test_a_symptom_without_words_is_refused() -> None:
    with pytest.raises(Refused, match="which symptom"):
        in_peak(NO_STREAMS).command(symptom(0, " "))


def test_a_red_flag_ends_by_a_named_person_who_says_how() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [symptom(0, "chest pain")])
    with pytest.raises(Refused, match="say how it ended: chest pain"):
        engine.command(attended(60, start, outcome=" "))
    with pytest.raises(Refused, match="named person"):
        engine.command(attended(60, start, outcome="ECG normal", by=""))
    (end,) = engine.command(attended(60, start, outcome="ECG normal", by="Dr A"))
    assert (end.change, end.cause, end.by) == (Change.END, Cause.PERSON, "Dr A")
    assert end.text == "chest pain: ECG normal"


def test_an_answered_call_waits_anew_when_the_patient_calls_again() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [nausea(0, K.LONG_PRESS)])
    engine.command(acknowledge(20, start))
    again = run(engine, [100.0, nausea(200, K.LONG_PRESS), 300.0])
    assert lines(again) == ["200 CALL update medium on", "260 CALL escalate high on"]


def test_attending_a_call_attends_the_nausea_of_the_same_button() -> None:
    engine = in_peak(NO_STREAMS)
    events = run(engine, [nausea(0, K.PRESS), nausea(30, K.PRESS)])
    assert [a.event.condition for a in engine.status().alarms if a.audible] == ["CALL"]
    ended = engine.command(attended(60, events[1], 4))
    assert {(e.condition, e.change, e.by) for e in ended} == {
        ("CALL", "end", "KM"),
        ("NAU-MOD", "end", "KM"),
    }
    assert [kind for kind, _, _ in asked(engine)] == ["nausea_recheck"]
    assert lines(run(engine, [nausea(400, K.PRESS)])) == ["400 NAU-MOD start medium on"]


def test_nausea_with_a_number_of_its_own_speaks_for_itself_again() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, K.PRESS), nausea(30, K.PRESS), nausea(40, K.NRS, 8)])
    audible = {a.event.condition for a in engine.status().alarms if a.audible}
    assert audible == {"CALL", "NAU-SEV"}


def test_a_call_covers_nothing_graver_than_itself() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, K.PRESS), nausea(30, K.PRESS), moaas(40, 3)])
    audible = {a.event.condition: a.event.priority for a in engine.status().alarms if a.audible}
    assert audible == {"CALL": "medium", "NAU-SEV": "high"}


def test_a_call_that_was_answered_but_not_attended_calls_anew_and_hides_no_nausea_for_ever() -> (
    None
):
    engine = in_peak(NO_STREAMS)
    started = run(engine, [nausea(0, K.PRESS), nausea(20, K.LONG_PRESS)])
    [call_event] = [event for event in started if event.condition == "CALL"]
    told = lines(run(engine, [acknowledge(30, call_event), 280.0]))
    assert [line for line in told if "CALL" in line] == [
        "30 CALL acknowledge medium acknowledged",
        "210 CALL update medium on",
        "270 CALL escalate high on",
    ]


def test_who_is_in_the_room_is_not_called_to_an_answered_call() -> None:
    engine = in_peak(NO_STREAMS)
    [started] = run(engine, [nausea(0, K.LONG_PRESS)])
    run(engine, [acknowledge(30, started), Attend(at=T + 40, by="KM")])
    assert lines(run(engine, [639.0])) == []
    assert lines(run(engine, [641.0])) == ["640 CALL update medium on"]


@pytest.mark.parametrize("steps", [spo2(0, 30, 80), [moaas(0, 3, device="tablet")]])
def test_what_ends_by_readings_is_not_resolved_by_hand(steps: list[Reading]) -> None:
    engine = in_peak(NO_STREAMS)
    start = run(engine, [*steps])[-1]
    with pytest.raises(Refused, match="ends by its readings, not by hand; acknowledge it"):
        engine.command(attended(40, start))


def test_a_reset_is_refused_while_present_and_ends_what_is_over() -> None:
    engine = in_peak(NO_STREAMS)
    (start,) = run(engine, [moaas(0, 1, device="tablet")])
    order = Reset(at=T + 9, by="KM", occurrence=start.occurrence, seq=start.seq)
    with pytest.raises(Refused, match="not over"):
        engine.command(order)
    (latched,) = run(engine, [moaas(60, 5)])
    (end,) = engine.command(replace(order, at=T + 70, seq=latched.seq))
    assert (end.change, end.cause, end.by) == (Change.END, Cause.PERSON, "KM")


def test_nobody_is_called_from_a_bed_without_a_session() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    for order in (call(0), symptom(0, "chest pain")):
        with pytest.raises(Refused, match="no session"):
            engine.command(order)
    assert run(engine, [nausea(1, K.LONG_PRESS), moaas(2, 1)]) == []
