"""Every line of the discharge criteria as a table: what happened, and what the line says then."""

from typing import Any

from alerts.command import Oxygen
from devices.reading import Metric, ReportKind, ReportSource, Validity
from tests.alerts.timeline import T, cuff, nausea, value
from tests.alerts.way_out import assessed, dissociation, rating, score, streams

Row = tuple[str, str, dict[str, Any], str]
MET = ""


def oxygen(second: float, *, on: bool, flow: float | None = None) -> Oxygen:
    return Oxygen(at=T + second, by="nurse", happened_at=T + second, on=on, flow_l_min=flow)


LINES: list[Row] = [
    ("all is good", "pressure", {}, MET),
    (
        "one high reading at the end",
        "pressure",
        {"cuffs": [cuff(6000, 124, 82), cuff(6900, 165, 90)]},
        "not_met 165/90 not below 160/100",
    ),
    (
        "far over its own baseline",
        "pressure",
        {"cuffs": [cuff(6000, 124, 82), cuff(6900, 141, 90)]},
        "not_met 141/90 over baseline 120/80 + 20/15",
    ),
    (
        "twenty over baseline is just right",
        "pressure",
        {"cuffs": [cuff(6000, 140, 95), cuff(6900, 140, 95)]},
        MET,
    ),
    (
        "two readings five minutes apart are one",
        "pressure",
        {"cuffs": [cuff(6600, 124, 82), cuff(6900, 122, 80)]},
        "not_met 122/80 good once",
    ),
    (
        "a bad reading between two good ones",
        "pressure",
        {"cuffs": [cuff(6000, 124, 82), cuff(6700, 150, 82), cuff(6900, 122, 80)]},
        "not_met 122/80 good once",
    ),
    ("nobody measured", "pressure", {"cuffs": []}, "unknown no valid cuff reading since the dose"),
    (
        "the last reading is too old",
        "pressure",
        {"cuffs": [cuff(4800, 124, 82), cuff(5450, 122, 80)]},
        "unknown no valid cuff reading after 122/80",
    ),
    (
        "readings without a diastolic meet nothing",
        "pressure",
        {"cuffs": [cuff(6000, 124, 82), cuff(6900, 122, None)]},
        "not_met 124/82 good once",
    ),
    (
        "a stored reading meets nothing",
        "pressure",
        {"cuffs": [cuff(6000, 124, 82), cuff(6900, 122, 80, history=True)]},
        "not_met 124/82 good once",
    ),
    (
        "93 % is too low",
        "spo2",
        {"streams": [streams(6000, 6900), streams(6900, 7400, spo2=93)]},
        "not_met SpO2 93 < 94",
    ),
    (
        "a dip of ten seconds does not start the clock anew",
        "spo2",
        {"streams": [streams(6000, 6900), streams(6900, 6910, 92), streams(6910, 7400)]},
        MET,
    ),
    (
        "a dip of half a minute does",
        "spo2",
        {"streams": [streams(6000, 6900), streams(6900, 6930, 92), streams(6930, 7400)]},
        "not_met SpO2 good, but not for 15 min yet",
    ),
    (
        "so does silence",
        "spo2",
        {"streams": [streams(6000, 6900), streams(6920, 7400)]},
        "not_met SpO2 good, but not for 15 min yet",
    ),
    (
        "weak data are as good as none",
        "spo2",
        {"streams": [streams(6000, 7300), streams(7300, 7400, weak=True)]},
        "unknown no valid SpO2",
    ),
    ("no oximeter", "spo2", {"streams": [streams(6000, 7400, None)]}, "unknown no valid SpO2"),
    (
        "oxygen is on",
        "spo2",
        {"oxygen": [oxygen(7000, on=True, flow=2)]},
        "not_met oxygen is on, 2 l/min",
    ),
    (
        "oxygen was taken off ten minutes ago",
        "spo2",
        {"oxygen": [oxygen(6000, on=True), oxygen(6780, on=False)]},
        "not_met SpO2 good, but not for 15 min yet",
    ),
    (
        "oxygen was taken off long ago",
        "spo2",
        {"oxygen": [oxygen(5500, on=True), oxygen(6300, on=False)]},
        MET,
    ),
    (
        "118 is too fast",
        "heart_rate",
        {"streams": [streams(6000, 7400, rate=118)]},
        "not_met HR 118 > 110",
    ),
    (
        "48 is too slow",
        "heart_rate",
        {"streams": [streams(6000, 7400, rate=48)]},
        "not_met HR 48 < 50",
    ),
    (
        "no heart rate",
        "heart_rate",
        {"streams": [streams(6000, 7400, rate=None)]},
        "unknown no valid heart rate",
    ),
    ("one score", "moaas", {"moaas": [score(6950, 5)]}, "not_met MOAA/S 5 once"),
    (
        "two scores ten minutes apart",
        "moaas",
        {"moaas": [score(6300, 5), score(6900, 5)]},
        "not_met MOAA/S 5 once",
    ),
    ("drowsy", "moaas", {"moaas": [score(6000, 5), score(6950, 4)]}, "not_met MOAA/S 4 < 5"),
    (
        "drowsy in between",
        "moaas",
        {"moaas": [score(6000, 5), score(6500, 4), score(6950, 5)]},
        "not_met MOAA/S 5 once",
    ),
    ("never scored", "moaas", {"moaas": []}, "unknown no MOAA/S since the dose"),
    (
        "scored long ago",
        "moaas",
        {"moaas": [score(4400, 5), score(5400, 5)]},
        "unknown no MOAA/S after the last 5",
    ),
    (
        "a questionable score",
        "moaas",
        {"moaas": [value(6000, Metric.MOAAS, 5, validity=Validity.QUESTIONABLE), score(6950, 5)]},
        "not_met MOAA/S 5 once",
    ),
    ("nobody asked", "dissociation", {"dissociation": []}, "unknown nobody has said so yet"),
    (
        "not back",
        "dissociation",
        {"dissociation": [dissociation(6960, resolved=False)]},
        "not_met still dissociated",
    ),
    (
        "said before the dose",
        "dissociation",
        {"dissociation": []},
        "unknown nobody has said so yet",
    ),
    ("nausea not asked", "nausea", {"nausea": []}, "unknown nausea not asked since the dose"),
    ("nausea 5", "nausea", {"nausea": [rating(6950, 5)]}, "not_met nausea 5 > 3"),
    ("nausea 3", "nausea", {"nausea": [rating(6950, 3)]}, MET),
    (
        "a press of the button",
        "nausea",
        {"nausea": [rating(6950, 0), nausea(7000, ReportKind.PRESS)]},
        "not_met nausea 5 > 3",
    ),
    (
        "asked long ago",
        "nausea",
        {"nausea": [rating(5000, 0)]},
        "unknown nausea not asked after the last 0",
    ),
    (
        "sick ten minutes ago",
        "nausea",
        {"nausea": [nausea(6700, ReportKind.VOMIT, source=ReportSource.STAFF), rating(6950, 0)]},
        "not_met retching or vomiting less than 30 min ago",
    ),
    (
        "a medium alarm stands",
        "alarms",
        {"nausea": [rating(6950, 5)]},
        "not_met NAU-MOD NRS 5",
    ),
    ("cannot walk", "walks", {"walks": [assessed(6970, "walks", ok=False)]}, "not_met said: no"),
    ("not tried", "walks", {"walks": []}, "unknown nobody has said so yet"),
    ("nobody to go with", "escort", {"escort": []}, "unknown nobody is named yet"),
    ("not told", "no_driving", {"no_driving": []}, "unknown nobody has said so yet"),
]
