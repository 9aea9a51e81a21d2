"""The way out over HTTP: standby, the checklist, overrides, the signature, the discharge."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.monitor.web.ward import Ward

Json = dict[str, Any]


async def _recovering(ward: Ward) -> str:
    """A session whose dose was given two hours ago."""
    said = await ward.post("/api/beds/B1/session", 201, protocol="iv", visit="K7")
    path = f"/api/sessions/{said['session']}"
    given = datetime.fromtimestamp(ward.service.clock.now() - 7300, UTC).isoformat()
    await ward.post(f"{path}/events", kind="dose", value=40, at=given)
    return path


async def _bed(ward: Ward) -> Json:
    beds: list[Json] = (await ward.http.get("/api/beds")).json()
    return next(bed for bed in beds if bed["bed"] == "B1")


async def test_a_patient_goes_home_signed(ward: Ward) -> None:
    path = await _recovering(ward)
    events = f"{path}/events"
    said: list[Json] = [
        {"kind": "walks"},
        {"kind": "no_driving", "value": "yes"},
        {"kind": "dissociation", "value": "resolved"},
        {"kind": "escort", "value": "Mrs. Lind"},
        {"kind": "nausea", "value": 0},
    ]
    for body in said:
        await ward.post(events, **body)
    bed = await _bed(ward)
    lines = {line["id"]: line for line in bed["session"]["discharge"]}
    assert bed["phase"] == "RECOVERY"
    assert {of for of, line in lines.items() if line["state"] == "met"} == {
        *("time", "dissociation", "nausea", "alarms", "walks", "escort", "no_driving")
    }
    assert lines["spo2"]["because"] == "no valid SpO2"
    refused = await ward.post(events, 409, kind="sign", by="Dr. Ames")
    assert "not ready to be signed: no valid cuff reading since the dose" in refused["detail"]
    for of in ("pressure", "spo2", "heart_rate", "moaas"):
        await ward.post(events, kind="override", of=of, reason="seen", by="Dr. Ames")
    assert (await _bed(ward))["phase"] == "READY"
    await ward.post(events, kind="sign", by="Dr. Ames")
    await ward.post(events, kind="sensors_off", by="Ana")
    bed = await _bed(ward)
    assert bed["session"]["signed_by"] == "Dr. Ames"
    assert [hold["kind"] for hold in bed["holds"]] == ["sensors_off"]
    await ward.post(f"{path}/close", outcome="discharged", by="Dr. Ames")
    assert (await _bed(ward))["session"] is None


async def test_a_discharge_with_open_lines_needs_a_reason(ward: Ward) -> None:
    path = await _recovering(ward)
    said = await ward.post(f"{path}/close", 422, outcome="discharged", by="Dr. Ames")
    assert said["detail"].startswith("a discharge now needs a reason: no valid cuff reading")
    await ward.post(f"{path}/close", outcome="discharged", by="Dr. Ames", reason="own wish")


async def test_standby_is_shown_with_its_escort_and_its_end(ward: Ward) -> None:
    path = f"/api/sessions/{await ward.begin()}/events"
    await ward.post(path, kind="standby", value="toilet", escort="KM", by="Ana")
    bed = await _bed(ward)
    shown = bed["standby"]
    assert (shown["reason"], shown["escort"], shown["by"]) == ("toilet", "KM", "Ana")
    assert shown["until"].endswith("Z")
    await ward.post(path, 409, kind="standby", reason="sensor")
    await ward.post(path, kind="standby_end")
    assert (await _bed(ward))["standby"] is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "standby"}, "one of toilet, sensor, other, not ''"),
        ({"kind": "standby", "reason": "walk"}, "not 'walk'"),
        ({"kind": "walks", "value": "perhaps"}, "\"value\" is yes or no, not 'perhaps'"),
        ({"kind": "sedation", "value": "no"}, "\"value\" is resolved or present, not 'no'"),
    ],
)
async def test_what_cannot_be_understood_says_what_would_be(
    ward: Ward, body: Json, words: str
) -> None:
    session = await ward.begin()
    said = await ward.post(f"/api/sessions/{session}/events", 422, **body)
    assert words in said["detail"]
