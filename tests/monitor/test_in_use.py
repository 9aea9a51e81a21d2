"""What stands against touching the beds of a running service."""

from pathlib import Path

from monitor.changes import InUse
from monitor.refit import in_use
from monitor.seat import SeatState
from monitor.transfer import Named, Person, assign, release
from tests.monitor.web.ward import open_ward, until


async def test_a_free_bed_is_in_no_use_and_a_session_is_named(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        session = await ward.begin("B1")
        assert in_use(ward.service.intake) == {"B1": InUse(session), "B2": InUse()}


async def test_who_is_measured_without_a_session_occupies_a_bed(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        ward.spo2(97.0, bed="B2")
        found = in_use(ward.service.intake)
        assert found["B1"] == InUse()
        assert "measured" in (found["B2"].occupied or "")
        assert found["B2"].obstacle is None


async def test_a_lent_device_ties_both_beds(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        intake, desk = ward.service.intake, ward.service.desk
        who = Person(ward.service.clock.now(), "KM")
        await desk.transfer(lambda at: assign(at, who, "B2", Named("B1", "ox")))
        found = in_use(intake)
        assert (found["B1"].obstacle or "").startswith("ox is at B2")
        assert (found["B2"].obstacle or "").startswith("it has a device of B1")
        (name,) = [
            n for n, home in intake.site.engine.custody.homes("B2").items() if home[0] == "B1"
        ]
        await desk.transfer(lambda at: release(at, who, "B2", name))
        assert "no bed" in (in_use(intake)["B1"].obstacle or "")
        await desk.transfer(lambda at: assign(at, who, "B1", Named("B1", "ox")))
        assert in_use(intake) == {"B1": InUse(), "B2": InUse()}


async def test_a_bed_whose_engine_failed_stays_as_it_is(tmp_path: Path) -> None:
    async with open_ward(tmp_path) as ward:
        ward.service.intake.seats["B1"].state = SeatState.DOWN
        ward.service.intake.tell_who_decides()
        await until(lambda: bool(ward.service.intake.site.engine.alarms()))
        use = in_use(ward.service.intake)["B1"]
        assert "failed" in (use.obstacle or "")
        assert (use.occupied or "").startswith("T-ENGINE stands")
