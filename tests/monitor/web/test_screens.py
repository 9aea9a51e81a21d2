"""The screens' socket over a real server: whole, in order, unhurried by slow peers."""

import asyncio
import json

import pytest
from websockets.exceptions import ConnectionClosed

from tests.monitor.web.page import Page
from tests.monitor.web.ward import Ward, hear, until


async def test_a_screen_gets_a_snapshot_and_then_frames_that_follow_it(ward: Ward) -> None:
    async with ward.screen() as screen:
        page = Page()
        for message in await hear(screen):
            page.apply(message)
        assert (page.snapshots, set(page.beds)) == (1, {"B1", "B2"})
        ward.spo2(97.0)
        while "spo2" not in page.beds["B1"]["readings"]:
            seq = page.apply(str(await screen.recv()))
            await screen.send(json.dumps({"ack": seq}))
        assert page.beds["B1"]["readings"]["spo2"]["value"] == 97.0


async def test_an_alarm_reaches_every_screen_with_its_standing_occurrence(ward: Ward) -> None:
    await ward.begin()
    async with ward.screen() as one, ward.screen() as two:
        event = await ward.press("r1")
        for screen in (one, two):
            page = Page()
            while event["id"] not in page.events:
                seq = page.apply(str(await screen.recv()))
                await screen.send(json.dumps({"ack": seq}))
            standing = page.beds["B1"]["alarms"]
            assert [alarm["event"]["id"] for alarm in standing] == [event["id"]]


async def test_a_screen_that_stops_answering_misses_nothing_and_delays_nobody(ward: Ward) -> None:
    await ward.begin()
    async with ward.screen() as slow, ward.screen() as fast:
        pages = {slow: Page(), fast: Page()}
        told: list[str] = []
        for n in range(5):
            event = await ward.press(f"r{n}")
            said = await ward.post(
                f"/api/alarms/{event['occurrence']}/resolve", outcome="attended", nrs=0
            )
            told += [event["id"], *(end["id"] for end in said["events"])]
            while pages[fast].events[-1:] != told[-1:]:
                seq = pages[fast].apply(str(await fast.recv()))
                await fast.send(json.dumps({"ack": seq}))
        assert pages[fast].events == told
        waiting = await hear(slow, 2)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slow.recv(), 0.5)
        for message in waiting:
            pages[slow].apply(message)
        await slow.send(json.dumps({"ack": pages[slow].seq}))
        pages[slow].apply(str(await slow.recv()))
        assert pages[slow].events == told
        while pages[slow].seq != pages[fast].seq:  # time went on: compare the same moment
            behind = min(pages, key=lambda screen: pages[screen].seq)
            seq = pages[behind].apply(str(await behind.recv()))
            await behind.send(json.dumps({"ack": seq}))
        assert pages[slow].beds == pages[fast].beds


async def test_a_screen_says_whether_it_is_armed_and_seen(ward: Ward) -> None:
    async with ward.screen() as screen:
        await screen.send(json.dumps({"armed": True, "visible": True, "station": "Desk 2"}))
        seq = json.loads(str(await screen.recv()))["seq"]
        await screen.send(json.dumps({"ack": seq}))
        while not ward.service.hub.screens()[0].armed:
            await screen.recv()
        known = ward.service.hub.screens()[0]
        assert (known.station, known.visible) == ("Desk 2", True)
    await until(lambda: not ward.service.hub.screens())


@pytest.mark.parametrize("word", ["hello", '{"ack": "five"}', "[]", b'\xff{"ack": 1}', b""])
async def test_a_screen_that_talks_nonsense_is_told_so_and_let_go(
    ward: Ward, word: str | bytes
) -> None:
    async with ward.screen() as screen:
        await screen.send(word)
        with pytest.raises(ConnectionClosed) as closed:
            await hear(screen, 10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1007
    assert "ack" in closed.value.rcvd.reason


async def test_a_screen_that_breaks_off_is_forgotten(ward: Ward) -> None:
    async with ward.screen() as screen:
        await hear(screen)
        screen.transport.abort()
        await until(lambda: not ward.service.hub.screens())
