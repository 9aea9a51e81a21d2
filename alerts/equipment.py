"""What is wrong with a bed's devices as such: missing, flat, or speaking for no real patient."""

from collections.abc import Mapping, Sequence

import msgspec

from alerts.panel import Panel
from alerts.part import Orders
from alerts.session import Session
from alerts.setup import DeviceRow
from alerts.signals import Judged, usable
from alerts.status import Task
from devices.reading import Metric, Origin, Reading, Sample, Validity


class EquipmentState(msgspec.Struct):
    """came: devices heard in this session; battery: the last known percent of each.

    idle_since, idle_at: the first and the last of the valid SpO2 that come without a session.
    """

    came: set[str] = set()
    battery: dict[str, float] = {}
    idle_since: float | None = None
    idle_at: float = 0


class Equipment:
    """T-DEVICE, T-BATT and T-ORIGIN of one bed.

    `required` are the devices that a session here cannot run without, whatever has become of them.
    """

    __slots__ = ("devices", "panel", "required", "session", "state")

    def __init__(
        self,
        devices: Sequence[DeviceRow],
        required: Sequence[DeviceRow],
        panel: Panel,
        session: Session,
    ) -> None:
        self.devices = devices
        self.required = [device for device in required if device.required]
        self.panel = panel
        self.session = session
        self.state = EquipmentState()

    @property
    def orders(self) -> Orders:
        """None: devices are assigned and released by the engine."""
        return {}

    @property
    def deadline(self) -> float | None:
        """When SpO2 without a session has stopped."""
        if self.state.idle_since is None:
            return None
        return self.state.idle_at + self.panel.profile.signals.stale_s

    def elapse(self, at: float) -> None:
        """Nobody is being measured without a session any more."""
        due = self.deadline
        if due is not None and due <= at:
            self.state.idle_since = None

    def begin(self, at: float) -> None:
        """No device has spoken of this patient yet; a battery outlives a patient."""
        del at
        self.state.came = set()
        self.state.idle_since = None

    def arm(self) -> None:
        """Technical alarms of a bed exist only with a session."""
        _, absence = self.panel.absence
        absence.armed = self.session.watching and self.session.reached(absence.row.armed)
        self.panel.origin[1].armed = self.session.open

    @property
    def tasks(self) -> Sequence[Task]:
        """None of its own."""
        return ()

    def look(self, at: float) -> None:
        """The session, its phase or the devices may have changed: what is missing or flat now?"""
        self._look_for_missing(at)
        if self.session.open:
            for device, percent in self.state.battery.items():
                self._judge_battery(at, device, percent)

    def come(self, at: float, device: str) -> bool:
        """A device spoke, if only nonsense; True if it had not before in this session."""
        if device in self.state.came or not self.session.open:
            return False
        self.state.came.add(device)
        self._look_for_missing(at)
        return True

    def moved(self, came: EquipmentState, renamed: Mapping[str, str]) -> EquipmentState:
        """What is known here, with what came along with a session, by the names devices have here.

        The devices of this room have yet to speak of the patient who arrives.
        """
        battery = {renamed[name]: of for name, of in came.battery.items() if name in renamed}
        return EquipmentState(
            came={renamed[name] for name in came.came if name in renamed},
            battery=self.state.battery | battery,
        )

    def take_battery(self, at: float, sample: Sample) -> bool:
        """What is left in a device's battery."""
        percent = usable(sample)
        if percent is None:
            return False
        self.state.battery[sample.device] = percent
        if not self.session.open:
            return False
        self._judge_battery(at, sample.device, percent)
        return True

    def take_idle(self, at: float, sample: Sample) -> bool:
        """A sample at a bed without a session; True if somebody is measured as of now."""
        if sample.metric is Metric.BATTERY:
            return self.take_battery(at, sample)
        s = self.state
        if sample.metric is not Metric.SPO2 or sample.validity is not Validity.VALID:
            return False
        if usable(sample) is None:
            return False
        began, s.idle_at = s.idle_since is None, at
        s.idle_since = at if s.idle_since is None else s.idle_since
        return began

    def note(self, at: float) -> str:
        """What a screen says of a bed without a session."""
        since, least_s = self.state.idle_since, self.panel.profile.signals.no_session_s
        return "no session" if since is not None and at - since >= least_s else ""

    def take_foreign(self, at: float, reading: Reading) -> None:
        """A reading of another origin than the session's; on a real patient's that is an alarm."""
        if self.session.state.origin is Origin.REAL:
            ladder, rule = self.panel.origin
            rule.see(at, f"{reading.device} sends {reading.origin} data in a real session")
            ladder.settle(at)

    def _judge_battery(self, at: float, device: str, percent: float) -> None:
        if device in self.panel.batteries:
            ladder, rules = self.panel.batteries[device]
            for rule in rules:
                rule.judge_alone(at, Judged(percent, Metric.BATTERY, False, None))
            ladder.settle(at)

    def _look_for_missing(self, at: float) -> None:
        ladder, rule = self.panel.absence
        missing = [device.id for device in self.required if self._misses(device)]
        rule.look(at, missing)
        ladder.settle(at, data=False)

    def _misses(self, wanted: DeviceRow) -> bool:
        """Neither it nor another that measures the same has come; a cuff only wakes to deliver."""
        here = [d for d in self.devices if set(wanted.metrics) <= set(d.metrics)]
        return not any(d.id in self.state.came or not d.streams for d in here)
