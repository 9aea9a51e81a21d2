"""Four beds of Bluetooth devices, read and judged for hours on the clock that jumps."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest

from alerts.command import Begin, GiveDose, TakeBaseline
from alerts.engine import BedEngine
from alerts.event import AlarmEvent, Change
from alerts.site import SiteEngine
from devices.ble import BleDevice, BleDriver
from devices.catalog import GENERIC, DeviceKind
from devices.reading import Link, Origin, Reading
from monitor.config import Bed, Config, Device, Site
from monitor.equipment import bed_setups
from monitor.intake import WardIntake
from monitor.profile import load_profile
from monitor.seat import Seat
from simulators.live import Pace
from simulators.peripheral import Peripheral
from simulators.radio import VirtualRadio
from tests.support.memory_store import MemoryStore
from tests.support.radio_bed import RadioBed
from tests.support.radio_ledger import Ledger
from tests.support.virtual_adapter import virtual

START = 1_795_406_720.0
ALARM_DELAY = 10.0
"""T-LINK speaks of a stream lost for so many seconds (alarm rules)."""

_SLACK = 1.0
_BEDS = 4
_KINDS = {"ox1": DeviceKind.OXIMETER, "strap1": DeviceKind.STRAP, "cuff1": DeviceKind.CUFF}
_DOSE_DELAY = 400.0  # after the first readings: a baseline wants five quiet minutes


class RadioDay:
    """Twelve devices and what became of all they sent. Make it on the loop; `run` once."""

    def __init__(self, hours: float, seed: int = 7) -> None:
        self._seconds = hours * 3600.0
        self._seed = seed
        config = Config(
            site=Site(id="clinic", origin="test"),
            bed=[_bed(f"B{number}") for number in range(_BEDS)],
        )
        profile, setups = load_profile("default"), bed_setups(config)
        self._pace = Pace(START)
        self._ward = WardIntake(
            clock=self._pace,
            store=MemoryStore(),
            seats={s.bed: Seat(s.bed, BedEngine(s, profile)) for s in setups},
            site=Seat(None, SiteEngine(setups, profile)),
            failed=lambda seat: pytest.fail(f"the engine of {seat.bed} failed"),
        )
        self._ward.listeners.append(self)
        self._ward.go_live()
        self.ledger = Ledger(self._ward)
        self.beds: list[RadioBed] = []
        self.events: list[AlarmEvent] = []

    def offer_reading(self, reading: Reading) -> None:
        """Nobody looks."""

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        """Keep what the engines say."""
        self.events += events

    @property
    def mishaps(self) -> Counter[str]:
        """What happened to the devices."""
        return sum((bed.mishaps for bed in self.beds), Counter[str]())

    @property
    def garbage(self) -> int:
        """Broken frames that were sent."""
        return sum(bed.garbage for bed in self.beds)

    def count(self, condition: str, change: Change) -> int:
        """Events of that condition."""
        return sum(one.condition == condition and one.change is change for one in self.events)

    @property
    def losses(self) -> list[tuple[Link, float]]:
        """Each loss of a stream in a session and its seconds, of those that found an end."""
        found: list[tuple[Link, float]] = []
        for name in {(link.bed, link.device) for link in self.ledger.links}:
            told = [link for link in self.ledger.links if (link.bed, link.device) == name]
            for lost, back in pairwise(told):
                assert lost.up is not back.up, f"{lost} and {back}: told twice"
                if not lost.up and lost.at > START:
                    found.append((lost, back.at - lost.at))
        return found

    @property
    def unalarmed(self) -> int:
        """Losses longer than their alarm's delay during which no T-LINK of the bed stood."""
        return sum(
            seconds > ALARM_DELAY + _SLACK
            and not self._stood(lost.bed, lost.at + ALARM_DELAY + _SLACK)
            for lost, seconds in self.losses
        )

    def _stood(self, bed: str, at: float) -> bool:
        standing: set[str] = set()
        for event in self.events:
            if event.at <= at and event.bed == bed and event.condition == "T-LINK":
                (standing.discard if event.change is Change.END else standing.add)(event.occurrence)
        return bool(standing)

    async def run(self) -> None:
        """The day. At its end every cuff has delivered."""
        radio = VirtualRadio()
        self.beds = [RadioBed(radio, n, self.ledger, self._seed) for n in range(_BEDS)]
        driver = BleDriver(
            [_row(bed, *one) for bed in self.beds for one in zip(_KINDS, bed.devices, strict=True)],
            self.ledger,
            (virtual(await radio.adapter()),),
        )
        until = asyncio.get_running_loop().time() + self._seconds
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(driver.run(), name="driver")
            staff = group.create_task(self._treat(), name="staff")
            async with asyncio.TaskGroup() as ward:
                for bed in self.beds:
                    ward.create_task(bed.live(until), name=bed.name)
            reading.cancel()
            staff.cancel()

    async def _treat(self) -> None:
        for bed in self.beds:
            await self._ward.command(
                bed.name,
                Begin(
                    at=self._pace.now(), by="nurse", session=bed.name, protocol="iv",
                    visit=bed.name, origin=Origin.TEST,
                ),
            )  # fmt: skip
        await asyncio.sleep(_DOSE_DELAY)
        for bed in self.beds:
            at = self._pace.now()
            await self._ward.command(bed.name, TakeBaseline(at=at, by="nurse"))
            dose = GiveDose(at=at, by="nurse", given_at=at, amount_mg=40.0, planned_s=2400.0)
            await self._ward.command(bed.name, dose)


def _bed(name: str) -> Bed:
    return Bed(id=name, device=[Device(id=one, kind=kind.value) for one, kind in _KINDS.items()])


def _row(bed: RadioBed, name: str, device: Peripheral) -> BleDevice:
    return BleDevice(bed.name, name, device.address, GENERIC[_KINDS[name]], Origin.TEST)
