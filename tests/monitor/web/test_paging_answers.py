"""What a called person says over HTTP: accept, reject, revoke."""

from tests.monitor.web.ward import Ward


async def test_an_accepted_alarm_names_who_comes_until_when_and_goes_on_sounding(
    ward: Ward,
) -> None:
    await ward.begin()
    event = await ward.press("r1")
    path = f"/api/alarms/{event['occurrence']}"
    said = (await ward.post(f"{path}/accept", by="Kim", on_site=False))["events"][0]
    held = said["responsibility"]
    assert (held["stance"], held["by"], held["on_site"]) == ("accepted", "Kim", False)
    assert held["lapses_at"] > held["at"] == said["at"]
    assert (said["change"], said["signal"]) == ("update", "on")
    [bed, _] = (await ward.http.get("/api/beds")).json()
    assert bed["alarms"][0]["audible"]
    assert bed["alarms"][0]["event"]["responsibility"] == held


async def test_a_taken_alarm_is_rejected_by_nobody_else_and_given_back_by_its_holder(
    ward: Ward,
) -> None:
    await ward.begin()
    event = await ward.press("r1")
    path = f"/api/alarms/{event['occurrence']}"
    await ward.post(f"{path}/accept", by="Kim")
    assert "Kim has accepted" in (await ward.post(f"{path}/reject", 409, by="Lee"))["detail"]
    await ward.post(f"{path}/revoke", 409, by="Lee")
    given_back = await ward.post(f"{path}/revoke", by="Kim")
    assert given_back["events"][0]["responsibility"] is None
    rejected = await ward.post(f"{path}/reject", by="Lee")
    assert rejected["events"][0]["responsibility"]["stance"] == "rejected"


async def test_an_answer_sent_twice_counts_once(ward: Ward) -> None:
    await ward.begin()
    event = await ward.press("r1")
    path = f"/api/alarms/{event['occurrence']}/accept"
    first = await ward.post(path, id="answer-1", by="Kim")
    assert await ward.post(path, id="answer-1", by="Kim") == first
