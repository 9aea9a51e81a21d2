"""Three hours of a six-bed clinic over the virtual radio, on the clock that jumps."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from alerts.command import Close
from alerts.engine import BedEngine
from alerts.event import AlarmEvent
from alerts.site import SiteEngine
from alerts.status import Phase
from devices.ble import BleDriver
from devices.reading import Malformed, Metric, Reading, Report, Sample, Validity
from monitor.demo.past import orders_of
from monitor.demo.stage import SEED, config_of
from monitor.equipment import bed_setups
from monitor.intake import WardIntake
from monitor.profile import load_profile
from monitor.seat import Seat
from monitor.store.rows import DeadLetterRow, PoisonRow
from simulators.live import Pace, play
from simulators.on_air import OnAir, transmitters
from simulators.radio import VirtualRadio
from simulators.scenario import load_scenario
from simulators.ward import Ward, WardBed, make_ward
from tests.support.jump_loop import run_jumping
from tests.support.live_through import live_through
from tests.support.memory_store import MemoryStore
from tests.support.radio_rows import radio_rows
from tests.support.virtual_adapter import virtual

START = 1_795_406_720.0
HOURS = 3
CLINIC = (
    "hypertension-confirmed",
    "nausea-vomit",
    "probe-off",
    "link-loss-long",
    "desaturation-deep",
    "quiet",
)
BEDS_AN_ADAPTER = 3


@dataclass
class Ear:
    """Hears what a screen would hear."""

    readings: int = 0
    events: list[AlarmEvent] = field(default_factory=list[AlarmEvent])
    valid_spo2: dict[str, int] = field(default_factory=dict[str, int])
    malformed: list[Malformed] = field(default_factory=list[Malformed])

    def offer_reading(self, reading: Reading) -> None:
        self.readings += 1
        match reading:
            case Sample(metric=Metric.SPO2, validity=Validity.VALID):
                self.valid_spo2[reading.bed] = self.valid_spo2.get(reading.bed, 0) + 1
            case Malformed():
                self.malformed.append(reading)
            case _:
                pass

    def offer_events(self, events: Sequence[AlarmEvent]) -> None:
        self.events += events


class Clinic:
    """The path of readings with its engines, fed by drivers that read a virtual radio."""

    def __init__(self, ward: Ward, until: float) -> None:
        self.ward = ward
        self.until = until
        self.ear = Ear()
        self.record = MemoryStore()
        self.pace = Pace(ward.starts_at + ward.watched_from)
        profile, setups = load_profile("default"), bed_setups(config_of(ward))
        self.intake = WardIntake(
            clock=self.pace,
            store=self.record,
            seats={s.bed: Seat(s.bed, BedEngine(s, profile)) for s in setups},
            site=Seat(None, SiteEngine(setups, profile)),
            failed=lambda seat: pytest.fail(f"the engine of {seat.bed} failed"),
        )
        self.intake.listeners.append(self.ear)
        self.intake.go_live()

    async def run(self) -> None:
        """From the first device put on to `until`, in scenario seconds."""
        radio = VirtualRadio()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._order(), name="staff")]
            for number in range(0, len(self.ward.beds), BEDS_AN_ADAPTER):
                beds = self.ward.beds[number : number + BEDS_AN_ADAPTER]
                work = self._adapter(radio, number, beds)
                tasks.append(group.create_task(work, name=f"adapter {number}"))
            await self._sleep_until(self.until)
            for task in tasks:
                task.cancel()

    async def _adapter(self, radio: VirtualRadio, number: int, beds: Sequence[WardBed]) -> None:
        """One adapter reads three beds, whose devices are switched on when they are put on."""
        adapter = await radio.adapter(f"F0:00:00:00:00:{number + 1:02X}")
        devices = [device for bed in beds for device in bed.instruments]
        on_air = transmitters(radio, devices, prefix=number, cuffs_sleep=True)
        driver = BleDriver(
            radio_rows(on_air),
            self.intake,
            (virtual(adapter),),
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(driver.run(), name="driver")
            for one in on_air:
                group.create_task(self._play(one), name=one.device.badge.device)
            for bed in beds:
                group.create_task(self._press(bed), name="button")

    async def _play(self, one: OnAir) -> None:
        await self._sleep_until(one.device.patient.since)
        await one.peripheral.switch_on()
        try:
            await play(one.device, one.voice, self.pace)
        finally:
            await one.peripheral.switch_off()

    async def _press(self, bed: WardBed) -> None:
        """The buttons' reports come as from a tablet: there is no broker here."""
        button, at = bed.instruments[-1], 0.0
        while (ahead := button.next_at(at)) is not None:
            await self._sleep_until(ahead)
            reports = [said for said in button.emit(ahead) if isinstance(said, Report)]
            self.intake.receive(tuple(reports))
            at = ahead

    async def _order(self) -> None:
        """What staff do, at its time."""
        for bed, order in orders_of(self.ward):
            await self._sleep_until(order.at - self.ward.starts_at)
            await self.intake.command(bed, order)

    async def _sleep_until(self, at: float) -> None:
        when = self.pace.to_loop(self.ward.starts_at + at)
        await asyncio.sleep(when - asyncio.get_running_loop().time())


def half_with_straps(ward: Ward) -> Ward:
    """Every other patient wears no strap: there the heart rate is the oximeter's pulse."""
    beds = list(ward.beds)
    for number in range(1, len(beds), 2):
        worn = tuple(d for d in beds[number].instruments if d.badge.kind != "strap")
        beds[number] = replace(beds[number], instruments=worn)
    return replace(ward, beds=tuple(beds))


def gist(events: Sequence[AlarmEvent]) -> dict[str, list[tuple[str, str, str]]]:
    """What each bed's own alarms (not the site's) did, without times and updates."""
    told: dict[str, list[tuple[str, str, str]]] = {}
    for event in events:
        own = event.bed is not None and event.occurrence.startswith(f"{event.bed}:")
        if event.bed is not None and own and event.change.value != "update":
            word = (event.condition, event.priority.value, event.change.value)
            told.setdefault(event.bed, []).append(word)
    return told


@pytest.mark.timeout(600)
def test_three_hours_of_a_clinic_over_the_air_raise_what_its_devices_say() -> None:
    scenarios = [load_scenario(name) for name in CLINIC]
    ward = half_with_straps(make_ward(scenarios, seed=SEED, starts_at=START, all_by_radio=True))
    # Not at a round instant: there bumble would finish a command and, by Python 3.11's wait_for,
    # lose the cancellation that comes with it.
    until = ward.watched_from + HOURS * 3600 + 0.37

    async def main() -> Clinic:
        clinic = Clinic(ward, until)
        await clinic.run()
        for bed in ward.beds:
            close = Close(at=clinic.pace.now(), by="nurse", outcome="discharged", reason="well")
            await clinic.intake.command(bed.name, close)
        return clinic

    clinic = run_jumping(main())
    _, straight = live_through(ward, until)

    ended = [e for e in clinic.ear.events if e.at < START + until]
    assert gist(ended) == gist(straight)
    for bed, seat in clinic.intake.seats.items():
        assert seat.engine.status().phase in {Phase.DISCHARGED, Phase.EMPTY}
        assert clinic.ear.valid_spo2[bed] > 6000
    assert clinic.ear.readings > 200_000
    assert clinic.ear.malformed == []
    assert not [r for r in clinic.record.rows if isinstance(r, DeadLetterRow | PoisonRow)]
