"""Every limit at its very edge: the value that alarms and the one beside it that does not."""

import pytest

from alerts.command import Fault, PauseAudio
from alerts.engine import BedEngine
from alerts.rows import CuffRow
from alerts.rules.pressure import Pressure, Verdict, Yardstick, judge_pressure
from alerts.setup import BedSetup
from alerts.site import SiteEngine
from devices.reading import Metric, Reading, ReportKind, ReportSource
from tests.alerts.timeline import (
    NO_STREAMS,
    PROFILE,
    T,
    cuff,
    in_peak,
    lines,
    nausea,
    rate,
    run,
    spo2,
    value,
)

ROWS: dict[str, CuffRow] = {
    "ELEV": PROFILE.cuff_high[0],
    "SEV": PROFILE.cuff_high[1],
    "CRIT": PROFILE.cuff_high[2],
    "RISE": PROFILE.cuff_rise[0],
    "LOW": PROFILE.cuff_low[0],
    "LOWEST": PROFILE.cuff_low[1],
}
AGAINST = Yardstick(Pressure(T, 112, 71), None)
BEYOND, BETWEEN, INSIDE = Verdict.BEYOND, Verdict.BETWEEN, Verdict.INSIDE


@pytest.mark.parametrize(
    ("row", "systolic", "diastolic", "mean", "verdict"),
    [
        ("CRIT", 200, 80, None, BEYOND),
        ("CRIT", 199, 119, None, BETWEEN),
        ("CRIT", 140, 120, None, BEYOND),
        ("CRIT", 179, 109, None, INSIDE),
        ("CRIT", 180, 109, None, BETWEEN),
        ("CRIT", 179, 110, None, BETWEEN),
        ("SEV", 180, 80, None, BEYOND),
        ("SEV", 140, 110, None, BEYOND),
        ("SEV", 179, 109, None, BETWEEN),
        ("SEV", 174, 104, None, INSIDE),
        ("SEV", 175, 104, None, BETWEEN),
        ("SEV", 174, 105, None, BETWEEN),
        ("ELEV", 160, 80, None, BEYOND),
        ("ELEV", 154, 94, None, INSIDE),
        ("RISE", 152, 80, None, BEYOND),
        ("RISE", 151, 80, None, BETWEEN),
        ("RISE", 130, 96, None, BEYOND),
        ("RISE", 130, 94, None, BETWEEN),
        ("RISE", 141, 90, None, INSIDE),
        ("RISE", 142, 90, None, BETWEEN),
        ("RISE", 141, 91, None, BETWEEN),
        ("LOW", 90, 60, None, BEYOND),
        ("LOW", 91, 60, None, BETWEEN),
        ("LOW", 95, 60, None, BETWEEN),
        ("LOW", 96, 60, None, INSIDE),
        ("LOW", 100, 50, 64, BEYOND),
        ("LOW", 100, 50, 65, INSIDE),
        ("LOWEST", 80, 50, None, BEYOND),
        ("LOWEST", 81, 50, 40, BETWEEN),
        ("LOWEST", 91, 50, None, INSIDE),
    ],
)
def test_a_pressure_at_its_limit(
    row: str, systolic: float, diastolic: float, mean: float | None, verdict: Verdict
) -> None:
    pressure = Pressure(T, systolic, diastolic, mean)
    assert judge_pressure(ROWS[row], pressure, AGAINST)[0] is verdict


def test_a_rise_needs_a_high_pressure_too() -> None:
    low = Yardstick(Pressure(T, 100, 60), None)
    assert judge_pressure(ROWS["RISE"], Pressure(T, 149, 80), low)[0] is BETWEEN
    assert judge_pressure(ROWS["RISE"], Pressure(T, 150, 80), low)[0] is BEYOND


@pytest.mark.parametrize(
    ("readings", "condition"),
    [
        (spo2(0, 100, 90), "O2-WATCH"),
        (spo2(0, 100, 89.9), "O2-LO"),
        (spo2(0, 100, 85), "O2-LO"),
        (spo2(0, 100, 84.9), "O2-CRIT"),
        (spo2(0, 100, 94), None),
        (rate(0, 100, 120), None),
        (rate(0, 100, 120.5), "HR-HI"),
        (rate(0, 100, 149.9), "HR-HI"),
        (rate(0, 100, 150), "HR-EXT"),
        (rate(0, 100, 45.5), None),
        (rate(0, 100, 45), "HR-LO"),
        (rate(0, 100, 40.5), "HR-LO"),
        (rate(0, 100, 40), "HR-EXT"),
    ],
)
def test_a_streamed_value_at_its_limit(readings: list[Reading], condition: str | None) -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [readings])
    standing = [alarm.event.condition for alarm in engine.status().alarms]
    assert standing == ([] if condition is None else [condition])


