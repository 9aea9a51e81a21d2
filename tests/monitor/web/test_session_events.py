"""Every kind of session event over HTTP: what is taken, what it does, what is refused and why."""

from typing import Any

import pytest

from monitor.times import iso
from monitor.web.bodies import EVENT_KINDS
from tests.monitor.web.ward import Ward

Json = dict[str, Any]

ANY_TIME: list[Json] = [
    {"kind": "baseline"},
    {"kind": "vitals", "systolic": 120, "diastolic": 80, "method": "auscultation"},
    {"kind": "vitals", "value": "118/76"},
    {"kind": "vitals", "respiratory_rate": 14, "spo2": 97},
    {"kind": "note", "value": "calm"},
    {"kind": "oxygen", "value": 2},
    {"kind": "oxygen", "value": "2 l/min"},
    {"kind": "oxygen", "value": "air"},
    {"kind": "airway", "value": "chin lift"},
    {"kind": "antihypertensive", "value": "labetalol 10 mg"},
    {"kind": "dissociation", "value": "floating"},
    {"kind": "dissociation", "value": 0},
    {"kind": "dissociation", "value": "resolved"},
    {"kind": "risk", "value": ["earlier_nausea", "female"]},
    {"kind": "risk", "value": "motion_sickness, under_50"},
    {"kind": "escort", "value": "Mrs. Lind"},
    {"kind": "walks"},
    {"kind": "walks", "value": False},
    {"kind": "no_driving", "value": "told"},
    {"kind": "sedation", "value": "resolved"},
    {"kind": "respiration", "value": 0},
    {"kind": "standby", "reason": "toilet", "escort": "KM"},
    {"kind": "override", "of": "BP-GATE", "reason": "white coat, seen by Dr. Ames"},
    {"kind": "abort", "reason": "patient wishes to stop"},
    {"kind": "discharge"},
]


async def _session(ward: Ward) -> str:
    said = await ward.post("/api/beds/B1/session", 201, protocol="iv", visit="K7")
    return f"/api/sessions/{said['session']}/events"


@pytest.mark.parametrize("body", ANY_TIME, ids=lambda body: " ".join(map(str, body.values())))
async def test_an_event_of_a_session_is_answered_with_its_alarm_events(
    ward: Ward, body: Json
) -> None:
    said = await ward.post(await _session(ward), **body)
    assert set(said) == {"events"}


async def test_a_whole_infusion_is_entered(ward: Ward) -> None:
    path = await _session(ward)
    await ward.post(path, kind="dose", value="40 mg", planned_s=2400)
    await ward.post(path, kind="infusion_pause", value="line blocked")
    await ward.post(path, kind="infusion_resume")
    await ward.post(path, kind="infusion_rate", value="20 ml/h")
    await ward.post(path, kind="infusion_end")
    await ward.post(path, kind="extra_dose", value=10)
    assert ward.service.desk.status("B1").phase == "PEAK"


async def test_discharge_and_abort_as_events_close_the_session_and_may_be_repeated(
    ward: Ward,
) -> None:
    path = await _session(ward)
    first = await ward.post(path, kind="abort", reason="line lost", id="x1")
    again = await ward.post(path, kind="abort", reason="line lost", id="x1")
    assert first == again
    assert ward.service.desk.status("B1").phase == "ABORTED"


@pytest.mark.parametrize("named", ["alone", "in an object"])
async def test_a_reading_is_taken_back_by_its_time_and_for_a_reason(ward: Ward, named: str) -> None:
    path = await _session(ward)
    stated = iso(ward.service.clock.now())
    said = await ward.post(path, kind="vitals", systolic=205, diastolic=122, at=stated)
    assert said["events"][0]["condition"] == "BP-CRIT"
    which = stated if named == "alone" else {"at": stated}
    refused = await ward.post(path, 422, kind="void_reading", value=which)
    assert "say why" in refused["detail"]
    said = await ward.post(path, kind="void_reading", value=which, reason="typed wrongly")
    assert [(e["change"], e["cause"]) for e in said["events"]] == [("end", "void")]


