"""A ward: beds with patients, their stories, and the devices that tell of them.

Pure: next_at and emit of every device depend on time alone, so the same ward gives the past (fed to
the service as readings) and the present (put on the air by live shells).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from devices.reading import Origin, Reading
from simulators.faults import Faults
from simulators.instrument import Badge, Instrument
from simulators.instruments import (
    ButtonModel,
    CuffModel,
    MonitorModel,
    OximeterModel,
    StrapModel,
)
from simulators.noise import within
from simulators.patient import Patient
from simulators.scenario import BASELINE_CUFFS_S, DeviceKind, Scenario, SessionTable

MONITOR_EVERY = 3  # every third bed has a bedside monitor on MQTT instead of Bluetooth devices
RADIO_BEDS = 4  # and no more have Bluetooth than one virtual controller has links for
CUFF_UNTIL_S = 6 * 3600.0  # nobody watches a story longer
CLEAR_OF_STORY_S = 180.0  # a scheduled cuff reading this near to one of the story is left out


@dataclass(frozen=True)
class WardBed:
    """A bed and everything on it."""

    name: str
    label: str
    scenario: Scenario
    patient: Patient
    instruments: tuple[Instrument, ...]

    @property
    def by_radio(self) -> bool:
        """Whether its vital signs come by Bluetooth rather than from a bedside monitor."""
        return all(device.badge.kind != "monitor" for device in self.instruments)


@dataclass(frozen=True)
class Ward:
    """All beds. `starts_at` is the service time of every story's second 0."""

    beds: tuple[WardBed, ...]
    starts_at: float

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Every device of every bed."""
        return tuple(device for bed in self.beds for device in bed.instruments)

    @property
    def watched_from(self) -> float:
        """Just before the first device is switched on."""
        return min(bed.patient.since for bed in self.beds) - 1

    def told(self, since: float, until: float) -> Iterator[tuple[float, tuple[Reading, ...]]]:
        """What all devices say after `since` and not after `until`, in the order of time."""
        devices = self.instruments
        queue: list[tuple[float, int]] = []
        for number, device in enumerate(devices):
            _push(queue, number, device.next_at(since))
        while queue and queue[0][0] <= until:
            at, number = heappop(queue)
            yield at, devices[number].emit(at)
            _push(queue, number, devices[number].next_at(at))


def make_ward(
    scenarios: Sequence[Scenario],
    *,
    seed: int,
    starts_at: float,
    origin: Origin = Origin.DEMO,
    all_by_radio: bool | None = None,
) -> Ward:
    """One bed for each scenario, in order.

    `all_by_radio` True: Bluetooth devices at each; False: a bedside monitor at each; None: mixed.
    """
    by_radio: list[bool] = []
    for number in range(1, len(scenarios) + 1):
        mixed = number % MONITOR_EVERY != 0 and sum(by_radio) < RADIO_BEDS
        by_radio.append(mixed if all_by_radio is None else all_by_radio)
    return Ward(
        beds=tuple(
            make_bed(number, scenario, seed, starts_at, origin, by_radio=by_radio[number - 1])
            for number, scenario in enumerate(scenarios, start=1)
        ),
        starts_at=starts_at,
    )


def make_bed(
    number: int,
    scenario: Scenario,
    seed: int,
    starts_at: float,
    origin: Origin,
    *,
    by_radio: bool,
) -> WardBed:
    """Bed `number` of a ward: the seed and the number make its patient."""
    patient = scenario.patient_of(seed * 1000 + number)
    name = f"room-{number}"
    outfit = _Outfit(number, name, scenario, patient, starts_at, origin)
    vital_signs = outfit.radio_devices() if by_radio else (outfit.monitor(),)
    return WardBed(
        name=name,
        label=f"Room {number}",
        scenario=scenario,
        patient=patient,
        instruments=(*vital_signs, outfit.button()),
    )


def cuff_times(session: SessionTable, measurements: Sequence[float]) -> tuple[float, ...]:
    """When cuff cycles end: two for the baseline, then by the clock of the dose, and the story's.

    One with the dose, every 10 min to 90 min after it, then every 15; without a dose every 10.
    """
    dose = session.dose_at or 0.0
    clock = [dose + 30.0] + [dose + 60.0 * minute for minute in range(10, 91, 10)]
    step = 15 * 60.0 if session.dose_at is not None else 10 * 60.0
    while clock[-1] < CUFF_UNTIL_S:
        clock.append(clock[-1] + step)
    scheduled = [dose - before for before in BASELINE_CUFFS_S] + clock
    kept = [
        at
        for at in scheduled
        if at > session.watched_from
        and all(abs(at - told) > CLEAR_OF_STORY_S for told in measurements)
    ]
    return tuple(sorted({*kept, *measurements}))


@dataclass(frozen=True)
class _Outfit:
    """Makes the devices of one bed."""

    number: int
    bed: str
    scenario: Scenario
    patient: Patient
    starts_at: float
    origin: Origin

    def radio_devices(self) -> tuple[Instrument, ...]:
        faults = self.scenario.faults
        return (
            OximeterModel(
                self._badge("oximeter", "ox"),
                self.patient,
                faults.of("oximeter"),
                phase_s=self._phase("ox"),
            ),
            CuffModel(
                self._badge("cuff", "cuff"), self.patient, faults.of("cuff"), times=self._cuffs()
            ),
            StrapModel(
                self._badge("strap", "strap"),
                self.patient,
                faults.of("strap"),
                phase_s=self._phase("strap"),
            ),
        )

    def monitor(self) -> Instrument:
        """Probe, cuff and link are one box's: whatever befalls them befalls the monitor."""
        return MonitorModel(
            self._badge("monitor", "monitor"),
            self.patient,
            Faults(fault for fault in self.scenario.faults if fault.device != "button"),
            phase_s=self._phase("monitor"),
            times=self._cuffs(),
        )

    def button(self) -> Instrument:
        reports = self.scenario.reports
        return ButtonModel(
            self._badge("button", "button"),
            self.patient,
            self.scenario.faults.of("button"),
            times=tuple(sorted({report.after_s for report in reports})),
            reports=reports,
        )

    def _cuffs(self) -> tuple[float, ...]:
        return cuff_times(self.scenario.session, self.scenario.measurements)

    def _badge(self, kind: DeviceKind, name: str) -> Badge:
        return Badge(
            bed=self.bed,
            device=f"{name}-{self.number}",
            kind=kind,
            starts_at=self.starts_at,
            origin=self.origin,
        )

    def _phase(self, name: str) -> float:
        return round(within(self.patient.seed, f"phase.{name}", 0.05, 0.95), 3)


def _push(queue: list[tuple[float, int]], number: int, at: float | None) -> None:
    if at is not None:
        heappush(queue, (at, number))
