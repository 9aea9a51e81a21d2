"""What staff see and do over HTTP: symptoms, scores, calls for help, and how reports end."""

from typing import Any

import pytest

from monitor.times import iso
from tests.monitor.web.ward import Ward

Json = dict[str, Any]


async def _session(ward: Ward) -> str:
    return f"/api/sessions/{await ward.begin()}/events"


async def _enter(ward: Ward, **body: Any) -> list[Json]:
    return (await ward.post(await _session(ward), by="Kim", **body))["events"]


@pytest.mark.parametrize(
    ("body", "condition", "text"),
    [
        ({"kind": "moaas", "value": 1}, "SED", "MOAA/S 1 <= 1"),
        ({"kind": "nausea", "value": 6}, "NAU-MOD", "NRS 6"),
        ({"kind": "symptom", "value": "chest_pain"}, "RED-FLAG", "chest pain"),
        (
            {"kind": "symptom", "value": ["seizure", "itching", "chest pain"]},
            "RED-FLAG",
            "seizure, chest pain",
        ),
    ],
)
async def test_what_staff_see_starts_accepted_by_the_one_who_entered_it(
    ward: Ward, body: Json, condition: str, text: str
) -> None:
    (start,) = await _enter(ward, **body)
    assert (start["condition"], start["text"]) == (condition, text)
    assert (start["signal"], start["by"]) == ("acknowledged", "Kim")


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ({"kind": "moaas", "value": 1}, "MOAA/S 1"),
        ({"kind": "nausea", "report": "vomit"}, "vomit seen"),
        ({"kind": "symptom", "value": "chest pain"}, "chest pain"),
        ({"kind": "vitals", "value": "205/122"}, "BP 205/122"),
    ],
)
async def test_an_observation_that_wants_help_calls_as_well(
    ward: Ward, body: Json, about: str
) -> None:
    events = await _enter(ward, help=True, **body)
    assert [e["text"] for e in events if e["signal"] == "on"] == [f"help called by Kim: {about}"]


async def test_help_is_sent_by_one_touch_and_ends_attended(ward: Ward) -> None:
    (start,) = await _enter(ward, kind="call")
    assert (start["condition"], start["priority"], start["signal"]) == ("CALL", "high", "on")
    said = await ward.post(f"/api/alarms/{start['occurrence']}/resolve", by="Lee")
    (end,) = said["events"]
    assert (end["change"], end["by"]) == ("end", "Lee")
    assert end["text"] == "help called by Kim: attended"


async def test_a_symptom_that_is_no_red_flag_is_an_entry(ward: Ward) -> None:
    assert await _enter(ward, kind="symptom", value="itching") == []


async def test_an_antiemetic_asks_for_the_nausea_half_an_hour_later(ward: Ward) -> None:
    stated = ward.service.clock.now() - 60
    assert await _enter(ward, kind="antiemetic", value="ondansetron 4 mg", at=iso(stated)) == []
    (task,) = [
        task for task in ward.service.desk.status("B1").tasks if task.kind == "antiemetic_answer"
    ]
    assert task.due_at == pytest.approx(stated + 1800, abs=0.01)


async def test_a_red_flag_is_resolved_with_its_outcome(ward: Ward) -> None:
    (start,) = await _enter(ward, kind="symptom", value="chest pain")
    path = f"/api/alarms/{start['occurrence']}/resolve"
    assert "how it ended" in (await ward.post(path, 422, by="Kim"))["detail"]
    (end,) = (await ward.post(path, by="Dr. Ames", outcome="ECG normal"))["events"]
    assert (end["by"], end["text"]) == ("Dr. Ames", "chest pain: ECG normal")


async def test_a_reset_ends_what_is_over_and_is_refused_while_present(ward: Ward) -> None:
    path = await _session(ward)
    (start,) = (await ward.post(path, kind="moaas", value=3))["events"]
    reset = f"/api/alarms/{start['occurrence']}/reset"
    assert "not over" in (await ward.post(reset, 409, seq=start["seq"]))["detail"]


@pytest.mark.parametrize("value", ["", [], ["  "]])
async def test_a_symptom_needs_words(ward: Ward, value: object) -> None:
    said = await ward.post(await _session(ward), 422, kind="symptom", value=value)
    assert "in words" in said["detail"]
