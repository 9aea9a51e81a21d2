"""T-UI: a station that nobody can see or hear is an alarm, as long as a session runs."""

from dataclasses import replace
from pathlib import Path

from monitor.upkeep import Upkeep
from tests.monitor.web.ward import PROFILE, open_ward, site_conditions, until
from tests.support.station import station

IMPATIENT = replace(PROFILE, escalation=replace(PROFILE.escalation, screen_s=0.5))


async def test_a_screen_that_is_armed_and_confirms_ends_the_alarm_and_its_going_brings_it_back(
    tmp_path: Path,
) -> None:
    async with open_ward(tmp_path, profile=IMPATIENT) as ward:
        await until(lambda: "screen" in ward.service.desk.health())
        assert site_conditions(ward) == [], "nobody is unwatched while no session runs"
        await ward.begin()
        assert "T-UI" in site_conditions(ward)
        async with station(ward.url, armed=False):
            async with station(ward.url):
                await until(lambda: "T-UI" not in site_conditions(ward))
            await until(lambda: "T-UI" in site_conditions(ward))


async def test_a_plan_without_a_watch_of_screens_raises_nothing(tmp_path: Path) -> None:
    async with open_ward(tmp_path, profile=IMPATIENT, watch_screens=False) as ward:
        await Upkeep(ward.service).watch_screens()  # returns: there is nothing to watch
        assert "screen" not in ward.service.desk.health()
