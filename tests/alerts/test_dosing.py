"""Doses, the infusion, T0 and its corrections: timelines of the phases that they make."""

from collections.abc import Sequence

import pytest

from alerts.command import (
    Command,
    Correct,
    EndInfusion,
    ExtraDose,
    GiveDose,
    InfusionRate,
    PauseInfusion,
    Refused,
    ResumeInfusion,
    SetPhase,
    TakeBaseline,
    VoidDose,
)
from alerts.engine import BedEngine
from alerts.status import Phase, SessionStatus
from tests.alerts.dosing import MINUTE, begin, dose, measured
from tests.alerts.timeline import NO_STREAMS, PROFILE, T, cuff

P = Phase


def minute(number: float) -> float:
    return T + number * MINUTE


def given(at: float, when: float | None = None, planned: float = 40) -> GiveDose:
    return GiveDose(
        at=minute(at),
        by="Dr A",
        given_at=minute(at if when is None else when),
        amount_mg=40,
        planned_s=planned * MINUTE,
    )


def extra(at: float, when: float | None = None) -> ExtraDose:
    return ExtraDose(at=minute(at), by="Dr A", given_at=minute(at if when is None else when))


def ended(at: float, when: float | None = None) -> EndInfusion:
    return EndInfusion(at=minute(at), by="Dr A", ended_at=minute(at if when is None else when))


def paused(at: float) -> PauseInfusion:
    return PauseInfusion(at=minute(at), by="Dr A", happened_at=minute(at))


def resumed(at: float) -> ResumeInfusion:
    return ResumeInfusion(at=minute(at), by="Dr A", happened_at=minute(at))


def moved(at: float, to: Phase) -> SetPhase:
    return SetPhase(at=minute(at), by="Dr A", to=to, reason="awake and talking")


def corrected(at: float, when: float, of: str = "dose", reason: str = "typed late") -> Correct:
    return Correct(at=minute(at), by="Dr A", of=of, happened_at=minute(when), reason=reason)


def void(at: float, of: str = "dose") -> VoidDose:
    return VoidDose(at=minute(at), by="Dr A", of=of, reason="wrong bed")


def opened(orders: Sequence[Command]) -> BedEngine:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(-40 * MINUTE))
    engine.command(TakeBaseline(at=minute(-39), by="nurse"))
    for order in orders:
        engine.command(order)
    return engine


def said(engine: BedEngine) -> SessionStatus:
    session = engine.status().session
    assert session is not None
    return session


Row = tuple[str, list[Command], list[tuple[float, Phase]]]

