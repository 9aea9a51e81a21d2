"""Foreign names and foreign pages are refused, over HTTP and before a WebSocket opens."""

from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.monitor.web.ward import Ward, hear, open_ward

FOREIGN = ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::bad"]
BEGIN = {"protocol": "iv", "visit": "K7"}


@pytest.mark.parametrize("host", FOREIGN)
async def test_a_foreign_name_is_refused_even_for_reading(ward: Ward, host: str) -> None:
    response = await ward.http.get("/api/beds", headers={"Host": host})
    assert response.status_code == 403
    assert "allowed_hosts" in response.json()["detail"]


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8000"])
async def test_loopbacks_own_names_are_answered(ward: Ward, host: str) -> None:
    response = await ward.http.get("/healthz", headers={"Host": host})
    assert response.status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_a_foreign_page_can_order_nothing(ward: Ward, origin: str) -> None:
    response = await ward.http.post("/api/beds/B1/session", json=BEGIN, headers={"Origin": origin})
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert ward.service.desk.status("B1").session is None


async def test_our_own_page_can_order(ward: Ward) -> None:
    response = await ward.http.post(
        "/api/beds/B1/session", json=BEGIN, headers={"Origin": ward.url}
    )
    assert response.status_code == 201


async def test_a_foreign_page_gets_no_screen(ward: Ward) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with ward.screen(origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403
    assert ward.service.hub.screens() == []


async def test_a_foreign_name_gets_no_screen(ward: Ward) -> None:
    with pytest.raises(InvalidStatus):
        async with ward.screen(additional_headers={"Host": "evil.example"}):
            pass


async def test_our_own_page_gets_a_screen(ward: Ward) -> None:
    async with ward.screen(origin=ward.url) as screen:
        assert len(await hear(screen)) == 1


async def test_a_configured_name_is_answered(tmp_path: Path) -> None:
    async with open_ward(tmp_path, hosts=("Monitor.clinic",)) as ward:
        headers = {"Host": "monitor.clinic", "Origin": "http://monitor.clinic"}
        response = await ward.http.post("/api/beds/B1/session", json=BEGIN, headers=headers)
    assert response.status_code == 201
