"""The pager climbs the steps, with a real store, a real receiver and restarts in between."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import pytest

from alerts.event import AlarmEvent, Change, Priority, Responsibility, Stance
from devices.reading import Origin
from monitor.pager.record import PageState
from monitor.store.store import Store
from tests.monitor.paging_site import PagingSite, alarm
from tests.support.receiver import Receiver, receiver

# Apprise tries to read images with it; nothing of ours does.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

KEY = "B3:BP-SEV:1:1"


@pytest.fixture
async def phone() -> AsyncGenerator[Receiver]:
    async with receiver() as one:
        yield one


@pytest.fixture
async def site(tmp_path: Path, phone: Receiver) -> AsyncGenerator[PagingSite]:
    folder, urls_file = tmp_path / "data", tmp_path / "urls"
    await asyncio.to_thread(urls_file.write_text, phone.url)
    async with await asyncio.to_thread(Store.open, folder) as store:
        yield PagingSite(folder, store, urls_file)


def accepted(after_s: float, number: int = 2) -> AlarmEvent:
    """Ann has taken the alarm, for two minutes."""
    start = alarm(change=Change.UPDATE, after_s=after_s, number=number)
    held = Responsibility(stance=Stance.ACCEPTED, by="Ann", at=start.at, lapses_at=start.at + 120)
    return msgspec.structs.replace(start, responsibility=held)


async def test_what_nobody_answers_is_paged_again_and_says_that_it_is_a_repeat(
    site: PagingSite, phone: Receiver
) -> None:
    async with site.pager() as pager:
        site.tell(pager, alarm())
        again = await phone.page(2)
    assert site.clock.now() >= alarm().at + 90
    assert [(page["key"], page["repeat"]) for page in phone.pages] == [
        (f"{KEY}/nurse", "no"),
        (f"{KEY}/again-1", "yes"),
    ]
    assert again["title"].startswith("REPEAT HIGH Room 3")


async def test_an_acceptance_holds_the_pages_back_over_a_restart_until_it_lapses(
    site: PagingSite, phone: Receiver
) -> None:
    async with site.pager() as pager:
        site.tell(pager, alarm(), accepted(1))
        await site.log(until=PageState.SENT)
    async with site.pager():
        again = await phone.page(2)
    assert site.clock.now() >= alarm().at + 121
    assert again["key"] == f"{KEY}/again-1"
    assert "accepted and not acknowledged" in again["message"]


async def test_one_page_speaks_for_all_that_calls_at_a_bed(
    site: PagingSite, phone: Receiver
) -> None:
    async with site.pager() as pager:
        site.tell(
            pager,
            alarm(Priority.MEDIUM, condition="O2-LO"),
            alarm(Priority.MEDIUM, condition="HR-HI"),
        )
        page = await phone.page(1)
        await site.passes(50)
    assert page["others"] == "1"
    assert "Also calling there (1): MEDIUM SYS 186 > 180" in page["message"]
    assert len(phone.pages) == 1


async def test_invariant_9_nobody_sees_a_screen_and_a_medium_alarm_is_paged_before_its_delay(
    site: PagingSite, phone: Receiver
) -> None:
    site.armed = ()
    async with site.pager() as pager:
        await site.passes(15)
        began_s = site.clock.now() - alarm().at
        site.tell(pager, alarm(Priority.MEDIUM, condition="O2-LO", after_s=began_s))
        await phone.page(1)
        assert site.clock.now() < alarm().at + began_s + 30


async def test_invariant_9_without_any_path_the_machine_itself_says_so(
    site: PagingSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    site.armed, site.urls_file = (), None  # the log is no path to anybody
    async with site.pager() as pager:
        site.tell(pager, alarm(), alarm(origin=Origin.TEST, bed="B4"))
        await site.passes(15)
    assert caplog.messages == ["NOBODY IS REACHED: HIGH Room 3: SYS 186 > 180"]


async def test_a_station_that_confirms_is_a_path(
    site: PagingSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    site.armed, site.urls_file = ("Desk",), None
    async with site.pager() as pager:
        site.tell(pager, alarm())
        await site.passes(20)
    assert caplog.messages == []


async def test_invariant_22_of_mixed_alarms_only_the_real_ones_leave_the_house(
    site: PagingSite, phone: Receiver
) -> None:
    async with site.pager() as pager:
        for number, origin in enumerate([Origin.DEMO, Origin.TEST, Origin.REAL] * 3):
            site.tell(pager, alarm(origin=origin, bed=f"B{number}"))
        await phone.page(3)
        await site.passes(100)  # the repeats as well
        await site.log(until=PageState.SENT)
    assert {page["origin"] for page in phone.pages} == {"real"}
    assert {page["bed"] for page in phone.pages} == {"B2", "B5", "B8"}
