"""The demo as a plan of the service: a ward, its past, and the parts that are its present."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from devices.reading import Metric, Origin
from monitor.config import Config, Site
from monitor.config_beds import Bed, Device
from monitor.demo.broker import broker_beds
from monitor.demo.past import tell_past
from monitor.demo.radio import radio_beds
from monitor.equipment import bed_setups
from monitor.pager.settings import PagerSettings
from monitor.parts import pager_part
from monitor.plan import Plan
from monitor.profile import load_profile
from simulators.instrument import Instrument
from simulators.scenario import Scenario
from simulators.ward import Ward, WardBed, make_ward

if TYPE_CHECKING:
    from monitor.service import Service

SITE = "demo"
SEED = 6  # every demo shows the same patients
REQUIRED = frozenset({"oximeter", "cuff", "monitor"})
MONITOR_METRICS = (
    Metric.SPO2,
    Metric.PULSE_RATE,
    Metric.PERFUSION_INDEX,
    Metric.HEART_RATE,
    Metric.RESPIRATORY_RATE,
    Metric.SYSTOLIC,
    Metric.DIASTOLIC,
    Metric.MEAN_PRESSURE,
)


class Stage:
    """What the parts of a demo share. The ward's time begins when its past has been told."""

    def __init__(self, story: Sequence[Scenario], *, speed: float, port: int, folder: Path) -> None:
        self.ward = self._make_ward(story, 0.0)
        self._story = story
        self._speed = speed
        self._port = port
        self._folder = folder

    def plan(self) -> Plan:
        """The service of this demo."""
        config = config_of(self.ward)
        return Plan(
            site=SITE,
            label="Demo clinic",
            station="Nursing station",
            origin=Origin.DEMO,
            beds=bed_setups(config),
            kinds={bed.id: {device.id: device.kind for device in bed.device} for bed in config.bed},
            profile=load_profile("default"),
            folder=self._folder,
            port=self._port,
            speed=self._speed,
            history=self._tell_past,
            watch_screens=False,
            parts=(
                radio_beds(self._present),
                broker_beds(self._present, self._folder / "broker"),
                pager_part(PagerSettings()),  # to the log and nowhere else
            ),
        )

    async def _tell_past(self, service: "Service") -> None:
        self.ward = await tell_past(service, lambda at: self._make_ward(self._story, at))

    def _present(self) -> Ward:
        return self.ward

    @staticmethod
    def _make_ward(story: Sequence[Scenario], starts_at: float) -> Ward:
        return make_ward(story, seed=SEED, starts_at=starts_at)


def config_of(ward: Ward) -> Config:
    """The ward as config.toml would have it."""
    return Config(site=Site(id=SITE, origin="test"), bed=[_bed_config(bed) for bed in ward.beds])


def _bed_config(bed: WardBed) -> Bed:
    return Bed(
        id=bed.name, label=bed.label, device=[_device_config(device) for device in bed.instruments]
    )


def _device_config(device: Instrument) -> Device:
    kind = device.badge.kind
    return Device(
        id=device.badge.device,
        kind=kind,
        required=kind in REQUIRED,
        metrics=list(MONITOR_METRICS) if kind == "monitor" else None,
    )