async def test_vitals_together_are_shown_as_readings_of_staff_at_their_time(ward: Ward) -> None:
    path = await _session(ward)
    stated = iso(ward.service.clock.now() - 120)
    await ward.post(
        path, kind="vitals", systolic=131, diastolic=84, respiratory_rate=13, spo2=96, at=stated
    )
    beds = (await ward.http.get("/api/beds")).json()
    readings = next(b for b in beds if b["bed"] == "B1")["readings"]
    assert {m: (r["value"], r["device"], r["at"]) for m, r in readings.items()} == {
        "systolic": (131.0, "staff", stated),
        "diastolic": (84.0, "staff", stated),
        "mean_pressure": (None, "staff", stated),
        "respiratory_rate": (13.0, "staff", stated),
        "spo2": (96.0, "staff", stated),
    }


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "dose", "value": "forty"}, 'send a number such as 40, or "40 mg"'),
        ({"kind": "dose", "value": "40 ml"}, "no amount in mg"),
        ({"kind": "infusion_rate", "value": "fast"}, '20 or "20 ml/h"'),
        ({"kind": "vitals"}, "say what was measured"),
        ({"kind": "vitals", "systolic": 120}, "both, systolic and diastolic"),
        ({"kind": "vitals", "spo2": 97, "pulse_rate": 70}, "come with a pressure"),
        ({"kind": "vitals", "value": "76/118"}, "swapped"),
        ({"kind": "override", "of": "BP-GATE"}, "say why"),
        ({"kind": "abort", "reason": "  "}, "say why"),
        ({"kind": "void_dose"}, "say why"),
        ({"kind": "phase", "value": "READY", "reason": "x"}, "'PEAK' or 'RECOVERY'"),
        ({"kind": "phase", "value": "peak"}, "reason"),
        ({"kind": "correct", "of": "dose"}, "say what is right"),
        ({"kind": "correct", "of": "dose", "systolic": 120, "diastolic": 80}, "baseline only"),
        ({"kind": "correct", "of": "weather", "value": "sun"}, "'infusion_end'"),
        ({"kind": "risk", "value": "tall"}, "no risk factor tall; the profile has earlier_nausea"),
        ({"kind": "watch_verdict", "value": "perhaps"}, '"yes" or "no"'),
        ({"kind": "correct", "of": "baseline", "value": "calm"}, 'such as "132/84"'),
        ({"kind": "correct", "of": "dose", "value": "much"}, "no number of mg"),
        ({"kind": "oxygen", "value": -1}, "greater than or equal to 0"),
    ],
)
async def test_what_cannot_be_is_refused_with_what_would_be_right(
    ward: Ward, body: Json, words: str
) -> None:
    said = await ward.post(await _session(ward), 422, **body)
    assert words in said["detail"]


def test_every_kind_of_the_rules_is_an_event() -> None:
    mine = {
        *("baseline", "dose", "extra_dose", "infusion_pause", "infusion_resume", "infusion_rate"),
        *("infusion_end", "vitals", "correct", "void_dose", "nausea", "moaas", "dissociation"),
        *("symptom", "antiemetic", "antihypertensive", "oxygen", "airway", "note", "override"),
        *("escort", "measure", "phase", "discharge", "abort", "attend", "call"),
        *("risk", "watch_verdict"),
    }
    assert mine <= EVENT_KINDS


async def test_a_verdict_without_a_watch_is_a_conflict(ward: Ward) -> None:
    said = await ward.post(await _session(ward), 409, kind="watch_verdict", value=True)
    assert "no nausea watch waits" in said["detail"]


async def test_a_bed_shows_its_nausea_index_and_why_there_is_none(ward: Ward) -> None:
    await _session(ward)
    beds = (await ward.http.get("/api/beds")).json()
    index = next(b for b in beds if b["bed"] == "B1")["nausea_index"]
    assert index["total"] is None
    assert index["missing"] == "no baseline before the dose"
    assert [sign["name"] for sign in index["signs"]][:3] == ["rate", "rise", "variability"]


async def test_a_session_lists_what_was_entered_who_what_and_when(ward: Ward) -> None:
    path = await _session(ward)
    stated = iso(ward.service.clock.now() - 30)
    await ward.post(path, kind="vitals", value="118/76", method="auscultation", at=stated, by="Kim")
    await ward.post(path, kind="moaas", value=4, by="Kim")
    await ward.post(path, kind="oxygen", value=2, by="Kim", id="ox1")
    said = (await ward.http.get(path.removesuffix("/events"))).json()["entries"]
    assert [(entry["kind"], entry["by"]) for entry in said[1:]] == [
        ("vitals", "Kim"),
        ("moaas", "Kim"),
        ("oxygen", "Kim"),
    ]
    assert said[1]["happened_at"] == stated
    assert said[1]["what"] == {"method": "auscultation", "systolic": 118.0, "diastolic": 76.0}
    assert (said[3]["id"], said[3]["what"]) == ("ox1", {"on": True, "flow_l_min": 2.0})