PHASES: list[Row] = [
    (
        "DOSING ends 5 min after its planned end, PEAK 90 min after the dose",
        [given(0)],
        [(44.9, P.DOSING), (45.1, P.PEAK), (94.9, P.PEAK), (95.1, P.RECOVERY)],
    ),
    ("a confirmed end leads to PEAK at once", [given(0), ended(30)], [(30.1, P.PEAK)]),
    (
        "PEAK lasts 50 min after a late end",
        [given(0, planned=60), ended(55)],
        [(104.9, P.PEAK), (105.1, P.RECOVERY)],
    ),
    (
        "an end that is told late is taken for what it says",
        [given(0), ended(50, when=44)],
        [(50.1, P.PEAK), (93.9, P.PEAK), (94.1, P.RECOVERY)],
    ),
    (
        "a paused infusion stands still, and its time does not count",
        [given(0), paused(10), resumed(25)],
        [(59.9, P.DOSING), (60.1, P.PEAK)],
    ),
    ("a pause that nobody ends never ends DOSING", [given(0), paused(10)], [(300, P.DOSING)]),
    (
        "a pause that is told after the assumed end brings DOSING back",
        [given(0), paused(46)],
        [(46.1, P.DOSING), (200, P.DOSING)],
    ),
    (
        "an extra dose prolongs PEAK",
        [given(0), ended(30), extra(60)],
        [(149.9, P.PEAK), (150.1, P.RECOVERY)],
    ),
    ("an extra dose brings PEAK back", [given(0), ended(30), extra(120)], [(120.1, P.PEAK)]),
    (
        "an extra dose that acts no more brings nothing back",
        [given(0), ended(5), extra(200, when=10)],
        [(200.1, P.RECOVERY)],
    ),
    (
        "without its extra dose PEAK ends as before",
        [given(0), ended(30), extra(60), void(61, "extra_dose")],
        [(89.9, P.PEAK), (90.1, P.RECOVERY)],
    ),
    ("T0 moved back ends DOSING", [given(30), corrected(31, when=-20)], [(31.1, P.PEAK)]),
    (
        "T0 moved far back ends DOSING and PEAK at once",
        [given(60), corrected(61, when=-39)],
        [(61.1, P.RECOVERY)],
    ),
    (
        "T0 moved forward brings PEAK back",
        [given(0), ended(40), corrected(96, when=20)],
        [(96.1, P.PEAK), (109.9, P.PEAK), (110.1, P.RECOVERY)],
    ),
    (
        "T0 moved forward brings DOSING back",
        [given(0), corrected(50, when=20)],
        [(50.1, P.DOSING), (64.9, P.DOSING), (65.1, P.PEAK)],
    ),
    (
        "a longer plan brings DOSING back",
        [
            given(0),
            Correct(at=minute(46), by="Dr A", of="dose", planned_s=60 * MINUTE),
        ],
        [(46.1, P.DOSING), (64.9, P.DOSING), (65.1, P.PEAK)],
    ),
    (
        "the end of the infusion may be corrected",
        [given(0), ended(30), corrected(60, when=50, of="infusion_end")],
        [(99.9, P.PEAK), (100.1, P.RECOVERY)],
    ),
    (
        "a wrong extra dose time may be corrected",
        [given(0), ended(30), extra(60), corrected(70, when=40, of="extra_dose")],
        [(129.9, P.PEAK), (130.1, P.RECOVERY)],
    ),
    ("a person moves on earlier", [given(0), ended(30), moved(60, P.RECOVERY)], [(61, P.RECOVERY)]),
    (
        "a person moves out of DOSING: the infusion has ended",
        [given(0), moved(20, P.PEAK)],
        [(20.1, P.PEAK), (89.9, P.PEAK), (90.1, P.RECOVERY)],
    ),
    (
        "a person moves back to PEAK for as long as after an infusion",
        [given(0), ended(30), moved(100, P.PEAK)],
        [(100.1, P.PEAK), (149.9, P.PEAK), (150.1, P.RECOVERY)],
    ),
    (
        "an extra dose outweighs an earlier move",
        [given(0), ended(30), moved(60, P.RECOVERY), extra(70)],
        [(70.1, P.PEAK)],
    ),
    (
        "a corrected T0 outweighs a move by the wrong clock",
        [given(0), ended(30), moved(60, P.RECOVERY), corrected(61, when=5)],
        [(61.1, P.PEAK)],
    ),
    ("a void dose leads back to the baseline", [given(0), void(5)], [(5.1, P.BASELINE)]),
    (
        "after a void the next dose is T0",
        [given(0), ended(3), void(5), given(10)],
        [(54.9, P.DOSING), (55.1, P.PEAK)],
    ),
]


@pytest.mark.parametrize(
    ("orders", "expected"), [pytest.param(row[1], row[2], id=row[0]) for row in PHASES]
)
def test_the_phases_follow_the_drug(
    orders: list[Command], expected: list[tuple[float, Phase]]
) -> None:
    engine = opened(orders)
    seen: list[tuple[float, Phase]] = []
    for at, _ in expected:
        engine.advance(minute(at))
        seen.append((at, engine.status().phase))
    assert seen == expected


@pytest.mark.parametrize("protocol", ["iv", "im", "nasal", "oral"])
def test_each_protocol_has_times_of_its_own(protocol: str) -> None:
    engine = BedEngine(NO_STREAMS, PROFILE)
    engine.command(begin(0, protocol))
    engine.command(dose(0))
    times = PROFILE.protocols[protocol]
    until = T + times.planned_s + times.dosing_grace_s
    assert said(engine).phase_until == until
    engine.advance(until + 1)
    assert engine.status().phase is P.PEAK
    after_end = until + times.peak_after_end_s
    assert said(engine).phase_until == max(T + times.peak_after_dose_s, after_end)


def test_the_first_entry_is_kept_for_ever_beside_the_effective_t0() -> None:
    engine = opened([given(0), corrected(5, when=-10), corrected(6, when=-11)])
    assert (said(engine).first_dose_at, said(engine).dose_at) == (minute(0), minute(-11))
    engine.command(void(7))
    assert (said(engine).first_dose_at, said(engine).dose_at) == (minute(0), None)
    engine.command(given(9))
    assert (said(engine).first_dose_at, said(engine).dose_at) == (minute(0), minute(9))


