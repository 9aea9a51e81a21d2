"""A session from its beginning to its end: phases, doses, the gate, and what is refused."""

import pytest

from alerts.command import (
    Begin,
    Close,
    Command,
    EndInfusion,
    Entry,
    ExtraDose,
    Refused,
    TakeBaseline,
)
from alerts.engine import BedEngine
from alerts.status import Phase
from devices.reading import Metric
from tests.alerts.dosing import MINUTE, begin, dose, dosed
from tests.alerts.timeline import (
    NO_STREAMS,
    PROFILE,
    T,
    in_peak,
    lines,
    rate,
    run,
    spo2,
    value,
)


def test_a_session_goes_through_its_phases() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    assert engine.status().phase is Phase.EMPTY
    seen: list[Phase] = []
    orders: list[Command] = [
        begin(0),
        TakeBaseline(at=T + 60, by="nurse"),
        dose(600),
        EndInfusion(at=T + 3000, by="nurse"),
    ]
    for order in orders:
        engine.command(order)
        seen.append(engine.status().phase)
    engine.advance(T + 600 + 90 * MINUTE + 1)
    seen.append(engine.status().phase)
    engine.command(Close(at=T + 9000, by="Dr A", outcome="discharged", reason="well"))
    seen.append(engine.status().phase)
    assert seen == [
        Phase.SETUP,
        Phase.BASELINE,
        Phase.DOSING,
        Phase.PEAK,
        Phase.RECOVERY,
        Phase.DISCHARGED,
    ]


def test_dosing_ends_by_itself_five_minutes_after_its_planned_end() -> None:
    engine = dosed()
    engine.advance(T + 45 * MINUTE - 1)
    assert engine.status().phase is Phase.DOSING
    engine.advance(T + 45 * MINUTE + 1)
    assert engine.status().phase is Phase.PEAK


def test_peak_lasts_50_minutes_after_a_long_infusion() -> None:
    engine = dosed()
    engine.command(EndInfusion(at=T + 44 * MINUTE, by="nurse"))
    engine.advance(T + 93 * MINUTE)
    assert engine.status().phase is Phase.PEAK
    engine.advance(T + 95 * MINUTE)
    assert engine.status().phase is Phase.RECOVERY


def test_an_extra_dose_prolongs_peak() -> None:
    engine = dosed()
    engine.command(EndInfusion(at=T + 60, by="nurse"))
    extra = ExtraDose(at=T + 1200, by="Dr A", given_at=T + 1200)
    engine.command(extra)
    engine.advance(T + 100 * MINUTE)
    assert engine.status().phase is Phase.PEAK
    engine.advance(T + 111 * MINUTE)
    assert engine.status().phase is Phase.RECOVERY


def test_an_extra_dose_in_recovery_brings_peak_and_its_watch_back() -> None:
    engine = in_peak()
    engine.advance(T + 100 * MINUTE)
    assert engine.status().phase is Phase.RECOVERY
    run(engine, [spo2(6000, 6010, 97), rate(6000, 6010, 75)])
    extra = ExtraDose(at=T + 6010, by="Dr A", given_at=T + 6010)
    engine.command(extra)
    assert engine.status().phase is Phase.PEAK
    events = run(engine, [rate(6010, 6060, 75)])
    assert lines(events, technical=True)[-1] == "6039 T-SPO2 escalate medium on"


def test_a_back_dated_dose_is_where_the_clock_says() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    engine.command(dose(50 * MINUTE, given=0))
    assert engine.status().phase is Phase.PEAK


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (TakeBaseline(at=T, by="n"), "no session"),
        (dose(0), "no session"),
        (EndInfusion(at=T, by="n"), "no session"),
        (Close(at=T, by="n", outcome="discharged"), "no session"),
        (Entry(at=T, by="n", kind="note", happened_at=T), "no session"),
        (Begin(at=T, by="n", session="s", protocol="rectal", visit=""), "iv, im, nasal, oral"),
    ],
)
def test_a_command_without_a_session_is_refused(order: Command, words: str) -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    before = engine.snapshot()
    with pytest.raises(Refused, match=words):
        engine.command(order)
    assert engine.status().phase is Phase.EMPTY
    assert engine.snapshot().session == before.session


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (begin(10), "is open"),
        (dose(10), "already"),
        (Close(at=T + 10, by=" ", outcome="discharged"), "named person"),
        (Close(at=T + 10, by="Dr A", outcome="gone"), "discharged or aborted"),
        (Close(at=T + 10, by="Dr A", outcome="aborted"), "reason"),
    ],
)
def test_a_command_at_the_wrong_time_is_refused(order: Command, words: str) -> None:
    engine = dosed()
    with pytest.raises(Refused, match=words):
        engine.command(order)
    assert engine.status().phase is Phase.DOSING


def test_a_dose_in_the_future_is_refused() -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0))
    with pytest.raises(Refused, match="future"):
        engine.command(dose(10, given=20))


def test_a_value_that_staff_read_off_once_is_no_stream() -> None:
    engine = in_peak()
    by_hand = value(15, Metric.SPO2, 97, device="staff")
    events = run(engine, [spo2(0, 10, 97), rate(0, 60, 75), by_hand])
    assert lines(events, technical=True) == lines(
        run(in_peak(), [spo2(0, 10, 97), rate(0, 60, 75)]), technical=True
    )
    assert lines(events) == []
