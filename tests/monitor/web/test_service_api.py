"""What the service tells of itself and of its record over HTTP."""

import asyncio

from devices.reading import Rejected
from tests.monitor.web.test_api import get
from tests.monitor.web.ward import Ward


async def test_a_trend_comes_from_the_record(ward: Ward) -> None:
    session = await ward.begin()
    for systolic in (131, 141):
        await ward.post(
            f"/api/sessions/{session}/events", kind="vitals", systolic=systolic, diastolic=84
        )
    said = await get(ward, "/api/beds/B1/trend?metric=systolic&seconds=600&points=1")
    low, mean, high = said["points"][0][1:]
    assert (low, mean, high) == (131.0, 136.0, 141.0)
    assert said["unit"] == "mm[Hg]"


async def test_the_service_tells_its_health_and_its_counters(ward: Ward) -> None:
    ward.spo2(97.0)
    assert await get(ward, "/healthz") == {"status": "ok"}
    assert (await get(ward, "/readyz"))["parts"]["store"]["up"] is True
    ward.service.report("store", up=False, detail="disk full")
    ready = await get(ward, "/readyz", 503)
    assert "disk full" in ready["detail"]
    text = (await ward.http.get("/metrics")).text
    assert 'kat_readings_total{type="sample"} 1.0' in text
    assert "kat_last_frame_timestamp_seconds" in text
    assert "kat_screens 0.0" in text
    assert 'kat_part_up{part="store"} 0.0' in text
    assert "kat_store_rows_waiting" in text


async def test_dead_letters_are_shown_newest_first_and_never_whole(ward: Ward) -> None:
    intake = ward.service.intake
    stored = asyncio.Event()
    for number in range(3):
        letter = Rejected(
            at=intake.now(),
            where=f"ward/B1/{number}",
            reason="bad JSON",
            payload=b"\xff{" + b"x" * 9_000,
            bed="B1",
            device="ox",
        )
        intake.reject(letter, stored.set if number == 2 else None)
    await stored.wait()
    newest, older = await get(ward, "/api/dead-letters?limit=2")
    assert (newest["source"], older["source"]) == ("ward/B1/2", "ward/B1/1")
    assert (newest["reason"], newest["bed"], newest["device"]) == ("bad JSON", "B1", "ox")
    assert newest["bytes"] == 9_002
    assert newest["excerpt"] == "�{" + "x" * 198
    assert newest["at"].endswith("Z")
    await get(ward, "/api/dead-letters?limit=501", 422)
