"""What staff read and order over HTTP, against a whole service."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.times import iso
from tests.monitor.web.ward import Ward, hear, open_ward

Json = dict[str, Any]


async def get(ward: Ward, path: str, status: int = 200) -> Any:
    response = await ward.http.get(path)
    assert response.status_code == status, response.text
    return response.json()


async def bed(ward: Ward, name: str = "B1") -> Json:
    beds: list[Json] = await get(ward, "/api/beds")
    return next(bed for bed in beds if bed["bed"] == name)


async def test_beds_are_listed_with_the_contracts_keys(ward: Ward) -> None:
    ward.spo2(97.0)
    said = await bed(ward)
    assert {"bed", "label", "session", "phase", "readings", "alarms"} <= set(said)
    assert (said["label"], said["phase"], said["session"]) == ("Room 1", "EMPTY", None)
    reading = said["readings"]["spo2"]
    assert {"value", "at", "age", "validity", "origin", "device"} <= set(reading)
    assert (reading["value"], reading["origin"], reading["device"]) == (97.0, "test", "ox")


async def test_a_bed_is_shown_with_its_ward_to_programs_and_screens(tmp_path: Path) -> None:
    async with open_ward(tmp_path, wards={"B1": "Day clinic"}) as ward:
        assert [(await bed(ward, name))["ward"] for name in ("B1", "B2")] == ["Day clinic", ""]
        async with ward.screen() as screen:
            snapshot = json.loads((await hear(screen))[0])
    assert [one["ward"] for one in snapshot["beds"]] == ["Day clinic", ""]


async def test_a_service_without_a_configuration_file_refuses_to_reload(ward: Ward) -> None:
    said = await ward.post("/api/reload", 409, by="KM")
    assert said["reasons"] == ["this service was not started from a configuration file"]


async def test_a_session_runs_from_its_beginning_to_its_end(ward: Ward) -> None:
    begun = await ward.post("/api/beds/B1/session", 201, protocol="iv", visit="K7", initials="AB")
    session = f"/api/sessions/{begun['session']}"
    await ward.post(f"{session}/events", kind="baseline")
    await ward.post(f"{session}/events", kind="correct", of="baseline", value="120/80")
    await ward.post(f"{session}/events", kind="dose", value=56, by="Dr. Ames")
    open_status = (await get(ward, session))["status"]
    await ward.post(f"{session}/events", kind="infusion_end")
    await ward.post(f"{session}/events", kind="note", value="calm")
    await ward.post(f"{session}/close", outcome="discharged", by="Dr. Ames", reason="own wish")
    closed = await get(ward, session)
    assert open_status["phase"] == "DOSING"
    assert open_status["session"]["baseline"]["systolic"] == 120.0
    assert closed["status"] is None
    assert closed["session"]["outcome"] == "discharged"
    assert closed["session"]["closed_at"] > closed["session"]["began_at"]
    entered = [(entry["kind"], entry["by"]) for entry in closed["entries"]]
    assert entered == [
        ("begin", "Station"),
        ("baseline", "Station"),
        ("correct", "Station"),
        ("dose", "Dr. Ames"),
        ("infusion_end", "Station"),
        ("note", "Station"),
        ("discharge", "Dr. Ames"),
    ]
    assert closed["entries"][3]["what"] == {"amount_mg": 56.0}


async def test_a_second_session_at_a_bed_is_a_conflict(ward: Ward) -> None:
    await ward.begin()
    said = await ward.post("/api/beds/B1/session", 409, protocol="iv", visit="K8")
    assert said["title"] == "Conflict"
    assert "open" in said["detail"]


async def test_the_same_order_sent_again_is_answered_the_same_and_done_once(ward: Ward) -> None:
    order = {"id": "order-1", "protocol": "iv", "visit": "K7"}
    first = await ward.post("/api/beds/B1/session", 201, **order)
    again = await ward.post("/api/beds/B1/session", 201, **order)
    assert again == first


async def test_an_alarm_is_acknowledged_as_it_was_seen(ward: Ward) -> None:
    await ward.begin()
    event = await ward.press("r1")
    path = f"/api/alarms/{event['occurrence']}/acknowledge"
    stale = await ward.post(path, 409, seq=event["seq"] - 1)
    said = await ward.post(path, seq=event["seq"], by="Kim")
    assert stale["status"] == 409
    acknowledged = said["events"][0]
    assert (acknowledged["change"], acknowledged["by"]) == ("acknowledge", "Kim")
    assert [alarm["event"]["signal"] for alarm in (await _standing(ward))] == ["acknowledged"]


async def test_who_orders_is_the_station_unless_a_person_says_so(ward: Ward) -> None:
    await ward.begin()
    event = await ward.press("r1")
    path = f"/api/alarms/{event['occurrence']}/acknowledge"
    said = await ward.post(path, seq=event["seq"])
    assert said["events"][0]["by"] == "Station"


async def test_alarms_that_stand_and_alarms_that_were(ward: Ward) -> None:
    await ward.begin()
    event = await ward.press("r1")
    assert [a["occurrence"] for a in await get(ward, "/api/alarms?active=true")] == [
        event["occurrence"]
    ]
    await ward.post(f"/api/alarms/{event['occurrence']}/resolve", outcome="attended", nrs=0)
    assert await get(ward, "/api/alarms?active=true") == []
    past = await get(ward, "/api/alarms")
    assert [(a["occurrence"], a["change"]) for a in past] == [(event["occurrence"], "end")]


async def test_what_the_patient_says_to_who_attends_is_shown_and_alarms_nobody_anew(
    ward: Ward,
) -> None:
    await ward.begin()
    occurrence = (await ward.press("r1"))["occurrence"]
    path = f"/api/alarms/{occurrence}/resolve"
    said = await ward.post(path, outcome="attended", nrs=7, antiemetic=True, by="Kim")
    (ended,) = said["events"]
    assert (ended["change"], ended["by"]) == ("end", "Kim")
    assert ended["text"] == "NRS 8: attended, NRS 7, antiemetic given"
    shown = await bed(ward)
    assert shown["readings"]["nausea"]["value"] == 7.0
    assert [task["kind"] for task in shown["tasks"]] == [
        "nausea_recheck",
        "antiemetic_answer",
        "cuff_due",  # nothing was ever measured
        "baseline",  # none was taken before the dose
    ]


async def test_the_sound_of_a_bed_is_paused_for_a_while(ward: Ward) -> None:
    await ward.begin()
    await ward.press("r1")
    await ward.post("/api/beds/B1/audio-pause", seconds=60)
    status = ward.service.desk.status("B1")
    assert status.pause_until is not None
    assert [alarm.audible for alarm in status.alarms] == [False]


async def test_a_nurse_says_that_she_is_in_the_room_and_that_she_leaves(ward: Ward) -> None:
    session = await ward.begin()
    path = f"/api/sessions/{session}/events"
    await ward.post(path, kind="attend", by="KM")
    (hold,) = ward.service.desk.status("B1").holds
    assert (hold.kind, hold.owner) == ("attend", "KM")
    await ward.post(path, kind="attend", value="leaves", by="KM")
    assert ward.service.desk.status("B1").holds == ()


async def test_a_pressure_by_hand_stands_at_its_stated_time(ward: Ward) -> None:
    session = await ward.begin()
    stated = iso(ward.service.clock.now() - 60)
    await ward.post(
        f"/api/sessions/{session}/events", kind="vitals", systolic=131, diastolic=84, at=stated
    )
    reading = (await bed(ward))["readings"]["systolic"]
    assert (reading["value"], reading["at"], reading["device"]) == (131.0, stated, "staff")


async def test_the_site_hears_of_spo2_at_a_bed_without_a_session_and_of_its_end(ward: Ward) -> None:
    site = ward.service.intake.site.engine
    ward.spo2(97.0)
    due = site.next_deadline
    assert due is not None
    assert due - ward.service.clock.now() > 290
    await ward.begin()
    assert site.next_deadline is None


async def test_an_unknown_bed_is_answered_with_the_known_ones(ward: Ward) -> None:
    said = await ward.post("/api/beds/B9/measure", 404)
    assert said["known"] == ["B1", "B2"]
    assert "'B9'" in said["detail"]


@pytest.mark.parametrize(
    "path", ["/api/sessions/S9/close", "/api/sessions/S9/events", "/api/sessions/S9"]
)
async def test_an_unknown_session_is_not_found(ward: Ward, path: str) -> None:
    if path.endswith("S9"):
        said = await get(ward, path, 404)
    else:
        said = await ward.post(path, 404, **_BODIES[path.rsplit("/", 1)[1]])
    assert "'S9'" in said["detail"]


_BODIES: dict[str, Json] = {
    "close": {"outcome": "discharged"},
    "events": {"kind": "infusion_end"},
}


@pytest.mark.parametrize(
    ("body", "field", "wrong"),
    [
        ({"protocol": "iv"}, "visit", "required"),
        ({"protocol": "smoked", "visit": "K7"}, "protocol", "'iv', 'im', 'nasal' or 'oral'"),
        ({"protocol": "iv", "visit": "K7", "vist": "x"}, "vist", "not permitted"),
    ],
)
async def test_a_wrong_body_says_which_field_what_was_wrong_and_what_is_right(
    ward: Ward, body: Json, field: str, wrong: str
) -> None:
    response = await ward.http.post("/api/beds/B1/session", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    said = response.json()
    assert [error["field"] for error in said["errors"]] == [field]
    assert wrong in said["errors"][0]["wrong"]
    assert said["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"kind": "vitals", "systolic": 80, "diastolic": 120}, "swapped"),
        ({"kind": "nausea", "report": "nrs"}, "0 to 10"),
        ({"kind": "dose", "at": "2099-01-01T00:00:00Z"}, "future"),
        ({"kind": "dose", "at": "2026-01-01T00:00:00"}, "timezone"),
        ({"kind": "moaas", "value": 6}, "less than or equal to 5"),
        ({"kind": "dance"}, "'note'"),
        ({"kind": "note", "value": float("inf")}, "finite"),
    ],
)
async def test_an_event_that_cannot_be_is_refused_with_what_would_be_right(
    ward: Ward, body: Json, wrong: str
) -> None:
    begun = await ward.post("/api/beds/B1/session", 201, protocol="iv", visit="K7")
    response = await ward.http.post(
        f"/api/sessions/{begun['session']}/events",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 422
    assert wrong in response.json()["detail"]


async def test_nothing_there_and_a_wrong_method_are_problems_too(ward: Ward) -> None:
    missing = await get(ward, "/api/nothing", 404)
    wrong = await ward.http.get("/api/beds/B1/measure")
    assert "/api/nothing" in missing["detail"]
    assert wrong.status_code == 405
    assert "use POST" in wrong.json()["detail"]


async def test_openapi_lists_every_endpoint_with_problems_as_its_errors(ward: Ward) -> None:
    paths: dict[str, Json] = (await get(ward, "/openapi.json"))["paths"]
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert set(operations) == {
        "GET /api/beds",
        "GET /api/beds/{bed}/trend",
        "POST /api/beds/{bed}/session",
        "POST /api/beds/{bed}/audio-pause",
        "POST /api/beds/{bed}/measure",
        "POST /api/beds/{bed}/nausea",
        "GET /api/devices",
        "POST /api/beds/{bed}/devices",
        "POST /api/beds/{bed}/devices/{device}/pair",
        "GET /api/sessions/{session}",
        "POST /api/sessions/{session}/events",
        "POST /api/sessions/{session}/close",
        "GET /api/alarms",
        "POST /api/alarms/{occurrence}/acknowledge",
        "POST /api/alarms/{occurrence}/accept",
        "POST /api/alarms/{occurrence}/reject",
        "POST /api/alarms/{occurrence}/revoke",
        "POST /api/alarms/{occurrence}/reset",
        "POST /api/alarms/{occurrence}/resolve",
        "GET /api/dead-letters",
        "POST /api/reload",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
    }
    for operation in operations.values():
        errors = {status for status in operation["responses"] if not status.startswith("2")}
        assert errors == {"4XX"}


async def _standing(ward: Ward) -> list[Json]:
    return (await bed(ward))["alarms"]
