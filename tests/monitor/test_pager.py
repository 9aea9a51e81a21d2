"""The pager with a real store, real Apprise and a real HTTP receiver: at least once, one key."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import apsw
import pytest

from alerts.event import Change, Priority, Signal
from devices.reading import Origin
from monitor.pager.record import PageState
from monitor.store.reader import Reader
from monitor.store.store import Store
from tests.monitor.paging_site import PagingSite, alarm
from tests.support.receiver import Mood, Receiver, receiver

# Apprise tries to read images with it; nothing of ours does.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MEDIUM, HIGH = Priority.MEDIUM, Priority.HIGH
KEY = "B3:BP-SEV:1:1/nurse"
INTENT, FAILED, SENT = PageState.INTENT, PageState.FAILED, PageState.SENT


@pytest.fixture
async def phone() -> AsyncGenerator[Receiver]:
    async with receiver() as one:
        yield one


@pytest.fixture
def urls_file(tmp_path: Path, phone: Receiver) -> Path:
    file = tmp_path / "urls"
    file.write_text(f"# the nurse's phone\n{phone.url}\n")
    return file


@pytest.fixture
async def site(tmp_path: Path, urls_file: Path) -> AsyncGenerator[PagingSite]:
    folder = tmp_path / "data"
    async with await asyncio.to_thread(Store.open, folder) as store:
        yield PagingSite(folder, store, urls_file)


async def test_a_high_alarm_reaches_the_phone_with_all_that_a_nurse_needs(
    site: PagingSite, phone: Receiver
) -> None:
    async with site.pager() as pager:
        site.tell(pager, alarm())
        page = await phone.page(1)
        log = await site.log(until=SENT)
    assert page["title"] == "HIGH Room 3: SYS 186 > 180"
    room, what, advice, key = page["message"].split("\n")
    assert room == "Room 3 · PEAK · T+41 min · baseline 128/80"
    assert what.startswith("HIGH BP-SEV, called ")
    assert what.endswith("nobody has answered")
    assert advice == "Go to Room 3 now, see the patient; acknowledge at the bed or the station."
    assert key == f"Page {KEY}"
    assert (page["key"], page["repeat"], page["bed"]) == (KEY, "no", "B3")
    assert log == [(KEY, INTENT), (KEY, SENT)]


async def test_the_intent_is_durable_before_the_page_arrives(
    site: PagingSite, phone: Receiver, tmp_path: Path
) -> None:
    phone.mood = Mood.HANGS
    async with site.pager() as pager:
        site.tell(pager, alarm())
        await phone.page(1)
        with Reader(tmp_path / "data") as reader:  # without a flush: what a crash would leave
            assert [(line.key, line.state) for line in reader.pages()] == [(KEY, INTENT)]


async def test_a_page_goes_out_though_the_disk_refuses_its_intent(
    site: PagingSite, phone: Receiver
) -> None:
    async with site.pager() as pager:
        await site.says(up=True)
        other = apsw.Connection(str(site.folder / "kat.db"))
        other.execute("BEGIN IMMEDIATE")  # nobody else can write now
        try:
            site.tell(pager, alarm())
            await phone.page(1)
            assert ("store", False) in site.faults, "T-STORE goes with it"
        finally:
            other.close()
        await site.hears_of("store", up=True)
        assert (await site.log(until=SENT))[:2] == [(KEY, INTENT), (KEY, SENT)]


async def test_a_page_whose_intent_is_stored_in_time_says_nothing_of_the_store(
    site: PagingSite,
) -> None:
    async with site.pager() as pager:
        site.tell(pager, alarm())
        await site.log(until=SENT)
    assert "store" not in {part for part, _ in site.faults}


async def test_a_medium_alarm_that_nobody_answers_is_paged_after_its_delay(
    site: PagingSite, phone: Receiver
) -> None:
    async with site.pager() as pager:
        site.tell(pager, alarm(MEDIUM, condition="O2-LO"))
        page = await phone.page(1)
    assert site.clock.now() >= alarm().at + 30
    assert page["priority"] == "medium"
    assert "soon" in page["message"]


async def test_a_medium_alarm_acknowledged_in_time_is_not_paged(
    site: PagingSite, phone: Receiver
) -> None:
    answer = alarm(
        MEDIUM, Change.ACKNOWLEDGE, Signal.ACKNOWLEDGED, after_s=20, number=2, condition="O2-LO"
    )
    async with site.pager() as pager:
        site.tell(pager, alarm(MEDIUM, condition="O2-LO"), answer)
        await site.passes(40)
        assert await site.log() == []
    assert phone.pages == []


async def test_a_refused_page_is_tried_again_under_its_key_and_the_fault_is_told(
    site: PagingSite, phone: Receiver
) -> None:
    phone.mood = Mood.REFUSES
    async with site.pager() as pager:
        site.tell(pager, alarm())
        await site.says(up=False)
        second = await phone.page(2)
        phone.mood = Mood.TAKES
        await site.says(up=True)
        log = await site.log(until=SENT)
    assert {page["key"] for page in phone.pages} == {KEY}
    assert phone.pages[0]["repeat"] == "no"
    assert second["repeat"] == "yes"
    assert second["title"].startswith("REPEAT HIGH Room 3")
    assert log == [(KEY, INTENT), (KEY, FAILED), (KEY, SENT)]


async def test_a_phone_that_is_away_gets_the_page_when_it_is_back(
    site: PagingSite, phone: Receiver
) -> None:
    await phone.stop()
    async with site.pager() as pager:
        site.tell(pager, alarm())
        await site.says(up=False)
        await phone.start()
        assert (await phone.page(1))["key"] == KEY
        await site.says(up=True)


async def test_one_working_channel_is_enough(site: PagingSite, phone: Receiver) -> None:
    async with receiver() as broken:
        broken.mood = Mood.REFUSES
        assert site.urls_file is not None
        text = f"{broken.url}\nnonsense\n{phone.url}"
        await asyncio.to_thread(site.urls_file.write_text, text)
        async with site.pager() as pager:
            site.tell(pager, alarm())
            await phone.page(1)
            await site.log(until=SENT)
    assert all(up for up, _ in site.said)
    assert len(phone.pages) == 1


@pytest.mark.parametrize("text", ["", "nonsense", None])
async def test_channels_that_cannot_work_are_a_fault_before_a_page_needs_them(
    site: PagingSite, text: str | None
) -> None:
    assert site.urls_file is not None
    if text is None:
        await asyncio.to_thread(site.urls_file.unlink)
    else:
        await asyncio.to_thread(site.urls_file.write_text, text)
    async with site.pager():
        await site.says(up=False)


@pytest.mark.parametrize("origin", [Origin.DEMO, Origin.TEST])
async def test_a_demo_or_test_alarm_never_leaves_the_house(
    site: PagingSite, phone: Receiver, origin: Origin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with site.pager() as pager:
        site.tell(pager, alarm(origin=origin))
        await site.log(until=SENT)
    assert phone.pages == []
    assert f"PAGE {origin.value.upper()} HIGH Room 3: SYS 186 > 180" in caplog.text


async def test_without_channels_the_log_is_the_channel(
    site: PagingSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    site.urls_file = None
    async with site.pager() as pager:
        site.tell(pager, alarm())
        await site.log(until=SENT)
    assert "PAGE HIGH Room 3" in caplog.text
    assert site.said == [(True, "pages go to the log")]


async def test_an_alarm_of_the_site_names_the_site(site: PagingSite, phone: Receiver) -> None:
    async with site.pager() as pager:
        site.tell(pager, alarm(bed=None, condition="T-NET"))
        page = await phone.page(1)
    assert page["title"] == "HIGH Clinic: SYS 186 > 180"
    assert "the monitoring itself" in page["message"]


@pytest.mark.system
@pytest.mark.parametrize("mood", [Mood.HANGS, Mood.REFUSES, None])
async def test_a_page_whose_sender_was_killed_is_sent_again_under_its_key(
    tmp_path: Path, urls_file: Path, phone: Receiver, mood: Mood | None
) -> None:
    folder = tmp_path / "data"
    if mood is None:
        await phone.stop()
    else:
        phone.mood = mood
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.monitor.paging_site", str(folder), str(urls_file)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"the intent is stored\n"
        if mood is not None:
            assert (await phone.page(1))["key"] == KEY
    finally:
        process.kill()
        await process.wait()
    before = len(phone.pages)
    phone.mood = Mood.TAKES
    await (phone.start() if mood is None else asyncio.sleep(0))
    async with await asyncio.to_thread(Store.open, folder) as store:
        site = PagingSite(folder, store, urls_file)
        async with site.pager():
            again = await phone.page(before + 1)
            await site.log(until=SENT)
        async with site.pager():
            await site.says(up=True)
            await site.store.flush()
    assert (again["key"], again["repeat"]) == (KEY, "yes")
    assert len(phone.pages) == before + 1, "a page that was taken is not sent once more"


async def test_a_delay_runs_on_over_a_restart(site: PagingSite, phone: Receiver) -> None:
    event = alarm(MEDIUM, condition="O2-LO")
    async with site.pager() as pager:
        site.tell(pager, event)
    async with site.pager() as pager:
        pager.offer_events([event])  # heard before the record was read, and read there as well
        page = await phone.page(1)
        await site.log(until=SENT)
    assert page["key"] == "B3:O2-LO:1:1/nurse"
    assert len(phone.pages) == 1


async def test_an_old_page_of_an_alarm_that_is_over_is_given_up(
    site: PagingSite, phone: Receiver
) -> None:
    await phone.stop()
    async with site.pager() as pager:
        site.tell(pager, alarm())
        await site.says(up=False)
        site.tell(pager, alarm(HIGH, Change.END, Signal.OFF, after_s=5, number=2))
        await site.log(until=FAILED)
    site.clock = type(site.clock)(alarm().at + 4000, loop_time=asyncio.get_running_loop().time)
    await phone.start()
    async with site.pager():
        await site.log(until=PageState.GIVEN_UP)
    assert phone.pages == []