@pytest.mark.parametrize(("number", "cleared"), [(91.9, False), (92, True)])
def test_a_desaturation_clears_at_its_clear_limit(number: float, cleared: bool) -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [spo2(0, 30, 88), spo2(30, 60, number)])
    assert (engine.status().alarms == ()) is cleared


def test_three_samples_in_five_seconds_make_a_median() -> None:
    engine = in_peak(NO_STREAMS)
    samples = [value(0, Metric.SPO2, 97), value(2, Metric.SPO2, 97), value(4, Metric.SPO2, 82)]
    run(engine, list(samples))
    assert engine.status().pending == ()
    sparse = in_peak(NO_STREAMS)
    run(sparse, [value(0, Metric.SPO2, 97), value(4, Metric.SPO2, 82)])
    assert sparse.status().pending != ()


@pytest.mark.parametrize(
    ("moaas", "report", "priority"),
    [
        (3, (ReportKind.NRS, 4), "high"),
        (4, (ReportKind.NRS, 9), "medium"),
        (3, (ReportKind.NRS, 3), "low"),
        (3, (ReportKind.VOMIT, None), "high"),
        (5, (ReportKind.VOMIT, None), "medium"),
        (None, (ReportKind.RETCH, None), "medium"),
        (None, (ReportKind.NRS, 9), "medium"),
    ],
)
def test_nausea_is_dangerous_with_sedation(
    moaas: float | None, report: tuple[ReportKind, float | None], priority: str
) -> None:
    engine = in_peak(NO_STREAMS)
    if moaas is not None:
        run(engine, [value(0, Metric.MOAAS, moaas)])
    start = run(engine, [nausea(-1 if moaas is None else 1, *report)])[-1]
    assert start.priority == priority


def test_vomit_without_a_sedation_score_for_a_quarter_of_an_hour_is_dangerous() -> None:
    (start,) = run(in_peak(NO_STREAMS), [nausea(60, ReportKind.VOMIT)])
    assert (start.condition, start.priority) == ("NAU-SEV", "high")
    assert "MOAA/S unknown" in start.text


def test_vomit_becomes_dangerous_by_itself_once_the_sedation_score_is_too_old() -> None:
    engine = in_peak(NO_STREAMS)
    steps = [value(0, Metric.MOAAS, 5), nausea(60, ReportKind.VOMIT), 899.0, 901.0]
    events = [e for e in run(engine, steps) if e.priority == "high"]
    assert [(e.at - T, e.condition, e.change) for e in events] == [(900, "NAU-SEV", "escalate")]


def test_nausea_becomes_dangerous_when_the_patient_sinks() -> None:
    engine = in_peak(NO_STREAMS)
    events = run(engine, [value(0, Metric.MOAAS, 5), nausea(1, ReportKind.NRS, 5)])
    events += run(engine, [value(30, Metric.MOAAS, 3)])
    assert lines(events) == [
        "1 NAU-MOD start medium on",
        "30 SED start medium acknowledged",
        "30 NAU-SEV escalate high on",
    ]


def test_staff_reports_start_silent_and_antiemetics_are_no_alarm() -> None:
    engine = in_peak(NO_STREAMS)
    run(engine, [nausea(0, ReportKind.ANTIEMETIC), cuff(1, 120, 80)])
    assert engine.status().alarms == ()
    run(engine, [nausea(2, ReportKind.NRS, 6, source=ReportSource.STAFF)])
    assert [alarm.audible for alarm in engine.status().alarms] == [False]


def test_a_bed_without_an_oximeter_expects_no_spo2() -> None:
    engine = BedEngine(BedSetup(bed="B9"), PROFILE)
    assert engine.status().not_ready == ()


def test_a_pause_at_the_site_lasts_as_long_as_it_says() -> None:
    site = SiteEngine((), PROFILE)
    site.command(Fault(at=T, by="shell", part="clock", up=False, level=60))
    site.command(PauseAudio(at=T + 1, by="nurse", seconds=30))
    assert [alarm.audible for alarm in site.alarms()] == [False]
    site.advance(T + 31)
    assert [alarm.audible for alarm in site.alarms()] == [True]