def test_an_end_that_nobody_confirmed_is_shown_as_assumed() -> None:
    engine = opened([given(0)])
    assert (said(engine).infusion_end_at, said(engine).infusion_end_assumed) == (None, False)
    engine.advance(minute(46))
    assert (said(engine).infusion_end_at, said(engine).infusion_end_assumed) == (minute(45), True)
    engine.command(ended(47, when=43))
    assert (said(engine).infusion_end_at, said(engine).infusion_end_assumed) == (minute(43), False)


def test_the_amount_is_of_all_doses_and_may_be_corrected() -> None:
    engine = opened([given(0)])
    engine.command(ExtraDose(at=minute(9), by="Dr A", id="e1", given_at=minute(9), amount_mg=10))
    assert said(engine).amount_mg == 50
    right = Correct(at=minute(10), by="Dr A", of="extra_dose", entry="e1", value=20.0)
    engine.command(right)
    assert said(engine).amount_mg == 60


def test_a_rate_is_an_event_of_the_infusion() -> None:
    engine = opened([given(0)])
    rate = InfusionRate(at=minute(1), by="Dr A", happened_at=minute(1), rate=20, unit="ml/h")
    engine.command(rate)
    engine.command(ended(2))
    with pytest.raises(Refused, match="ended already"):
        engine.command(rate)


@pytest.mark.parametrize(
    ("orders", "last", "words"),
    [
        ([], extra(0), "no dose was given yet"),
        ([], ended(0), "no infusion runs in BASELINE"),
        ([], corrected(0, when=-1), "no dose was given yet"),
        ([given(0)], given(1), "enter an extra dose"),
        ([given(0)], corrected(5, when=-3, reason=""), "more than 2 min needs a reason"),
        ([given(0), corrected(5, when=-2, reason="")], corrected(6, -4, reason=""), "reason"),
        ([given(0)], corrected(5, when=6), "future"),
        ([given(0), extra(10)], corrected(12, when=11), "an extra dose lies before"),
        ([given(0), ended(10)], corrected(12, when=11), "the end of the infusion lies before"),
        ([given(0), extra(10)], void(12), "void that first"),
        ([given(0)], extra(5, when=-1), "before the first dose"),
        ([given(0)], resumed(5), "does not stand still"),
        ([given(0), paused(3)], paused(5), "stands still already"),
        ([given(0), ended(3)], ended(5), "correct its end"),
        ([given(0)], moved(5, P.READY), "to PEAK or RECOVERY"),
        ([given(0), moved(5, P.PEAK)], moved(6, P.PEAK), "in PEAK already"),
        ([given(0)], SetPhase(at=minute(5), by="Dr A", to=P.PEAK, reason=" "), "a reason"),
        ([given(0)], VoidDose(at=minute(5), by="Dr A", reason=""), "needs a reason"),
        ([given(0)], void(5, "extra_dose"), "no such dose"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    orders: list[Command], last: Command, words: str
) -> None:
    engine = opened(orders)
    engine.advance(last.at)
    before = engine.snapshot().session
    with pytest.raises(Refused, match=words):
        engine.command(last)
    assert engine.snapshot().session == before


def test_a_small_correction_needs_no_reason_and_two_small_ones_are_one_large() -> None:
    engine = opened([given(0), corrected(5, when=1.5, reason="")])
    assert said(engine).dose_at == minute(1.5)
    with pytest.raises(Refused, match="needs a reason"):
        engine.command(corrected(6, when=3, reason=""))


def test_a_wrong_correction_of_t0_that_is_taken_back_leaves_the_baseline_as_it_was() -> None:
    engine = measured([cuff(10, 120, 80), cuff(80, 124, 82)])
    engine.command(dose(300))
    before = said(engine).baseline
    engine.command(moved_to(-300))
    assert said(engine).baseline != before
    engine.command(moved_to(300))
    assert said(engine).baseline == before


def test_a_first_dose_hours_before_its_session_is_taken_for_a_slip() -> None:
    engine = measured([])
    with pytest.raises(Refused, match="which day"):
        engine.command(dose(300, given=-60 - PROFILE.dose.back_s - 1))
    engine.command(dose(300))
    with pytest.raises(Refused, match="which day"):
        engine.command(moved_to(-60 - PROFILE.dose.back_s - 1))


def moved_to(second: float) -> Correct:
    return Correct(at=T + 900, by="Dr A", of="dose", happened_at=T + second, reason="clock")
